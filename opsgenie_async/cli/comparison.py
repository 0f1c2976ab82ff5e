"""Shared code of `plan`, `apply` and `diff`: the comparison, the output of a plan, and the exit status."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from opsgenie_async.cli.exits import FAILED, WrongUsage, say
from opsgenie_async.cli.meter import Meter
from opsgenie_async.cli.selection import choice_of
from opsgenie_async.client import Opsgenie
from opsgenie_async.json_text import Json
from opsgenie_async.quantity import quantity
from opsgenie_async.sync import (
    DanglingReference,
    Plan,
    Selection,
    Snapshot,
    SnapshotError,
    Store,
    TooManyDeletions,
    read_account,
)
from opsgenie_async.sync.files.misplaced import misplaced_files
from opsgenie_async.sync.planning.render import HEADING, markdown, summary

__all__ = [
    "Comparison",
    "check_view",
    "files_in",
    "load_files",
    "plan_document",
    "print_result",
    "read",
    "unsafe_reason",
    "warn_of_misplaced",
]

MOST_WARNINGS = 3
"""Misplaced files that are named: where a folder is misspelt, there may be thousands."""
CHANGED = 2
"""The status of `--detailed-exitcode` where there are changes."""


def check_view(arguments: argparse.Namespace) -> None:
    """Raise `WrongUsage` if two output formats are requested."""
    if arguments.json and arguments.markdown:
        raise WrongUsage("--json: not allowed with --markdown")


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Make paths in errors relative to the current directory instead of *folder*, so that they can be pasted."""
    try:
        yield
    except SnapshotError as error:
        problems = [attrs.evolve(problem, file=str(folder / problem.file)) for problem in error.problems]
        raise SnapshotError(problems) from error
    except DanglingReference as error:
        raise DanglingReference([str(folder / line) for line in error.references], error.advice) from error


def load_files(folder: Path, only: Selection) -> Snapshot:
    """Read a snapshot, or the selected part; first print which files are not read."""
    warn_of_misplaced(folder)
    with files_in(folder):
        return Store(folder).load(only)


def warn_of_misplaced(folder: Path) -> None:
    """Print to stderr a few files in *folder* that are not read although they look like part of the snapshot."""
    files = sorted(misplaced_files(folder), key=lambda file: file.path)
    for file in files[:MOST_WARNINGS]:
        kind_folder = folder / file.path.partition("/")[0]
        hint = f"did you mean {folder / file.place}?" if file.place else f"only files directly in {kind_folder} are"
        say(f"warning: {folder / file.path} is not part of the snapshot; {hint}")
    if (more := len(files) - MOST_WARNINGS) > 0:
        say(f"warning: {quantity(more, 'more file is', 'more files are')} not part of it")


@attrs.frozen(kw_only=True)
class Comparison:
    """The options of a comparison with an account.

    Attributes:
        folder: The folder of the snapshot.
        only: The selected part.
        prune: Whether to delete entities that the snapshot does not have.
        max_delete: The share of the account, or of a kind, that may be deleted.
        retry_refused: Whether to retry steps that the API refused before.
    """

    folder: Path
    only: Selection
    prune: bool
    max_delete: float
    retry_refused: bool

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Comparison:
        """The options in the arguments of a command."""
        return cls(
            folder=arguments.folder,
            only=choice_of(arguments),
            prune=arguments.prune,
            max_delete=arguments.max_delete,
            retry_refused=arguments.retry_refused,
        )

    def load(self) -> Snapshot:
        """Read the files."""
        return load_files(self.folder, self.only)

    def reach(self, want: Snapshot) -> Selection:
        """The part of the account to read: the selection, also by the names in the files."""
        return self.only if self.only.is_everything else attrs.evolve(want.only, within=None, with_users=False)


async def read(og: Opsgenie, only: Selection, arguments: argparse.Namespace, meter: Meter) -> Snapshot:
    """Read an account, with a progress bar."""
    from opsgenie_async.cli.progress import PullProgress

    with PullProgress(meter, "reading", is_quiet=arguments.quiet) as progress:
        return await read_account(og, only=only, concurrency=arguments.concurrency, on_progress=progress.show)


def unsafe_reason(plan: Plan, most: float) -> str:
    """Why a plan must not be applied, and a remedy; "" if it may be."""
    try:
        plan.raise_if_unsafe(most)
    except TooManyDeletions as error:
        return f"{error}; if this is intended, use --max-delete {math.ceil(100 * max(plan.share.values()))}%"
    return ""


def print_result(
    command: str, arguments: argparse.Namespace, plan: Plan, *, stopped: str = "", heading: str = HEADING
) -> int:
    """Print a plan in the requested format; return the exit status.

    Args:
        command: The name of the command.
        arguments: The arguments, with `json`, `markdown` and `detailed_exitcode`.
        plan: The plan.
        stopped: Why it must not be applied, "" if it may be.
        heading: The heading of the Markdown.
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
    """A plan as JSON, with the number of entities by action."""
    document: dict[str, Json] = {**plan.to_dict(), "summary": dict(summary(plan))}
    return {**document, "error": stopped} if stopped else document
