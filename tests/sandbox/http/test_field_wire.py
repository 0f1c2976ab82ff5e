"""Envelopes, pages, refusals and webhooks as recorded answers show them, by the rows of the field notes."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from opsgenie_async.sandbox import Webhook


def query_of(link: str) -> list[tuple[str, str]]:
    return list(URL(link).query.items())


@pytest.mark.parametrize(
    ("path", "most"),
    [("/v2/alerts", 100), ("/v1/incidents", 100), ("/v1/services", 100), ("/v2/teams/t/logs?identifierType=name", 100)],
)
@pytest.mark.parametrize("limit", [100, 101, 500, 10**9])
async def test_row_13_more_than_the_maximum_is_the_maximum(api, sandbox, watch, path, most, limit):
    sandbox.add_team("t")
    for number in range(102):
        sandbox.add_service(str(number))
        sandbox.add_alert(watch.utc())
        await api("POST", "/v1/incidents/create", {"message": "m"})
        await api("PATCH", f"/v2/teams/{next(iter(sandbox.account.teams))}", {"description": str(number)})

    reply = await api("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}")
    listed = reply.data["logs"] if "logs" in path else reply.data
    assert (reply.status, len(listed)) == (200, most)


@pytest.mark.parametrize("wrong", ["0", "-1", "x", ""])
async def test_row_13_a_limit_that_is_none_is_refused(api, wrong):
    for path in ("/v2/alerts", "/v1/incidents", "/v2/users", "/v1/services"):
        reply = await api("GET", f"{path}?limit={wrong}")
        assert (reply.status, set(reply.json["errors"])) == (422, {"limit"})


async def test_row_18_attachments_have_a_number(api, sandbox, watch):
    alert = sandbox.add_alert(watch.utc())["id"]
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="a.txt")
    added = await api("POST", f"/v2/alerts/{alert}/attachments", data=form)

    (listed,) = await api.get(f"/v2/alerts/{alert}/attachments")
    assert isinstance(listed["id"], int)
    assert str(listed["id"]) == added.data["id"]
    assert (await api.get(f"/v2/alerts/{alert}/attachments/{listed['id']}"))["name"] == "a.txt"
    assert (await api("DELETE", f"/v2/alerts/{alert}/attachments/{listed['id']}")).status == 200


async def test_row_19_nothing_takes_no_time(api):
    for method, path in (("GET", "/v2/teams"), ("POST", "/v2/alerts"), ("GET", "/v2/nothing")):
        reply = await api(method, path, {"message": "m"} if method == "POST" else None)
        assert reply.json["took"] > 0
        assert float(reply.headers["X-Response-Time"]) > 0


async def test_row_20_links_spell_the_defaults_out(api, sandbox, watch):
    for number in range(101):
        sandbox.add_user(f"u{number}@x.example")
    for _ in range(21):
        sandbox.add_alert(watch.utc())
        await api("POST", "/v1/incidents/create", {"message": "m"})

    for path, first in (
        ("/v2/alerts", "limit=20&sort=createdAt&offset=0&order=desc"),
        ("/v1/incidents", "limit=20&sort=insertedAt&offset=0&order=desc"),
        ("/v2/users", "limit=100&offset=0&order=ASC&sort=username"),
    ):
        reply = await api("GET", path)
        assert reply.json["paging"]["first"] == f"{sandbox.url}{path}?{first}"
        assert reply.headers["X-Paging-First"] == reply.json["paging"]["first"]
        following = URL(reply.json["paging"]["next"])
        assert dict(following.query) == dict(URL(f"?{first}").query) | {
            "offset": first.split("limit=")[1].split("&")[0]
        }
        assert (await api("GET", following.raw_path_qs)).status == 200


async def test_row_20_what_was_asked_stays_in_the_links(api, sandbox, watch):
    for _ in range(3):
        sandbox.add_alert(watch.utc())
    reply = await api("GET", "/v2/alerts?limit=1&sort=updatedAt&order=asc&query=status%3Aopen")
    assert dict(query_of(reply.json["paging"]["next"])) == {
        "query": "status:open",
        "limit": "1",
        "sort": "updatedAt",
        "offset": "1",
        "order": "asc",
    }


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"priority": "P9"}, {"priority": "should be one of [ P1, P2, P3, P4, P5 ]"}),
        ({"teams": "ops"}, {"teams": "should be a list"}),
        ({"teams": [{"name": ""}]}, {"teams[0]": "id or name should be provided"}),
        ({"teams": [{"name": "a"}, {}]}, {"teams[1]": "id or name should be provided"}),
        ({"responders": [{"type": "user"}]}, {"responders[0]": "id or username should be provided"}),
        ({"responders": [{"type": "team", "name": "a"}, "x"]}, {"responders[1]": "should be an object"}),
        ({"tags": ["a", 1]}, {"tags[1]": "should be a string"}),
    ],
)
async def test_row_22_what_is_wrong_and_where(api, body, errors):
    reply = await api("POST", "/v2/alerts", {"message": "m", **body})
    assert (reply.status, reply.json["errors"]) == (422, errors)


async def test_row_22_teams_of_an_alert_respond(api, sandbox):
    team = sandbox.add_team("ops")["id"]
    await api("POST", "/v2/alerts", {"message": "m", "teams": [{"name": "ops"}]})
    (alert,) = await api.get("/v2/alerts")
    assert (alert["teams"], alert["responders"]) == ([{"id": team}], [{"type": "team", "id": team}])


async def test_row_27_an_order_between_two(api, sandbox):
    schedule = sandbox.add_schedule("s", participants=("a@x.example",))["id"]
    override = {
        "user": {"type": "user", "username": "a@x.example"},
        "startDate": "2026-01-01T02:00:00Z",
        "endDate": "2026-01-01T03:00:00Z",
    }
    assert (await api("POST", f"/v2/schedules/{schedule}/overrides", override)).status == 201
    timeline = await api.get(f"/v2/schedules/{schedule}/timeline?expand=override")
    assert [each["order"] for each in timeline["overrideTimeline"]["rotations"]] == [1.5]
    assert [each["order"] for each in timeline["finalTimeline"]["rotations"]] == [1.0]


async def test_row_36_a_refusal_says_when_to_come_back(api, sandbox):
    sandbox.limits.set({"configuration": [{"limit": 1, "periodInSeconds": 2.5, "kind": "rolling"}]})
    assert (await api("GET", "/v2/teams")).status == 200
    refused = await api("GET", "/v2/teams")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "3")
    sandbox.limits.retry_after = False
    assert "Retry-After" not in (await api("GET", "/v2/teams")).headers


@pytest.fixture
async def receiver(unused_tcp_port):
    """What a webhook's receiver was posted."""
    posted = []

    async def take(request: web.BaseRequest) -> web.Response:
        posted.append(await request.json())
        return web.Response()

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    yield posted, f"http://127.0.0.1:{unused_tcp_port}/"
    await runner.cleanup()


