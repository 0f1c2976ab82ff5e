"""`probe`: undocumented behaviour of an account, shown by a temporary schedule."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import attrs

from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.moments import clock_text, stamp
from opsgenie_async.cli.probe_questions import (
    ZONE,
    Question,
    Verdict,
    judge,
    override_documents,
    questions,
    rotation_documents,
)
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import Config
from opsgenie_async.errors import NotFound, OpsgenieError
from opsgenie_async.events import log_event
from opsgenie_async.json_text import Json
from opsgenie_async.models.identifiers import Name
from opsgenie_async.oncall import Policy, ScheduleError, zone_database
from opsgenie_async.printable import printable

__all__ = ["PREFIX", "run"]

COMMAND = "probe"
PREFIX = "opsgenie-async-probe-"
PEOPLE = 2
NOT_POSSIBLE = ("forwarding_chains", "forward_overrides")
"""Choices that only a forwarding rule would show: it would move the calls of a real person."""


def run(arguments: argparse.Namespace) -> int:
    """Probe: 0 every choice was determined, 1 one was not, or something failed, 2 wrong usage."""
    probe = Probe(f"{PREFIX}{secrets.token_hex(4)}")
    with exit_on_error(COMMAND, arguments, interrupted=probe.remainder, remainder=probe.remainder):
        if arguments.user and len(set(arguments.user)) != PEOPLE:
            raise WrongUsage("--user: give it twice, with two different users")
        verdicts = asyncio.run(_run(probe, arguments))
    if arguments.json:
        print(json.dumps(_document(verdicts, probe), indent=2))
    else:
        _print(verdicts)
    outcome = f"; {probe.remainder()}" if probe.present else " and deleted"
    say(f"opsgenie-async {COMMAND}: schedule {probe.name} was created{outcome}")
    return 0 if all(verdict.choice for verdict in verdicts) and not probe.present else FAILED


@attrs.define
class Probe:
    """The temporary schedule: its name, and whether it may be in the account."""

    name: str
    present: bool = False

    def remainder(self) -> str:
        """The advice for a schedule that could not be deleted; "" if it was deleted."""
        return f"schedule {self.name} may still be there: delete it" if self.present else ""

    async def remove(self, og: Opsgenie) -> None:
        """Delete the schedule, if it exists; after a failure, `present` stays True and the results are kept."""
        try:
            await og.schedules.delete(Name(self.name))
        except NotFound:
            pass
        except OpsgenieError as error:
            say(f"opsgenie-async {COMMAND}: {type(error).__name__}: {error}")
            return
        self.present = False


async def _run(probe: Probe, arguments: argparse.Namespace) -> list[Verdict]:
    task = asyncio.current_task()
    if task is not None:
        with suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    inquiries = questions(SystemClock().utc())
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        usernames = arguments.user or await _usernames(og)
        try:
            return await _ask(og, probe, inquiries, usernames)
        except ScheduleError as error:
            raise Failure(f"{type(error).__name__}: {error}") from error  # the account sent it, not the user
        finally:
            if probe.present:
                # A task of its own: neither the error on its way nor Ctrl-C keeps it from being sent.
                await asyncio.shield(asyncio.ensure_future(probe.remove(og)))


async def _usernames(og: Opsgenie) -> list[str]:
    users = await og.users.list().first(PEOPLE)
    if len(users) < PEOPLE:
        raise WrongUsage("the account has fewer than two users, and probe needs two")
    return [user.username for user in users]


async def _ask(og: Opsgenie, probe: Probe, inquiries: Sequence[Question], usernames: Sequence[str]) -> list[Verdict]:
    probe.present = True  # also where it is not known whether the request arrived
    body: dict[str, Any] = {
        "name": probe.name,
        "description": "Temporary schedule of opsgenie-async probe; can be deleted at any time.",
        "timezone": ZONE.key,
        "enabled": True,
        "rotations": rotation_documents(inquiries, usernames),
    }
    created = (await og.request("POST", "/v2/schedules", json=body)).data
    if not isinstance(created, dict) or not isinstance(created.get("id"), str):
        raise ScheduleError("the API did not return the id of the new schedule")
    path = f"/v2/schedules/{created['id']}"
    for override in override_documents(inquiries, usernames):  # one after the other: their order is the question
        await og.request("POST", f"{path}/overrides", json=override)
    schedule, overrides = (await og.request("GET", path)).data, await og.documents(f"{path}/overrides")
    if not isinstance(schedule, dict):
        raise ScheduleError("the API did not send the schedule")
    return [judge(question, schedule, overrides, await _timeline(og, path, question)) for question in inquiries]


async def _timeline(og: Opsgenie, path: str, question: Question) -> Mapping[str, Any]:
    days = (question.end - question.start).days + 2
    query = f"interval={days}&intervalUnit=days&date={stamp(question.start)}"
    recorded = (await og.request("GET", f"{path}/timeline?{query}")).data
    if not isinstance(recorded, dict):
        raise ScheduleError("the API did not send a timeline")
    return recorded


def _print(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        field = verdict.question.field
        if verdict.choice is None:
            print(f"{field}: none of {', '.join(verdict.question.choices)}; observed:")
            for start, end, name in verdict.periods:
                print(f"  {_local(start)} to {_local(end)}  {printable(name)}")
        else:
            print(f"{field}: {verdict.choice}{' (the default)' if verdict.is_default else '  <- not the default'}")
    for field in NOT_POSSIBLE:
        print(f"{field}: not probed; it would need a forwarding rule of a real user")
    print(f"policy: {_policy_text(verdicts)}")


def _local(moment: datetime) -> str:
    return clock_text(moment, ZONE)


def _policy_text(verdicts: Sequence[Verdict]) -> str:
    settings = [f'{each.question.field}="{each.choice}"' for each in verdicts if each.choice and not each.is_default]
    return f"{Policy.__name__}({', '.join(settings)})"


def _document(verdicts: Sequence[Verdict], probe: Probe) -> dict[str, Json]:
    return {
        "choices": {each.question.field: each.choice for each in verdicts},
        "defaults": {each.question.field: getattr(Policy(), each.question.field) for each in verdicts},
        "notProbed": list(NOT_POSSIBLE),
        "policy": _policy_text(verdicts),
        "periods": {
            each.question.field: [
                {"start": stamp(start), "end": stamp(end), "user": name} for start, end, name in each.periods
            ]
            for each in verdicts
        },
        "schedule": probe.name,
        "deleted": not probe.present,
        "tzDatabase": str(zone_database()),
    }
