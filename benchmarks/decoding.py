"""Bytes to models: 100 each of schedules, routing rules, alerts and incidents; us per JSON object and ratios.

    python benchmarks/decoding.py [--json FILE] [--rounds N]

Ours runs as in production: strict scalars, open enums, tagged unions that keep unknown members, unknown fields kept.
`pydantic` and `msgspec` have camelCase names, tagged unions and datetimes, and none of the rest; `pydantic, same
promises` is strict, keeps unknown fields and has open enums. The bar: ours at most 1.25 x `pydantic`.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import decoding_rivals as rivals

from opsgenie_async.converters import read_list
from opsgenie_async.http.envelope import loads
from opsgenie_async.models import Alert, Incident, Schedule, TeamRoutingRule

BAR = 1.25
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def restriction(number: int) -> dict[str, object]:
    """Every third one is the same every day, the others stretch over the week."""
    if number % 3 == 0:
        clock = {"startHour": 8, "startMin": 0, "endHour": 18, "endMin": 30}
        return {"type": "time-of-day", "restriction": clock}
    week = [
        {"startDay": day, "startHour": 8, "startMin": 0, "endDay": day, "endHour": 18, "endMin": 30}
        for day in DAYS[: 1 + number % 2]
    ]
    return {"type": "weekday-and-time-of-day", "restrictions": week}


def schedules(count: int = 100) -> list[dict[str, object]]:
    """Schedules as `GET /v2/schedules?expand=rotation` answers them."""
    return [
        {
            "id": f"d875e654-9b4e-4219-a803-{number:012d}",
            "name": f"schedule {number}",
            "description": "",
            "timezone": "Europe/Berlin",
            "enabled": True,
            "ownerTeam": {"id": f"90098alp9-f0e3-41d3-a060-{number:012d}", "name": f"team {number}"},
            "rotations": [
                {
                    "id": f"34793506-dd3e-4e04-bba1-{number:08d}{rotation:04d}",
                    "name": f"Rot{rotation}",
                    "startDate": "2017-02-06T05:00:00Z",
                    "endDate": "2027-02-23T21:00:00.000Z",
                    "type": ("daily", "weekly", "hourly")[rotation],
                    "length": rotation + 1,
                    "participants": [
                        {"type": "user", "id": f"4b26961a-a837-49d2-{number:012d}", "username": "a@example.com"},
                        {"type": "team", "id": f"90098alp9-f0e3-41d3-{number:012d}", "name": f"team {number}"},
                        {"type": "none"},
                    ],
                    "timeRestriction": restriction(number + rotation),
                }
                for rotation in range(3)
            ],
        }
        for number in range(count)
    ]


def routing_rules(count: int = 100) -> list[dict[str, object]]:
    """Routing rules as `GET /v2/teams/{id}/routing-rules` answers them."""
    conditions = [
        {"field": "message", "not": False, "operation": "contains", "expectedValue": "expected1", "order": 0},
        {"field": "alias", "not": True, "operation": "starts-with", "expectedValue": "expected2", "order": 0},
        {
            "field": "extra-properties",
            "key": "expectedKey",
            "not": True,
            "operation": "starts-with",
            "expectedValue": "expected3",
            "order": 0,
        },
    ]
    notify = ({"type": "none"}, {"type": "schedule", "id": "d875e654", "name": "ScheduleName"})
    return [
        {
            "id": f"c8214a84-09e1-4961-9ee6-{number:012d}",
            "name": f"rule {number}",
            "isDefault": number == count - 1,
            "order": number,
            "criteria": {"type": "match-any-condition", "conditions": conditions}
            if number % 4
            else {"type": "match-all"},
            "timezone": "America/Los_Angeles",
            **({"timeRestriction": restriction(number)} if number % 2 else {}),
            "notify": notify[number % 2],
        }
        for number in range(count)
    ]


def alerts(count: int = 100) -> list[dict[str, object]]:
    """Alerts as `GET /v2/alerts` answers them; every second one was acknowledged, every fourth is snoozed."""
    return [
        {
            "id": f"70413a06-38d6-4c85-92b8-{number:012d}",
            "tinyId": str(1791 + number),
            "alias": f"event_{number}",
            "message": "Our servers are in danger",
            "status": ("open", "closed")[number % 2],
            "acknowledged": number % 2 == 1,
            "isSeen": True,
            "seen": True,
            "tags": ["OverwriteQuietHours", "Critical"],
            "snoozed": number % 4 == 0,
            **({"snoozedUntil": "2017-04-03T20:32:35.143Z"} if number % 4 == 0 else {}),
            "count": 1 + number % 3,
            "lastOccurredAt": "2017-04-03T20:05:50.894Z",
            "createdAt": "2017-03-21T20:32:52.353Z",
            "updatedAt": "2017-04-03T20:32:57.301Z",
            "source": "Isengard",
            "owner": "morpheus@example.com",
            "ownerTeamId": "",
            "priority": f"P{1 + number % 5}",
            "teams": [{"id": f"90098alp9-f0e3-41d3-a060-{number:012d}"}],
            "responders": [
                {"type": "team", "id": f"4513b7ea-3b91-438f-b7e4-{number:012d}"},
                {"type": "user", "id": f"bb4d9938-c3c2-455d-aaab-{number:012d}", "username": "a@example.com"},
            ],
            "integration": {"id": f"4513b7ea-3b91-438f-{number:012d}", "name": "Nebuchadnezzar", "type": "API"},
            **({"report": {"ackTime": 15702, "acknowledgedBy": "a@example.com"}} if number % 2 else {}),
        }
        for number in range(count)
    ]


def incidents(count: int = 100) -> list[dict[str, object]]:
    """Incidents as `GET /v1/incidents` answers them."""
    return [
        {
            "id": f"70413a06-38d6-4c85-92b8-{number:012d}",
            "tinyId": str(1791 + number),
            "message": "Our servers are in danger",
            "description": "Everything is slow.",
            "status": ("open", "resolved", "closed")[number % 3],
            "tags": ["OverwriteQuietHours", "Critical"],
            "createdAt": "2017-03-21T20:32:52.353Z",
            "updatedAt": "2017-04-03T20:32:57.301Z",
            "priority": f"P{1 + number % 5}",
            "ownerTeam": f"90098alp9-f0e3-41d3-a060-{number:012d}",
            "responders": [
                {"type": "team", "id": f"4513b7ea-3b91-438f-b7e4-{number:012d}"},
                {"type": "user", "id": f"bb4d9938-c3c2-455d-aaab-{number:012d}"},
            ],
            "extraProperties": {"region": "eu", "floor": str(number)},
            "impactedServices": [f"2c3b4a6d-2d0c-4f4e-8a4f-{number:012d}"],
            "impactStartDate": "2017-03-21T20:30:00Z",
            "actions": [],
            "links": {"web": f"https://corp.example/incident/{number}", "api": f"https://api.example/{number}"},
        }
        for number in range(count)
    ]


def objects_in(value: object) -> int:
    """How many JSON objects a document holds."""
    if isinstance(value, dict):
        return 1 + sum(map(objects_in, value.values()))
    return sum(map(objects_in, value)) if isinstance(value, list) else 0


def measure(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds per call; the variants take turns, so that a slow moment of the machine hits all of them."""
    for decode in variants.values():
        decode()
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, decode in variants.items():
            gc.collect()
            start = time.perf_counter()
            decode()
            times[name].append(time.perf_counter() - start)
    return times


