"""What was read comes back equal: every model, any fields there or not, words and fields that nobody knows yet."""

import copy
import pickle

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async.converters import read, write
from opsgenie_async.converters.names import wire_name
from opsgenie_async.models import (
    Condition,
    DayInterval,
    Escalation,
    EscalationRepeat,
    Priority,
    ScheduleRotation,
    TeamRoutingRule,
    TimeOfDay,
    Unknown,
)
from opsgenie_async.models.base import BOOKKEEPING
from tests.converters.documents import MODELS, documents

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.__module__.rpartition('.')[2]}.{model.__name__}")
@QUICK
@given(data=st.data())
def test_what_was_read_is_written_back(model, data):
    document = data.draw(documents(model))
    before = copy.deepcopy(document)
    value = read(document, model)
    assert write(value) == document == before
    assert read(write(value), model) == value
    assert pickle.loads(pickle.dumps(value)) == value
    fields = [field for field in attrs.fields(model) if field.name not in BOOKKEEPING]
    assert value.absent_fields == {field.name for field in fields if wire_name(field) not in document}


def rule(**fields):
    return {"id": "1", **fields}


def test_unknown_fields_are_found_in_extra_and_sent_back():
    value = read(rule(color="red", notify={"type": "none", "since": 3}), TeamRoutingRule)
    assert value.extra == {"color": "red"}
    assert value.notify is not None
    value.name = "renamed"
    value.extra["shade"] = 1
    assert write(value) == rule(name="renamed", color="red", shade=1, notify={"type": "none", "since": 3})


def test_what_you_set_wins_over_extra():
    value = read(rule(), TeamRoutingRule)
    value.extra["name"] = "extra"
    value.name = "field"
    assert write(value) == rule(name="field")


def test_extra_is_nobody_elses():
    one, two = read(rule(), TeamRoutingRule), read(rule(), TeamRoutingRule)
    one.extra["x"] = 1
    assert two.extra == {}


def test_an_unknown_enum_word_stays_a_plain_string():
    document = {"field": "mood", "operation": "equals"}
    value = read(document, Condition)
    assert type(value.field) is str
    assert value.operation == "equals"
    assert value.operation.name == "EQUALS"
    assert write(value) == document
    assert type(write(value)["operation"]) is str
    assert write({"priority": Priority.P1}) == {"priority": "P1"}


@pytest.mark.parametrize(
    "notify", [{"type": "robot", "arms": [2]}, {"id": "no type"}, {"type": 7}, {"type": ["x"]}, {}]
)
def test_an_unknown_tag_keeps_its_document(notify):
    value = read(rule(notify=notify), TeamRoutingRule)
    assert isinstance(value.notify, Unknown)
    assert value.notify.document == notify
    assert value.notify.type == (notify.get("type") if isinstance(notify.get("type"), str) else "")
    assert write(value) == rule(notify=notify)


def test_absent_null_and_value_are_three_things():
    for document in ({}, {"waitInterval": None}, {"waitInterval": 0}, {"waitInterval": None, "count": 1}):
        assert write(read(document, EscalationRepeat)) == document
    for repeat in ({}, {"repeat": None}, {"repeat": {"count": None}}):
        escalation = {"id": "1", "name": "e", **repeat}
        assert write(read(escalation, Escalation)) == escalation


def test_a_field_that_was_there_is_cleared_with_none():
    restriction = {"type": "time-of-day", "restriction": {"startHour": 8, "endHour": 17}}
    value = read(rule(timeRestriction=restriction), TeamRoutingRule)
    value.time_restriction = None
    assert write(value) == rule(timeRestriction=None)

    value = read(rule(name="", timeRestriction=restriction), TeamRoutingRule)
    assert write(attrs.evolve(value, time_restriction=None)) == rule(name="", timeRestriction=None)


def test_a_field_that_was_not_there_appears_once_it_is_set():
    value = read(rule(), TeamRoutingRule)
    assert value.name == ""
    value.order = 3
    assert write(value) == rule(order=3)


def test_a_model_of_your_own_says_what_it_was_told():
    interval = TimeOfDay(restriction=DayInterval(start_hour=8, end_hour=17))
    # Minutes are mandatory on the page, so a default of 0 is written; an empty one says nothing.
    clock = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0}
    assert write(interval) == {"type": "time-of-day", "restriction": clock}
    start = "2017-01-15T08:00:00+02:00"
    rotation = ScheduleRotation(start_date=read({"startDate": start}, ScheduleRotation).start_date)
    assert write(rotation) == {"startDate": start, "type": "weekly", "length": 1}
