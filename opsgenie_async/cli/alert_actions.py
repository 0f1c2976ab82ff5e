"""What can be done about alerts, one or many at once: each is waited for, and what failed is said."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from opsgenie_async.cli.alert_views import print_alerts
from opsgenie_async.cli.confirmation import confirm, is_terminal
from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, Failure, WrongUsage, say
from opsgenie_async.cli.identifiers import add_identifier_argument, identifier_of
from opsgenie_async.cli.moments import clock_text
from opsgenie_async.cli.times import EXPECTED, local_zone, read_time
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import ListingTooLong, OpsgenieError
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models.identifiers import Alias, TinyId
from opsgenie_async.paging import Pager
from opsgenie_async.printable import printable
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.models import Alert
    from opsgenie_async.pending import Pending

__all__ = ["ACTIONS", "Action", "everything", "run_action"]

CONCURRENCY = 16
LISTED = 20
"""So many of the alerts of a query are shown before somebody is asked."""

Identifier = str | TinyId | Alias
Call = Callable[[Opsgenie, Identifier, argparse.Namespace, Mapping[str, Any]], Awaitable["Pending"]]


@attrs.frozen
class Action:
    """One thing that can be done about an alert.

    Attributes:
        name: The word for it.
        text: A sentence for the help.
        past: What has been done, as in "closed".
        call: Sends it.
        examples: Lines as they are typed.
        needs: Whether an alert of a query can be the subject of it.
        add_options: Adds what it takes beside the alerts.
    """

    name: str
    text: str
    past: str
    call: Call
    examples: tuple[str, ...]
    needs: Callable[[Alert], bool] = lambda alert: True
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None

    @property
    def summary(self) -> str:
        """The sentence for the list of commands."""
        return f"{self.text[0].lower()}{self.text[1:].rstrip('.')}"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""
        add_identifier_argument(parser, "*")
        self.add_options(parser)
        parser.add_argument("--query", metavar="Q", help="all that a search finds, as 'tag: disk', in place of ALERT")
        parser.add_argument("--yes", action="store_true", help="with --query: do not ask")
        parser.add_argument("--dry-run", action="store_true", help="show which alerts are meant, and change nothing")
        for word, text in (("user", "in whose name"), ("source", "where it comes from")):
            parser.add_argument(f"--{word}", metavar="TEXT", help=text)
        if self.name != "note":
            parser.add_argument("--note", metavar="TEXT", help="a note that goes with it")


@attrs.frozen
class Result:
    """What came of one alert.

    Attributes:
        alert: As it was typed, or the tiny id of one that a query found.
        text: The API's words, or why it failed.
        failed: Whether it did.
        alert_id: The id; "" where it is not known.
        request_id: What to tell the vendor's support.
    """

    alert: str
    text: str
    failed: bool
    alert_id: str = ""
    request_id: str = ""

    def document(self) -> dict[str, Json]:
        """JSON for machines."""
        words: dict[str, Json] = {"error": self.text} if self.failed else {"status": self.text}
        return {
            "alert": self.alert,
            "done": not self.failed,
            "alertId": self.alert_id,
            "requestId": self.request_id,
            **words,
        }


def run_action(arguments: argparse.Namespace) -> int:
    """Do it to every alert that is meant: 0 done, 1 one of them failed."""
    action: Action = arguments.action
    if bool(arguments.alerts) == bool(arguments.query):
        raise WrongUsage("ALERT: expected some, or --query in their place")
    if action.name == "snooze":
        now = SystemClock().utc()
        zone = arguments.zone or local_zone(now)
        arguments.until = read_time("--until", arguments.until, zone, now)
        if arguments.until <= now:
            raise WrongUsage(f"--until: {clock_text(arguments.until, zone)} is over")
    results = asyncio.run(_act(action, arguments))
    if arguments.json:
        document: dict[str, Json] = {
            "action": action.name,
            "complete": not any(each.failed for each in results),
            "dryRun": arguments.dry_run,
            "alerts": [each.document() for each in results],
        }
        print(json.dumps(document, indent=2))
    return FAILED if any(each.failed for each in results) else 0


async def _act(action: Action, arguments: argparse.Namespace) -> list[Result]:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        chosen = await _chosen(og, action, arguments)
        if arguments.dry_run:
            return [Result(name, f"would be {action.past}", failed=False) for name in chosen]
        limit = asyncio.Semaphore(CONCURRENCY)

        async def act(name: str, identifier: Identifier) -> Result:
            async with limit:
                result = await _one(og, action, arguments, name, identifier)
            _report(action, result, arguments)
            return result

        return list(await asyncio.gather(*(act(*each) for each in chosen.items())))


async def _chosen(og: Opsgenie, action: Action, arguments: argparse.Namespace) -> dict[str, Identifier]:
    """Return what to act on by the name that people see, after somebody has said yes to what a query finds."""
    if arguments.query is None:
        chosen = {text: identifier_of(text, arguments.by) for text in arguments.alerts}
        if arguments.dry_run and not arguments.json:
            for text in chosen:
                print(printable(f"{text}: would be {action.past}"))
        return chosen
    if not (arguments.yes or arguments.dry_run or is_terminal()):
        raise WrongUsage(f"--query: there is no terminal to ask on; --yes to {action.name} all that it finds")
    alerts = [alert for alert in await everything(og.alerts.list(query=arguments.query)) if action.needs(alert)]
    _agree(alerts, action, arguments)  # on this thread: Ctrl-C has to end the question
    return {alert.tiny_id or alert.id: alert.id for alert in alerts}


def _agree(alerts: Sequence[Alert], action: Action, arguments: argparse.Namespace) -> None:
    """Show what a query has found, and ask."""
    noun = "1 alert" if len(alerts) == 1 else f"{len(alerts):,} alerts"
    stream = sys.stdout if arguments.dry_run and not arguments.json else sys.stderr
    if not arguments.quiet or not arguments.yes:
        print(printable(f"{noun} to {action.name}: {arguments.query}"), file=sys.stderr)
        if alerts and not arguments.json:
            print_alerts(alerts if arguments.dry_run else alerts[:LISTED], arguments.zone, stream)
            if len(alerts) > LISTED and not arguments.dry_run:
                say(f"... and {len(alerts) - LISTED:,} more")
    if alerts and not (arguments.yes or arguments.dry_run) and not confirm(f"{action.name.capitalize()} {noun}?"):
        raise Failure("nothing was changed")


async def everything(listing: Pager[Alert]) -> list[Alert]:
    """Read all of a listing, or raise `Failure` with what to do about one that the API cuts."""
    try:
        return await listing
    except ListingTooLong as error:
        text = f"there are at least {error.total:,} alerts, and the API lists {error.reach:,}"
        raise Failure(f"{text}: narrow the query, as by createdAt, or take the --first N") from error


async def _one(
    og: Opsgenie, action: Action, arguments: argparse.Namespace, name: str, identifier: Identifier
) -> Result:
    texts = {word: getattr(arguments, word, None) or UNSET for word in ("user", "source", "note")}
    try:
        pending = await action.call(og, identifier, arguments, texts)
        status = await pending.wait()
    except OpsgenieError as error:
        return Result(name, f"{type(error).__name__}: {error}", failed=True, request_id=error.request_id)
    return Result(name, status.status or action.past, False, status.alert_id, pending.request_id)


def _report(action: Action, result: Result, arguments: argparse.Namespace) -> None:
    if result.failed:
        say(f"{result.alert}: {result.text}")
    elif not arguments.json and not arguments.quiet:
        print(printable(f"{result.alert}: {action.past}"), flush=True)


def _is_open(alert: Alert) -> bool:
    return alert.status != "closed"


def _acknowledge(
    og: Opsgenie, alert: Identifier, _: argparse.Namespace, texts: Mapping[str, Any]
) -> Awaitable[Pending]:
    return og.alerts.acknowledge(alert, **texts)


def _unacknowledge(
    og: Opsgenie, alert: Identifier, _: argparse.Namespace, texts: Mapping[str, Any]
) -> Awaitable[Pending]:
    return og.alerts.unacknowledge(alert, **texts)


def _close(og: Opsgenie, alert: Identifier, _: argparse.Namespace, texts: Mapping[str, Any]) -> Awaitable[Pending]:
    return og.alerts.close(alert, **texts)


def _note(
    og: Opsgenie, alert: Identifier, arguments: argparse.Namespace, texts: Mapping[str, Any]
) -> Awaitable[Pending]:
    return og.alerts.add_note(alert, note=arguments.text, user=texts["user"], source=texts["source"])


def _snooze(
    og: Opsgenie, alert: Identifier, arguments: argparse.Namespace, texts: Mapping[str, Any]
) -> Awaitable[Pending]:
    until: datetime = arguments.until
    return og.alerts.snooze(alert, end_time=until, **texts)


def _assign(
    og: Opsgenie, alert: Identifier, arguments: argparse.Namespace, texts: Mapping[str, Any]
) -> Awaitable[Pending]:
    from opsgenie_async.models import UserRef

    return og.alerts.assign(alert, owner=UserRef(username=arguments.to), **texts)


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="the note, of 25,000 characters at the most")


def _add_until(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", required=True, metavar="TIME", help=f"as {EXPECTED}")


def _add_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", "--owner", required=True, metavar="USERNAME", help="who takes care of it")


def _by_name(actions: Iterable[Action]) -> Mapping[str, Action]:
    return MappingProxyType({action.name: action for action in actions})


ACTIONS = _by_name(
    (
        Action(
            "ack",
            "Acknowledge alerts.",
            "acknowledged",
            _acknowledge,
            ("alerts ack 1791", "alerts ack --query 'status: open AND tag: disk' --yes"),
            needs=lambda alert: _is_open(alert) and not alert.acknowledged,
        ),
        Action(
            "unack",
            "Take the acknowledgement of alerts back.",
            "unacknowledged",
            _unacknowledge,
            ("alerts unack 1791",),
            needs=lambda alert: _is_open(alert) and alert.acknowledged,
        ),
        Action(
            "close",
            "Close alerts.",
            "closed",
            _close,
            ("alerts close 1791 1792 --note fixed", "alerts close --query 'tag: disk' --dry-run"),
            needs=_is_open,
        ),
        Action(
            "note",
            "Write a note on alerts.",
            "noted",
            _note,
            ("alerts note 1791 'the disk is being replaced'",),
            add_options=_add_text,
        ),
        Action(
            "snooze",
            "Keep alerts quiet for a while.",
            "snoozed",
            _snooze,
            ("alerts snooze 1791 --until +8h", "alerts snooze 1791 --until 'tomorrow 06:00'"),
            needs=_is_open,
            add_options=_add_until,
        ),
        Action(
            "assign",
            "Make a user the owner of alerts.",
            "assigned",
            _assign,
            ("alerts assign 1791 --to ann@example.com",),
            needs=_is_open,
            add_options=_add_owner,
        ),
    )
)
