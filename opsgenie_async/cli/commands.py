"""The table of commands: summary, module and examples of each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["COMMANDS", "DOCUMENTATION", "GROUPS", "PROGRAM", "Command"]

PROGRAM = "opsgenie-async"
DOCUMENTATION = "https://pypi.org/project/opsgenie-async/"


class Command(NamedTuple):
    """A command; its code is loaded on demand.

    Attributes:
        home: The module that has `run`, relative to this package.
        summary: A short summary without a capital letter.
        examples: Example command lines, without the program's name.
        has_large_code: Whether `add_arguments` is in a module of `arguments`, not in `home`, which is slow to load.
    """

    home: str
    summary: str
    examples: tuple[str, ...]
    has_large_code: bool = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Load and add the arguments of the command."""
        import_module(f".arguments{self.home}" if self.has_large_code else self.home, __package__).add_arguments(parser)

    def run(self, arguments: Namespace) -> int:
        """Load the command, and run it; return its exit status."""
        status: int = import_module(self.home, __package__).run(arguments)
        return status


GROUPS: Mapping[str, Mapping[str, Command]] = MappingProxyType(
    {
        "daily work": {
            "on-call": Command(
                ".on_call",
                "show who is on call, until when, and who is next",
                ("on-call", "on-call 'ops*' --next", "on-call --from backup --at 2026-12-24T18:00"),
                has_large_code=True,
            ),
            "alerts": Command(
                ".alerts",
                "list, show, create, acknowledge, close, note, snooze and assign alerts",
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
                "put a user on call for a period",
                (
                    "override ops ann@example.com --from 22:00 --to 06:00",
                    "override ops ann@example.com --to +8h --yes",
                    "override ops ann@example.com --from 'tomorrow 06:00' --to +1d --rotation Day",
                ),
                has_large_code=True,
            ),
            "whoami": Command(
                ".whoami",
                "show the account, and the read permissions of the API key",
                ("whoami", "whoami --json"),
                has_large_code=True,
            ),
            "run": Command(
                ".run",
                "run a command; ping a heartbeat when it succeeds, raise an alert when it fails",
                (
                    "run --heartbeat backup -- tar cf /backup/home.tar /home",
                    "run --heartbeat sync --every 60 --alert --priority P2 --team Ops -- ./sync --all",
                    "run --alert --stderr-lines 20 -- make -C reports",
                ),
                has_large_code=True,
            ),
            "api": Command(
                ".api",
                "call any endpoint and print the response as JSON",
                (
                    "api GET /v2/teams",
                    "api GET /v2/alerts --param 'query=status: open' --all",
                    "api POST /v2/teams --body team.json",
                ),
                has_large_code=True,
            ),
        },
        "configuration": {
            "pull": Command(
                ".pull",
                "back up the configuration of the account to files",
                (
                    "pull backup",
                    "pull backup --only teams,schedules",
                    "pull ads --team 'Ads Backend'",
                    "pull try --sandbox",
                ),
                has_large_code=True,
            ),
            "plan": Command(
                ".plan",
                "show the changes that would make the account equal to a snapshot",
                (
                    "plan backup",
                    "plan backup --prune --team ops",
                    "plan backup --out change.plan",
                    "plan backup --markdown",
                ),
                has_large_code=True,
            ),
            "apply": Command(
                ".apply",
                "apply a snapshot or a reviewed plan to the account",
                (
                    "apply backup",
                    "apply change.plan",
                    "apply backup --team ops --with-users --region eu",
                    "apply backup --only teams/ops.json",
                    "apply backup --yes --prune --team ops",
                ),
                has_large_code=True,
            ),
            "diff": Command(
                ".diff",
                "compare two snapshots, without an account",
                ("diff monday tuesday", "diff base head --markdown --detailed-exitcode"),
                has_large_code=True,
            ),
            "validate": Command(
                ".validate",
                "check the files of a snapshot for errors, without an account",
                ("validate backup", "validate backup --json"),
                has_large_code=True,
            ),
        },
        "history": {
            "archive": Command(
                ".archive",
                "archive alerts, incidents and on-call history to files",
                ("archive history", "archive history --estimate", "archive history --since 2026-01-01 --depth list"),
                has_large_code=True,
            ),
            "verify": Command(
                ".verify",
                "check that an archive is complete and unchanged, offline",
                ("verify history", "verify history --json"),
                has_large_code=True,
            ),
            "export": Command(
                ".export",
                "export an archive as HTML, SQLite or CSV",
                ("export history --html history.html", "export history --sqlite history.db --csv sheets"),
                has_large_code=True,
            ),
        },
        "on call": {
            "timeline": Command(
                ".timeline",
                "draw on-call schedules in the terminal, or as SVG, HTML or calendar",
                ("timeline ops --weeks 4", "timeline --from backup --html on-call.html", "timeline ops --ics ops.ics"),
                has_large_code=True,
            ),
            "report": Command(
                ".report",
                "report on-call gaps, load and routing problems of a snapshot",
                ("report backup", "report backup --html report.html"),
                has_large_code=True,
            ),
            "probe": Command(
                ".probe",
                "find out how the account behaves where the documentation is silent",
                ("probe", "probe --user ann@example.com --user ben@example.com"),
                has_large_code=True,
            ),
        },
        "more": {
            "sandbox": Command(
                ".sandbox",
                "run a local Opsgenie server, without an account",
                ("sandbox --teams 25 --seed 7", "sandbox --load backup --limits realistic"),
            ),
            "dx-sync": Command(
                ".dx_sync",
                "send the account's incidents to DX",
                ("dx-sync --dx-instance example --dry-run", "dx-sync --dx-instance example --checkpoint dx.json"),
                has_large_code=True,
            ),
            "completion": Command(
                ".completion",
                "print a shell completion script",
                ("completion bash", "completion zsh", "completion fish"),
            ),
        },
    }
)
"""By group, in the order of the help."""

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {name: command for group in GROUPS.values() for name, command in group.items()}
)
