"""What was read stands as it stood before, as far as its order says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsgenie_async.sync.files.entity_file import document_of, text_of
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.arrangement import arrange
from tests.sync.accounts import MAPS, SETS, shuffled
from tests.sync.snapshots import entity
from tests.sync.strategies import accounts

CONDITIONS = [
    {"field": "message", "operation": "contains", "expectedValue": each, "not": False, "order": place}
    for place, each in enumerate(["disk", "fan", "net"])
]
ANN, BOB, CARL, DAVE = ({"type": "user", "username": f"{name}@x"} for name in ("ann", "bob", "carl", "dave"))
FRIDAY, MONDAY = ({"startDay": day, "startHour": 8, "startMin": 0} for day in ("friday", "monday"))


def change(each: Entity, alter: Callable[[Any], Any]) -> Entity:
    """The same entity with other fields, and other fields of its parts."""
    parts = {
        name: tuple(attrs.evolve(part, fields=alter(part.fields)) for part in parts)
        for name, parts in each.parts.items()
    }
    return attrs.evolve(each, fields=alter(each.fields), parts=parts)


@settings(max_examples=20)
@given(accounts(), st.randoms(use_true_random=False))
def test_another_order_of_sets_and_members_makes_the_same_file(account: Snapshot, random: Random) -> None:
    for each in account:
        answer = change(each, lambda value: shuffled(value, random))
        assert text_of(arrange(answer, each)) == text_of(each)


@settings(max_examples=20)
@given(accounts(), accounts(), st.randoms(use_true_random=False))
def test_nothing_is_added_lost_or_changed(account: Snapshot, earlier: Snapshot, random: Random) -> None:
    former = {each.path: each for each in earlier}
    for each in account:
        before = former.get(each.path, each)
        assert plain(document_of(arrange(each, before))) == plain(document_of(each))


def plain(value: Any, name: str = "") -> Any:
    """The same with the elements of every set in one order, and without the numbers of conditions."""
    if isinstance(value, dict):
        inner = {key: each if name in MAPS else plain(each, key) for key, each in value.items()}
        return {key: each for key, each in inner.items() if not (name == "conditions" and key == "order")}
    if isinstance(value, list):
        items = [plain(each, name) for each in value]
        return sorted(items, key=lambda each: json.dumps(each, sort_keys=True)) if name in SETS else items
    return value


@pytest.mark.parametrize(
    ("word", "field", "before", "answer", "file"),
    [
        ("service", "tags", ["c", "a", "b"], ["a", "b", "c"], ["c", "a", "b"]),
        ("service", "tags", ["c", "a", "b"], ["new", "a", "b", "c"], ["c", "a", "b", "new"]),
        ("service", "tags", ["c", "a", "b"], ["c", "new", "b"], ["c", "new", "b"]),
        ("service", "tags", ["c", "a", "b", "d"], ["d", "b", "c"], ["c", "b", "d"]),
        ("service", "tags", ["b", "a", "b"], ["a", "b", "b"], ["b", "a", "b"]),
        ("service", "tags", [1, "a"], ["a", True], [True, "a"]),
        ("alert_policy", "responders", [ANN, BOB], [BOB, DAVE, ANN], [ANN, BOB, DAVE]),
        (
            "team",
            "members",
            [{"user": {"username": "b@x"}, "role": "user"}, {"user": {"username": "a@x"}, "role": "user"}],
            [{"user": {"username": "a@x"}, "role": "admin"}, {"user": {"username": "b@x"}, "role": "user"}],
            [{"user": {"username": "b@x"}, "role": "user"}, {"user": {"username": "a@x"}, "role": "admin"}],
        ),
        (
            "team_routing_rule",
            "criteria",
            {"type": "match-any-condition", "conditions": CONDITIONS},
            {
                "conditions": [{**CONDITIONS[2], "order": 0}, CONDITIONS[1], CONDITIONS[0]],
                "type": "match-any-condition",
            },
            {"type": "match-any-condition", "conditions": CONDITIONS},
        ),
        (
            "team_routing_rule",
            "timeRestriction",
            {"type": "weekday-and-time-of-day", "restrictions": [MONDAY, FRIDAY]},
            {"type": "weekday-and-time-of-day", "restrictions": [FRIDAY, MONDAY]},
            {"type": "weekday-and-time-of-day", "restrictions": [MONDAY, FRIDAY]},
        ),
        (
            "integration_action",
            "create",
            [{"name": "one", "tags": ["x", "y"]}, {"name": "two", "tags": ["y", "x"]}],
            [{"name": "two", "tags": ["x", "y"]}, {"name": "one", "tags": ["y", "x", "z"]}],
            [{"name": "two", "tags": ["y", "x"]}, {"name": "one", "tags": ["y", "x", "z"]}],
        ),
        ("schedule_rotation", "participants", [ANN, BOB], [BOB, ANN], [BOB, ANN]),
        (
            "escalation",
            "rules",
            [{"recipient": ANN}, {"recipient": BOB}],
            [{"recipient": BOB}, {"recipient": ANN}],
            ...,
        ),
        ("notification_rule", "steps", [{"enabled": True}, {"enabled": False}], [{"enabled": False}, {}], ...),
        ("user", "details", {"tags": ["b", "a"]}, {"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
        ("user", "tags", "none", ["a"], ["a"]),
        ("user", "tags", {"a": 1}, ["a"], ["a"]),
    ],
)
def test_one_field(word: str, field: str, before: Any, answer: Any, file: Any) -> None:
    earlier, read = entity(word, {field: before}), entity(word, {field: answer})

    result = arrange(read, earlier).fields[field]

    desired = answer if file is ... else file
    assert repr(result) == repr(desired)  # the order of members, too


def test_parts_are_known_by_their_ids_and_stay_in_their_order() -> None:
    night, day = ({"name": name, "tags": ["b", "a"]} for name in ("night", "day"))
    earlier = entity("policies", {}, "t", alert_policy=[night, day])
    read = entity("policies", {}, "t", alert_policy=[{"name": "late", "tags": ["a", "b"]}, {**day, "tags": ["a", "b"]}])
    read = attrs.evolve(read, parts={"alert_policy": read.parts["alert_policy"][::-1]})

    result = arrange(read, earlier).parts["alert_policy"]

    assert [part.name for part in result] == ["day", "late"]
    assert [part.fields["tags"] for part in result] == [["b", "a"], ["b", "a"]]
