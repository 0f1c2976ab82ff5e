"""Every model that there is, found by itself: null in each field in turn, and every union with a word of tomorrow."""

from __future__ import annotations

import copy
import enum
import json
import pickle
import pkgutil
from datetime import datetime
from importlib import import_module
from types import NoneType
from typing import Any, get_args, get_origin

import attrs
import pytest

import opsgenie_async
from opsgenie_async.converters import read, write
from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import BOOKKEEPING, without_none
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import Model, Tagged, Unknown
from opsgenie_async.models.wire_types import EpochMillis, FlagText, HourText, IdText, MinuteText, WallTime
from opsgenie_async.web.webhook_values import Text
from tests.tables import each_row

SAMPLES = {WallTime: "2026-11-21 09:00", EpochMillis: 1790000000000, FlagText: "true", HourText: "8", MinuteText: "30"}
SCALARS = {str: "x", int: 1, bool: True, float: 1.5, datetime: "2026-11-21T09:15:54.05Z", IdText: "7"}


WEBHOOKS = "opsgenie_async.web.webhook"


def models() -> list[type[Model]]:
    for module in pkgutil.walk_packages(opsgenie_async.__path__, "opsgenie_async."):
        if module.name.split(".")[1] in ("models", "legacy", "dx") or module.name.startswith(WEBHOOKS):
            import_module(module.name)
    classes, waiting = set(), [Model]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each not in classes and each.__module__.startswith("opsgenie_async."):
                classes.add(each)
                waiting.append(each)
    # attrs makes a class with slots anew: the one that it was made of may not be collected yet.
    classes = {each for each in classes if vars(import_module(each.__module__)).get(each.__name__, each) is each}
    every = sorted(classes, key=lambda each: f"{each.__module__}.{each.__qualname__}")
    return [each for each in every if not issubclass(each, Tagged) or hasattr(each, each.tagged_by)]


MODELS = models()
each_model = each_row("model", MODELS, ids=lambda each: f"{each.__module__[15:]}.{each.__qualname__}")


def sample(kind: Any, depth: int = 0) -> Any:
    """A JSON value that *kind* reads."""
    kind, _ = without_none(kind)
    if kind in SAMPLES:
        return SAMPLES[kind]
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is Json:
        return {"any": [None]}
    arms = get_args(kind)
    if get_origin(kind) is list:
        return [sample(arms[0], depth + 1)] if depth < 3 else []
    if get_origin(kind) is dict:
        return {"k": sample(arms[1], depth + 1)}
    if Unknown in arms:
        return sample(arms[0], depth + 1)
    if any(isinstance(arm, type) and issubclass(arm, enum.Enum) for arm in arms):
        return "a-word-of-tomorrow"
    if isinstance(kind, type) and issubclass(kind, Model):
        return document(kind, depth + 1)
    return sample(arms[0], depth)  # Annotated


def fields(model: type[Model]) -> list[attrs.Attribute[Any]]:
    attrs.resolve_types(model)
    return [field for field in attrs.fields(model) if field.name not in BOOKKEEPING]


def document(model: type[Model], depth: int = 0) -> dict[str, Any]:
    """Every field of *model* filled; a self-containing one ends after a few floors."""
    tag = {wire_name(model.tagged_by): getattr(model, model.tagged_by)} if issubclass(model, Tagged) else {}
    members = [field for field in fields(model) if depth < 3 or field.default is attrs.NOTHING]
    filled = {wire_name(field): sample(field.type, depth) for field in members}
    return {**tag, **filled, **({"timezone": "UTC"} if "timezone" in filled else {})}


def test_all_models_are_walked():
    assert len(MODELS) > 120
    assert {each.__module__.split(".")[1] for each in MODELS} == {"models", "legacy", "dx", "web"}


@each_model
def test_a_full_document_comes_back_and_is_json(model):
    whole = document(model)
    value = model.from_dict(whole)
    assert value.to_dict() == whole
    assert json.loads(value.to_json()) == whole
    assert value.extra == {}
    assert model.from_dict(value.to_dict()) == value


@each_model
def test_null_in_each_field_in_turn(model):
    whole = document(model)
    for field in fields(model):
        key = wire_name(field)
        holed = {**whole, key: None}
        if field.type is Text and field.default is attrs.NOTHING:  # of a webhook, where a text may be anything
            assert getattr(model.from_dict(holed), field.name) == ""
            continue
        if field.type is not Json and field.default is attrs.NOTHING and NoneType not in get_args(field.type):
            with pytest.raises(ProtocolError, match=rf"^{model.__name__}\.{key}: expected .* got null$"):
                model.from_dict(holed)
            continue
        value = model.from_dict(holed)
        default = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]
        assert getattr(value, field.name) == default
        assert value.to_dict() == holed
        assert copy.copy(value).to_dict() == pickle.loads(pickle.dumps(value)).to_dict() == holed


