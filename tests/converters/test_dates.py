"""Every date literal of the vendor's pages, read as an aware moment and written as the page spells it."""

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from opsgenie_async.converters import aware, body, dx_text, moment_text, read, wall_text, write, zone
from opsgenie_async.errors import ProtocolError
from opsgenie_async.legacy.models import Rotation, Schedule, in_zone
from opsgenie_async.models import Alert, DayInterval, Duration, ScheduleOverride, ScheduleRotation, UserRef
from opsgenie_async.unset import UNSET

NAIVE = datetime(2017, 1, 15, 8)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("literal", "moment", "text"),
    [
        ("2017-01-15T08:00:00+02:00", datetime(2017, 1, 15, 6, tzinfo=UTC), "2017-01-15T08:00:00+02:00"),
        ("2017-01-15T08:00:00+0200", datetime(2017, 1, 15, 6, tzinfo=UTC), "2017-01-15T08:00:00+02:00"),
        ("2017-05-12T09:00Z", datetime(2017, 5, 12, 9, tzinfo=UTC), "2017-05-12T09:00:00Z"),
        ("2017-05-15T09:00:00Z", datetime(2017, 5, 15, 9, tzinfo=UTC), "2017-05-15T09:00:00Z"),
        ("2017-05-24T14:24:20.844Z", datetime(2017, 5, 24, 14, 24, 20, 844000, UTC), "2017-05-24T14:24:20.844Z"),
        ("2006-01-02T15:04:05.000Z", datetime(2006, 1, 2, 15, 4, 5, tzinfo=UTC), "2006-01-02T15:04:05Z"),
        ("2017-05-15T09:00:00", datetime(2017, 5, 15, 9, tzinfo=UTC), "2017-05-15T09:00:00Z"),
        ("2017-05-15T09:00:00.000001Z", datetime(2017, 5, 15, 9, 0, 0, 1, UTC), "2017-05-15T09:00:00.000001Z"),
    ],
)
def test_v2_literals(literal, moment, text):
    alert = read({"id": "1", "createdAt": literal}, Alert)
    assert alert.created_at == moment
    assert alert.created_at.tzinfo is not None
    assert write(alert) == {"id": "1", "createdAt": literal}
    assert write(Alert(id="1", created_at=alert.created_at))["createdAt"] == text


def test_moments_in_a_named_zone_are_written_with_their_offset():
    assert moment_text(datetime(2024, 7, 1, 9, tzinfo=NEW_YORK)) == "2024-07-01T09:00:00-04:00"
    assert moment_text(datetime(2024, 7, 1, 9, tzinfo=ZoneInfo("UTC"))) == "2024-07-01T09:00:00Z"
    # The two 01:30 of the night when clocks go back are two moments.
    first, second = (datetime(2013, 11, 3, 1, 30, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1))
    assert (moment_text(first), moment_text(second)) == ("2013-11-03T01:30:00-04:00", "2013-11-03T01:30:00-05:00")


def test_dx_moments_are_utc_without_a_zone():
    assert dx_text(datetime(2024, 1, 1, 13, 22, 33, 999, timezone(timedelta(hours=2)))) == "2024-01-01T11:22:33"
    with pytest.raises(ValueError, match="has no time zone"):
        dx_text(NAIVE)


def test_v1_dates_are_the_clock_on_the_wall():
    assert wall_text(datetime(2016, 4, 16, 18, 5, 59, tzinfo=NEW_YORK)) == "2016-04-16 18:05"
    assert wall_text(NAIVE) == "2017-01-15 08:00"
    assert wall_text(datetime(900, 1, 1)) == "0900-01-01 00:00"


def test_v1_dates_follow_the_clock_changes_of_their_zone():
    def rules(*dates):
        return [{"startDate": date, "rotationType": "daily"} for date in dates]

    schedule = read(
        {
            "id": "1",
            "name": "s",
            "timezone": "America/New_York",
            "rules": rules("2013-02-10 18:00", "2013-07-10 12:00"),
        },
        Schedule,
    )
    assert [rule.start_date for rule in schedule.rules] == [
        datetime(2013, 2, 10, 23, tzinfo=UTC),
        datetime(2013, 7, 10, 16, tzinfo=UTC),
    ]
    with pytest.raises(ProtocolError, match=r"data.rules\[0\].startDate: expected a date and time"):
        read({"id": "1", "name": "s", "timezone": "UTC", "rules": rules("10.02.2013")}, Schedule)


