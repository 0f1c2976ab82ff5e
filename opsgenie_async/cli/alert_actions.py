"""Actions on one or many alerts: the command waits for each, and reports failures."""

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

from opsgenie_async.cli.advice import error_text
from opsgenie_async.cli.alert_views import print_alerts
from opsgenie_async.cli.confirmation import confirm, is_terminal
from opsgenie_async.cli.connection import connect, word
from opsgenie_async.cli.exits import FAILED, Failure, WrongUsage, say
from opsgenie_async.cli.identifiers import add_identifier_argument, identifier_advice, identifier_of
from opsgenie_async.cli.moments import clock_text, stamp
from opsgenie_async.cli.tasks import gather_all
from opsgenie_async.cli.times import EXPECTED, read_time
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models.identifiers import Alias, TinyId
from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:  # the client is loaded by what connects, and not for `--help`
    from opsgenie_async.client import Opsgenie
    from opsgenie_async.models import Alert
    from opsgenie_async.pending import Pending

    Call = Callable[[Opsgenie, "Identifier", argparse.Namespace, Mapping[str, Any]], Awaitable[Pending]]

__all__ = ["ACTIONS", "Action", "run_action"]

CONCURRENCY = 16
LISTED = 20
"""So many of the alerts of a query are shown before somebody is asked."""

Identifier = str | TinyId | Alias


