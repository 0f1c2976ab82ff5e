"""What the alert of a failed request says, and which failures are one alert."""

from __future__ import annotations

from opsgenie_async.models import TeamRef
from opsgenie_async.web import alert_on_errors
from tests.waiting import until
from tests.web.shop import alerts


async def test_secret_headers_are_redacted(app, sandbox, serve):
    alert_on_errors(app, redact=["X-Customer"])
    client = await serve(app)
    secret = {"Authorization": "Bearer 1", "Cookie": "c=2", "X-API-Key": "3", "X-Auth-Token": "4", "x-customer": "5"}

    await client.get("/shop/raise", headers={**secret, "X-Trace": "kept"})
    await client.close()

    details = alerts(sandbox)[0]["details"]
    output = {name.lower(): value for name, value in details.items()}
    assert {output[f"header {name.lower()}"] for name in secret} == {"[redacted]"}
    assert output["header x-trace"] == "kept"


async def test_only_the_fields_that_are_wanted(app, sandbox, serve):
    alert_on_errors(app, fields={"method", "path"})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["details"] == {"method": "GET", "path": "/shop/raise"}
    assert alert["description"] == ""
    assert "17" not in alert["message"]


async def test_what_else_the_alert_says(app, sandbox, serve):
    alert_on_errors(app, alert={"priority": "P1", "tags": ["shop"], "responders": [TeamRef(name="Ops")]})
    sandbox.add_team("Ops")
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    (alert,) = alerts(sandbox)
    assert (alert["priority"], alert["tags"], len(alert["responders"])) == ("P1", ["shop"], 1)


async def test_a_function_may_say_it_for_each(app, sandbox, serve):
    alert_on_errors(app, alert=lambda failure: {"priority": "P1" if failure.kind == "exception" else "P4"})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/http")
    await client.close()

    assert [alert["priority"] for alert in alerts(sandbox)] == ["P1", "P4"]


async def test_a_function_that_raises_costs_its_words_only(app, sandbox, serve, caplog):
    alert_on_errors(app, alert=lambda failure: {"priority": 1 / 0})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert len(alerts(sandbox)) == 1
    assert "extra fields" in caplog.text


async def test_an_own_fingerprint(app, sandbox, serve):
    alert_on_errors(app, fingerprint=lambda failure: f"{failure.service} {failure.status}")
    client = await serve(app)

    await client.get("/shop/raise")
    await client.get("/shop/status?status=500")
    await client.close()

    assert [(alert["alias"], alert["count"]) for alert in alerts(sandbox)] == [("web 500", 2)]


async def test_a_fingerprint_that_raises_fails_no_request_and_costs_no_alert(app, sandbox, serve, caplog):
    counters = alert_on_errors(app, service="shop", fingerprint=lambda failure: 1 / 0)
    client = await serve(app)

    assert await (await client.get("/shop/http")).text() == "upstream"
    await until(lambda: counters.delivered == 1)

    assert alerts(sandbox)[0]["alias"] == "shop: GET /shop/{how}: 502"
    assert "fingerprint: the function failed" in caplog.text


async def test_details_are_added_to_those_of_the_request(app, sandbox, serve):
    alert_on_errors(app, alert={"details": {"team": "till", "status": "bad"}})
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    details = alerts(sandbox)[0]["details"]
    assert (details["team"], details["status"]) == ("till", "bad")
    assert (details["method"], details["route"]) == ("GET", "/shop/{how}")


async def test_an_exception_without_words_is_told_too(app, sandbox, serve):
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError("no words")

    async def silent(request):
        raise Silent

    app.router.add_get("/silent", silent)
    counters = alert_on_errors(app)
    client = await serve(app)

    await client.get("/silent")
    await client.close()

    assert counters.delivered == 1
    assert "Silent" in alerts(sandbox)[0]["message"]
