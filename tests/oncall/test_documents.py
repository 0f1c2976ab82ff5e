"""What is read from documents, and what is said of those from which nobody can tell who is on call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from opsgenie_async import OpsgenieError
from opsgenie_async.oncall import Participant, Schedule, ScheduleError, on_call, timeline
from tests.oncall.documents import at, daily_window, document, forwarding, override, rotation, schedule, user

ROW = rotation(at("2026-06-01T00:00"), "A")
WINDOW = daily_window("08:00", "17:00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone: expected the name of a time zone, got 'Mars/Olympus'"),
        ({"enabled": "yes"}, "schedule.enabled: expected true or false, got 'yes'"),
        ({"rotations": {"id": "x"}}, "rotations: expected a list, got"),
        ({"rotations": ["x"]}, "rotations[0]: expected an object, got 'x'"),
        ({"rotations": [ROW, ROW | {"type": "monthly"}]}, "rotations[1].type: expected hourly, daily or weekly"),
        ({"rotations": [ROW | {"length": 0}]}, "rotations[0].length: expected a whole number from 1, got 0"),
        ({"rotations": [ROW | {"length": "2"}]}, "rotations[0].length"),
        ({"rotations": [ROW | {"startDate": None}]}, "rotations[0].startDate: expected a date with an offset"),
        ({"rotations": [ROW | {"startDate": "2026-06-01T00:00:00"}]}, "rotations[0].startDate"),
        ({"rotations": [ROW | {"endDate": "soon"}]}, "rotations[0].endDate: expected a date with an offset"),
        ({"rotations": [ROW | {"participants": "A"}]}, "rotations[0].participants: expected a list, got 'A'"),
        (
            {"rotations": [ROW | {"participants": [{"type": 7, "id": "u"}]}]},
            "rotations[0].participants[0].type: expected user, team, escalation or none, got 7",
        ),
        ({"rotations": [ROW | {"name": 7}]}, "rotations[0].name: expected a text, got 7"),
        ({"timezone": 7}, "timezone: expected the name of a time zone, got 7"),
        ({"rotations": [ROW | {"participants": [{"type": "user"}]}]}, "rotations[0].participants[0]: expected an id"),
        ({"rotations": [ROW | {"timeRestriction": {"type": "x"}}]}, "rotations[0].timeRestriction.type"),
        (
            {
                "rotations": [
                    ROW | {"timeRestriction": WINDOW | {"restriction": WINDOW["restriction"] | {"endMin": 60}}}
                ]
            },
            "rotations[0].timeRestriction.restriction.endMin: expected a whole number from 0 to 59, got 60",
        ),
        (
            {
                "rotations": [
                    ROW
                    | {
                        "timeRestriction": {
                            "type": "weekday-and-time-of-day",
                            "restrictions": [{"startDay": "someday"}],
                        }
                    }
                ]
            },
            "rotations[0].timeRestriction.restrictions[0].startDay: expected a day of the week, got 'someday'",
        ),
    ],
)
def test_an_error_names_the_field_and_what_was_expected(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError) as raised:
        Schedule.from_json(document("UTC", ROW) | change)

    assert str(raised.value).startswith(message)
    assert isinstance(raised.value, OpsgenieError)


def test_errors_of_overrides_and_forwarding_rules_name_their_place() -> None:
    good = override(at("2026-06-01T00:00"), at("2026-06-02T00:00"), "B")
    with pytest.raises(ScheduleError, match=r"^overrides\[1\]\.endDate: .* is before startDate"):
        schedule("UTC", ROW, overrides=[good, good | {"endDate": "2026-05-01T00:00:00Z"}])
    with pytest.raises(ScheduleError, match=r"^overrides\[0\]\.user: expected an object, got None"):
        schedule("UTC", ROW, overrides=[good | {"user": None}])
    rule = forwarding(at("2026-06-01T00:00"), at("2026-06-02T00:00"), "A", "B")
    with pytest.raises(ScheduleError, match=r"^forwarding\[0\]\.toUser"):
        schedule("UTC", ROW, rules=[rule | {"toUser": {}}])


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ScheduleError) as raised:
        Schedule.from_json(document("x" * 5000))
    assert len(str(raised.value)) < 150


def test_what_may_be_null_or_absent() -> None:
    row = ROW | {"endDate": None, "timeRestriction": None, "length": None, "name": None}
    one = schedule("UTC", row)
    other = schedule("UTC", {key: value for key, value in ROW.items() if key != "name"})

    assert one == other
    assert one.rotations[0].length == 1
    assert Schedule.from_json({}).zone.key == "UTC"


def test_the_list_of_a_time_of_day_restriction_is_read_too() -> None:
    listed = {"type": "time-of-day", "restrictions": [WINDOW["restriction"]]}
    assert schedule("UTC", ROW | {"timeRestriction": listed}) == schedule("UTC", ROW | {"timeRestriction": WINDOW})


@pytest.mark.parametrize("text", ["2026-06-02T00:00Z", "2026-06-02T00:00:00.000Z", "2026-06-02T02:00:00+0200"])
def test_dates_as_the_api_and_people_write_them(text: str) -> None:
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "B") | {"startDate": text}
    assert schedule("UTC", ROW, overrides=[over]).overrides[0].start == datetime(2026, 6, 2, tzinfo=UTC)


def test_files_without_ids_are_as_good_as_the_api() -> None:
    """What `pull` writes has names in place of ids: overrides and rules find their people by name."""
    row = {"name": "Rot1", "type": "weekly", "startDate": "2026-06-01T00:00:00Z"}
    row |= {"participants": [{"type": "user", "username": "a@example.com"}]}
    over = {"user": {"type": "user", "username": "b@example.com"}, "rotations": [{"name": "Rot1"}]}
    over |= {"startDate": "2026-06-02T00:00:00Z", "endDate": "2026-06-03T00:00:00Z"}
    result = schedule("UTC", row, overrides=[over])

    assert [each.name for each in on_call(result, at("2026-06-02T12:00"))] == ["b@example.com"]


def test_an_override_by_id_alone_covers_no_unnamed_rotation_of_another_id() -> None:
    row = ROW | {"id": "", "name": ""}
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "B", {"id": "other"})

    assert [each.name[0] for each in on_call(schedule("UTC", row, overrides=[over]), at("2026-06-02T12:00"))] == ["A"]


def test_who_is_named_by_id_in_one_place_has_the_name_of_the_other() -> None:
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "A") | {"user": {"type": "user", "id": "id-A"}}
    rule = forwarding(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "A", "B") | {"fromUser": {"id": "id-A"}}

    result = schedule("UTC", ROW, overrides=[over], rules=[rule])

    assert result.overrides[0].participant == Participant("user", "id-A", "A@example.com")
    by_name = over | {"user": {"type": "user", "username": "a@EXAMPLE.com"}}
    assert schedule("UTC", ROW, overrides=[by_name]).overrides == result.overrides
    assert [each.name[0] for each in on_call(result, at("2026-06-02T12:00"))] == ["B"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"), ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")],
)
def test_dates_at_the_ends_of_the_calendar(start: str, end: str) -> None:
    over = override(at("2026-06-02T00:00"), at("2026-06-03T00:00"), "B") | {"startDate": start, "endDate": end}
    result = schedule("Pacific/Apia", ROW | {"endDate": "2027-01-01T00:00:00Z"}, overrides=[over])

    whole = timeline(result, datetime.fromisoformat(start), datetime.fromisoformat(end))

    assert [each.participant.name[0] for each in whole.final] == ["B"]


def test_a_turn_longer_than_the_calendar() -> None:
    row = rotation(at("2026-06-01T00:00"), "AB", length=10**15)

    assert [
        each.participant.name[0]
        for each in timeline(schedule("UTC", row), at("2026-06-01T00:00"), at("9000-01-01T00:00")).final
    ] == ["A"]


@pytest.mark.parametrize("kind", ["group", "schedule"])
def test_kinds_of_old_accounts_are_kept(kind: str) -> None:
    row = ROW | {"participants": [{"type": kind, "id": "x", "name": "X"}, user("A")]}
    assert on_call(schedule("UTC", row), at("2026-06-02T00:00")) == (Participant(kind, "x", "X"),)


def test_moments_must_be_aware() -> None:
    result = schedule("UTC", ROW)
    with pytest.raises(ScheduleError, match="start: expected a timezone-aware datetime"):
        timeline(result, datetime(2026, 6, 1), at("2026-06-02T00:00"))
    with pytest.raises(ScheduleError, match="is before start"):
        timeline(result, at("2026-06-02T00:00"), at("2026-06-01T00:00"))
    with pytest.raises(ScheduleError, match="timezone-aware"):
        on_call(result, datetime(2026, 6, 1))
