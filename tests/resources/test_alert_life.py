"""`og.alerts` and `og.saved_searches` against the sandbox: what was written is what is read."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsgenie_async import Alias, Conflict, Name, NotFound, Opsgenie, RequestFailed, TinyId
from opsgenie_async.models import Alert, Priority, SortOrder, TeamRef, UserRef
from opsgenie_async.sandbox import Sandbox
from tests.resources.reading import unread_fields

DB = Alias("db/1 down?")


@pytest.fixture
async def alert(og: Opsgenie) -> Alert:
    """An open alert with an alias that needs encoding."""
    await (await og.alerts.create(message="disk full", alias=DB.value, actions=["restart"], tags=["a"])).wait()
    return await og.alerts.get(DB)


async def test_one_alert_by_each_of_its_names(og: Opsgenie, alert: Alert):
    for name in (alert, alert.id, DB, TinyId(alert.tiny_id)):
        there = await og.alerts.get(name)
        assert there == alert
        assert list(unread_fields(there)) == []


async def test_what_is_done_to_an_alert_is_seen_on_it(og: Opsgenie, sandbox: Sandbox, alert: Alert):
    ann = sandbox.add_user("ann@corp.example")
    until = datetime(2999, 1, 1, tzinfo=UTC)
    for pending in (
        await og.alerts.acknowledge(alert, user="ann@corp.example"),
        await og.alerts.assign(alert, owner=UserRef(id=ann["id"])),
        await og.alerts.snooze(alert, end_time=until),
        await og.alerts.add_tags(alert, tags=["b", "c d"]),
        await og.alerts.remove_tags(alert, tags=["a"]),
        await og.alerts.add_details(alert, details={"k": "v", "l": "w"}),
        await og.alerts.remove_details(alert, keys=["k"]),
        await og.alerts.update_message(alert, message="disk quite full"),
        await og.alerts.update_description(alert, description="of logs"),
        await og.alerts.update_priority(alert, priority=Priority.P1),
    ):
        assert (await pending.wait()).succeeded

    there = await og.alerts.get(alert)
    assert (there.acknowledged, there.owner, there.snoozed, there.snoozed_until) == (
        True,
        "ann@corp.example",
        True,
        until,
    )
    assert (there.tags, there.details) == (["b", "c d"], {"l": "w"})
    assert (there.message, there.description, there.priority) == ("disk quite full", "of logs", Priority.P1)
    assert list(unread_fields(there)) == []

    await (await og.alerts.unacknowledge(alert)).wait()
    await (await og.alerts.close(alert)).wait()
    there = await og.alerts.get(alert.id)
    assert (there.acknowledged, there.status) == (False, "closed")
    with pytest.raises(NotFound):
        await og.alerts.get(DB)
    await (await og.alerts.delete(alert)).wait()
    with pytest.raises(NotFound):
        await og.alerts.get(alert.id)


async def test_an_action_on_no_alert_fails_when_it_is_processed(og: Opsgenie):
    pending = await og.alerts.acknowledge("none")

    with pytest.raises(RequestFailed):
        await pending.wait()


async def test_notes_are_listed_over_all_pages_from_either_end(og: Opsgenie, alert: Alert):
    for number in range(7):
        await (await og.alerts.add_note(alert, note=f"n{number}")).wait()

    newest = await og.alerts.list_notes(alert, page_size=3)
    oldest = await og.alerts.list_notes(alert, page_size=3, order=SortOrder.ASC)

    assert [each.note for each in oldest] == [f"n{number}" for number in range(7)]
    assert newest == oldest[::-1]
    assert len(await og.alerts.list_logs(alert, page_size=2)) >= 7


@pytest.mark.parametrize("kind", ["path", "bytes", "file"])
async def test_an_attachment_from_its_file_to_its_end(og: Opsgenie, alert: Alert, tmp_path: Path, kind: str):
    path = tmp_path / "trace ü.log"
    path.write_bytes(b"a\r\n--b")
    content = {"path": path, "bytes": path.read_bytes(), "file": io.BytesIO(b"a\r\n--b")}[kind]

    result = await og.alerts.add_attachment(DB, file=content, file_name="" if kind == "path" else "trace ü.log")

    (listed,) = await og.alerts.list_attachments(alert)
    assert (listed.id, listed.name) == (result.id, "trace ü.log")
    there = await og.alerts.get_attachment(alert, listed)
    assert there.name == "trace ü.log"
    assert there.url
    await og.alerts.delete_attachment(alert, result)
    assert await og.alerts.list_attachments(alert) == []


async def test_a_saved_search_finds_and_counts_like_its_query(og: Opsgenie, sandbox: Sandbox, alert: Alert):
    sandbox.add_user("ann@corp.example")
    team = sandbox.add_team("ops")
    ann = UserRef(username="ann@corp.example")
    await (await og.alerts.create(message="other", priority="P1")).wait()
    result = await og.saved_searches.create(
        name="mine", query="priority: P3", owner=ann, description="d", teams=[TeamRef(name="ops")]
    )

    for search in (result.id, result, Name("mine")):
        assert [each.id for each in await og.alerts.list(search_identifier=search)] == [alert.id]
        assert await og.alerts.count(search_identifier=search) == 1
    assert await og.alerts.count() == 2

    changed = await og.saved_searches.update(result, name="ours", query="priority: P1", owner=ann)
    assert (changed.id, changed.name) == (result.id, "ours")
    there = await og.saved_searches.get(Name("ours"))
    assert (there.query, there.description, [each.id for each in there.teams]) == ("priority: P1", "d", [team["id"]])
    assert list(unread_fields(there)) == []
    assert [each.name for each in await og.saved_searches.list()] == ["ours"]
    with pytest.raises(Conflict):
        await og.saved_searches.create(name="ours", query="q", owner=ann)
    await og.saved_searches.delete(Name("ours"))
    assert await og.saved_searches.list() == []
