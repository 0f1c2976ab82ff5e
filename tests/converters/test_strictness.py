"""A value that does not fit is told with its place; it is never turned into one that does."""

import re
from datetime import datetime

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsgenie_async.converters import read, read_list, write
from opsgenie_async.converters.convert import converter
from opsgenie_async.converters.names import wire_name
from opsgenie_async.converters.reader import BOOKKEEPING, without_none
from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.legacy.models import OnCall, Restriction, Schedule, ScheduleTimeline
from opsgenie_async.models import Alert, Escalation, RequestStatus, Team, TeamRoutingRule, TimelineRotation, User
from opsgenie_async.models.mismatch import Mismatch
from opsgenie_async.resources.operation.listing import items_of
from tests.converters.documents import MODELS, Json, documents

CLOCK = {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 30}


def week(*intervals):
    return {"type": "weekday-and-time-of-day", "restrictions": [*intervals]}


def interval(**changes):
    return {"startDay": "monday", "endDay": "friday", **CLOCK, **changes}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"id": None}, "data.id: expected str, got null"),
        ({"id": 5.5}, "data.id: expected str, got 5.5"),
        ({"name": 5}, "data.name: expected str, got 5"),
        ({"order": "12"}, 'data.order: expected int, got "12"'),
        ({"order": 1.9}, "data.order: expected int, got 1.9"),
        ({"order": True}, "data.order: expected int, got true"),
        ({"isDefault": "false"}, 'data.isDefault: expected bool, got "false"'),
        ({"isDefault": 1}, "data.isDefault: expected bool, got 1"),
        ({"criteria": []}, "data.criteria: expected object, got a list"),
        ({"criteria": {"type": "match-any-condition", "conditions": "abc"}}, 'conditions: expected list, got "abc"'),
        ({"criteria": {"type": "match-any-condition", "conditions": [7]}}, "conditions[0]: expected object, got 7"),
        (
            {"criteria": {"type": "match-any-condition", "conditions": [{"field": 3, "operation": "equals"}]}},
            "data.criteria.conditions[0].field: expected str, got 3",
        ),
        (
            {"criteria": {"type": "match-any-condition", "conditions": [{"field": "tags"}]}},
            "data.criteria.conditions[0].operation: missing",
        ),
        ({"timeRestriction": {"type": "time-of-day"}}, "data.timeRestriction.restriction: missing"),
        ({"name": "x" * 500, "order": "y" * 500}, f'data.order: expected int, got "{"y" * 59}...'),
    ],
)
def test_the_complaint_names_the_place(fields, complaint):
    with pytest.raises(ProtocolError) as caught:
        read({"id": "1", **fields}, TeamRoutingRule)
    assert str(caught.value).endswith(complaint)


def test_the_place_in_a_listing():
    rules = [{"id": "1", "timeRestriction": week(interval())} for _ in range(5)]
    rules[3] = {"id": "1", "timeRestriction": week(interval(), interval(startHour="x"))}
    with pytest.raises(ProtocolError, match=r'^data\[3\]\.timeRestriction\.restrictions\[1\]\.startHour: .* got "x"$'):
        read_list(rules, TeamRoutingRule)
    with pytest.raises(ProtocolError, match=r"^data\.rules\[0\]\.id: missing$"):
        read_list([{}], TeamRoutingRule, at="data.rules")


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_no_object_at_all(document):
    with pytest.raises(ProtocolError, match=r"^data: expected object, got"):
        read(document, Team)


@pytest.mark.parametrize("document", [None, {}, "abc"])
def test_no_list_at_all(document):
    with pytest.raises(ProtocolError, match=r"^data: expected list, got"):
        read_list(document, Team)


@pytest.mark.parametrize(
    ("model", "fields", "place"),
    [
        (Alert, {"tags": "abc"}, "data.tags"),
        (Alert, {"tags": ["a", None, 1]}, "data.tags[2]"),
        (Alert, {"details": {"a": "b", "c": 1}}, "data.details.c"),
        (Alert, {"details": []}, "data.details"),
        (Alert, {"createdAt": "yesterday"}, "data.createdAt"),
        (Alert, {"createdAt": 1454277600000}, "data.createdAt"),
        (Alert, {"priority": 1}, "data.priority"),
        (User, {"details": {"a": ["x", 1]}}, "data.details.a[1]"),
        (Escalation, {"name": "e", "repeat": {"count": "1"}}, "data.repeat.count"),
        (RequestStatus, {"isSuccess": "true"}, "data.isSuccess"),
        (TimelineRotation, {"order": "1"}, "data.order"),
        (TimelineRotation, {"order": True}, "data.order"),
    ],
)
def test_places_of_other_types(model, fields, place):
    with pytest.raises(ProtocolError, match=f"^{re.escape(place)}: expected "):
        read({"id": "1", **fields}, model)


