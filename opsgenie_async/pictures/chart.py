"""A chart of who is on call, as values: sections, rows, bars, days; all output formats draw the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.oncall import (
    Difference,
    Participant,
    Period,
    Policy,
    Schedule,
    Timeline,
    compare,
    gaps,
    timeline,
    zone_database,
)
from opsgenie_async.oncall.local_time import from_local, to_local
from opsgenie_async.pictures.colours import Colour, assign_colours
from opsgenie_async.printable import printable

__all__ = ["Bar", "Chart", "Day", "Drawing", "Person", "Row", "Section", "chart_of", "label_of"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATURDAY = 5
Key = tuple[str, str]
RowKind = Literal["rotation", "override", "forwarding", "final", "other", "difference"]
BarKind = Literal["rotation", "override", "forwarding", "gap", "difference"]


@attrs.frozen
class Drawing:
    """A schedule to draw.

    Attributes:
        schedule: The schedule.
        team: The name of the team that owns it.
        other: The schedule to compare it with.
    """

    schedule: Schedule
    team: str = ""
    other: Schedule | None = None


@attrs.frozen
class Person:
    """A person in the chart: their label and colour."""

    label: str
    name: str
    colour: Colour


@attrs.frozen
class Bar:
    """A period in a row.

    Attributes:
        start: The first instant.
        end: The first instant after it.
        kind: What put the person on call; "gap" if nobody is.
        label: The text that fits into it.
        title: The full description in one line, with local times.
        colour: The person's; None for gaps and differences.
    """

    start: datetime
    end: datetime
    kind: BarKind
    label: str
    title: str
    colour: Colour | None = None


@attrs.frozen
class Row:
    """A row of a section; overlapping bars are in separate lanes."""

    label: str
    kind: RowKind
    lanes: tuple[tuple[Bar, ...], ...]


@attrs.frozen
class Day:
    """A calendar day in the schedule's time zone, cut to the chart; `hours` are those of the full day."""

    start: datetime
    end: datetime
    weekday: str
    number: int
    month: str
    hours: float
    weekend: bool

    @property
    def irregular(self) -> bool:
        """Whether there is a clock change on it."""
        return self.hours != 24


@attrs.frozen
class Section:
    """A schedule: rows for its rotations, overrides and forwarding, the final layer last."""

    name: str
    team: str
    zone: str
    enabled: bool
    days: tuple[Day, ...]
    rows: tuple[Row, ...]
    gap_hours: float
    differences: int | None = None


@attrs.frozen
class Chart:
    """The chart.

    Attributes:
        start: Its left edge, in UTC.
        end: Its right edge, in UTC.
        now: The time of the "now" line.
        sections: The schedules, in the given order.
        people: All people, by label.
        tz_database: The tz database of the local times.
        against: The name of what the schedules are compared with; "" for none.
    """

    start: datetime
    end: datetime
    now: datetime
    sections: tuple[Section, ...]
    people: tuple[Person, ...]
    tz_database: str
    against: str = ""

    def share(self, moment: datetime) -> float:
        """The position of *moment* between the edges, from 0 to 1."""
        return min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)

    @property
    def shows_now(self) -> bool:
        """Whether the current time is in the chart."""
        return self.start <= self.now < self.end


