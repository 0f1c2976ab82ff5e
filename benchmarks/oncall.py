"""Who is on call for years: us per period as the horizon grows, and against minutes, rrule and calendar libraries.

    python benchmarks/oncall.py [--json FILE] [--rounds N]

Three rotations of three people in Berlin: weeks, office hours by day, nights by week. The others compute these three
rotations alone, each in the way that suits it best (a rule for each person), without overrides, and must come to the
same periods. The bars: cost and memory per period stay the same from one year to sixteen; a year with 200 overrides
takes at most three times one without; at least 100 times as fast as stepping through minutes, at most 1.25 times what
rrule takes; 1000 schedules for a year within 10 s on one core.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from dateutil.rrule import DAILY, WEEKLY, rrule
from icalendar import Calendar, Event

from opsgenie_async.oncall import Schedule, timeline

BARS = {"growth": 1.25, "memory": 1.25, "overrides": 3.0, "minutes": 100.0, "rrule": 1.25, "thousand": 10.0}
YEARS = (1, 2, 4, 8, 16)
ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 5, tzinfo=ZONE)  # a Monday
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PEOPLE = 3
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = {"startHour": 9, "startMin": 0, "endHour": 17, "endMin": 0}
NIGHT = {"startHour": 20, "startMin": 0, "endHour": 8, "endMin": 0}
Span = tuple[datetime, datetime]


def utc(local: datetime) -> datetime:
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def rotation(name: str, type: str, hour: int, restriction: dict[str, Any] | None) -> dict[str, Any]:
    people = [{"type": "user", "id": f"u{number}", "username": f"u{number}@example.com"} for number in range(PEOPLE)]
    return {
        "id": name,
        "name": name,
        "type": type,
        "startDate": START.replace(hour=hour).isoformat(),
        "participants": people,
        "timeRestriction": restriction,
    }


def schedule(overrides: int = 0) -> Schedule:
    office = [OFFICE | {"startDay": day, "endDay": day} for day in DAYS]
    rotations = [
        rotation("weeks", "weekly", 9, None),
        rotation("office", "daily", 0, {"type": "weekday-and-time-of-day", "restrictions": office}),
        rotation("nights", "weekly", 9, {"type": "time-of-day", "restriction": NIGHT}),
    ]
    exceptions = [
        {
            "alias": str(number),
            "user": {"type": "user", "id": "x", "username": "x@example.com"},
            "startDate": (START + number * 43 * HOUR).isoformat(),
            "endDate": (START + (number * 43 + 12) * HOUR).isoformat(),
        }
        for number in range(overrides)
    ]
    document = {"id": "s", "name": "s", "timezone": "Europe/Berlin", "rotations": rotations}
    return Schedule.from_json(document, overrides=exceptions)


def end_after(years: int) -> datetime:
    return START.replace(year=START.year + years)


def base_spans(end: datetime) -> set[Span]:
    return {(period.start, period.end) for period in timeline(schedule(), START, end).base}


def rules(end: datetime) -> Iterator[tuple[rrule, timedelta]]:
    """A rule for the turns of each person in each rotation, and how long one lasts on the wall clock."""
    first = START.replace(tzinfo=None)
    last = end.replace(tzinfo=None)
    for number in range(PEOPLE):
        weeks = first + 7 * DAY * number
        yield rrule(WEEKLY, interval=PEOPLE, dtstart=weeks + 9 * HOUR, until=last), 7 * DAY
        day = first + DAY * number + 9 * HOUR
        yield rrule(DAILY, interval=PEOPLE, byweekday=range(5), dtstart=day, until=last), 8 * HOUR
        yield rrule(WEEKLY, interval=PEOPLE, byweekday=range(7), dtstart=weeks + 20 * HOUR, until=last), 12 * HOUR


def by_rrule(end: datetime) -> set[Span]:
    last = end.astimezone(UTC)
    return {
        (begin, min(utc(moment + length), last))
        for rule, length in rules(end)
        for moment in rule
        if (begin := utc(moment)) < last
    }


def calendar(end: datetime) -> Calendar:
    result = Calendar()
    for rule, length in rules(end):
        begin = next(iter(rule)).replace(tzinfo=ZONE)
        event = Event()
        event.add("uid", f"{len(result.subcomponents)}")
        event.add("dtstart", begin)
        event.add("dtend", (begin.replace(tzinfo=None) + length).replace(tzinfo=ZONE))
        text = str(rule).split("RRULE:")[1]
        event.add("rrule", {key: value.split(",") for key, value in (part.split("=") for part in text.split(";"))})
        event.rrules[0].pop("UNTIL", None)
        result.add_component(event)
    return result


def by_calendar(end: datetime) -> int:
    return len(recurring_ical_events.of(calendar(end)).between(START, end))


def by_minutes(end: datetime) -> int:
    """Count the changes of whoever is on call, minute by minute."""
    weeks, office, before, changes = START + 9 * HOUR, START, None, 0
    first_week, first_day = weeks.replace(tzinfo=None), office.replace(tzinfo=None)
    moment, last = START.astimezone(UTC), end.astimezone(UTC)
    while moment < last:
        local = moment.astimezone(ZONE).replace(tzinfo=None)
        week = (local - first_week) // (7 * DAY) if local >= first_week else None
        day = (local - first_day) // DAY if local.weekday() < 5 and 9 <= local.hour < 17 else None
        night = week if local.hour >= 20 or local.hour < 8 else None
        serving = (week, day, night)
        changes += serving != before
        before = serving
        moment += MINUTE
    return changes


def seconds(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds per call; the variants take turns, so that a slow moment of the machine hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds + 1):
        for name, call in variants.items():
            gc.collect()
            begin = time.process_time()
            call()
            times[name].append(time.process_time() - begin)
    return {name: statistics.median(each[1:]) for name, each in times.items()}  # the first one warms the caches


def memory(years: int, input: Schedule) -> float:
    """Bytes per period that stay, at the peak."""
    tracemalloc.start()
    produced = len(timeline(input, START, end_after(years)).final)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / produced


def growth(rounds: int) -> dict[int, tuple[int, float, float]]:
    """Years to periods, us per period and bytes per period."""
    plain = schedule()
    times = seconds({str(each): lambda each=each: timeline(plain, START, end_after(each)) for each in YEARS}, rounds)  # type: ignore[misc]
    rows = {}
    for years in YEARS:
        produced = len(timeline(plain, START, end_after(years)).final)
        rows[years] = produced, times[str(years)] / produced * 1e6, memory(years, plain)
    return rows


def thousand() -> float:
    """Seconds for a year of 1000 schedules, from their documents."""
    begin = time.process_time()
    for _ in range(1000):
        timeline(schedule(), START, end_after(1))
    return time.process_time() - begin


def main() -> int:
    """Measure, print tables, and fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()

    year = end_after(1)
    expected = base_spans(year)
    if by_rrule(year) != expected or by_calendar(year) < len(expected):
        raise SystemExit("the variants disagree: the numbers would mean nothing")

    rows = growth(options.rounds)
    print(f"{'years':>6}{'periods':>10}{'us per period':>15}{'bytes per period':>18}")
    for years, (produced, cost, size) in rows.items():
        print(f"{years:6}{produced:10}{cost:15.2f}{size:18.0f}")

    plain, exceptions = schedule(), schedule(overrides=200)
    times = seconds(
        {
            "opsgenie-async": lambda: timeline(plain, START, year),
            "with 200 overrides": lambda: timeline(exceptions, START, year),
            "dateutil.rrule": lambda: by_rrule(year),
            "recurring-ical-events": lambda: by_calendar(year),
        },
        options.rounds,
    )
    month = START + 28 * DAY
    times["every minute"] = seconds({"": lambda: by_minutes(month)}, 1)[""] * ((year - START) / (month - START))
    print(f"\n{'a year':28}{'ms':>10}{'x ours':>10}")
    for name, cost in sorted(times.items(), key=lambda pair: pair[1]):
        print(f"{name:28}{cost * 1e3:10.1f}{cost / times['opsgenie-async']:10.1f}")

    own = times["opsgenie-async"]
    measured = {
        "growth": rows[YEARS[-1]][1] / rows[1][1],
        "memory": rows[YEARS[-1]][2] / rows[1][2],
        "overrides": times["with 200 overrides"] / own,
        "minutes": times["every minute"] / own,
        "rrule": own / times["dateutil.rrule"],
        "thousand": thousand(),
    }
    within = {
        name: (value >= BARS[name]) if name == "minutes" else (value <= BARS[name]) for name, value in measured.items()
    }
    print()
    for name, value in measured.items():
        print(f"{name:12}{value:10.2f}   bar {BARS[name]:8.2f}   {'yes' if within[name] else 'NO'}")
    passed = all(within.values())
    if options.json:
        report = {"bars": BARS, "measured": measured, "seconds": times, "growth": rows, "passed": passed}
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
