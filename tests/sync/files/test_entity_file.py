"""An entity and the document of its file say the same."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async.json_text import dump_readable, load
from opsgenie_async.sync.files.entity_file import counts_of, document_of, entity_of, part_records
from opsgenie_async.sync.files.manifest import FileRecord
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KINDS, PARTS_OF
from opsgenie_async.sync.model.snapshot import Entity, labels, name_of
from tests.sync.snapshots import DEFAULT, entity

SOME = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8))
VALUES = st.recursive(SOME, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
WITH_FILES = [kind for kind in KINDS if kind.folder]


@st.composite
def documents(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """Fields of a kind: whatever JSON allows, with names that are likely to repeat."""
    names = st.sampled_from(["", "a", "b", "B", "a#2"]) | st.text(max_size=5)
    known = dict.fromkeys(("name", "username", "alias", "method", "to", "description"), names)
    fields = draw(st.fixed_dictionaries({}, optional={**known, "isDefault": st.booleans()}))
    return {**draw(st.dictionaries(st.text(max_size=5), VALUES, max_size=3)), **fields}


@st.composite
def entities(draw: st.DrawFn) -> Entity:
    kind = draw(st.sampled_from(WITH_FILES))
    parts = {}
    for part in PARTS_OF[kind]:
        if draw(st.booleans()):
            amount = (1, 1) if part.single else (0, 4)
            each = draw(st.lists(documents(part), min_size=amount[0], max_size=amount[1]))
            answer = zip(labels(name_of(part, one) for one in each), each, strict=True)
            parts[part.name] = tuple(
                Entity(kind=part, name=name, fields=fields, id=draw(st.sampled_from(["", f"id {name}"])))
                for name, fields in answer
            )
    fields = draw(documents(kind))
    name = name_of(kind, fields) + draw(st.sampled_from(["", "#2"]))
    return Entity(kind=kind, name=name, fields=fields, parts=parts, id=draw(st.text(max_size=3)))


def all_of(entity: Entity) -> Any:
    """Everything of an entity, ids too, which do not count for its equality."""
    return attrs.asdict(entity, filter=lambda field, _: field.name != "kind")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entities())
def test_an_entity_comes_back_from_its_document(entity: Entity) -> None:
    record = FileRecord(kind=entity.kind.name, name=entity.name, id=entity.id, parts=part_records(entity), sha256="")
    document = load(dump_readable(document_of(entity)))
    assert isinstance(document, dict)
    assert all_of(entity_of(entity.kind, document, record)) == all_of(entity)
    by_hand = entity_of(entity.kind, document)  # all but ids, and the number behind a name that repeats
    assert (by_hand.fields, by_hand.parts) == (entity.fields, entity.parts)
    assert (by_hand.id, by_hand.name) == ("", name_of(entity.kind, entity.fields))


def test_sections_stand_in_the_order_of_the_table() -> None:
    ops = entity("team", {"name": "ops"}, team_routing_rule=[DEFAULT], team_role=[])
    assert list(document_of(ops)) == ["team", "roles", "routingRules"]


def test_what_was_not_read_is_not_in_the_document() -> None:
    document = document_of(entity("team", {"name": "ops"}, team_role=[]))
    assert document == {"team": {"name": "ops"}, "roles": []}


def test_a_part_of_which_there_is_one_is_no_list() -> None:
    chat = entity("integration", {"name": "chat", "type": "API"}, integration_action=[{"ignore": []}])
    assert document_of(chat)["actions"] == {"ignore": []}


@pytest.mark.parametrize(
    ("name", "expected"), [("ops#2", "ops#2"), ("ops#x", "ops"), ("ops#2x", "ops"), ("ops2", "ops"), ("db", "ops")]
)
def test_a_record_keeps_the_number_behind_a_name_and_nothing_else(name: str, expected: str) -> None:
    record = FileRecord(kind="team", name=name, id="1", sha256="")
    kind = next(kind for kind in KINDS if kind.name == "team")
    assert entity_of(kind, {"team": {"name": "ops"}}, record).name == expected


def test_what_a_document_holds_is_counted_by_kind() -> None:
    ops = entity("team", {"name": "ops", "members": [{}, {}]}, team_role=[], team_routing_rule=[DEFAULT])
    assert counts_of(ops.kind, document_of(ops)) == {"teams": 1, "members": 2, "roles": 0, "routing_rules": 1}
    table = entity("policies", {}, alert_policy=[{"name": "a"}, {"name": "b"}])
    assert counts_of(table.kind, document_of(table)) == {"alert_policies": 2}
