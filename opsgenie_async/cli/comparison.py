"""What `plan`, `apply` and `diff` have in common: what is compared, how a plan is shown, and how the command ends."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

import attrs

from opsgenie_async.cli.exits import FAILED, WrongUsage, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.selection import choice_of
from opsgenie_async.client import Opsgenie
from opsgenie_async.json_text import Json
from opsgenie_async.sync import Plan, Selection, Snapshot, Store, TooManyDeletions, read_account
from opsgenie_async.sync.planning.render import HEADING, markdown, summary

__all__ = [
    "Comparison",
    "add_plan_arguments",
    "add_view_arguments",
    "check_view",
    "guarded",
    "plan_document",
    "print_result",
    "read",
]

CHANGED = 2
"""The status of `--detailed-exitcode` where there are changes."""


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """`--prune`, `--max-delete` and `--retry-refused`."""
    parser.add_argument("--prune", action="store_true", help="delete what the snapshot does not have")
    parser.add_argument(
        "--max-delete",
        type=share,
        default=0.3,
        metavar="SHARE",
        help="the most of the account, or of one kind, that --prune may delete (default: 30%%)",
    )
    parser.add_argument(
        "--retry-refused",
        action="store_true",
        help="try steps again that the API refused for good (402, 403, 404, 422); a step whose file changed always is",
    )


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    """`--markdown` and `--detailed-exitcode`."""
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown, for a pull request")
    parser.add_argument(
        "--detailed-exitcode", action="store_true", help="end with 0: no changes, 1: an error, 2: there are changes"
    )


def check_view(arguments: argparse.Namespace) -> None:
    """Raise `WrongUsage` where two forms are asked for at once."""
    if arguments.json and arguments.markdown:
        raise WrongUsage("--json: not together with --markdown")


@attrs.frozen(kw_only=True)
class Comparison:
    """What is compared with an account, and what may be done about it.

    Attributes:
        folder: The snapshot.
        only: The part.
        prune: Whether what the snapshot does not have is deleted.
        max_delete: The share of the account, or of a kind, that may be deleted.
        retry_refused: Whether what the API refused before is tried again.
    """

    folder: Path
    only: Selection
    prune: bool
    max_delete: float
    retry_refused: bool

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Comparison:
        """What the arguments of a command ask for."""
        return cls(
            folder=arguments.folder,
            only=choice_of(arguments),
            prune=arguments.prune,
            max_delete=arguments.max_delete,
            retry_refused=arguments.retry_refused,
        )

    def load(self) -> Snapshot:
        """Read the files."""
        return Store(self.folder).load(self.only)

    def reach(self, want: Snapshot) -> Selection:
        """What to read of the account: what was chosen, also by the names that the files have for it."""
        return self.only if self.only.is_everything else attrs.evolve(want.only, within=None, with_users=False)


async def read(og: Opsgenie, only: Selection, arguments: argparse.Namespace, meter: Meter) -> Snapshot:
    """Read an account, with a bar."""
    from opsgenie_async.cli.progress import PullProgress

    with PullProgress(meter, "reading", is_quiet=arguments.quiet) as progress:
        return await read_account(og, only=only, concurrency=arguments.concurrency, on_progress=progress.show)


def guarded(plan: Plan, most: float) -> str:
    """Why a plan must not be applied, and how to go on; "" where it may."""
    try:
        plan.raise_if_unsafe(most)
    except TooManyDeletions as error:
        return f"{error}; if that is meant, go on with --max-delete {math.ceil(100 * max(plan.share.values()))}%"
    return ""


def print_result(
    command: str, arguments: argparse.Namespace, plan: Plan, *, stopped: str = "", heading: str = HEADING
) -> int:
    """Print a plan in the form that was asked for; return the exit status.

    Args:
        command: Its name.
        arguments: With `json`, `markdown` and `detailed_exitcode`.
        plan: The plan.
        stopped: Why it must not be applied, "" where it may.
        heading: Of the Markdown.
    """
    if arguments.json:
        json.dump(plan_document(plan, stopped), sys.stdout, indent=2)
        print()
    elif arguments.markdown:
        print(markdown(plan, heading=heading), end="")
    else:
        from opsgenie_async.cli.plan_view import print_plan

        print_plan(plan)
    if stopped:
        say(f"opsgenie-async {command}: {stopped}")
    if stopped or not plan.complete:
        return FAILED
    return CHANGED if arguments.detailed_exitcode and plan.changes else 0


def plan_document(plan: Plan, stopped: str = "") -> dict[str, Json]:
    """A plan for machines, with how much there is of each action."""
    document: dict[str, Json] = {**plan.document(), "summary": dict(summary(plan))}
    return {**document, "error": stopped} if stopped else document


def share(text: str) -> float:
    """`30%` or `0.3`, for argparse."""
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        part = float(number) / (100 if percent else 1)
    except ValueError:
        part = -1.0
    if not 0 <= part <= 1:
        raise argparse.ArgumentTypeError(f"expected a share as 30% or 0.3, got {text!r}")
    return part
