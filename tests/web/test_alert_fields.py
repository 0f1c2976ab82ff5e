"""Fields of error alerts that a service adds, and what becomes of those that are too long or private."""

from __future__ import annotations

import pytest

from opsgenie_async.models import TeamRef
from opsgenie_async.web import HEADERS, alert_on_errors
from tests.web.shop import alerts


async def test_what_the_caller_adds_has_its_place_before_the_headers(app, sandbox, serve):
    alert_on_errors(app, alert={"details": {"long": "x" * 7900}}, headers=["X-Big"])
    client = await serve(app)

    await client.get("/shop/raise", headers={"X-Big": "y" * 900})
    await client.close()

    details = alerts(sandbox)[0]["details"]
    assert details["long"] == "x" * 7900
    assert sum(len(name) + len(value) for name, value in details.items()) <= 8000


TOO_LONG = {
    "message": "m" * 200,
    "description": "d" * 20_000,
    "entity": "e" * 600,
    "source": "s" * 200,
    "user": "u" * 200,
    "note": "n" * 30_000,
    "tags": ["t" * 80 + str(number) for number in range(30)],
    "actions": ["a" * 80 for _ in range(30)],
    "details": {f"key {number}": "v" * 3000 for number in range(9)},
    "responders": [TeamRef(name=f"team {number}") for number in range(60)],
}


@pytest.mark.parametrize("field", [*TOO_LONG, "service"])
@pytest.mark.parametrize("kind", ["fields", "function"])
async def test_what_is_too_long_keeps_no_alert_back(app, sandbox, serve, field, kind):
    for number in range(60):
        sandbox.add_team(f"team {number}")
    if field == "service":
        counters = alert_on_errors(app, service="s" * 600)
    else:
        more = {field: TOO_LONG[field]}
        counters = alert_on_errors(app, alert=more if kind == "fields" else lambda failure: more)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.delivered, counters.failed) == (1, 0)
    assert len(alerts(sandbox)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"message": "  "},
        {"message": None, "details": None, "tags": None},
        {"tags": "shop"},
        {"details": 5},
        {"alias": "x"},
        {"details": {"till": 4, "open": True, "nobody": None, 7: object()}},
        {"responders": 5},
    ],
    ids=["blank message", "nulls", "tags", "details", "alias", "odd details", "no responders"],
)
async def test_what_a_function_adds_keeps_no_alert_back(app, sandbox, serve, more):
    counters = alert_on_errors(app, alert=lambda failure: more)
    client = await serve(app)

    await client.get("/shop/raise")
    await client.close()

    assert (counters.delivered, counters.failed) == (1, 0)
    assert alerts(sandbox)[0]["message"].startswith("GET /shop/{how}")


@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"service": None}, TypeError, "service"),
        ({"alert": {"alias": "x"}}, ValueError, "alias"),
        ({"alert": {"titel": "x"}}, ValueError, "titel"),
        ({"alert": {"message": 5}}, TypeError, "message"),
        ({"alert": {"priority": 1}}, TypeError, "priority"),
        ({"alert": {"tags": "shop"}}, TypeError, "tags"),
        ({"alert": {"details": ["x"]}}, TypeError, "details"),
        ({"alert": {"responders": ["Ops"]}}, TypeError, r"responders\[0\]"),
        ({"alert": {"tags": [5]}}, TypeError, r"tags\[0\]"),
        ({"alert": ["x"]}, TypeError, "alert"),
        ({"ignore": "/internal/*"}, TypeError, "ignore"),
        ({"redact": "X-Customer"}, TypeError, "redact"),
        ({"headers": "X-Customer"}, TypeError, "headers"),
        ({"fields": "error"}, TypeError, "fields"),
        ({"fields": ["errors"]}, ValueError, "errors"),
        ({"queue_size": 0}, ValueError, "queue_size"),
        ({"slow_after": float("nan")}, ValueError, "slow_after"),
        ({"recovered_after": 0}, ValueError, "recovered_after"),
        ({"flush": -1}, ValueError, "flush"),
    ],
)
async def test_settings_with_which_nothing_would_arrive_are_refused_at_once(app, settings, error, name):
    with pytest.raises(error, match=name):
        alert_on_errors(app, **settings)


PRIVATE = {
    "Referer": "https://shop.example/reset?token=geheim",
    "Origin": "https://geheim.example",
    "X-Original-URL": "/reset?token=geheim",
    "X-Rewrite-Url": "/geheim",
    "X-Forwarded-Uri": "/reset/geheim",
    "X-Forwarded-For": "geheim",
    "Forwarded": "for=geheim",
    "Cf-Access-Jwt-Assertion": "geheim",
    "Cf-Connecting-Ip": "geheim",
    "X-Amzn-Oidc-Data": "geheim",
    "X-Amzn-Oidc-Identity": "geheim",
    "X-Goog-Iap-Jwt-Assertion": "geheim",
    "X-Ms-Client-Principal": "geheim",
    "X-Remote-User": "geheim",
    "X-Forwarded-Email": "geheim",
    "X-Tenant": "geheim",
    "If-None-Match": "geheim",
    "Tailscale-User-Login": "geheim",
}


async def test_only_known_headers_are_told(app, sandbox, serve):
    alert_on_errors(app)
    client = await serve(app)

    await client.get("/shop/raise", headers={**PRIVATE, "User-Agent": "a browser", "X-Request-Id": "17"})
    await client.close()

    (alert,) = alerts(sandbox)
    assert "geheim" not in str(alert)
    details = {name.lower(): value for name, value in alert["details"].items()}
    assert (details["header user-agent"], details["header x-request-id"]) == ("a browser", "17")


async def test_another_header_is_told_where_it_is_asked_for_but_for_secrets(app, sandbox, serve):
    alert_on_errors(app, headers=[*HEADERS, "x-tenant", "Authorization", "X-Customer"], redact=["X-Customer"])
    client = await serve(app)

    await client.get("/shop/raise", headers={"X-Tenant": "blue", "Authorization": "geheim", "X-Customer": "geheim"})
    await client.close()

    (alert,) = alerts(sandbox)
    assert alert["details"]["header X-Tenant"] == "blue"
    assert "geheim" not in str(alert)
