"""The table of the commands: what each is for, where its code is, and how it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["COMMANDS", "DOCUMENTATION", "GROUPS", "PROGRAM", "Command"]

PROGRAM = "opsgenie-async"
DOCUMENTATION = "https://pypi.org/project/opsgenie-async/"


class Command(NamedTuple):
    """A command, without its code, which is loaded when somebody asks for it.

    Attributes:
        home: The module that has `add_arguments` and `run`, relative to this package.
        summary: What it does, in a few words and without a capital letter.
        examples: Lines as they are typed after the program's name.
    """

    home: str
    summary: str
    examples: tuple[str, ...]


GROUPS: Mapping[str, Mapping[str, Command]] = MappingProxyType(
    {
        "daily work": {
            "on-call": Command(
                ".on_call",
                "say who is on call, until when, and who is next",
                ("on-call", "on-call 'ops*' --next", "on-call --from backup --at 2026-12-24T18:00"),
            ),
            "alerts": Command(
                ".alerts",
                "list, look at, raise, acknowledge, close, note, snooze and assign alerts",
                (
                    "alerts list --query 'status: open' --first 20",
                    "alerts get 1791",
                    "alerts create 'Disk full on db-1' --priority P2 --responder team:Ops",
                    "alerts ack 1791 --note 'on it'",
                    "alerts close --query 'tag: disk' --dry-run",
                    "alerts snooze 1791 --until +8h",
                ),
            ),
            "override": Command(
                ".override",
                "let somebody take over a schedule for a while",
                (
                    "override ops ann@example.com --from 22:00 --to 06:00",
                    "override ops ann@example.com --to +8h --yes",
                    "override ops ann@example.com --from 'tomorrow 06:00' --to +1d --rotation Day",
                ),
            ),
            "whoami": Command(
                ".whoami", "show the account behind the key, and what the key can read", ("whoami", "whoami --json")
            ),
            "run": Command(
                ".run",
                "run a command; ping a heartbeat when it succeeds, raise an alert when it fails",
                (
                    "run --heartbeat backup -- tar cf /backup/home.tar /home",
                    "run --heartbeat sync --every 60 --alert --priority P2 --team Ops -- ./sync --all",
                    "run --alert --stderr-lines 20 -- make -C reports",
                ),
            ),
            "api": Command(
                ".api",
                "reach any endpoint, and print its answer as JSON",
                (
                    "api GET /v2/teams",
                    "api GET /v2/alerts --param 'query=status: open' --all",
                    "api POST /v2/teams --body team.json",
                ),
            ),
        },
        "configuration": {
            "pull": Command(
                ".pull",
                "write the account's whole configuration into files",
                (
                    "pull backup",
                    "pull backup --only teams,schedules",
                    "pull ads --team 'Ads Backend'",
                    "pull try --sandbox",
                ),
            ),
            "plan": Command(
                ".plan",
                "say what would change to make the account equal to a snapshot",
                (
                    "plan backup",
                    "plan backup --prune --team ops",
                    "plan backup --out change.plan",
                    "plan backup --markdown",
                ),
            ),
            "apply": Command(
                ".apply",
                "make the account equal to what was pulled, and edited since",
                (
                    "apply backup",
                    "apply change.plan",
                    "apply backup --team ops --with-users --region eu",
                    "apply backup --only teams/ops.json",
                    "apply backup --yes --prune --team ops",
                ),
            ),
            "diff": Command(
                ".diff",
                "say what differs between two snapshots, without an account",
                ("diff monday tuesday", "diff base head --markdown --detailed-exitcode"),
            ),
            "validate": Command(
                ".validate",
                "look for mistakes in the files of a snapshot, without an account",
                ("validate backup", "validate backup --json"),
            ),
        },
        "history": {
            "archive": Command(
                ".archive",
                "keep everything that the account has been through, as files",
                ("archive history", "archive history --estimate", "archive history --since 2026-01-01 --depth list"),
            ),
            "verify": Command(
                ".verify", "say whether an archive is whole, offline", ("verify history", "verify history --json")
            ),
            "export": Command(
                ".export",
                "write an archive as a page, a database or sheets",
                ("export history --html history.html", "export history --sqlite history.db --csv sheets"),
            ),
        },
        "on call": {
            "timeline": Command(
                ".timeline",
                "draw who is on call when, in a terminal or as a picture or a page",
                ("timeline ops --weeks 4", "timeline --from backup --html on-call.html", "timeline ops --ics ops.ics"),
            ),
            "report": Command(
                ".report",
                "look over the on-call of a pull: gaps, load, and what leads nowhere",
                ("report backup", "report backup --html report.html"),
            ),
            "probe": Command(
                ".probe",
                "show by a throw-away schedule what the account does where no document says",
                ("probe", "probe --user ann@example.com --user ben@example.com"),
            ),
        },
        "more": {
            "sandbox": Command(
                "..sandbox.command",
                "serve an Opsgenie of your own, without an account",
                ("sandbox --teams 25 --seed 7", "sandbox --load backup --limits realistic"),
            ),
            "dx-sync": Command(
                ".dx_sync",
                "tell DX of the account's incidents",
                ("dx-sync --dx-instance example --dry-run", "dx-sync --dx-instance example --checkpoint dx.json"),
            ),
            "completion": Command(
                ".completion",
                "print a script that completes commands, options and files in a shell",
                ("completion bash", "completion zsh", "completion fish"),
            ),
        },
    }
)
"""By group, in the order of the help."""

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {name: command for group in GROUPS.values() for name, command in group.items()}
)
