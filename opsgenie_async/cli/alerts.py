"""`alerts`: list, show, create and act on alerts."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from opsgenie_async.cli.advice import error_text
from opsgenie_async.cli.alert_actions import ACTIONS, run_action
from opsgenie_async.cli.alert_views import print_alert, print_alerts
from opsgenie_async.cli.connection import add_connection_arguments, connect, count
from opsgenie_async.cli.exits import Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.identifiers import add_identifier_argument, identifier_advice, identifier_of
from opsgenie_async.cli.moments import add_zone_argument
from opsgenie_async.cli.parser import examples_text
from opsgenie_async.config import Config
from opsgenie_async.errors import ListingTooLong, NotFound
from opsgenie_async.events import log_event
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.models import (
        Alert,
        AlertLog,
        AlertNote,
        AlertRecipient,
        EscalationRef,
        ScheduleRef,
        TeamRef,
        UserRef,
    )
    from opsgenie_async.pending import Pending

__all__ = ["add_arguments", "run"]

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
RESPONDERS = ("user", "team", "schedule", "escalation")
TEXTS = {
    "alias": "an open alert with the same alias is counted up (default: generated)",
    "description": "text that does not fit into the message",
    "entity": "the affected entity, e.g. a host",
    "source": "display name of the source",
    "user": "display name of the user",
    "note": "a first note",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    _add_list(commands)
    _add_get(commands)
    _add_create(commands)
    for action in ACTIONS.values():
        command = commands.add_parser(
            action.name, help=action.summary, description=action.text, epilog=examples_text(action.examples)
        )
        action.add_arguments(command)
        add_zone_argument(command)
        add_connection_arguments(command)
        command.set_defaults(act=run_action, action=action)


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # the only word for it


def _add_list(commands: Commands) -> None:
    summary = "list alerts, newest first"
    parser = commands.add_parser(
        "list",
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples_text(("alerts list --query 'status: open AND priority: P1'", "alerts list --first 20 --json")),
    )
    parser.add_argument("--query", metavar="Q", help="a search, e.g. 'status: open' (default: all alerts)")
    parser.add_argument("--first", type=count, metavar="N", help="list at most N alerts (default: all)")
    parser.add_argument("--sort", metavar="FIELD", help="e.g. updatedAt or lastOccurredAt (default: createdAt)")
    parser.add_argument("--order", choices=("asc", "desc"), help="(default: desc)")
    add_zone_argument(parser)
    add_connection_arguments(parser)
    parser.set_defaults(act=_list)


def _add_get(commands: Commands) -> None:
    summary = "show an alert with its notes, its log and its recipients"
    parser = commands.add_parser(
        "get",
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples_text(("alerts get 1791", "alerts get disk-db-1 --by alias", "alerts get 1791 --json")),
    )
    add_identifier_argument(parser)
    add_zone_argument(parser)
    add_connection_arguments(parser)
    parser.set_defaults(act=_get)


def _add_create(commands: Commands) -> None:
    summary = "create an alert, and wait until it exists"
    parser = commands.add_parser(
        "create",
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples_text(
            (
                "alerts create 'Disk full on db-1' --priority P2 --responder team:Ops",
                "alerts create 'Disk full on db-1' --alias disk-db-1 --tag disk --detail host=db-1",
            )
        ),
    )
    parser.add_argument("message", nargs="?", metavar="MESSAGE", help="what has happened, in up to 130 characters")
    parser.add_argument("-m", "--message", dest="text", metavar="MESSAGE", help="the same as an option")
    parser.add_argument("--priority", type=str.upper, choices=PRIORITIES, help="(default: P3)")
    parser.add_argument(
        "--responder",
        action="append",
        type=_responder,
        default=[],
        metavar="TYPE:NAME",
        help=f"who is notified, e.g. team:Ops; types: {', '.join(RESPONDERS)}; repeatable",
    )
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="repeatable")
    parser.add_argument("--detail", action="append", type=_pair, default=[], metavar="KEY=VALUE", help="repeatable")
    for name, text in TEXTS.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=text)
    add_connection_arguments(parser)
    parser.set_defaults(act=_create)


def run(arguments: argparse.Namespace) -> int:
    """Run the command: 0 done, 1 something failed, 2 wrong usage."""
    with exit_on_error("alerts", arguments):
        status: int = arguments.act(arguments)
    return status


def _list(arguments: argparse.Namespace) -> int:
    alerts = asyncio.run(_read_alerts(arguments))
    if arguments.json:
        document = {"query": arguments.query or "", "alerts": [alert.to_dict() for alert in alerts]}
        print(json.dumps(document, indent=2))
    elif alerts:
        print_alerts(alerts, arguments.zone)
    elif not arguments.quiet:
        say("no alert" + (f" matches {arguments.query!r}" if arguments.query else ""))
    return 0


async def _read_alerts(arguments: argparse.Namespace) -> list[Alert]:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        pager = og.alerts.list(
            query=arguments.query or UNSET, sort=arguments.sort or UNSET, order=arguments.order or UNSET
        )
        try:
            return await (pager.first(arguments.first) if arguments.first else pager)
        except ListingTooLong as error:
            raise Failure(f"{type(error).__name__}: {error_text(error, 'alerts list')}") from error


def _get(arguments: argparse.Namespace) -> int:
    alert, notes, logs, recipients = asyncio.run(_read_alert(arguments))
    if arguments.json:
        document = {
            **alert.to_dict(),
            "notes": [each.to_dict() for each in notes],
            "logs": [each.to_dict() for each in logs],
            "recipients": [each.to_dict() for each in recipients],
        }
        print(json.dumps(document, indent=2))
    else:
        print_alert(alert, notes, logs, recipients, arguments.zone)
    return 0


async def _read_alert(
    arguments: argparse.Namespace,
) -> tuple[Alert, list[AlertNote], list[AlertLog], list[AlertRecipient]]:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        identifier = identifier_of(arguments.alert, arguments.by)
        try:
            alert = await og.alerts.get(identifier)
        except NotFound as error:
            text = error_text(error, advice=identifier_advice(identifier, error))
            raise Failure(f"{type(error).__name__}: {text}") from error
        notes, logs, recipients = await asyncio.gather(
            og.alerts.list_notes(alert, order="asc"),
            og.alerts.list_logs(alert, order="asc"),
            og.alerts.list_recipients(alert),
        )
    return alert, notes, logs, recipients


def _create(arguments: argparse.Namespace) -> int:
    message = arguments.message or arguments.text
    if not message or (arguments.message and arguments.text):
        raise WrongUsage("MESSAGE: expected once, as an argument or as --message")
    pending, alert_id = asyncio.run(_create_alert(arguments, message))
    if arguments.json:
        print(
            json.dumps(
                {"complete": True, "alertId": alert_id, "alias": pending.alias, "requestId": pending.request_id},
                indent=2,
            )
        )
    else:
        say(f"created: {message}") if not arguments.quiet else None
        print(alert_id)
    return 0


async def _create_alert(arguments: argparse.Namespace, message: str) -> tuple[Pending, str]:
    texts: Mapping[str, Any] = {name: getattr(arguments, name) or UNSET for name in TEXTS}
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        pending = await og.alerts.create(
            message=message,
            priority=arguments.priority or UNSET,
            responders=arguments.responder or UNSET,
            tags=arguments.tag or UNSET,
            details=dict(arguments.detail) or UNSET,
            **texts,
        )
        status = await pending.wait()
    return pending, status.alert_id


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, got {text!r}")
    return key, value


def _responder(text: str) -> UserRef | TeamRef | ScheduleRef | EscalationRef:
    from opsgenie_async.models import EscalationRef, ScheduleRef, TeamRef, UserRef

    kind, colon, name = text.partition(":")
    if kind not in RESPONDERS or not colon or not name:
        raise argparse.ArgumentTypeError(f"expected TYPE:NAME such as team:Ops, with one of {', '.join(RESPONDERS)}")
    match kind:
        case "user":
            return UserRef(username=name)
        case "team":
            return TeamRef(name=name)
        case "schedule":
            return ScheduleRef(name=name)
        case _:
            return EscalationRef(name=name)
