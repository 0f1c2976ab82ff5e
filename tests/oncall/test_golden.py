"""The timeline that the vendor's page of the v1 API shows, from the schedule that must have made it.

Its facts are in `tests/fixtures/v1_timeline.json`; ids and names are the page's, addresses are made up.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opsgenie_async.oncall import Period, Timeline, timeline
from tests.oncall.documents import daily_window, schedule, stamp, weekly_windows

RECORDED = json.loads((Path(__file__).parents[1] / "fixtures" / "v1_timeline.json").read_text())["timeline"]
ROT1, ROT2 = (row["id"] for row in RECORDED["baseSchedule"]["rotations"])


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def recorded(layer: str) -> dict[str, list[tuple[datetime, datetime, str]]]:
    return {
        row["id"]: [
            (moment(each["startTime"]), moment(each["endTime"]), each["recipients"][0]["id"]) for each in row["periods"]
        ]
        for row in RECORDED[layer]["rotations"]
    }


def computed(periods: tuple[Period, ...], id: str) -> list[tuple[datetime, datetime, str]]:
    return [(each.start, each.end, each.participant.id) for each in periods if each.rotation.id == id]


def participant(layer: str, name: str) -> dict[str, Any]:
    people = [one for row in RECORDED[layer]["rotations"] for each in row["periods"] for one in each["recipients"]]
    row = next(each for each in people if each["displayName"] == name)
    return {"type": row["type"], "id": row["id"], "username" if row["type"] == "user" else "name": row["name"]}


def whole() -> Timeline:
    leonardo, john = participant("baseSchedule", "Leonardo da Vinci"), participant("baseSchedule", "John Smith")
    dawson, jefferson = participant("forwardings", "Dawson Creek"), participant("forwardings", "Jefferson Taylor")
    start, end = moment(RECORDED["startTime"]), moment(RECORDED["endTime"])
    over = RECORDED["overrides"]["rotations"][0]["periods"][0]
    first = "2016-02-03T06:00:00Z"
    rotations = [
        {"id": ROT1, "name": "Rot1", "type": "daily", "startDate": first, "participants": [leonardo, john]},
        {
            "id": ROT2,
            "name": "Rot2",
            "type": "daily",
            "startDate": first,
            "participants": [participant("baseSchedule", "test_group")],
            "timeRestriction": weekly_windows(
                *((day, "08:00", day, "18:00") for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
            ),
        },
    ]
    rules = [
        {"startDate": stamp(start), "endDate": stamp(end), "fromUser": one, "toUser": other}
        for one, other in ((leonardo, dawson), (john, jefferson))
    ]
    overrides = [
        {
            "alias": "away",
            "user": participant("overrides", "David Copperfield"),
            "startDate": stamp(moment(over["startTime"])),
            "endDate": stamp(moment(over["endTime"])),
            "rotations": [{"id": ROT1}],
        }
    ]
    return timeline(schedule("Europe/Istanbul", *rotations, overrides=overrides, rules=rules), start, end)


def test_the_base_is_the_pages() -> None:
    result = whole()
    assert {id: computed(result.base, id) for id in (ROT1, ROT2)} == recorded("baseSchedule")


def test_the_final_is_the_pages() -> None:
    result = whole()
    assert {id: computed(result.final, id) for id in (ROT1, ROT2)} == recorded("finalSchedule")
    words = {"forwarding": "forwarding", "override": "override", "rotation": "group"}
    assert [words[each.source] for each in result.final if each.rotation.id == ROT1] == [
        each["type"] for each in RECORDED["finalSchedule"]["rotations"][0]["periods"]
    ]


def test_the_forwardings_are_the_pages() -> None:
    """The page shows what is forwarded of the rotation even where an override hides it."""
    result = whole()
    layer = recorded("forwardings")
    assert {id: computed(result.forwarding, id) for id in (ROT1, ROT2)} == layer
    sources = [each["fromUsers"][0]["id"] for each in RECORDED["forwardings"]["rotations"][0]["periods"]]
    assert [each.forwarded_from.id for each in result.forwarding if each.forwarded_from] == sources


def test_the_override_layer_is_the_pages() -> None:
    result = [(each.start, each.end, each.participant.id) for each in whole().overrides]
    assert result == recorded("overrides")["or"]


def test_the_daily_window_says_the_same_on_weekdays() -> None:
    """Rot2 from the other kind of restriction: the same hours on these three days."""
    start, end = moment(RECORDED["startTime"]), datetime(2016, 2, 6, tzinfo=UTC)
    row = {
        "id": ROT2,
        "name": "Rot2",
        "type": "weekly",
        "startDate": "2016-02-03T06:00:00Z",
        "participants": [participant("baseSchedule", "test_group")],
        "timeRestriction": daily_window("08:00", "18:00"),
    }
    result = timeline(schedule("Europe/Istanbul", row), start, end)
    assert computed(result.base, ROT2) == recorded("baseSchedule")[ROT2]