def chart_of(
    drawings: Sequence[Drawing],
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    against: str = "",
    policy: Policy | None = None,
) -> Chart:
    """Lay out who is on call from *start* to *end*.

    Args:
        drawings: The schedules, each with the one to compare it with.
        start: Timezone-aware.
        end: Timezone-aware, after *start*.
        now: The current time, for the "now" line.
        against: The name of what the schedules are compared with.
        policy: Options for what the vendor's pages leave open.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    sides = [
        [timeline(each, start, end, policy=policy) for each in (drawing.schedule, drawing.other) if each]
        for drawing in drawings
    ]
    people = _people([_participants(drawing) for drawing in drawings])
    visible = {each.key for layers in sides for layer in layers for each in _visible(layer)}
    sections = tuple(
        _Sketch(drawing, layers, people, policy).section(against)
        for drawing, layers in zip(drawings, sides, strict=True)
    )
    whole = timeline(drawings[0].schedule, start, end) if drawings else None
    return Chart(
        whole.start if whole else start,
        whole.end if whole else end,
        now,
        sections,
        tuple(sorted({people[key] for key in visible}, key=lambda person: (person.label.casefold(), person.name))),
        str(zone_database()),
        printable(against),
    )


def label_of(participant: Participant) -> str:
    """The short name of a person: a username without its domain."""
    name = participant.name or participant.id
    if participant.kind == "none":
        return "nobody"
    if participant.kind == "user":
        return printable(name.partition("@")[0] or name)
    return printable(f"{name} ({participant.kind})")


def _participants(drawing: Drawing) -> list[Participant]:
    """Return everybody who is ever on call, in the picture or not: a colour must not change with the weeks."""
    schedules = [each for each in (drawing.schedule, drawing.other) if each]
    listed = [participant for each in schedules for rotation in each.rotations for participant in rotation.participants]
    listed += [override.participant for each in schedules for override in each.overrides]
    reached = {participant.key for participant in listed}
    for each in schedules:
        for _ in each.forwarding:  # as often as a chain can be long
            further = [rule.to_user for rule in each.forwarding if rule.from_user.key in reached]
            if {participant.key for participant in further} <= reached:
                break
            listed += further
            reached |= {participant.key for participant in further}
    return [participant for participant in listed if participant.kind != "none"]


def _visible(layer: Timeline) -> list[Participant]:
    periods = [*layer.base, *layer.overrides, *layer.forwarding, *layer.final]
    return [period.participant for period in periods if period.participant.kind != "none"]


def _people(groups: Sequence[Sequence[Participant]]) -> Mapping[Key, Person]:
    everybody = {each.key: each for group in groups for each in group}
    colours = assign_colours([each.key for each in group] for group in groups)
    labels: dict[str, set[Key]] = {}
    for key, each in everybody.items():
        labels.setdefault(label_of(each), set()).add(key)
    return {
        key: Person(
            label if len(labels[label := label_of(each)]) == 1 else printable(each.name),
            printable(each.name or each.id),
            colours[key],
        )
        for key, each in everybody.items()
    }


class _Sketch:
    """The layout of one schedule."""

    def __init__(
        self, drawing: Drawing, layers: Sequence[Timeline], people: Mapping[Key, Person], policy: Policy | None
    ) -> None:
        self.drawing = drawing
        self.zone = drawing.schedule.zone
        self.layer = layers[0]
        self.other = layers[1] if len(layers) > 1 else None
        self.people = people
        self.policy = policy

    def section(self, against: str) -> Section:
        schedule, layer = self.drawing.schedule, self.layer
        missing = gaps(schedule, layer.start, layer.end, policy=self.policy)
        final = [*self.bars(layer.final), *self.gap_bars((each.start, each.end) for each in missing)]
        rows = [*self.rotation_rows(), *self.extra_rows()]
        rows.append(Row("final", "final", _lanes(final)))
        differences = None
        if self.drawing.other is not None and self.other is not None:
            differing = compare(schedule, self.drawing.other, layer.start, layer.end, policy=self.policy)
            rows += self.comparison(self.drawing.other, self.other, differing, against)
            differences = len(differing)
        return Section(
            name=printable(schedule.name or schedule.id),
            team=printable(self.drawing.team),
            zone=self.zone.key,
            enabled=schedule.enabled,
            days=tuple(_days(self.zone, layer.start, layer.end, self.policy or Policy())),
            rows=tuple(rows),
            gap_hours=sum((each.end - each.start) / HOUR for each in missing),
            differences=differences,
        )

    def rotation_rows(self) -> Iterator[Row]:
        for rotation in self.drawing.schedule.rotations:
            periods = [period for period in self.layer.base if period.rotation == rotation.ref]
            label = printable(rotation.name or "rotation") + ("" if rotation.enabled else " (disabled)")
            yield Row(label, "rotation", _lanes(self.bars(periods)))

    def extra_rows(self) -> Iterator[Row]:
        if self.layer.overrides:
            yield Row("overrides", "override", _lanes(self.bars(self.layer.overrides)))
        if self.layer.forwarding:
            yield Row("forwarding", "forwarding", _lanes(self.bars(self.layer.forwarding)))

    def comparison(
        self, schedule: Schedule, layer: Timeline, differing: Sequence[Difference], against: str
    ) -> Iterator[Row]:
        missing = gaps(schedule, layer.start, layer.end, policy=self.policy)
        final = [*self.bars(layer.final), *self.gap_bars((each.start, each.end) for each in missing)]
        yield Row(f"final in {printable(against)}" if against else "final there", "other", _lanes(final))
        bars = [
            Bar(
                each.start,
                each.end,
                "difference",
                f"{_names(each.one)} ≠ {_names(each.other)}",
                f"differs · {self.times(each.start, each.end)} · here {_names(each.one)}, there {_names(each.other)}",
            )
            for each in differing
        ]
        yield Row("differences", "difference", _lanes(bars))

    def bars(self, periods: Iterable[Period]) -> list[Bar]:
        return [self.bar(period) for period in _merge_turns(periods)]

    def bar(self, period: Period) -> Bar:
        person = self.people.get(period.participant.key)
        facts = [person.name if person else "nobody", self.times(period.start, period.end)]
        if period.rotation.name:
            facts.append(printable(period.rotation.name))
        if period.source == "override":
            facts.append("override")
        if period.forwarded_from is not None:
            facts.append(f"forwarded from {label_of(period.forwarded_from)}")
        mark = {"override": "⇄ ", "forwarding": "→ "}.get(period.source, "")
        return Bar(
            period.start,
            period.end,
            period.source if person else "gap",
            mark + (person.label if person else "nobody"),
            " · ".join(facts),
            person.colour if person else None,
        )

    def gap_bars(self, stretches: Iterable[tuple[datetime, datetime]]) -> Iterator[Bar]:
        for start, end in stretches:
            yield Bar(start, end, "gap", "nobody", f"nobody on call · {self.times(start, end)}")

    def times(self, start: datetime, end: datetime) -> str:
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        hours = f"{round((end - start) / HOUR, 2):g} h"
        return f"{first:%a %d %b %H:%M} {first:%Z} to {last:%a %d %b %H:%M} {last:%Z} {self.zone.key} · {hours}"


def _names(participants: Sequence[Participant]) -> str:
    return ", ".join(map(label_of, participants)) or "nobody"


def _merge_turns(periods: Iterable[Period]) -> list[Period]:
    """Return *periods* with consecutive turns of one person in one rotation as one."""
    turns: list[Period] = []
    last: dict[tuple[object, ...], int] = {}
    for period in periods:
        key = period.rotation, period.participant.key, period.source, period.forwarded_from
        place = last.get(key)
        if place is not None and turns[place].end == period.start:
            turns[place] = attrs.evolve(turns[place], end=period.end)
        else:
            last[key] = len(turns)
            turns.append(period)
    return turns


def _lanes(bars: Iterable[Bar]) -> tuple[tuple[Bar, ...], ...]:
    """Return *bars* in as few lanes as they need, so that none of a lane overlap; one lane where there are none."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.start):
        lane = next((lane for lane in lanes if lane[-1].end <= bar.start), None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    return tuple(map(tuple, lanes)) or ((),)


def _days(zone: ZoneInfo, start: datetime, end: datetime, policy: Policy) -> Iterator[Day]:
    """Yield the calendar days of *zone* from *start* to *end*; one that the zone left out does not come."""
    local = datetime.combine(to_local(start, zone), time())
    begin = from_local(local, zone, policy)
    while begin < end:
        following = from_local(local + DAY, zone, policy)
        if following > start and following > begin:
            yield Day(
                max(begin, start),
                min(following, end),
                f"{local:%a}",
                local.day,
                f"{local:%b}",
                (following - begin) / HOUR,
                local.weekday() >= SATURDAY,
            )
        local, begin = local + DAY, following
