"""`report`: an HTML page about the on-call schedules of a snapshot."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from opsgenie_async.cli.exits import FAILED, WrongUsage, exit_on_error, say
from opsgenie_async.cli.output import write_file
from opsgenie_async.cli.report_json import survey_document
from opsgenie_async.cli.roster import Roster
from opsgenie_async.cli.snapshot_roster import roster_of
from opsgenie_async.cli.targets import check_file
from opsgenie_async.cli.times import read_at
from opsgenie_async.clock import SystemClock
from opsgenie_async.oncall import Participant, ScheduleError
from opsgenie_async.oncall.documents import read_participant
from opsgenie_async.pictures.survey import OwnedSchedule, RoutingRule, Survey, Team, survey
from opsgenie_async.printable import printable
from opsgenie_async.sync import Entity, Snapshot, Store
from opsgenie_async.sync.model.kinds.escalation import ESCALATION
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_routing_rule import TEAM_ROUTING_RULE
from opsgenie_async.sync.model.snapshot import mentions

__all__ = ["run"]

COMMAND = "report"
HORIZON = timedelta(weeks=4)
MOST_NAMES = 20
"""So many of each finding are listed in a terminal."""


def run(arguments: argparse.Namespace) -> int:
    """Report: 0 done, 1 something could not be read or written, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        start = read_at(arguments.at, None, SystemClock().utc())
        if not arguments.folder.is_dir():
            raise WrongUsage(f"{arguments.folder}: no such folder; run `opsgenie-async pull` first")
        check_file("--html", arguments.html)
        snapshot = Store(arguments.folder).load()
        roster = roster_of(snapshot)
        result = _survey(snapshot, roster, start)
        if arguments.html:
            from opsgenie_async.pictures.report_page import report_page

            name = arguments.folder.resolve().name
            write_file(arguments.html, report_page(result, f"On call in {name}").encode())
    if arguments.json:
        document = {**survey_document(result), "files": [str(arguments.html)] if arguments.html else []}
        print(json.dumps(document, indent=2))
    else:
        _print(result)
        if arguments.html:
            print(f"wrote {printable(str(arguments.html))}")
    for problem in roster.problems.values():
        say(f"opsgenie-async {COMMAND}: {problem}")
    return FAILED if roster.problems else 0


def _survey(snapshot: Snapshot, roster: Roster, start: datetime) -> Survey:
    used = frozenset(_used_schedules(snapshot))
    return survey(
        [OwnedSchedule(each.schedule, each.team, each.name.casefold() in used) for each in roster.schedules],
        roster.directory,
        start,
        start + HORIZON,
        teams=[Team(team.name, _length(team.fields.get("members"))) for team in snapshot.of(TEAM.name)],
        rules=list(_rules(snapshot.of(TEAM.name))),
        escalations={each.name: each.team for each in snapshot.of(ESCALATION.name)},
        zones=roster.zones,
    )


def _used_schedules(snapshot: Snapshot) -> Iterator[str]:
    """Yield the names of schedules that others in the snapshot refer to."""
    for entity in snapshot:
        for part in (entity, *(each for parts in entity.parts.values() for each in parts)):
            if entity.kind is not SCHEDULE:
                names = (
                    target.name
                    for _, target in mentions(part.kind, part.fields, entity.name)
                    if target.kind == SCHEDULE.reference_type
                )
                yield from (name.casefold() for name in names)


def _rules(teams: Iterable[Entity]) -> Iterator[RoutingRule]:
    for team in teams:
        for rule in team.parts.get(TEAM_ROUTING_RULE.name, ()):
            yield RoutingRule(team.name, str(rule.fields.get("name") or ""), _recipient(rule.fields.get("notify")))


def _recipient(notify: object) -> Participant | None:
    try:
        return read_participant(notify, "notify")
    except ScheduleError:  # nothing in it says whom
        return None


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _print(result: Survey) -> None:
    open_duties = [duty for duty in result.duties if duty.gaps]
    share = "none" if result.fairness is None else f"{100 * result.fairness:.0f} %"
    print(f"teams: {len(result.teams)}, schedules: {len(result.duties)}, people on call: {len(result.loads)}")
    print(f"fairness: {share} (100 %: all participants have the same hours)")
    for title, names in (
        ("schedules with gaps in the next 4 weeks", [duty.schedule.name for duty in open_duties]),
        ("people on call twice at once", [each.user for each in result.overlaps]),
        ("routing rules that lead nowhere", [f"{each.team} / {each.name}" for each in result.rules]),
        ("escalations without people", [each.name for each in result.escalations]),
        ("unused schedules", [each.schedule.name for each in result.unused]),
    ):
        print(f"{title}: {len(names)}")
        for name in names[:MOST_NAMES]:
            print(f"  {printable(name)}")
        if len(names) > MOST_NAMES:
            print(f"  ... and {len(names) - MOST_NAMES} more: --html and --json have all of them")
