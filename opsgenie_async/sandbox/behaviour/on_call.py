"""Who is on call in an account: its rotations, overrides and forwarding rules, computed by `opsgenie_async.oncall`.

Pure functions: they take an account and times, and return periods and participants as plain dicts. Undocumented
behaviour is in the engine's `Policy`, set by the account's assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from attrs import evolve

from opsgenie_async import oncall
from opsgenie_async.oncall import Participant, Policy, Schedule
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = [
    "LONGEST_TURN",
    "OVERRIDES",
    "Layers",
    "Period",
    "final_periods",
    "flat",
    "layers",
    "next_on_call",
    "on_call",
    "participant_of",
    "participant_trees",
    "previous_on_call",
    "resolve",
]

OVERRIDES = "or"
"""The id under which the Schedule API lists what belongs to no rotation."""

LONGEST_TURN = 1000
"""Hours, days or weeks; not documented, but what is longer than a life is a slip."""
_MOMENT = timedelta(microseconds=1)
_TURN = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
_CYCLE = timedelta(days=15)  # of restrictions and clock changes


class Period(NamedTuple):
    """One participant's time on call, in UTC; the end is excluded."""

    start: datetime
    end: datetime
    participant: Doc
    source: str = "rotation"
    forwarded_from: Doc | None = None

    @property
    def type(self) -> str:
        """The `type` of a period in a timeline; for rotations, that of the participant."""
        return str(self.participant["type"]) if self.source == "rotation" else self.source


class Layers(NamedTuple):
    """The layers of a timeline, by rotation id; without rotations, overrides have the id `or`."""

    base: dict[str, list[Period]]
    overrides: list[Period]
    forwarding: dict[str, list[Period]]
    final: dict[str, list[Period]]


def layers(account: Account, schedule: Doc, start: datetime, end: datetime) -> Layers:
    """All layers of the timeline of *schedule* from *start* to *end*, by rotation."""
    input = _schedule(account, schedule)
    computed = oncall.timeline(input, start, end, policy=_policy(account))
    final = _by_rotation(input, computed.final)
    if not input.rotations:
        final = {OVERRIDES: final[""]} if "" in final else {}
    return Layers(
        base=_by_rotation(input, computed.base),
        overrides=_override_periods(input, start, end),
        forwarding=_by_rotation(input, computed.forwarding),
        final=final,
    )


def final_periods(account: Account, schedule: Doc, start: datetime, end: datetime) -> dict[str, list[Period]]:
    """The periods between *start* and *end* by rotation id, with overrides and forwarding rules applied."""
    return layers(account, schedule, start, end).final


def _schedule(account: Account, schedule: Doc) -> Schedule:
    rotations = account.rotations.get(schedule["id"], [])
    overrides = account.overrides.get(schedule["id"], {}).values()
    people = [each for rotation in rotations for each in rotation["participants"]]
    names = {each.get("username") for each in [*people, *(override["user"] for override in overrides)]}
    forwarding = [rule for rule in account.forwarding_rules.values() if rule["fromUser"]["username"] in names]
    return Schedule.from_json({**schedule, "rotations": rotations}, overrides=overrides, forwarding=forwarding)


def _policy(account: Account) -> Policy:
    assumptions = account.assumptions
    return Policy(
        overlapping_overrides="first_listed" if assumptions.overlapping_overrides == "oldest" else "last_listed",
        hourly="local" if assumptions.hourly_rotations == "wall" else "elapsed",
    )


def _by_rotation(schedule: Schedule, periods: Iterable[oncall.Period]) -> dict[str, list[Period]]:
    rows: dict[str, list[Period]] = {rotation.id: [] for rotation in schedule.rotations}
    for each in periods:
        source = None if each.forwarded_from is None else _document(each.forwarded_from)
        period = Period(each.start, each.end, _document(each.participant), each.source, source)
        rows.setdefault(each.rotation.id, []).append(period)
    return rows


def _override_periods(schedule: Schedule, start: datetime, end: datetime) -> list[Period]:
    """The overrides of *schedule* between *start* and *end*, without duplicates, including those for nobody."""
    periods = []
    for each in schedule.overrides if schedule.enabled else ():
        first, last = max(each.start, start), min(each.end, end)
        if first < last:
            periods.append(Period(first, last, _document(each.participant), "override"))
    return periods


def _document(participant: Participant) -> Doc:
    if participant.kind == "none":
        return {"type": "none"}
    label = "username" if participant.kind == "user" else "name"
    return {"type": participant.kind, "id": participant.id, label: participant.name}


def on_call(account: Account, schedule: Doc, at: datetime) -> list[Doc]:
    """The participants on call at *at*, without duplicates; with `forwardedFrom` if a rule forwards to them."""
    rows = final_periods(account, schedule, at, at + _MOMENT)
    return _distinct(participant_of(period) for periods in rows.values() for period in periods)


def participant_of(period: Period) -> Doc:
    """The participant of *period*, with `forwardedFrom` if a rule forwards to them."""
    if period.forwarded_from is None:
        return period.participant
    return period.participant | {"forwardedFrom": period.forwarded_from}


def next_on_call(account: Account, schedule: Doc, at: datetime, *, overrides: bool) -> list[Doc]:
    """The next participant of each rotation after *at*: the first not yet on call, otherwise the same again.

    Without *overrides*, it is the next in the rotation itself; forwarding rules apply to both.
    """
    policy = _policy(account)
    neighbours: list[Doc] = []
    for one in _rotation_by_rotation(_schedule(account, schedule), overrides=overrides):
        turns = one if overrides else evolve(one, forwarding=())
        following = oncall.next_on_call(turns, at, policy=policy)
        moment = _same_again(turns, at, policy) if following is None else following[0]
        if moment is not None:
            computed = oncall.timeline(one, moment, moment + _MOMENT, policy=policy)
            neighbours += [participant_of(each) for row in _by_rotation(one, computed.final).values() for each in row]
    return _distinct(neighbours)


