"""What the API refused for good is not tried by every run: until its file changes, or somebody asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import (
    JOURNAL,
    ApplyReport,
    Difference,
    Journal,
    JournalError,
    Plan,
    Snapshot,
    apply,
    plan,
    read_account,
)
from opsgenie_async.sync import read_refusals as refusals_in
from opsgenie_async.sync.planning.refusals import Refusal, split_refused_steps
from opsgenie_async.testing import NoWaiting
from tests.sync.changes import change, create
from tests.sync.states import entity, state

OPS = {"name": "ops"}
NOBODY = {"type": "none"}
ROTATION = {"name": "r", "type": "daily", "startDate": "2031-01-01T08:00:00Z", "participants": [NOBODY]}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=0, bare_teams=True) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    config = Config(jitter=lambda bound: 0.0, max_attempts=1)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


async def run(og: Opsgenie, want: Snapshot, journal: Path, **options: Any) -> tuple[Plan, ApplyReport]:
    """What `apply` does on the command line."""
    async with Journal.open(journal) as log:
        refusals = () if options.pop("retry_refused", False) else log.refusals
        result = plan(await read_account(og), want, refusals=refusals, new_teams=log.new_teams, **options)
        return result, await apply(og, result, journal=log, clock=NoWaiting())


def schedule(**fields: Any) -> Snapshot:
    return state(entity("schedule", {"name": "night", **fields}, schedule_rotation=[(ROTATION, "")]))


def writes(sandbox: Sandbox) -> list[str]:
    requests = [f"{each.method} {each.path}" for each in sandbox.received if each.method != "GET"]
    sandbox.reset_counters()
    return requests


@pytest.mark.parametrize("status", [402, 403, 422])
async def test_what_was_refused_is_left_alone_until_its_file_changes(
    og: Opsgenie, sandbox: Sandbox, tmp_path: Path, status: int
) -> None:
    journal = tmp_path / JOURNAL
    sandbox.faults.add(Fault(route="POST /v2/schedules", status=status))
    _, report = await run(og, schedule(), journal)
    assert [step.error.status for step in report.failed] == [status]
    assert len(writes(sandbox)) == 1
    for _ in range(3):
        result, report = await run(og, schedule(), journal)
        assert (result.changes, writes(sandbox), result.complete) == ((), [], False)
        first, second = result.skipped
        assert first.startswith(f"schedules/night: create schedule night: the API refused it before: {status} ")
        assert second.endswith("r: needs schedule 'night', which the API refused")
        assert [each.status for each in refusals_in(journal)] == [status]
    result, report = await run(og, schedule(description="changed"), journal)
    assert [step.error.status for step in report.failed] == [status]
    assert len(writes(sandbox)) == 1
    sandbox.faults.clear()
    result, report = await run(og, schedule(description="changed"), journal)
    assert writes(sandbox) == []
    result, report = await run(og, schedule(description="changed"), journal, retry_refused=True)
    assert report.complete
    assert refusals_in(journal) == ()
    assert plan(await read_account(og), schedule(description="changed"), refusals=refusals_in(journal)).complete


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 409}, {"reset": True}, {"status": 400}])
async def test_what_may_go_another_way_the_next_time_is_tried(
    og: Opsgenie, sandbox: Sandbox, tmp_path: Path, fault: dict[str, Any]
) -> None:
    sandbox.faults.add(Fault(route="PATCH /v2/schedules/*", times=1, **fault))
    sandbox.add_schedule("night")
    want = state(entity("schedule", {"name": "night", "description": "new"}))
    _, report = await run(og, want, tmp_path / JOURNAL)
    assert len(report.failed) == 1
    _, report = await run(og, want, tmp_path / JOURNAL)
    assert report.complete
    assert plan(await read_account(og), want).changes == ()


async def test_a_part_whose_parent_is_not_found_is_tried_with_another_parent() -> None:
    step = create("team_role", "reader", parent="ops")
    refusal = Refusal(fingerprint=step.fingerprint, step="", status=404, message="no team", parent_id="1")
    assert split_refused_steps([step], [refusal], {("team", "", "ops"): "1"})[0] == []
    assert split_refused_steps([step], [refusal], {("team", "", "ops"): "2"})[0] == [step]
    policy = create("alert_policy", "p", {"name": "p"}, parent="ops")
    refusal = Refusal(fingerprint=policy.fingerprint, step="", status=404, message="no team", parent_id="1")
    assert split_refused_steps([policy], [refusal], {("team", "", "ops"): "1"})[0] == []


def refused(*steps: Any) -> list[Refusal]:
    return [Refusal(fingerprint=step.fingerprint, step="", status=403, message="no") for step in steps]


def test_what_a_team_has_now_is_not_deleted_while_its_successor_is_refused() -> None:
    new = create("team_routing_rule", "new", {"name": "new", "notify": NOBODY}, parent="ops", team="ops")
    old = change("delete", "team_routing_rule", "old", parent="ops", team="ops", id="1")
    other = change("delete", "escalation", "first", team="web", id="2")
    steps, reasons = split_refused_steps([new, old, other], refused(new), {})
    assert steps == [other]
    assert reasons[1].endswith("waits for a step that the API refused: create team_routing_rule ops new")


def test_an_order_that_what_is_there_has_already_is_no_step() -> None:
    new = create("team_routing_rule", "b", {"name": "b"}, parent="ops", team="ops")

    def order(have: list[Any], want: list[Any]) -> Any:
        step = change("order", "team_routing_rule", "", {"order": want}, parent="ops", team="ops")
        return attrs.evolve(step, differences=(Difference("order", have, want),))

    settled, moved = order(["a", "c", "b"], ["a", "b", "c"]), order(["c", "a", "b"], ["a", "b", "c"])
    assert split_refused_steps([new, settled], refused(new), {})[0] == []
    assert split_refused_steps([new, moved], refused(new), {})[0] == [moved]
    assert split_refused_steps([settled], [], {})[0] == [settled]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "night", "description": "x"},
        {"name": "night", "enabled": True},
        {"name": "night", "tags": ["b", "a"]},
        {},
    ],
)
def test_a_fingerprint_is_of_all_fields(fields: dict[str, Any]) -> None:
    assert create("schedule", "night", fields).fingerprint != create("schedule", "night").fingerprint
    one, other = {"name": "n", "a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}, "name": "n"}
    assert create("schedule", "n", one, id="1").fingerprint == create("schedule", "n", other, id="2").fingerprint


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "step refused before", "fingerprint": []}',
        '{"event": "step failed", "fingerprint": "x", "status": "9"}',
    ],
)
def test_a_journal_that_is_none_is_refused_when_it_is_only_looked_at(tmp_path: Path, line: str) -> None:
    path = tmp_path / JOURNAL
    path.write_text('{"at": "", "event": "run began"}\n' + line + "\n")
    with pytest.raises(JournalError, match="line 2"):
        refusals_in(path)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(JournalError):
        refusals_in(tmp_path / "link")
    assert refusals_in(tmp_path / "nothing") == ()


async def test_no_value_of_a_field_gets_into_the_journal(og: Opsgenie, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add(Fault(route="POST /v2/schedules", status=422))
    await run(og, schedule(description="a secret"), tmp_path / JOURNAL)
    text = (tmp_path / JOURNAL).read_text()
    assert "fingerprint" in text
    assert "a secret" not in text
