"""A history of alerts and incidents: believable, the same for the same seed, and rendered when it is asked for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.generate.account import generate
from opsgenie_async.sandbox.generate.history.populate import populate_history
from tests.clocks import FakeClock
from tests.sandbox.conftest import Api

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def account(alerts: int, incidents: int = 0, *, seed: int = 3, teams: int = 3) -> Account:
    result = generate(teams=teams, seed=1, now=NOW)
    populate_history(result, alerts=alerts, incidents=incidents, seed=seed, now=NOW)
    return result


@pytest.fixture(scope="module")
def busy() -> Account:
    return account(4_000, 300)


def test_the_same_seed_gives_the_same_history_and_another_one_another():
    first, second, other = account(150, 20), account(150, 20), account(150, 20, seed=4)

    for table in ("alerts", "alert_logs", "alert_notes", "alert_recipients", "alert_attachments", "incidents"):
        assert {**getattr(first, table)} == {**getattr(second, table)}
        assert {**getattr(first, table)} != {**getattr(other, table)}
    for table in ("incident_logs", "incident_notes", "timeline_entries", "postmortems", "responder_alerts"):
        assert {**getattr(first, table)} == {**getattr(second, table)}


def test_it_ends_before_now_and_is_in_the_order_of_creation(busy: Account):
    alerts = [*busy.alerts.documents()]
    created = [datetime.fromisoformat(each["createdAt"]) for each in alerts]

    assert created == sorted(created)
    assert NOW - timedelta(days=1200) < created[0] < created[-1] < NOW
    assert [int(each["tinyId"]) for each in alerts] == [*range(1, 4_001)]
    assert len({each["id"] for each in alerts}) == len({each["alias"] for each in alerts}) == 4_000


def test_there_are_bursts_and_many_alerts_of_one_millisecond(busy: Account):
    moments = Counter(each["createdAt"] for each in busy.alerts.documents())
    minutes = Counter(moment[:16] for moment in moments.elements())

    assert moments.most_common(1)[0][1] >= 100
    assert minutes.most_common(1)[0][1] >= 150


def test_a_millisecond_of_a_large_history_holds_more_than_a_listing_shows():
    from opsgenie_async.sandbox.account.random import SeededRandom
    from opsgenie_async.sandbox.generate.history.moments import alert_moments

    moments = Counter(alert_moments(1_000_000, SeededRandom(1), NOW))

    assert sum(moments.values()) == 1_000_000
    assert moments.most_common(1)[0][1] > 20_000


def test_what_belongs_to_an_alert_tells_of_it(busy: Account):
    rows = Counter()
    for id in busy.alerts:
        alert, logs = busy.alerts[id], busy.alert_logs.get(id)
        texts = [each["log"] for each in logs]
        tokens = [tuple(map(int, each["offset"].split("_"))) for each in logs]
        assert tokens == sorted(set(tokens))
        assert texts[0] == "Alert created"
        assert ("Alert closed" in texts) is (alert["status"] == "closed")
        assert ("Alert acknowledged" in texts) is ("acknowledgedBy" in alert["report"])
        for name in ("notes", "recipients", "attachments"):
            rows[name] += len(getattr(busy, f"alert_{name}").get(id, []))
        rows["long"] += len(logs) > 200
    assert min(rows.values()) > 5
    assert rows["recipients"] > 4_000


def test_every_reference_of_the_history_resolves(busy: Account):
    usernames = {each["username"] for each in busy.users.values()}
    for alert in busy.alerts.documents():
        assert {each["id"] for each in alert["teams"]} <= {*busy.teams}
        assert not alert["owner"] or alert["owner"] in usernames
        assert alert["integration"]["id"] in busy.integrations
    for incident in busy.incidents.documents():
        assert {*incident["impactedServices"]} <= {*busy.services}
        linked = [*busy.responder_alerts.get(incident["id"], []), *busy.associated_alerts.get(incident["id"], [])]
        assert {*linked} <= {*busy.alerts}


def test_incidents_have_timelines_with_hidden_entries_and_postmortems(busy: Account):
    entries = [entry for id in busy.incidents for entry in busy.timeline_entries.get(id, [])]
    named = {entry["title"]["content"].split("[")[1].split("]")[0] for entry in entries if "Postm" in entry["type"]}
    generated = [each for each in busy.postmortems.values() if each["postmortemId"] in named]

    assert any(entry["hidden"] for entry in entries)
    assert 20 < len(named) == len(generated)
    assert all(busy.postmortems[id]["rootIncident"]["id"] in busy.incidents for id in named)


def test_a_change_is_kept_and_the_rest_is_rendered_anew(busy: Account):
    result = account(120)
    id = next(iter(result.alerts))
    before = dict(result.alerts[id])

    result.alerts[id]["tags"].append("changed")
    result.alert_logs[id].append({"log": "more"})
    result.alert_notes.pop(id, None)

    assert result.alerts[id] == {**before, "tags": [*before["tags"], "changed"]}
    assert result.alert_logs.get(id)[-1] == {"log": "more"}
    assert result.alert_notes.get(id, []) == []
    del result.alerts[id]
    assert id not in result.alerts
    assert len(result.alerts) == 119
    assert [*result.alerts.documents(history=False)] == []


async def test_it_is_served_searched_and_counted(session: aiohttp.ClientSession):
    async with Sandbox(teams=2, seed=1, alerts=500, incidents=40, clock=FakeClock(utc=NOW)) as sandbox:
        api = Api(sandbox, session)
        listed = [
            each for offset in range(0, 500, 100) for each in await api.get(f"/v2/alerts?limit=100&offset={offset}")
        ]
        truth = {each["id"]: each for each in sandbox.alerts}
        p1 = {each["id"] for each in truth.values() if each["priority"] == "P1"}

        assert {each["id"] for each in listed} == {*truth}
        assert (await api.get("/v2/alerts/count"))["count"] == 500
        assert (await api.get("/v2/alerts/count?query=priority:P1"))["count"] == len(p1)
        assert (await api.get("/v2/alerts/count?query=source:zabbix"))["count"] == sum(
            each["source"] == "zabbix" for each in truth.values()
        )
        some = listed[250]
        assert (await api.get(f"/v2/alerts/{some['tinyId']}?identifierType=tiny")) == truth[some["id"]]
        incidents = await api.get("/v1/incidents?limit=100")
        assert len(incidents) == len(sandbox.incidents) >= 40


async def test_the_aliases_of_open_alerts_alone_are_found(session: aiohttp.ClientSession):
    async with Sandbox(seed=1, alerts=300, clock=FakeClock(utc=NOW)) as sandbox:
        api = Api(sandbox, session)
        opened = next(each for each in reversed(sandbox.alerts) if each["status"] == "open")
        closed = next(each for each in sandbox.alerts if each["status"] == "closed")

        assert (await api.get(f"/v2/alerts/{opened['alias']}?identifierType=alias"))["id"] == opened["id"]
        assert (await api("GET", f"/v2/alerts/{closed['alias']}?identifierType=alias")).status == 404


async def test_new_alerts_go_on_counting(session: aiohttp.ClientSession):
    async with Sandbox(seed=1, alerts=30, clock=FakeClock(utc=NOW)) as sandbox:
        api = Api(sandbox, session)
        await api("POST", "/v2/alerts", {"message": "new", "alias": "fresh"})

        assert (await api.get("/v2/alerts/fresh?identifierType=alias"))["tinyId"] == "31"
        assert (await api.get("/v2/alerts/count"))["count"] == 31


@pytest.mark.parametrize("settings", [{"alerts": -1}, {"incidents": -1}])
def test_a_number_below_zero_is_refused(settings: dict[str, int]):
    with pytest.raises(ValueError, match="expected a whole number of 0 or more"):
        Sandbox(**settings)


async def test_reading_keeps_nothing(session: aiohttp.ClientSession):
    """An archive reads everything once: the account must not grow by it."""
    async with Sandbox(teams=1, seed=1, alerts=1_500, incidents=20, clock=FakeClock(utc=NOW)) as sandbox:
        api, account = Api(sandbox, session), sandbox.account
        for number, id in enumerate([*account.alerts]):
            await api.get(f"/v2/alerts/{id}")
            if number % 100 == 0:
                for tail in ("logs", "notes", "recipients", "attachments"):
                    await api.get(f"/v2/alerts/{id}/{tail}")
        for id in [*account.incidents]:
            for path in (f"/v1/incidents/{id}/logs", f"/v2/incident-timelines/{id}/entries"):
                await api.get(path)

        tables = (account.alert_logs, account.alert_notes, account.alert_recipients, account.alert_attachments)
        for table in (*tables, account.incident_logs, account.timeline_entries):
            assert [*table.changes()] == []
        assert [*account.alerts.documents(history=False)] == []
        assert len(account.alerts._changes) <= 1000


async def test_actions_on_a_history_are_kept(session: aiohttp.ClientSession):
    async with Sandbox(teams=1, seed=1, alerts=200, incidents=20, clock=FakeClock(utc=NOW)) as sandbox:
        api = Api(sandbox, session)
        alert = next(each for each in sandbox.alerts if each["status"] == "open")
        lines = await api.get(f"/v2/alerts/{alert['id']}/logs?order=asc&limit=100")
        await api("POST", f"/v2/alerts/{alert['id']}/close", {"note": "done", "user": "ann@corp.example"})

        after = await api.get(f"/v2/alerts/{alert['id']}/logs?order=asc&limit=100")
        assert after[: len(lines)] == lines
        assert [each["log"] for each in after[len(lines) :]] == ["Alert closed", "Added note: done"]
        assert (await api.get(f"/v2/alerts/{alert['id']}"))["status"] == "closed"
        assert (await api.get("/v2/alerts/count?query=status:open"))["count"] == sum(
            each["status"] == "open" for each in sandbox.alerts
        )
        incident = sandbox.incidents[-1]["id"]
        path = f"/v2/incident-timelines/{incident}/entries"
        count = len(sandbox.account.timeline_entries.get(incident))
        await api("POST", path, {"description": {"type": "plain_text", "content": "more"}})
        assert len(sandbox.account.timeline_entries.get(incident)) == count + 1
