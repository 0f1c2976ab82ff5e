"""What a test can switch: rights by kind, links to files, alerts that change while they are read."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import pytest
from yarl import URL

from opsgenie_async.sandbox import Churn, Fault, Sandbox
from tests.clocks import FakeClock
from tests.sandbox.conftest import Api

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


async def link(api: Api, alert: str, attachment: object) -> URL:
    return URL((await api.get(f"/v2/alerts/{alert}/attachments/{attachment}"))["url"], encoded=True)


async def test_a_link_to_an_attachment_needs_no_key_and_expires(
    sandbox: Sandbox, api: Api, session: aiohttp.ClientSession, watch: FakeClock
):
    alert = sandbox.add_alert(watch.utc())["id"]
    file = sandbox.add_attachment(alert, "graph.png", b"\x89PNG", media="image/png")
    sandbox.link_lifetime = 60

    url = await link(api, alert, file["id"])
    async with session.get(url) as response:
        assert (response.status, await response.read(), response.content_type) == (200, b"\x89PNG", "image/png")
    watch.seconds += 61
    async with session.get(url) as response:
        assert response.status == 403
    async with session.get(await link(api, alert, file["id"])) as response:
        assert response.status == 200


async def test_a_link_that_was_tampered_with_is_refused(
    sandbox: Sandbox, api: Api, session: aiohttp.ClientSession, watch: FakeClock
):
    alert = sandbox.add_alert(watch.utc())["id"]
    one, other = (sandbox.add_attachment(alert, name, name.encode()) for name in ("one", "other"))

    url = await link(api, alert, one["id"])
    for wrong in (
        url.update_query(expires="99999999999"),
        url.with_query(None),
        URL(str(url).replace(str(one["id"]), str(other["id"])), encoded=True),
    ):
        async with session.get(wrong) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    "name", ["../../x", "..", ".", "a/b\\c", "größe 1.csv", "\ud800", "a\x00b", "?x=1#y", "x" * 300]
)
async def test_any_name_has_a_link_that_works(
    sandbox: Sandbox, api: Api, session: aiohttp.ClientSession, watch: FakeClock, name: str
):
    alert = sandbox.add_alert(watch.utc())["id"]
    file = sandbox.add_attachment(alert, name, b"")

    async with session.get(await link(api, alert, file["id"])) as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_a_large_file_is_streamed_or_cut_off(
    sandbox: Sandbox, api: Api, session: aiohttp.ClientSession, watch: FakeClock
):
    alert, size = sandbox.add_alert(watch.utc())["id"], 5_000_003
    file = sandbox.add_attachment(alert, "core.dump", size)

    async with session.get(await link(api, alert, file["id"])) as response:
        content = await response.read()
    assert content == (b"abcdefghijklmnopqrstuvwxyz" * 200_000)[:size]

    sandbox.faults.add(Fault(route="GET /downloads/*", truncate=True))
    async with session.get(await link(api, alert, file["id"])) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_links_can_point_elsewhere(sandbox: Sandbox, api: Api, watch: FakeClock):
    alert = sandbox.add_alert(watch.utc())["id"]
    file = sandbox.add_attachment(alert, "a", b"")
    sandbox.download_url = "https://files.example/"

    assert str(await link(api, alert, file["id"])).startswith("https://files.example/downloads/attachments/")


async def test_rights_are_missing_by_kind(sandbox: Sandbox, api: Api, watch: FakeClock):
    alert = sandbox.add_alert(watch.utc())["id"]
    key = sandbox.add_key(forbidden=("* /v1/incidents*", "GET /v2/alerts/*/logs"))

    for path, status in (("/v1/incidents", 403), (f"/v2/alerts/{alert}/logs", 403), (f"/v2/alerts/{alert}", 200)):
        assert (await api("GET", path, key=key)).status == status
        assert (await api("GET", path)).status == 200
    sandbox.forbid("GET /v2/alerts/*/notes")
    reply = await api("GET", f"/v2/alerts/{alert}/notes")
    assert (reply.status, reply.json["code"]) == (403, 40301)


async def changes(session: aiohttp.ClientSession, churn: Churn | None, seed: int = 1) -> list[int]:
    async with Sandbox(seed=seed, alerts=200, clock=FakeClock(utc=NOW)) as sandbox:
        api = Api(sandbox, session)
        sandbox.churn = churn
        counts = [(await api.get("/v2/alerts/count"))["count"] for _ in range(9)]
        assert counts[-1] == len(sandbox.alerts)
        return counts


async def test_alerts_change_while_they_are_read(session: aiohttp.ClientSession):
    assert await changes(session, None) == [200] * 9
    steady = Churn(every=3, created=2, closed=0, deleted=1)
    assert await changes(session, steady) == [200] * 2 + [201] * 3 + [202] * 3 + [203]
    assert await changes(session, Churn(every=1, created=0, deleted=3, times=2)) == [197] + [194] * 8


async def test_the_same_seed_changes_the_same_alerts(session: aiohttp.ClientSession):
    rest = []
    for seed in (5, 5, 6):
        async with Sandbox(seed=seed, alerts=100, clock=FakeClock(utc=NOW)) as sandbox:
            sandbox.churn = Churn(every=1)
            for _ in range(20):
                await Api(sandbox, session).get("/v2/alerts")
            rest.append(sandbox.alerts)
    assert rest[0] == rest[1]
    assert rest[0] != rest[2]
    assert any(each["source"] == "churn" for each in rest[0])


@pytest.mark.parametrize("settings", [{"every": 0}, {"created": -1}, {"closed": -1}, {"deleted": -1}, {"times": -1}])
def test_a_churn_that_makes_no_sense_is_refused(settings: dict[str, int]):
    with pytest.raises(ValueError, match=next(iter(settings))):
        Churn(**settings)


def _set(sandbox, name, value):
    setattr(sandbox, name, value)


WRONG_NUMBERS = {
    "teams": lambda sandbox: Sandbox(teams="5"),
    "alerts": lambda sandbox: Sandbox(alerts=1.5),
    "incidents": lambda sandbox: Sandbox(incidents=-1),
    "faults": lambda sandbox: Sandbox(faults=Fault(status=503)),
    "processing_delay": lambda sandbox: _set(sandbox, "processing_delay", "5"),
    "search_lag": lambda sandbox: _set(sandbox, "search_lag", None),
    "times": lambda sandbox: sandbox.throttle(times="3"),
    "period": lambda sandbox: sandbox.throttle(period=-1),
    "on_request": lambda sandbox: sandbox.throttle("1"),
}


@pytest.mark.parametrize("name", WRONG_NUMBERS)
def test_what_is_no_number_is_named_before_a_request_meets_it(name, sandbox):
    with pytest.raises(ValueError, match=f"^{name}: expected "):
        WRONG_NUMBERS[name](sandbox)