def rotation(start, end=None):
    return Rotation(start_date=start, end_date=end, participants=["none"], rotation_type="daily")


def test_v1_rotations_are_told_in_the_zone_of_their_schedule():
    evening = datetime(2013, 2, 10, 23, tzinfo=UTC)
    (request,) = in_zone([rotation(evening, evening)], "America/New_York")
    assert write(request) == {
        "startDate": "2013-02-10 18:00",
        "endDate": "2013-02-10 18:00",
        "participants": ["none"],
        "rotationType": "daily",
        "rotationLength": 1,
    }
    (request,) = in_zone([rotation(NAIVE)], UNSET)  # the clock on the wall, whatever the zone
    assert request.start_date == NAIVE
    with pytest.raises(ValueError, match=r"rotations\[1\].end_date: .* needs the schedule's time zone"):
        in_zone([rotation(NAIVE), rotation(NAIVE, evening)], UNSET)
    with pytest.raises(ValueError, match="unknown time zone 'Mars/Base'"):
        in_zone([rotation(evening)], "Mars/Base")


def test_a_naive_datetime_is_refused_by_name():
    moment = datetime(2017, 1, 15, 8, tzinfo=UTC)
    assert aware("start_date", moment) is moment
    with pytest.raises(ValueError, match=r"^start_date: 2017-01-15 08:00:00 has no time zone"):
        aware("start_date", NAIVE)
    with pytest.raises(TypeError, match=r"^start_date: expected an aware datetime, got '2017-01-15'"):
        aware("start_date", "2017-01-15")
    with pytest.raises(ValueError, match=r"^end_date: 2017-01-15 08:00:00 has no time zone"):
        body(start_date=moment, end_date=NAIVE)
    with pytest.raises(ValueError, match=r"^start_date: "):
        ScheduleRotation(start_date=NAIVE)
    with pytest.raises(ValueError, match=r"^end_date: "):
        ScheduleRotation(start_date=moment, end_date=NAIVE)
    override = ScheduleOverride(alias="a", user=UserRef(id="1"), start_date=moment, end_date=moment)
    override.end_date = NAIVE
    with pytest.raises(ValueError, match=r"^overrides\[0\].end_date: "):
        body(overrides=[override])
    with pytest.raises(ValueError, match=r"^details.when: "):
        write({"details": {"when": NAIVE}})


def test_zones_by_name():
    assert zone("Europe/Istanbul") == ZoneInfo("Europe/Istanbul")
    with pytest.raises(ValueError, match="unknown time zone 'Mars/Base'"):
        zone("Mars/Base")


def test_bodies_have_three_states():
    assert body(name="n", owner_team=None, description=UNSET, not_=False, length=0) == {
        "name": "n",
        "ownerTeam": None,
        "not": False,
        "length": 0,
    }
    nested = {"kept": [Duration(time_amount=0), None], "left": UNSET, "deep": {"left": UNSET}}
    assert write(nested) == {"kept": [{"timeAmount": 0, "timeUnit": "minutes"}, None], "deep": {}}
    assert write(Duration(time_amount=1, time_unit=UNSET)) == {"timeAmount": 1}
    assert body(interval=DayInterval(start_hour=8, end_hour=17, extra={"new": 1}), tags=("a", "b")) == {
        "interval": {"startHour": 8, "startMin": 0, "endHour": 17, "endMin": 0, "new": 1},
        "tags": ["a", "b"],
    }


def test_the_zone_of_the_machine_does_not_matter(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert read({"id": "1", "createdAt": "2017-05-15T09:00:00"}, Alert).created_at == datetime(
            2017, 5, 15, 9, tzinfo=UTC
        )
        assert dx_text(datetime(2024, 1, 1, tzinfo=UTC)) == "2024-01-01T00:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()