def previous_on_call(account: Account, schedule: Doc, at: datetime) -> list[Doc]:
    """The participant of each rotation before the one at *at*, with overrides applied."""
    policy = _policy(account)
    rotations = _rotation_by_rotation(_schedule(account, schedule), overrides=True)
    return _distinct(
        _document(participant) for one in rotations for participant in oncall.previous_on_call(one, at, policy=policy)
    )


def _rotation_by_rotation(schedule: Schedule, *, overrides: bool) -> Iterator[Schedule]:
    """*schedule* as one schedule for each rotation."""
    if not schedule.rotations and overrides:
        yield schedule
    for rotation in schedule.rotations:
        own = tuple(each for each in schedule.overrides if overrides and each.covers(rotation))
        yield evolve(schedule, rotations=(rotation,), overrides=own)


def _same_again(schedule: Schedule, at: datetime, policy: Policy) -> datetime | None:
    """The start of the next turn in a rotation with one participant."""
    reach = max((_TURN[rotation.type] * rotation.length for rotation in schedule.rotations), default=_CYCLE)
    periods = oncall.timeline(schedule, at, at + 2 * reach + _CYCLE, policy=policy).final
    return next((period.start for period in periods if period.start > at), None)


def participant_trees(account: Account, participants: Iterable[Doc]) -> list[Doc]:
    """`participants` in who-is-on-call responses: names and types, an escalation with its recipients."""
    return [_participant_tree(account, participant) for participant in participants]


def _participant_tree(account: Account, participant: Doc) -> Doc:
    if participant["type"] == "user":
        forwarded = "true" if "forwardedFrom" in participant else "false"
        return {"name": participant["username"], "type": "user", "forwarded": forwarded}
    document: Doc = {"name": participant.get("name", ""), "type": participant["type"]}
    if participant["type"] == "escalation":
        rules = account.escalations.get(participant["id"], {"rules": []})["rules"]
        document["participants"] = [
            _participant_tree(account, rule["recipient"])
            | ({"notifyType": rule["notifyType"]} if rule["recipient"]["type"] == "schedule" else {})
            for rule in rules
        ]
    return document


def flat(account: Account, participants: Iterable[Doc], at: datetime) -> list[str]:
    """The usernames that *participants* resolve to at *at*, without duplicates."""
    return list(resolve(account, participants, at))


def resolve(account: Account, participants: Iterable[Doc], at: datetime) -> dict[str, str | None]:
    """Each username that *participants* resolve to, and the username that a rule forwards to it."""
    rules = _rules_at(account, at)
    users: dict[str, str | None] = {}
    for username, source in _usernames(account, participants, at, frozenset()):
        to = None if source else rules.get(username)
        users.setdefault(to or username, username if to else source)
    return users


def _rules_at(account: Account, at: datetime) -> dict[str, str]:
    """The forwarding rules at *at* by username, for users who are not in a rotation, such as members of teams."""
    return {
        rule["fromUser"]["username"]: rule["toUser"]["username"]
        for rule in account.forwarding_rules.values()
        if datetime.fromisoformat(rule["startDate"]) <= at < datetime.fromisoformat(rule["endDate"])
    }


def _usernames(
    account: Account, participants: Iterable[Doc], at: datetime, passed: frozenset[str]
) -> Iterator[tuple[str, str | None]]:
    """Usernames, each with the one that a schedule has already forwarded.

    *passed* are the escalations on the path: a schedule and an escalation may refer to each other. A reference to
    something outside the account, as in a snapshot of only some teams, resolves to nobody.
    """
    for participant in participants:
        match participant:
            case {"type": "user", "username": str(username)}:
                yield username, participant.get("forwardedFrom", {}).get("username")
            case {"type": "group", "id": id}:
                yield from ((username, None) for username in account.groups.get(id, {"users": []})["users"])
            case {"type": "team", "id": str(id)}:
                yield from _members(account, id, "all")
            case {"type": "escalation", "id": str(id)} if id not in passed:
                for rule in account.escalations.get(id, {"rules": []})["rules"]:
                    recipient, how = rule["recipient"], rule["notifyType"]
                    if recipient["type"] == "team":
                        yield from _members(account, recipient["id"], how)
                    else:
                        reached = _recipients(account, recipient, at, how)
                        yield from _usernames(account, reached, at, passed | {id})
            case _:
                pass


def _recipients(account: Account, recipient: Doc, at: datetime, how: str) -> list[Doc]:
    """The participants that an escalation rule with notify type *how* notifies: for a schedule those on call."""
    if recipient["type"] != "schedule":
        return [recipient]
    schedule = account.schedules.get(recipient["id"])
    if schedule is None:
        return []
    if how == "next":
        return next_on_call(account, schedule, at, overrides=True)
    if how == "previous":
        return previous_on_call(account, schedule, at)
    return on_call(account, schedule, at)


def _members(account: Account, team: str, how: str) -> Iterator[tuple[str, str | None]]:
    role = {"users": "user", "admins": "admin"}.get(how)
    for member in account.teams.get(team, {"members": []})["members"]:
        if role is None or member["role"] == role:
            yield member["user"]["username"], None


def _distinct(participants: Iterable[Doc]) -> list[Doc]:
    return list({(participant["type"], participant["id"]): participant for participant in participants}.values())