async def test_row_33_the_words_of_a_webhook(api, sandbox, watch, receiver):
    posted, url = receiver
    ann = sandbox.add_user("ann@x.example", "Ann Chen")
    sandbox.webhook = Webhook(url=url)
    alert = sandbox.add_alert(watch.utc())["id"]
    await api("PUT", f"/v2/alerts/{alert}/priority", {"priority": "P1"})
    await api("POST", f"/v2/alerts/{alert}/snooze", {"endTime": "2026-01-01T01:00:00Z", "user": ann["username"]})
    watch.seconds += 3600
    await api.get(f"/v2/alerts/{alert}")
    await sandbox.webhooks_sent()

    assert [each["action"] for each in posted] == ["UpdatePriority", "Snooze", "SnoozeEnded"]
    priority, snooze, ended = (each["alert"] for each in posted)
    assert (priority["oldPriority"], priority["priority"]) == ("P3", "P1")
    assert snooze["userFullName"] == "Ann Chen"
    assert snooze["snoozeEndDate"] == ended["snoozeEndDate"] == 1767229200000
    assert ended["username"] == "System"


@pytest.mark.parametrize(("numbers", "kind"), [("number", int), ("text", str), ("float", float)])
async def test_row_33_numbers_as_relays_write_them(sandbox, watch, receiver, numbers, kind):
    posted, url = receiver
    sandbox.webhook = Webhook(url=url, numbers=numbers)
    await sandbox.send_webhook("Snooze", sandbox.add_alert(watch.utc())["id"])
    (document,) = posted
    assert all(type(document["alert"][name]) is kind for name in ("createdAt", "updatedAt", "snoozeEndDate"))
