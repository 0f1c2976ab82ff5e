"""Every sample payload of the vendor's pages comes back as it was read."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async.converters import read, read_list, write
from opsgenie_async.legacy.models import (
    FlatNextOnCall,
    FlatOnCall,
    NextOnCall,
    OnCall,
    Rotation,
    Schedule,
    ScheduleTimeline,
)
from opsgenie_async.models import (
    Criteria,
    MatchAnyCondition,
    Model,
    NoRecipient,
    Recipient,
    Reference,
    RotationMeta,
    ScheduleOverride,
    ScheduleRef,
    TeamRoutingRule,
    TimeOfDay,
    TimeRestriction,
    UserRef,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"


def sample(page: str, kind: str, name: str):
    return json.loads((FIXTURES / f"{page}.json").read_text())[kind][name]


def examples(page: str):
    return json.loads((FIXTURES / f"{page}.json").read_text())["examples"]


def same_moments(document):
    """The samples spell moments with and without seconds; we always write seconds."""
    if isinstance(document, dict):
        return {
            key: datetime.fromisoformat(value) if key in ("startDate", "endDate") else same_moments(value)
            for key, value in document.items()
        }
    return [same_moments(item) for item in document] if isinstance(document, list) else document


@pytest.mark.parametrize("name", ["create", "update", "change_order"])
def test_routing_rule_references(name):
    data = sample("team_routing_rule", "responses", name)["data"]
    assert write(read(data, Reference)) == data


def test_routing_rules():
    data = sample("team_routing_rule", "responses", "list")["data"]
    first, second, last = rules = read_list(data, TeamRoutingRule)
    assert write(rules) == data
    assert isinstance(first.criteria, MatchAnyCondition)
    assert first.criteria.conditions[2].key == "expectedKey"
    assert first.notify == ScheduleRef(id="d875e654-9b4e-4219-a803-0c2693alp8de", name="ScheduleName")
    assert second.notify == NoRecipient()
    assert (second.name, second.time_restriction, last.is_default) == ("", None, True)

    data = sample("team_routing_rule", "responses", "get")["data"]
    assert write(read(data, TeamRoutingRule)) == data


TYPES = {"criteria": Criteria, "timeRestriction": TimeRestriction, "notify": Recipient, "user": Recipient}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (field, value)
        for document in [
            *examples("team_routing_rule"),
            *examples("schedule_override"),
            sample("team_routing_rule", "requests", "create"),
            sample("team_routing_rule", "requests", "update"),
            sample("schedule_override", "requests", "create"),
            sample("schedule_override", "requests", "update"),
        ]
        for field, value in document.items()
        if field in TYPES
    ],
)
def test_values_of_request_bodies(field, value):
    model = read(value, TYPES[field])
    assert isinstance(model, Model)  # not Unknown
    assert write(model) == value


def test_time_of_day_example():
    (document,) = (
        d["timeRestriction"] for d in examples("team_routing_rule") if "restriction" in d.get("timeRestriction", {})
    )
    model = read(document, TimeOfDay)
    assert (model.restriction.start_min, model.restriction.end_min) == (20, 40)  # routing rules keep their minutes


def test_overrides():
    data = sample("schedule_override", "responses", "list")["data"]
    first, second = overrides = read_list(data, ScheduleOverride)
    assert write(overrides) == data
    assert isinstance(first.user, UserRef)
    assert first.end_date - first.start_date == timedelta(hours=6)
    assert second.rotations == []

    data = sample("schedule_override", "responses", "get")["data"]
    override = read(data, ScheduleOverride)
    assert write(override) == data
    assert override.parent is not None
    assert override.parent.name == "ScheduleName"


@pytest.mark.parametrize("name", ["create", "update"])
def test_override_requests(name):
    document = sample("schedule_override", "requests", name)
    override = read({"alias": "", **document}, ScheduleOverride)
    assert same_moments(write(override)) == same_moments({"alias": "", **document})
    (rotations,) = (d["rotations"] for d in examples("schedule_override") if "rotations" in d)
    assert write(read_list(rotations, RotationMeta)) == rotations


def test_legacy_schedules():
    document = sample("legacy_schedule", "responses", "get")
    schedule = read(document, Schedule)
    assert write(schedule) == document
    first, second = schedule.rules
    assert first.start_date == datetime(2013, 2, 10, 18, tzinfo=ZoneInfo("America/New_York"))
    assert first.end_date is not None
    assert first.end_date.utcoffset() == timedelta(hours=-5)
    assert first.rotation_length == 1
    assert [p.participant for p in second.participants] == ["group1", "none"]
    assert second.participants[1].type == ""
    (restriction,) = second.restrictions
    assert (restriction.start_hour, restriction.start_minute, restriction.end_minute) == (8, 30, 0)

    data = sample("legacy_schedule", "responses", "list")["schedules"]
    schedules = read_list(data, Schedule)
    assert write(schedules) == data
    assert schedules[1].rules[0].start_date.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("name", ["create", "update"])
def test_legacy_rotations_of_requests(name):
    data = sample("legacy_schedule", "requests", name)["rotations"]
    assert write(read_list(data, Rotation)) == data


def test_a_rule_that_was_read_can_be_sent():
    rules = read(sample("legacy_schedule", "responses", "get"), Schedule).rules
    assert write([rule.as_rotation() for rule in rules]) == [
        {
            "startDate": "2013-02-10 18:00",
            "endDate": "2013-11-10 12:00",
            "participants": ["someone@example.com", "group1"],
            "rotationType": "daily",
            "rotationLength": 1,
        },
        {
            "startDate": "2013-02-10 18:00",
            "participants": ["group1", "none"],
            "rotationType": "hourly",
            "rotationLength": 8,
            "restrictions": sample("legacy_schedule", "responses", "get")["rules"][1]["restrictions"],
        },
    ]


def test_legacy_timeline():
    document = sample("legacy_schedule", "responses", "timeline")
    whole = read(document, ScheduleTimeline)
    assert write(whole) == document
    timeline = whole.timeline
    istanbul = ZoneInfo("Europe/Istanbul")
    assert timeline.start_time == datetime(2016, 2, 1, tzinfo=istanbul)
    assert timeline.start_time.tzinfo == istanbul
    assert timeline.overrides is not None
    assert timeline.overrides.rotations[0].id == "or"
    forwarded, _ = timeline.final_schedule.rotations[0].periods
    assert (forwarded.type, forwarded.from_users[0].display_name) == ("forwarding", "Leonardo da Vinci")
    assert forwarded.start_time.tzinfo == istanbul
    group = timeline.final_schedule.rotations[1].periods[0]
    assert group.flattened_recipients[1].forwarded_from == "b165db52-aa87-465e-861a-7017f3359bc4"
    assert timeline.forwardings is not None
    assert timeline.forwardings.rotations[1].periods == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("who_is_on_call", OnCall),
        ("who_is_on_call_flat", FlatOnCall),
        ("who_is_on_call_next", NextOnCall),
        ("who_is_on_call_next_flat", FlatNextOnCall),
    ],
)
def test_legacy_on_call(name, kind):
    document = sample("legacy_schedule", "responses", name)
    assert write(read(document, kind)) == document


def test_legacy_on_call_details():
    on_call = read(sample("legacy_schedule", "responses", "who_is_on_call"), OnCall)
    user, _, escalation = on_call.participants
    assert user.forwarded is False
    assert escalation.participants[0].notify_type == "next"
    data = sample("legacy_schedule", "responses", "list_who_is_on_call")["oncalls"]
    assert write(read_list(data, OnCall)) == data
