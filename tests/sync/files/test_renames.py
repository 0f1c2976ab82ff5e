"""Parts that are renamed in a file stay what they are: nobody stays on call under the old name."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async.sync import Plan, Snapshot, Store, plan
from opsgenie_async.sync.files.entity_file import part_ids
from opsgenie_async.sync.files.manifest import PartRecord
from opsgenie_async.sync.model.snapshot import Entity
from tests.sync.snapshots import DEFAULT, entity, write_snapshot

slowly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Doc = dict[str, Any]


def rotation(name: str, length: int = 1) -> Doc:
    none = [{"type": "none"}]
    return {"name": name, "type": "weekly", "length": length, "startDate": "2026-01-05T08:00:00Z", "participants": none}


def rule(name: str, minute: int = 0) -> Doc:
    hours = {"startHour": 8, "startMin": minute, "endHour": 18, "endMin": 0}
    restriction = {"type": "time-of-day", "restriction": hours}
    return {"name": name, "isDefault": False, "notify": {"type": "none"}, "timeRestriction": restriction}


def schedule_of(rotations: list[Doc]) -> Entity:
    fields = {"name": "night", "timezone": "Europe/Berlin"}
    return entity("schedule", fields, "schedule", schedule_rotation=rotations, schedule_override=[])


def team_of(rules: list[Doc]) -> Entity:
    return entity("team", {"name": "ops"}, "team", team_role=[], team_routing_rule=[*rules, DEFAULT])


def edited(account: Entity, path: str, section: str, parts: list[Doc], *, format: int = 3) -> Plan:
    """The plan for an account after its file was pulled and got these parts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_snapshot(folder, [account])
        if format == 2:
            in_format_2(folder / "manifest.json")
        document = json.loads((folder / path).read_text())
        document[section] = parts
        (folder / path).write_text(json.dumps(document))
        have = Snapshot(entities={account.kind.folder: [account]})
        return plan(have, Store(folder).load())


def in_format_2(file: Path) -> None:
    manifest = json.loads(file.read_text())
    manifest["format"] = 2
    for record in manifest["files"].values():
        keys = {key: key.split("/", 2) for key in record["ids"]}
        record["ids"] = {f"{keys[key][0]}/{keys[key][2]}": id for key, id in record["ids"].items()}
    file.write_text(json.dumps(manifest))


def steps(result: Plan) -> set[tuple[str, str]]:
    return {(change.action, change.id) for change in result.changes}


@slowly
@given(st.data(), st.sampled_from([2, 3]))
def test_renamed_rotations_are_updated(data: st.DataObject, format: int) -> None:
    names = data.draw(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1))
    renamed = data.draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    lengths = data.draw(st.lists(st.integers(1, 3), min_size=len(names), max_size=len(names)))
    there = [rotation(name) for name in names]
    parts = [
        rotation(f"{name} v2" if new else name, length)
        for name, new, length in zip(names, renamed, lengths, strict=True)
    ]

    result = edited(schedule_of(there), "schedules/night.json", "rotations", parts, format=format)

    touched = [index for index, part in enumerate(parts) if part != there[index]]
    assert steps(result) == {("update", f"schedule/schedule_rotation-{index}") for index in touched}
    assert result.extra == ()


@slowly
@given(st.data())
def test_renamed_rules_are_updated_among_namesakes(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(["p", "q", "default"]), min_size=1, max_size=5))
    renamed = data.draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    there = [rule(name, minute) for minute, name in enumerate(names)]
    parts = [
        {**each, "name": f"new {index}"} if new else each
        for index, (each, new) in enumerate(zip(there, renamed, strict=True))
    ]

    result = edited(team_of(there), "teams/ops.json", "routingRules", [*parts, DEFAULT])

    touched = [index for index, new in enumerate(renamed) if new]
    assert steps(result) == {("update", f"team/team_routing_rule-{index}") for index in touched}
    assert [each.field for change in result.changes for each in change.differences] == ["name"] * len(touched)
    assert result.extra == ()


@slowly
@given(st.data())
def test_names_that_move_on_to_another_part(data: st.DataObject) -> None:
    """Also where the old name of one is the new name of the next, and somebody else moved them about."""
    names = data.draw(st.lists(st.sampled_from("abcdef"), unique=True, min_size=2, max_size=5))
    there = [rule(name, minute) for minute, name in enumerate(names)]
    after = [*names[1:], "new"]
    parts = [{**each, "name": name} for each, name in zip(there, after, strict=True)]

    result = edited(team_of(there), "teams/ops.json", "routingRules", [*parts, DEFAULT])

    assert steps(result) == {("update", f"team/team_routing_rule-{index}") for index in range(len(names))}
    assert result.extra == ()


def test_a_renamed_part_without_an_id_is_found_by_what_it_says() -> None:
    there = [rule("day", 0), rule("night", 30)]
    account = team_of(there)
    parts = [
        attrs.evolve(each, id="") for each in team_of([rule("by night", 30), rule("day", 0)]).parts["team_routing_rule"]
    ]
    by_hand = attrs.evolve(account, id="", parts={**account.parts, "team_routing_rule": tuple(parts)})

    result = plan(Snapshot(entities={"teams": [account]}), Snapshot(entities={"teams": [by_hand]}))

    renames = [(each.action, each.id) for each in result.changes if each.action != "order"]
    assert renames == [("update", "team/team_routing_rule-1")]
    assert result.extra == ()


def test_of_two_that_say_the_same_nobody_knows_which_was_renamed() -> None:
    account = team_of([rule("one"), rule("two"), rule("three", 30)])
    desired = team_of([rule("four"), rule("three", 30)])
    parts = tuple(attrs.evolve(each, id="") for each in desired.parts["team_routing_rule"])
    by_hand = attrs.evolve(desired, parts={**desired.parts, "team_routing_rule": parts})

    result = plan(Snapshot(entities={"teams": [account]}), Snapshot(entities={"teams": [by_hand]}))

    assert ("create", "") in steps(result)
    assert len(result.extra) == 2


@pytest.mark.parametrize(
    ("names_before", "names", "ids"),
    [
        ("a b c", "a b c", "0 1 2"),
        ("a b c", "c a b", "2 0 1"),
        ("a b c", "a x c", "0 1 2"),
        ("a b c", "x y z", "0 1 2"),
        ("a b c", "a b c d", "0 1 2 -"),
        ("a b c", "a c", "0 2"),
        ("a b c", "x a b c", "- 0 1 2"),
        ("a b c", "a x y c", "0 - - 2"),
        ("a b c d", "a x d", "0 - 3"),
        ("a a#2", "x a", "0 1"),
        ("a a#2", "a x", "0 1"),
        ("a a#2", "a a#2 a#3", "0 1 -"),
        ("a a#2 b", "b a a#2", "2 0 1"),
        ("", "a", "-"),
    ],
)
def test_part_ids(names_before: str, names: str, ids: str) -> None:
    records = [PartRecord(name, str(number)) for number, name in enumerate(names_before.split())]
    assert part_ids(names.split(), records) == [id.replace("-", "") for id in ids.split()]
