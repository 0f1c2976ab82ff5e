"""Plan files: `plan --out FILE`, a review, then `apply FILE`."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import attrs
from yarl import URL

from opsgenie_async import __version__
from opsgenie_async.cli.comparison import Comparison
from opsgenie_async.cli.connection import wants_sandbox
from opsgenie_async.cli.exits import Failure, WrongUsage
from opsgenie_async.cli.output import write_file
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.errors import ApiError
from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.json_text import Json
from opsgenie_async.sync import Plan, PlanFile, PlanFileError, Selection, Snapshot

__all__ = ["Identity", "file_digests", "identify", "load_plan", "raise_if_outdated", "write_plan"]

LARGEST = 256 * 2**20
"""Bytes of a plan."""

Identity = tuple[str, str]
"""The name of an account, "" where the key may not ask for it, and its address."""


async def identify(og: Opsgenie, arguments: argparse.Namespace) -> Identity:
    """Return the identity of the account."""
    address = "a sandbox" if wants_sandbox(arguments) else str(URL(og._base_url).with_user(None))
    try:
        return (await og.account.get()).name, address
    except ApiError:  # a key without this right
        return "", address


def file_digests(want: Snapshot, folder: Path) -> dict[str, str]:
    """The SHA-256 of each compared file, by path."""
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in sorted(want.files.values())}


def write_plan(path: Path, proposal: Plan, want: Snapshot, comparison: Comparison, identity: Identity) -> None:
    """Write a plan for a review, completely or not at all."""
    account, address = identity
    options: dict[str, Json] = {
        "only": ",".join(comparison.only.patterns),
        "teams": list(comparison.only.teams),
        "withUsers": comparison.only.with_users,
        "withNotificationRules": comparison.only.with_notification_rules,
        "prune": comparison.prune,
        "maxDelete": comparison.max_delete,
        "retryRefused": comparison.retry_refused,
    }
    content = PlanFile(
        steps=PlanFile.steps_of(proposal),
        files=file_digests(want, comparison.folder),
        account=account,
        address=address,
        folder=str(comparison.folder.absolute()),
        options=options,
        created_at=SystemClock().utc().isoformat(timespec="seconds"),
        tool=f"opsgenie-async {__version__}",
    )
    write_file(path, content.text())


def load_plan(path: Path, arguments: argparse.Namespace) -> tuple[PlanFile, Comparison]:
    """Read a plan, with its inputs.

    Raises:
        PlanFileError: The file is not a plan.
        WrongUsage: An argument conflicts with the plan, or its snapshot does not exist.
    """
    try:
        file = PlanFile.parse(str(path), read_regular(path, most=LARGEST))
    except UnfitFile as error:
        raise PlanFileError(error.message) from error
    for option in ("only", "team", "with_users", "prune", "retry_refused"):
        if getattr(arguments, option):
            raise WrongUsage(f"--{option.replace('_', '-')}: {path} is a plan, which already has this setting")
    folder = arguments.snapshot or Path(file.folder)
    if not folder.is_dir():
        raise WrongUsage(f"{folder}: the files that {path} was made from are not there; use --snapshot DIR")
    options = file.options
    try:
        only = Selection.parse(str(options["only"]), teams=[str(team) for team in _list(options["teams"])])
        only = attrs.evolve(
            only,
            with_users=options["withUsers"] is True,
            with_notification_rules=options["withNotificationRules"] is True,
        )
        comparison = Comparison(
            folder=folder,
            only=only,
            prune=options["prune"] is True,
            max_delete=float(str(options["maxDelete"])),
            retry_refused=options["retryRefused"] is True,
        )
    except (KeyError, ValueError) as error:
        raise PlanFileError(f"{path}: not a plan written by plan --out") from error
    return file, comparison


def raise_if_outdated(path: Path, file: PlanFile, proposal: Plan, files: dict[str, str]) -> None:
    """Raise `Failure` with what has changed since the plan was made."""
    if changes := file.changes_since(proposal, files):
        raise Failure(f"{path}: is out of date; nothing was changed; make a new plan", changes)


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError("expected a list")
    return value
