"""Calendar files, read back by the library and by the letter of the RFC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("icalendar", reason="the extra `pictures` is not installed")

import icalendar

from opsgenie_async.oncall import Schedule, timeline
from opsgenie_async.pictures.calendar_file import calendar_of, whole_periods
from opsgenie_async.pictures.clock_changes import clock_changes
from tests.oncall.documents import at, rotation, stamp
from tests.oncall.documents import override as override_document

ZONE = "America/Chicago"
START, END = at("2026-10-20T00:00", ZONE), at("2027-04-01T00:00", ZONE)
NOW = at("2026-10-20T12:00", ZONE)


def schedule(*rotations, zone=ZONE, **more):
    overrides = more.pop("overrides", ())
    document = {"id": "1", "name": "Ops", "timezone": zone, "rotations": list(rotations)}
    return Schedule.from_json(document | more, overrides=overrides)


def read(content):
    return icalendar.Calendar.from_ical(content)


def events(content):
    return [
        (
            str(event["uid"]),
            event["dtstart"].dt.astimezone(UTC),
            event["dtend"].dt.astimezone(UTC),
            str(event["summary"]),
        )
        for event in read(content).walk("VEVENT")
    ]


@pytest.mark.parametrize("zone", [ZONE, "Europe/London", "Australia/Lord_Howe", "Pacific/Chatham", "UTC"])
@pytest.mark.parametrize("hour", ["01:30", "02:30", "09:00"])
def test_every_turn_comes_back_at_its_instant(zone, hour):
    ops = schedule(rotation(at(f"2026-10-19T{hour}", zone), "ab", "daily"), zone=zone)
    listed = events(calendar_of([ops], START, END, now=NOW))
    final = timeline(ops, START - timedelta(days=9), END + timedelta(days=9)).final
    expected = [(p.start, p.end) for p in final if p.start < END and p.end > START]

    assert [(start, end) for _, start, end, _ in listed] == expected
    assert len({uid for uid, *_ in listed}) == len(listed) > 150


@pytest.mark.parametrize("weeks", [2, 8])
def test_turns_are_whole_and_keep_their_uid_in_any_window(weeks):
    ops = schedule(rotation(START - timedelta(days=3), "ab", length=weeks))
    one = events(calendar_of([ops], START, START + timedelta(days=20), now=NOW))
    other = events(calendar_of([ops], START + timedelta(days=5), END, now=NOW + timedelta(days=1)))

    assert one[0][1] == START - timedelta(days=3)
    assert set(one) & set(other)
    assert set(one) < set(other)


def test_an_override_gets_events_of_its_own_and_leaves_the_others():
    base = rotation(START, "ab")
    day = timedelta(days=1)
    before = events(calendar_of([schedule(base)], START, END, now=NOW))
    over = override_document(START + 9 * day, START + 10 * day, "z")
    after = events(calendar_of([schedule(base, overrides=[over])], START, END, now=NOW))

    assert len(set(before) - set(after)) == 1
    assert [summary for *_, summary in after if "z" in summary.split()] == ["On call: z (Ops)"]


def test_only_the_turns_of_a_person():
    ops = schedule(rotation(START, "abc"))
    names = {summary for *_, summary in events(calendar_of([ops], START, END, now=NOW, person="B@example.com"))}

    assert names == {"On call: b (Ops)"}


def test_someone_who_never_stops_ends_somewhere():
    over = override_document(START, at("2099-01-01T00:00"), "z")
    (period,) = whole_periods(schedule(overrides=[over]), START, END)

    assert period.end > END


@pytest.mark.parametrize("zone", [ZONE, "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago", "Asia/Tokyo"])
def test_vtimezone_by_the_letter(zone):
    """Its last onset before a moment gives the zone's offset at that moment, an hour around each change as well."""
    ops = schedule(rotation(START, "ab"), zone=zone)
    (component,) = read(calendar_of([ops], START, END, now=NOW)).walk("VTIMEZONE")
    onsets = sorted(
        (each["dtstart"].dt.replace(tzinfo=UTC) - each["tzoffsetfrom"].td, each["tzoffsetto"].td)
        for each in component.subcomponents
    )
    changes = [each.at for each in clock_changes(ZoneInfo(zone), START - timedelta(days=99), END + timedelta(days=99))]
    moments = [START, END, *(at + timedelta(minutes=m) for at in changes for m in (-90, -30, -1, 0, 1, 30, 90))]

    assert str(component["tzid"]) == zone
    assert (len(changes) == 0) is (zone == "Asia/Tokyo")
    for moment in moments:
        offset = [to for onset, to in onsets if onset <= moment][-1]
        assert offset == moment.astimezone(ZoneInfo(zone)).utcoffset()


def test_names_are_text():
    ops = schedule(rotation(START, "a", name="x\r\nEND:VEVENT"), name="Ops\r\nATTENDEE:mailto:x@example.com\x1b")
    content = calendar_of([ops], START, START + timedelta(days=3), now=NOW)

    assert len(read(content).walk("VEVENT")) == 1
    assert b"\nATTENDEE" not in content
    assert b"\x1b" not in content
    assert stamp(NOW).startswith(read(content).walk("VEVENT")[0]["dtstamp"].dt.astimezone(UTC).strftime("%Y-%m-%dT%H"))
    assert isinstance(read(content).walk("VEVENT")[0]["dtstart"].dt, datetime)