def test_lenience_is_only_where_a_page_shows_it():
    assert read({"order": 0.5}, TimelineRotation).order == 0.5
    assert read({"order": 2}, TimelineRotation).order == 2
    numbers = {"startDay": "monday", "endDay": "friday", "startHour": "08", "startMinute": 30, "endHour": 17}
    restriction = read(numbers, Restriction)
    assert (restriction.start_hour, restriction.start_minute, restriction.end_hour) == (8, 30, 17)
    for bad in ("x", "", "8.5", "-1", "\u0663", 8.0, True, None):
        with pytest.raises(ProtocolError, match=r"data.startHour: expected int, plain or as text"):
            read({**numbers, "startHour": bad}, Restriction)
    for flag, value in (("false", False), ("true", True), (False, False), (True, True)):
        call = {"id": "1", "name": "s", "participants": [{"name": "u", "forwarded": flag}]}
        assert read(call, OnCall).participants[0].forwarded is value
    for bad in ("False", "no", 0, 1):
        call = {"id": "1", "name": "s", "participants": [{"name": "u", "forwarded": bad}]}
        with pytest.raises(ProtocolError, match=r"data.participants\[0\].forwarded: expected bool, plain or as text"):
            read(call, OnCall)


@pytest.mark.parametrize("name", ["Mars/Base", "", "../secret", "/etc/passwd", "x\0y"])
def test_an_unknown_time_zone_is_named(name):
    schedule = {"id": "1", "name": "s", "timezone": name}
    with pytest.raises(ProtocolError, match=r"^data.timezone: expected a known time zone, got "):
        read(schedule, Schedule)
    timeline = {"startTime": 0, "endTime": 1, "finalSchedule": {"rotations": []}}
    with pytest.raises(ProtocolError, match=r"^data.schedule.timezone: expected a known time zone, got "):
        read({"schedule": schedule, "timeline": timeline}, ScheduleTimeline)


@pytest.mark.parametrize("moment", ["1454277600000", 1.5, True, None, 10**30])
def test_timeline_moments_are_milliseconds(moment):
    timeline = {"startTime": moment, "endTime": 1, "finalSchedule": {"rotations": []}}
    whole = {"schedule": {"id": "1", "name": "s", "timezone": "UTC"}, "timeline": timeline}
    with pytest.raises(ProtocolError, match=r"^data\.timeline\.startTime: expected milliseconds since 1970"):
        read(whole, ScheduleTimeline)


def test_a_type_without_a_rule_of_ours_is_read_by_cattrs():
    assert read([1, "a"], tuple[int, str]) == (1, "a")
    with pytest.raises(ProtocolError, match=r"data"):
        read(["1"], tuple[int, str])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.__module__.rpartition('.')[2]}.{model.__name__}")
@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_null_is_the_default_where_there_is_one(model, data):
    """null is refused, with its place, by a field that must be there; anywhere else it is as good as absent."""
    document = data.draw(documents(model))
    for field in attrs.fields(model):
        if field.name in BOOKKEEPING or field.type is Json or without_none(field.type)[1]:
            continue
        holed = {**document, wire_name(field): None}
        if field.default is attrs.NOTHING:
            with pytest.raises(ProtocolError, match=rf"^data\.{wire_name(field)}: expected .* got null$"):
                read(holed, model)
            continue
        absent = {key: value for key, value in document.items() if key != wire_name(field)}
        value = read(holed, model)
        assert value == read(absent, model)
        assert write(value) == holed


@pytest.mark.parametrize(
    ("field", "kind", "value"),
    [
        *(("tags", list[str], value) for value in ([], ["a", "b"], ["a", None], ["a", 1], [["a"]], "a", {"a": 1}, 7)),
        *(
            ("createdAt", datetime, value)
            for value in ("2027-04-03T20:32:35.143Z", "2027-04-03T20:32+02:00", "2027-04-03", "", "soon", 7, ["x"])
        ),
    ],
)
def test_a_field_that_is_read_in_place_is_what_its_hook_reads(field, kind, value):
    hook = converter().get_structure_hook(kind)

    def in_place(value):
        return getattr(read({"id": "1", field: value}, Alert), {"createdAt": "created_at"}.get(field, field))

    def outcome(reader):
        try:
            return reader()
        except Mismatch as mismatch:
            return mismatch.under(field).text("data")
        except ProtocolError as error:
            return error.message

    assert outcome(lambda: in_place(value)) == outcome(lambda: hook(value, kind))


def test_texts_that_are_read_are_a_list_of_their_own():
    document = {"id": "1", "tags": ["a"]}

    read(document, Alert).tags.append("b")

    assert document["tags"] == ["a"]


@pytest.mark.parametrize(
    "data", [[], [{"id": "1"}, {"id": "2"}], [{"id": "1"}, None], [{"id": "1"}, {}], [7], None, {}, "", "text", 7]
)
def test_the_items_of_a_listing_are_those_of_a_list(data):
    def outcome(items):
        try:
            return items()
        except ProtocolError as error:
            return error.message

    assert outcome(lambda: items_of(Team)(Envelope(data=data))) == outcome(lambda: read_list(data, Team))