@attrs.frozen
class Action:
    """An action on an alert.

    Attributes:
        name: The name of the command.
        text: The sentence for the help.
        past: The past participle, as in "closed".
        call: Sends it.
        examples: Example command lines.
        needs: Whether it applies to an alert found by a query.
        add_options: Adds the arguments besides the alerts.
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
        """Add the arguments of the command."""
        add_identifier_argument(parser, "*")
        self.add_options(parser)
        parser.add_argument(
            "--query", metavar="Q", help="all alerts that match a search, e.g. 'tag: disk', instead of ALERT"
        )
        parser.add_argument("--yes", action="store_true", help="with --query: do not ask for confirmation")
        parser.add_argument("--dry-run", action="store_true", help="list the matching alerts and change nothing")
        for name, text in (("user", "display name of the user"), ("source", "display name of the source")):
            parser.add_argument(f"--{name}", metavar="TEXT", help=text)
        if self.name != "note":
            parser.add_argument("--note", metavar="TEXT", help="add this note")


@attrs.frozen
class Result:
    """The result for one alert.

    Attributes:
        alert: The alert as typed, or the tiny id of an alert found by a query.
        text: The API's message, or the reason of the failure.
        failed: Whether it failed.
        is_dry_run: Whether nothing was to be done.
        alert_id: The id; "" if unknown.
        request_id: The request id for the vendor's support.
    """

    alert: str
    text: str
    failed: bool
    is_dry_run: bool = False
    alert_id: str = ""
    request_id: str = ""

    def to_dict(self) -> dict[str, Json]:
        """JSON for machines."""
        words: dict[str, Json] = {"error": self.text} if self.failed else {"status": self.text}
        return {
            "alert": self.alert,
            "done": not (self.failed or self.is_dry_run),
            "alertId": self.alert_id,
            "requestId": self.request_id,
            **words,
        }


def run_action(arguments: argparse.Namespace) -> int:
    """Act on every selected alert: 0 done, 1 one of them failed."""
    action: Action = arguments.action
    if bool(arguments.alerts) == bool(arguments.query):
        raise WrongUsage(_wrong_choice(arguments))
    if action.name == "snooze":
        now = SystemClock().utc()
        arguments.until = read_time("--until", arguments.until, arguments.zone, now)
        if arguments.until <= now:
            raise WrongUsage(f"--until: {clock_text(arguments.until, arguments.zone)} is over")
    results = asyncio.run(_act(action, arguments))
    if arguments.json:
        document: dict[str, Json] = {
            "action": action.name,
            "complete": not any(each.failed for each in results),
            "dryRun": arguments.dry_run,
            **({"until": stamp(arguments.until)} if action.name == "snooze" else {}),
            "alerts": [each.to_dict() for each in results],
        }
        print(json.dumps(document, indent=2))
    failures = sum(each.failed for each in results)
    if failures and len(results) > 1:
        say(f"{len(results) - failures:,} of {len(results):,} alerts {action.past}, {failures:,} failed")
    return FAILED if failures else 0


def _wrong_choice(arguments: argparse.Namespace) -> str:
    """Return the error if not exactly one of alerts and a query was given."""
    if only := getattr(arguments, "text", None) if not arguments.alerts and arguments.query is None else None:
        return _missing_text(only)
    text = "ALERT: expected at least one, or --query"
    if arguments.alerts:
        return f"{text}, not both"
    return text if arguments.query is None else f"{text} with a search such as 'status: open', got ''"


def _missing_text(only: str) -> str:
    """Return the error if the text of a note, which comes last, is the only word: it may be meant for an alert."""
    if isinstance(identifier_of(only), Alias):
        return f"ALERT: expected before the text {only!r}, as in: alerts note 1791 {only!r}"
    return f"TEXT: expected the note behind ALERT, as in: alerts note {only} 'the disk is being replaced'"


def _outcome(action: Action, arguments: argparse.Namespace) -> str:
    """Return the result, on a terminal with its end; programs get the short form."""
    until: datetime | None = getattr(arguments, "until", None)
    if until is None or not sys.stdout.isatty():
        return action.past
    return f"{action.past} until {clock_text(until, arguments.zone)}"


async def _act(action: Action, arguments: argparse.Namespace) -> list[Result]:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        choice = await _choice(og, action, arguments)
        if arguments.dry_run:
            return [Result(name, f"would be {action.past}", failed=False, is_dry_run=True) for name in choice]
        limit = asyncio.Semaphore(CONCURRENCY)

        async def act(name: str, identifier: Identifier) -> Result:
            async with limit:
                result = await _one(og, action, arguments, name, identifier)
            _report(action, result, arguments)
            return result

        return await gather_all(act(*each) for each in choice.items())


async def _choice(og: Opsgenie, action: Action, arguments: argparse.Namespace) -> dict[str, Identifier]:
    """Return the alerts to act on by their displayed name; the results of a query must be confirmed."""
    if arguments.query is None:
        choice = {text: identifier_of(text, arguments.by) for text in arguments.alerts}
        if arguments.dry_run and not arguments.json:
            for text in choice:
                print(printable(f"{text}: would be {_outcome(action, arguments)}"))
        return choice
    if not (arguments.yes or arguments.dry_run or is_terminal()):
        raise WrongUsage(f"--query: no terminal to ask for confirmation; use --yes to {action.name} all that it finds")
    alerts = [alert for alert in await og.alerts.list(query=arguments.query) if action.needs(alert)]
    _agree(alerts, action, arguments)  # on this thread: Ctrl-C has to end the question
    return {alert.tiny_id or alert.id: alert.id for alert in alerts}


def _agree(alerts: Sequence[Alert], action: Action, arguments: argparse.Namespace) -> None:
    """Show the alerts found by a query, and ask for confirmation."""
    noun = quantity(len(alerts), "alert")
    stream = sys.stdout if arguments.dry_run and not arguments.json else sys.stderr
    if not arguments.quiet or not arguments.yes:
        print(printable(f"{noun} to {action.name}: {arguments.query}"), file=sys.stderr)
        if alerts and not arguments.json:
            print_alerts(alerts if arguments.dry_run else alerts[:LISTED], arguments.zone, stream)
            if len(alerts) > LISTED and not arguments.dry_run:
                say(f"... and {len(alerts) - LISTED:,} more")
    if alerts and not (arguments.yes or arguments.dry_run) and not confirm(f"{action.name.capitalize()} {noun}?"):
        raise Failure("nothing was changed")


async def _one(
    og: Opsgenie, action: Action, arguments: argparse.Namespace, name: str, identifier: Identifier
) -> Result:
    texts = {word: getattr(arguments, word, None) or UNSET for word in ("user", "source", "note")}
    try:
        pending = await action.call(og, identifier, arguments, texts)
        status = await pending.wait()
    except OpsgenieError as error:
        text = error_text(error, advice=identifier_advice(identifier, error))
        return Result(name, f"{type(error).__name__}: {text}", failed=True, request_id=error.request_id)
    return Result(
        name,
        status.status or action.past,
        failed=False,
        alert_id=status.alert_id,
        request_id=pending.request_id,
    )


def _report(action: Action, result: Result, arguments: argparse.Namespace) -> None:
    if result.failed:
        say(f"{result.alert}: {result.text}")
    elif not arguments.json and not arguments.quiet:
        print(printable(f"{result.alert}: {_outcome(action, arguments)}"), flush=True)


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
    parser.add_argument("text", metavar="TEXT", help="the note, up to 25,000 characters")


def _add_until(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", required=True, metavar="TIME", help=f"e.g. {EXPECTED}")


def _add_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", "--owner", type=word, required=True, metavar="USERNAME", help="the new owner")


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
            "Remove the acknowledgement of alerts.",
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
            "Add a note to alerts.",
            "noted",
            _note,
            ("alerts note 1791 'the disk is being replaced'",),
            add_options=_add_text,
        ),
        Action(
            "snooze",
            "Snooze alerts until a given time.",
            "snoozed",
            _snooze,
            ("alerts snooze 1791 --until +8h", "alerts snooze 1791 --until 'tomorrow 06:00'"),
            needs=_is_open,
            add_options=_add_until,
        ),
        Action(
            "assign",
            "Assign alerts to a user.",
            "assigned",
            _assign,
            ("alerts assign 1791 --to ann@example.com",),
            needs=_is_open,
            add_options=_add_owner,
        ),
    )
)
