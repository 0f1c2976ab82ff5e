"""The parts of a temporary schedule that distinguish the choices of `Policy`, and what each choice predicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.cli.moments import stamp
from opsgenie_async.json_text import Json
from opsgenie_async.oncall import Period, Policy, Schedule, Timeline, timeline
from opsgenie_async.pictures.clock_changes import clock_changes

__all__ = ["ZONE", "Question", "Verdict", "judge", "override_documents", "questions", "rotation_documents"]

ZONE = ZoneInfo("America/Chicago")
YEAR = timedelta(days=380)
NOTICE = timedelta(days=3)
"""How far ahead everything begins, so that nobody is notified of a turn: the schedule is gone long before."""
AROUND = timedelta(days=3)
HOUR = timedelta(hours=1)
Stretch = tuple[datetime, datetime, str]
Doc = dict[str, Json]


@attrs.frozen
class Question:
    """One choice of `Policy`, and the rotation that shows it.

    Attributes:
        field: The name of the choice.
        choices: Its possible values.
        rotation: The rotation, without participants.
        start: The start of the observed period, in UTC.
        end: The end of the observed period.
        overrides: The overrides to create: start, end, and the index of the user among those of the probe.
    """

    field: str
    choices: tuple[str, ...]
    rotation: Mapping[str, Json]
    start: datetime
    end: datetime
    overrides: tuple[tuple[datetime, datetime, int], ...] = ()


@attrs.frozen
class Verdict:
    """The server's behaviour: the only choice that predicts it; None if none or several do."""

    question: Question
    choice: str | None
    periods: tuple[Stretch, ...]

    @property
    def is_default(self) -> bool:
        """Whether it is the default of `Policy`."""
        return bool(self.choice == getattr(Policy(), self.question.field))


def questions(now: datetime) -> tuple[Question, ...]:
    """Return the questions, around the next clock changes after *now*."""
    changes = list(clock_changes(ZONE, now + NOTICE + 2 * AROUND, now + YEAR))
    forward = next(change for change in changes if change.after > change.before)
    backward = next(change for change in changes if change.after < change.before)
    quiet = min(forward.at, backward.at) + 20 * AROUND
    return (
        _around(forward.at, "missing_hour", ("first_instant_after", "shifted"), {"type": "daily"}, "02:30"),
        _around(backward.at, "repeated_hour", ("first", "second"), {"type": "daily"}, "01:30"),
        _around(forward.at, "hourly", ("elapsed", "local"), {"type": "hourly", "length": 12}, "00:00"),
        _around(
            quiet, "equal_edges", ("whole", "nothing"), {"type": "daily", "timeRestriction": _nine_to_nine()}, "00:00"
        ),
        _overlapping(quiet),
    )


def _nine_to_nine() -> Doc:
    edges: Doc = {"startHour": 9, "startMin": 0, "endHour": 9, "endMin": 0}
    return {"type": "time-of-day", "restriction": edges}


def _around(at: datetime, field: str, choices: tuple[str, ...], rotation: Doc, clock: str) -> Question:
    """A question about a rotation that hands over at a local time, some days before and after *at*."""
    hour, minute = map(int, clock.split(":"))
    local = (at.astimezone(ZONE) - AROUND).replace(hour=hour, minute=minute, second=0, microsecond=0)
    start = local.astimezone(UTC)
    dates: Doc = {"startDate": stamp(start), "endDate": stamp(start + 3 * AROUND)}
    return Question(field, choices, {"name": field, "length": 1, **rotation, **dates}, start, start + 2 * AROUND)


def _overlapping(at: datetime) -> Question:
    """Two pairs of overrides: in one the first created starts first, in the other it starts last."""
    question = _around(
        at, "overlapping_overrides", ("last_listed", "first_listed", "latest_start"), {"type": "daily"}, "00:00"
    )
    first, second = question.start + 30 * HOUR, question.start + 60 * HOUR
    return attrs.evolve(
        question,
        overrides=(
            (first, first + 8 * HOUR, 0),
            (first + 2 * HOUR, first + 8 * HOUR, 1),
            (second + 2 * HOUR, second + 8 * HOUR, 0),
            (second, second + 8 * HOUR, 1),
        ),
    )


def rotation_documents(inquiries: Iterable[Question], usernames: Sequence[str]) -> list[Doc]:
    """Return the rotations in the form of the API, with *usernames* in turn."""
    participants: list[Json] = [{"type": "user", "username": name} for name in usernames]
    return [{**question.rotation, "participants": participants} for question in inquiries]


def override_documents(inquiries: Iterable[Question], usernames: Sequence[str]) -> list[Doc]:
    """Return the overrides in the form of the API, in the order of their creation."""
    return [
        {
            "alias": f"probe-{number}",
            "user": {"type": "user", "username": usernames[place]},
            "startDate": stamp(start),
            "endDate": stamp(end),
            "rotations": [{"name": question.field}],
        }
        for question in inquiries
        for number, (start, end, place) in enumerate(question.overrides)
    ]


def judge(
    question: Question, schedule: Mapping[str, Any], overrides: Sequence[Any], recorded: Mapping[str, Any]
) -> Verdict:
    """Return the choice that predicts the server's timeline.

    Args:
        question: The question.
        schedule: The temporary schedule as the API sends it.
        overrides: Its overrides, in the order in which the API lists them.
        recorded: The API's timeline for the period of the question.

    Raises:
        ScheduleError: A document is invalid.
    """
    input = Schedule.from_json(schedule, overrides=overrides)
    truth = _stretches(Timeline.from_json(recorded).final, question)
    matches = [
        choice
        for choice in question.choices
        if _stretches(timeline(input, question.start, question.end, policy=_policy(question, choice)).final, question)
        == truth
    ]
    return Verdict(question, matches[0] if len(matches) == 1 else None, truth)


def _policy(question: Question, choice: str) -> Policy:
    settings: dict[str, Any] = {question.field: choice}
    return Policy(**settings)


def _stretches(periods: Iterable[Period], question: Question) -> tuple[Stretch, ...]:
    """Return who is on call in the rotation of the question, with consecutive periods of one user merged."""
    stretches: list[Stretch] = []
    for period in periods:
        start, end = max(period.start, question.start), min(period.end, question.end)
        if period.rotation.name != question.field or period.participant.kind == "none" or start >= end:
            continue
        name = period.participant.name.casefold()
        if stretches and stretches[-1][1:] == (start, name):
            stretches[-1] = stretches[-1][0], end, name
        else:
            stretches.append((start, end, name))
    return tuple(stretches)
