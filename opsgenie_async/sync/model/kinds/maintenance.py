"""Maintenances (Maintenance API)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from opsgenie_async.json_text import Json
from opsgenie_async.models.maintenance import Maintenance
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.kinds.policy import POLICY
from opsgenie_async.sync.model.rules import date, end_after_start, items, moment, reference_to, words

OVER = "is over"
LENGTHS = {
    "for-5-minutes": timedelta(minutes=5),
    "for-30-minutes": timedelta(minutes=30),
    "for-1-hour": timedelta(hours=1),
}
SCHEDULE, UNDATED = "schedule", (*LENGTHS, "indefinitely")
"""The types of a time with dates, and without."""
DATES = ("startDate", "endDate")


def _normalize(document: dict[str, Json]) -> dict[str, Json]:
    """A maintenance whose time says when it ends, and not for how long it was meant from a moment that is over."""
    time = document.get("time")
    if not isinstance(time, dict):
        return document
    if time.get("startDate") and time.get("endDate"):
        return {**document, "time": {**time, "type": SCHEDULE}}
    if time.get("type") not in UNDATED:
        return document
    return {**document, "time": {name: value for name, value in time.items() if name not in DATES}}


def _is_as_long(existing: Json, desired: Json) -> bool:
    """Whether a window is what became of a maintenance that was to last so long from its creation on."""
    if not isinstance(existing, dict) or not isinstance(desired, dict):
        return False
    start, end = moment(existing.get("startDate")), moment(existing.get("endDate"))
    return start is not None and end is not None and end - start == LENGTHS.get(str(desired.get("type")))


def _impossible(fields: Fields, exists: bool, now: datetime) -> str:
    """A maintenance that is over cannot be brought back (field notes, row 35)."""
    time = fields.get("time")
    end = moment(time.get("endDate")) if isinstance(time, dict) else None
    return OVER if end is not None and end <= now else ""


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    time, rules = fields.get("time"), fields.get("rules")
    if isinstance(time, dict):
        yield from end_after_start(time, f"{at}.time")
        for name in DATES:
            if time.get("type") == SCHEDULE and not time.get(name):
                yield f"{at}.time.{name}", "missing"
            elif time.get("type") in UNDATED and time.get(name):
                yield f"{at}.time.{name}", f"only a time of the type {SCHEDULE} has dates"
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        entity = rule.get("entity") if isinstance(rule, dict) else None
        if not isinstance(rule, dict) or not isinstance(entity, dict):
            continue
        if entity.get("type") == "integration" and rule.get("state") == "enabled":
            yield f"{at}.rules[{index}].state", "an integration can only be disabled"


MAINTENANCE = Kind(
    name="maintenance",
    folder="maintenances",
    section="maintenance",
    path="/v1/maintenance",
    model=Maintenance,
    stage=10,
    summary_only=True,
    params={"type": "non-expired"},  # what is over is history
    read_only=frozenset({"status"}),
    normalize=_normalize,
    identity=("description",),
    update="PUT",
    defaults={"description": ""},
    references=(to("rules[].entity"),),
    label="description",
    optional_name=True,
    bare_types=frozenset({"integration", POLICY, "team"}),  # Maintenance API page
    member_defaults={"rules[]": {"state": "disabled"}},
    item_defaults={"rules": {"state": "disabled"}},
    sets=frozenset({"rules"}),
    equal={"time": _is_as_long},
    impossible=_impossible,
    lasting=frozenset({OVER}),
    check=_check,
    rules={
        "time.type": words(*UNDATED, SCHEDULE),
        "time.startDate": date,
        "time.endDate": date,
        "rules": items(1),
        "rules[].state": words("enabled", "disabled"),
        "rules[].entity": reference_to("integration", POLICY),
    },
    required=("time.type", "rules[].entity"),
    required_when_new=("time", "rules"),
)
