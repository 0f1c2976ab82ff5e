"""What pydantic makes of a model: it reads by `from_dict`, writes by `to_dict`, and its JSON schema fits both."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from opsgenie_async.converters.names import wire_name
from opsgenie_async.legacy import models as v1
from opsgenie_async.models import (
    Alert,
    AlertPolicy,
    IntegrationActions,
    NotificationPolicy,
    Policy,
    Recipient,
    Schedule,
    Team,
    TeamRef,
    Unknown,
    UserRef,
)
from opsgenie_async.models.base import BOOKKEEPING, Model
from tests.converters.documents import MODELS, documents

TEAM = {
    "id": "t1",
    "name": "ops",
    "description": None,
    "members": [{"user": {"id": "u1", "username": "ann@example.com"}, "role": "owner"}],
    "madeUpLater": [1],
}
ALERT = {"id": "a1", "message": "disk full", "createdAt": "2026-11-21T09:15:54.05Z", "priority": "P9"}


class Handover(BaseModel):
    team: Team
    alerts: list[Alert] = []
    after: Team | None = None


def test_a_model_is_a_field_of_another():
    document = {"team": TEAM, "alerts": [ALERT], "after": None}

    handover = Handover.model_validate(document)

    assert handover.team == Team.from_dict(TEAM)
    assert handover.alerts[0].created_at == Alert.from_dict(ALERT).created_at
    assert handover.model_dump() == document  # the field of tomorrow, and null where null was
    assert json.loads(handover.model_dump_json()) == document
    assert Handover.model_validate_json(handover.model_dump_json()) == handover


def test_an_instance_passes_as_it_is():
    team = Team(id="t1", name="ops")

    assert Handover(team=team).team is team
    assert Handover(team=team).model_dump(include={"team"}) == {"team": {"id": "t1", "name": "ops"}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"id": "t1", "name": 7}, "Team.name: expected str, got 7"),
        ({"id": "t1"}, "Team.name: missing"),
        ({"id": "t1", "name": "ops", "members": [{"user": 3}]}, r"Team.members\[0\].user: expected object, got 3"),
        ("ops", 'Team: expected object, got "ops"'),
        (None, "Team: expected object, got null"),
        (Schedule(id="s1", name="night", timezone="UTC", enabled=True), "Team: expected object, got "),
    ],
)
def test_what_does_not_fit_is_a_validation_error(value, message):
    with pytest.raises(ValidationError, match=message) as caught:
        Handover(team=value)

    assert [each["loc"] for each in caught.value.errors()] == [("team",)]


@pytest.mark.parametrize(
    ("union", "document", "kind"),
    [
        (Policy, {"type": "alert", "id": "p", "name": "p"}, AlertPolicy),
        (Policy, {"type": "notification", "id": "p", "name": "p"}, NotificationPolicy),
        (Policy, {"type": "made-up-later", "id": 7}, Unknown),
        (Recipient, {"type": "team", "name": "ops"}, TeamRef),
        (Recipient, {"type": "user", "username": "ann"}, UserRef),
        (Recipient, {"type": "robot"}, Unknown),
    ],
)
def test_a_union_is_told_by_its_tag(union, document, kind):
    adapter = TypeAdapter[Any](list[union])

    (value,) = adapter.validate_python([document])

    assert isinstance(value, kind)
    assert adapter.dump_python([value]) == json.loads(adapter.dump_json([value])) == [document]


def test_a_member_of_a_union_is_no_other():
    with pytest.raises(ValidationError, match=r"TeamRef\.type: expected team, got"):
        TypeAdapter(TeamRef).validate_python({"type": "user", "id": "u1"})
    assert TypeAdapter(TeamRef).validate_python({"id": "t1"}) == TeamRef(id="t1")


@functools.cache
def schema_of(model: type[Model]) -> Any:
    return TypeAdapter(model).json_schema()


@functools.cache
def validator_of(model: type[Model]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema_of(model))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_has_the_names_of_the_wire(mode):
    schema = TypeAdapter(Alert).json_schema(mode=mode)

    assert (schema["type"], schema["title"]) == ("object", "Alert")
    assert schema["required"] == ["id"]
    fields = schema["properties"]
    assert {"tinyId", "isSeen", "ownerTeamId"} <= fields.keys()
    assert fields["id"] == {"type": ["string", "integer"]}
    assert fields["createdAt"] == {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
    assert fields["tags"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}
    assert "P1" in fields["priority"]["anyOf"][0]["examples"]
    assert fields["report"]["anyOf"][0]["title"] == "AlertReport"


def test_every_model_has_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema_of(IntegrationActions))
    for model in MODELS:
        attrs.resolve_types(model)
        names = {wire_name(field) for field in attrs.fields(model) if field.name not in BOOKKEEPING}
        assert names <= schema_of(model)["properties"].keys(), model


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_whatever_a_model_reads_fits_its_schema(data):
    model = data.draw(st.sampled_from(MODELS))
    document = data.draw(documents(model))

    value = TypeAdapter[Any](model).validate_python(document)

    assert value == model.from_dict(document)
    validator_of(model).validate(value.to_dict())


def test_what_does_not_fit_fits_no_schema():
    assert not validator_of(Team).is_valid({"id": "t1", "name": 7})
    assert not validator_of(Team).is_valid({"id": "t1"})
    assert not validator_of(TeamRef).is_valid({"type": "user"})


def test_two_models_of_one_name_are_two_schemas():
    class Both(BaseModel):
        new: Schedule
        old: v1.Schedule

    assert len(Both.model_json_schema()["$defs"]) == 2


def test_nothing_of_pydantic_is_loaded_by_a_model():
    program = (
        "import sys; from opsgenie_async import Team; Team.from_dict({'id': '1', 'name': 'ops'}).to_json(); "
        "print([name for name in sys.modules if 'pydantic' in name])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