@each_model
def test_a_null_among_the_items_of_each_list_and_map(model):
    whole = document(model)
    for field in fields(model):
        key = wire_name(field)
        if field.type is Json or not isinstance(whole[key], list | dict):
            continue
        if isinstance(whole[key], dict) and get_origin(without_none(field.type)[0]) is not dict:
            continue
        holed = {**whole, key: {"n": None, **whole[key]} if isinstance(whole[key], dict) else [None, *whole[key], None]}
        value = model.from_dict(holed)
        assert getattr(value, field.name) == getattr(model.from_dict(whole), field.name)
        assert value.to_dict() == holed


def unions() -> list[tuple[type[Model], attrs.Attribute[Any]]]:
    return [(each, field) for each in MODELS for field in fields(each) if "Unknown" in str(field.type)]


@pytest.mark.parametrize(
    ("model", "field"), unions(), ids=lambda each: getattr(each, "__name__", getattr(each, "name", ""))
)
def test_every_union_keeps_a_word_of_tomorrow(model, field):
    assert len(unions()) > 20
    for stranger in ({"type": "tomorrow", "id": "7", "more": [None]}, {"type": None, "id": "7"}, {"id": "7"}):
        several = get_origin(without_none(field.type)[0]) is list
        strange = {**document(model), wire_name(field): [stranger] if several else stranger}
        value = model.from_dict(strange)
        (member,) = getattr(value, field.name) if several else [getattr(value, field.name)]
        assert member == Unknown(stranger)
        assert member.to_dict() == stranger
        assert value.to_dict() == strange


@each_model
def test_ids_may_be_numbers(model):
    whole = document(model)
    ids = [field for field in fields(model) if field.type is str and (field.name == "id" or field.name.endswith("_id"))]
    for field in ids:
        numbered = {**whole, wire_name(field): 1510825641455}
        value = model.from_dict(numbered)
        assert getattr(value, field.name) == "1510825641455"
        assert value.to_dict() == numbered
        setattr(value, field.name, "other")
        assert value.to_dict()[wire_name(field)] == "other"


def test_nulls_among_models_stay_when_a_model_is_changed():
    listed = {"id": "1", "name": "ops", "members": [None, {"user": {"id": "7"}}, None]}
    team = opsgenie_async.models.Team.from_dict(listed)
    team.members[0].role = "admin"
    assert team.to_dict()["members"] == [None, {"user": {"id": "7"}, "role": "admin"}, None]
    team.members.clear()
    assert team.to_dict()["members"] == []
    renamed = attrs.evolve(opsgenie_async.models.Team.from_dict(listed), name="x")
    assert renamed.to_dict() == {**listed, "name": "x"}


def test_what_was_read_and_then_set_is_written_as_it_was_set():
    team = read({"id": "1", "name": "ops", "description": None, "links": None}, opsgenie_async.models.Team)
    team.description = "x"
    assert write(team) == {"id": "1", "name": "ops", "description": "x", "links": None}
    alert = read({"id": "1", "createdAt": "2026-11-21T09:15:54.05Z", "tags": ["a", None]}, opsgenie_async.models.Alert)
    alert.tags.append("b")
    assert alert.created_at is not None
    alert.created_at = alert.created_at.replace(minute=0)
    assert write(alert) == {"id": "1", "createdAt": "2026-11-21T09:00:54.050Z", "tags": ["a", "b"]}


def test_a_document_that_nests_without_an_end_is_a_protocol_error():
    deepest: dict[str, Any] = {"id": "1"}
    for _ in range(100_000):
        deepest = {"id": "1", "onCallParticipants": [deepest]}
    with pytest.raises(ProtocolError, match="nested without an end"):
        opsgenie_async.models.OnCallParticipant.from_dict(deepest)
    while deepest := next(iter(deepest.get("onCallParticipants", [])), {}):
        pass


def test_half_a_surrogate_pair_is_told_and_can_be_printed():
    with pytest.raises(ProtocolError) as caught:
        opsgenie_async.models.Alert.from_dict({"id": "1", "count": "\ud800", "\ud800": 1})
    str(caught.value).encode()
    assert json.loads(opsgenie_async.models.Alert.from_dict({"id": "\ud800"}).to_json()) == {"id": "\ud800"}
