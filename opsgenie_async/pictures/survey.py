"""An overview of an account's on-call: who is on call, gaps, load per user, rules that notify nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import attrs

from opsgenie_async.oncall import (
    Directory,
    Gap,
    Hours,
    Participant,
    Period,
    Policy,
    Schedule,
    hours_of,
    next_on_call,
    resolve,
    timeline,
)
from opsgenie_async.oncall.segments import segments

__all__ = [
    "DeadEnd",
    "Duty",
    "Load",
    "Overlap",
    "OwnedSchedule",
    "RoutingRule",
    "Survey",
    "Team",
    "fairness",
    "survey",
]

HOUR = timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")
INDIRECT = ("escalation", "schedule")


@attrs.frozen
class OwnedSchedule:
    """A schedule, its owner team ("" for none), and whether anything in the account refers to it."""

    schedule: Schedule
    team: str = ""
    used: bool = True


@attrs.frozen
class RoutingRule:
    """A routing rule of a team, and whom it notifies; None for nobody."""

    team: str
    name: str
    recipient: Participant | None


@attrs.frozen
class Team:
    """A team by name, with its number of members."""

    name: str
    members: int


@attrs.frozen
class Duty:
    """One schedule: who is on call now and next, and its gaps.

    Attributes:
        schedule: The schedule.
        team: Its owner.
        users: Who is on call now.
        until: When that changes; None if it does not within the survey's period.
        next_users: Who is on call next.
        next_at: When.
        gaps: When nobody is on call.
        fairness: How evenly its hours are spread over its participants; None if it has none.
    """

    schedule: Schedule
    team: str
    users: tuple[str, ...]
    until: datetime | None
    next_users: tuple[str, ...]
    next_at: datetime | None
    gaps: tuple[Gap, ...]
    fairness: float | None

    @property
    def gap_hours(self) -> float:
        """The total of the gaps, in hours."""
        return sum((each.end - each.start) / HOUR for each in self.gaps)


@attrs.frozen
class Load:
    """The load of one user, in all schedules."""

    user: str
    hours: Hours
    schedules: tuple[str, ...]


@attrs.frozen
class Overlap:
    """A user on call twice at once: the schedules and rotations, the first time, the total duration."""

    user: str
    places: tuple[str, ...]
    start: datetime
    hours: float


@attrs.frozen
class DeadEnd:
    """An escalation or a routing rule that notifies nobody: its name, team, and the reason."""

    name: str
    team: str
    reason: str


@attrs.frozen
class Survey:
    """The overview for the period from *start* to *end*.

    Attributes:
        start: When "now" is.
        end: The end of the period for gaps, hours and overlaps.
        teams: The teams, ordered by name.
        duties: One for each schedule, ordered by name.
        loads: One for each user on call, most hours first.
        fairness: How evenly all hours are spread over all participants; None if there are none.
        overlaps: Users on call twice at once, longest first.
        unused: Schedules that no rule, escalation or other entity refers to.
        rules: Routing rules that notify nobody.
        escalations: Escalations without people.
    """

    start: datetime
    end: datetime
    teams: tuple[Team, ...]
    duties: tuple[Duty, ...]
    loads: tuple[Load, ...]
    fairness: float | None
    overlaps: tuple[Overlap, ...]
    unused: tuple[OwnedSchedule, ...]
    rules: tuple[DeadEnd, ...]
    escalations: tuple[DeadEnd, ...]


def fairness(amounts: Iterable[float]) -> float | None:
    """Return how evenly *amounts* are spread: 1 if all are equal, 1/n if one of n has everything; None if all are 0.

    Jain's index, "A Quantitative Measure of Fairness", DEC TR-301 (1984).
    """
    listed = list(amounts)
    squares = sum(amount * amount for amount in listed)
    return sum(listed) ** 2 / (len(listed) * squares) if squares else None


def survey(
    schedules: Sequence[OwnedSchedule],
    directory: Directory,
    start: datetime,
    end: datetime,
    *,
    teams: Sequence[Team] = (),
    rules: Sequence[RoutingRule] = (),
    escalations: Mapping[str, str] | None = None,
    zones: Mapping[str, ZoneInfo] | None = None,
    policy: Policy | None = None,
) -> Survey:
    """Return an overview of an account's on-call.

    Args:
        schedules: All schedules.
        directory: Teams, escalations and schedules, to resolve participants.
        start: The current time, timezone-aware.
        end: The end of the period, timezone-aware.
        teams: All teams.
        rules: All routing rules.
        escalations: The names of each escalation and its owner team.
        zones: Time zones by username, for nights and weekends.
        policy: Options for what the vendor's pages leave open.

    Raises:
        ScheduleError: A datetime is not timezone-aware, or *end* is before *start*.
    """
    return _Surveyor(schedules, directory, start, end, zones or {}, policy).survey(teams, rules, escalations or {})


class _Surveyor:
    def __init__(
        self,
        schedules: Sequence[OwnedSchedule],
        directory: Directory,
        start: datetime,
        end: datetime,
        zones: Mapping[str, ZoneInfo],
        policy: Policy | None,
    ) -> None:
        self.schedules = sorted(schedules, key=lambda each: (each.schedule.name.casefold(), each.schedule.name))
        self.directory = directory
        self.start, self.end = start, end
        self.zones = zones
        self.policy = policy
        self.layers = [timeline(each.schedule, start, end, policy=policy) for each in self.schedules]
        self.personal = [list(self.of_users(layer.final)) for layer in self.layers]
        self.active_names = {
            each.schedule.name.casefold()
            for each, layer in zip(self.schedules, self.layers, strict=True)
            if layer.final
        }

    def survey(self, teams: Sequence[Team], rules: Sequence[RoutingRule], escalations: Mapping[str, str]) -> Survey:
        everything = list(chain.from_iterable(self.personal))
        hours_by_user = hours_of(everything, UTC_ZONE, zones=self.zones, policy=self.policy)
        takers = {each.key for owned in self.schedules for each in self.takers(owned.schedule)}
        idle = len(takers - {who.key for who in hours_by_user})
        return Survey(
            self.start,
            self.end,
            tuple(sorted(teams, key=lambda team: team.name.casefold())),
            tuple(self.duties()),
            tuple(
                sorted(
                    (self.load(*each) for each in hours_by_user.items()),
                    key=lambda load: (-load.hours.total, load.user),
                )
            ),
            fairness([each.total for each in hours_by_user.values()] + [0.0] * idle),
            tuple(sorted(self.overlaps(), key=lambda each: (-each.hours, each.user))),
            tuple(each for each in self.schedules if not each.used),
            tuple(self.lost_rules(rules)),
            tuple(
                DeadEnd(name, team, "no rule of it reaches anybody")
                for name, team in sorted(escalations.items())
                if not self.reaches(Participant("escalation", "", name))
            ),
        )

    def of_users(self, periods: Iterable[Period]) -> Iterator[Period]:
        """Yield *periods* with each user of a team in place of the team; escalations are nobody's hours."""
        for period in periods:
            if period.participant.kind == "user":
                yield period
            elif period.participant.kind not in INDIRECT:
                for user in resolve([period.participant], self.directory, period.start, policy=self.policy):
                    yield attrs.evolve(period, participant=user)

    def takers(self, schedule: Schedule) -> tuple[Participant, ...]:
        """Return the users who take turns in a schedule that is enabled."""
        listed = [each for rotation in schedule.active_rotations for each in rotation.participants]
        direct = [each for each in listed if each.kind not in INDIRECT] if schedule.enabled else []
        return resolve(direct, self.directory, self.start, policy=self.policy)

    def duties(self) -> Iterator[Duty]:
        for owned, layer, personal in zip(self.schedules, self.layers, self.personal, strict=True):
            schedule = owned.schedule
            stretches = list(segments(layer.final, layer.start, layer.end))
            upcoming = next_on_call(schedule, self.start, policy=self.policy)
            until = stretches[0][1] if stretches else layer.end
            hours_by_user = hours_of(personal, schedule.zone, policy=self.policy)
            idle = {each.key for each in self.takers(schedule)} - {who.key for who in hours_by_user}
            yield Duty(
                schedule,
                owned.team,
                self.users(stretches[0][2] if stretches else (), self.start),
                until if until < layer.end else None,
                self.users(upcoming[1], upcoming[0]) if upcoming else (),
                upcoming[0] if upcoming else None,
                tuple(Gap(first, last) for first, last, present in stretches if not present),
                fairness([each.total for each in hours_by_user.values()] + [0.0] * len(idle)),
            )

    def users(self, participants: Iterable[Participant], moment: datetime) -> tuple[str, ...]:
        reached = resolve(participants, self.directory, moment, policy=self.policy)
        return tuple(each.name or each.id for each in reached)

    def load(self, participant: Participant, hours: Hours) -> Load:
        places = [
            each.schedule.name
            for each, personal in zip(self.schedules, self.personal, strict=True)
            if any(period.participant.key == participant.key for period in personal)
        ]
        return Load(participant.name or participant.id, hours, tuple(places))

    def overlaps(self) -> Iterator[Overlap]:
        """Yield who is on call in two rotations at the same time."""
        by_user: dict[tuple[str, str], list[tuple[Period, str]]] = {}
        for owned, personal in zip(self.schedules, self.personal, strict=True):
            for period in personal:
                place = (
                    f"{owned.schedule.name} / {period.rotation.name}" if period.rotation.name else owned.schedule.name
                )
                by_user.setdefault(period.participant.key, []).append((period, place))
        for listed in by_user.values():
            if (overlap := _overlap(listed)) is not None:
                yield overlap

    def lost_rules(self, rules: Iterable[RoutingRule]) -> Iterator[DeadEnd]:
        for rule in rules:
            reason = self.loss(rule.recipient)
            if reason:
                yield DeadEnd(rule.name or "(no name)", rule.team, reason)

    def loss(self, recipient: Participant | None) -> str:
        """Why a recipient reaches nobody; "" where it does."""
        if recipient is None or recipient.kind == "none":
            return "notifies nobody"
        if self.reaches(recipient):
            return ""
        if not self.knows(recipient):
            return f"there is no {recipient.kind} {recipient.name or recipient.id}"
        return f"nobody is on call in the {recipient.kind} {recipient.name or recipient.id}"

    def knows(self, recipient: Participant) -> bool:
        if recipient.kind == "user":
            return True
        known = {"team": self.directory.teams, "escalation": self.directory.escalations}
        index: Mapping[tuple[str, str], object] = known.get(recipient.kind, self.directory.schedules)
        return ("name", recipient.name.casefold()) in index or ("id", recipient.id) in index

    def reaches(self, recipient: Participant, passed: frozenset[tuple[str, str]] = frozenset()) -> bool:
        """Whether anybody is ever notified behind *recipient* in the time of the survey."""
        if recipient.kind == "user":
            return True
        if recipient.key in passed:
            return False
        if recipient.kind == "schedule":
            return recipient.name.casefold() in self.active_names
        if recipient.kind == "team":
            return bool(resolve([recipient], self.directory, self.start, policy=self.policy))
        steps = self.directory.escalations.get(("name", recipient.name.casefold())) or ()
        return any(self.reaches(step.recipient, passed | {recipient.key}) for step in steps)


def _overlap(listed: Sequence[tuple[Period, str]]) -> Overlap | None:
    """Return the time in which two or more of somebody's periods run at once; None where there is none."""
    edges: list[tuple[datetime, int, str]] = []
    for period, place in listed:
        edges += [(period.start, 1, place), (period.end, -1, place)]
    open_places: dict[str, int] = {}
    places: dict[str, None] = {}
    total, first, previous = timedelta(), None, None
    for moment, step, place in sorted(edges, key=lambda edge: (edge[0], edge[1])):
        if previous is not None and len(open_places) > 1 and moment > previous:
            total += moment - previous
            first = first or previous
            places |= dict.fromkeys(open_places)
        open_places[place] = open_places.get(place, 0) + step
        if not open_places[place]:
            del open_places[place]
        previous = moment
    if first is None:
        return None
    user = listed[0][0].participant
    return Overlap(user.name or user.id, tuple(places), first, total / HOUR)