def main() -> int:
    """Measure, print a table, and fail when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    report: dict[str, object] = {"bar": BAR}
    passed = True
    for title, documents, model in (
        ("schedules", schedules(), Schedule),
        ("routing rules", routing_rules(), TeamRoutingRule),
        ("alerts", alerts(), Alert),
        ("incidents", incidents(), Incident),
    ):
        body = json.dumps({"data": documents, "took": 0.1, "requestId": "8b8debbc"}).encode()

        def decode(body: bytes = body, model: type = model) -> object:
            return read_list(loads(body)["data"], model)  # type: ignore[call-overload,index]  # an object, see above

        variants: dict[str, Callable[[], object]] = {
            "opsgenie-async": decode,
            **rivals.variants(title, body),
            "JSON alone": partial(loads, body),
        }
        times = measure(variants, options.rounds)
        count = objects_in(documents)
        median = {name: statistics.median(seconds) for name, seconds in times.items()}
        print(f"\n100 {title}: {len(body) / 1000:.0f} kB, {count} objects")
        print(f"{'':28}{'us per object':>14}{'x pydantic':>12}{'x msgspec':>12}")
        for name, seconds in sorted(median.items(), key=lambda pair: pair[1]):
            ratios = f"{seconds / median['pydantic']:12.2f}{seconds / median['msgspec']:12.2f}"
            print(f"{name:28}{seconds / count * 1e6:14.2f}{ratios}")
        ratio = median["opsgenie-async"] / median["pydantic"]
        passed = passed and ratio <= BAR
        report[title] = {"x_pydantic": ratio, "us_per_object": {n: s / count * 1e6 for n, s in median.items()}}
    print(f"\nours at most {BAR} x pydantic: {'yes' if passed else 'NO'}")
    if options.json:
        options.json.write_text(json.dumps({**report, "passed": passed}, indent=2) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
