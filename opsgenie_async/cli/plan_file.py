"""Plan files: `plan --out FILE`, a review, then `apply FILE`."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from yarl import URL

from opsgenie_async import __version__
from opsgenie_async import json_shape as shape
from opsgenie_async.cli.comparison import Comparison
from opsgenie_async.cli.connection import wants_sandbox
from opsgenie_async.cli.exits import Failure, WrongUsage
from opsgenie_async.cli.output import write_file
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.errors import ApiError
from opsgenie_async.files import UnfitFile, read_regular
from opsgenie_async.json_text import Json
from opsgenie_async.sync import Plan, PlanFile, PlanFileError, Selection, SelectionError, Snapshot

__all__ = ["Identity", "file_digests", "identify", "load_plan", "raise_if_outdated", "write_plan"]

LARGEST = 256 * 2**20
"""Bytes of a plan."""
OPTIONS = shape.members(
    {
        "only": shape.text,
        "teams": shape.list_of(shape.text),
        "withUsers": shape.switch,
        "withNotificationRules": shape.switch,
        "prune": shape.switch,
        "maxDelete": shape.fraction,
        "retryRefused": shape.switch,
    }
)

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
    if mismatch := OPTIONS(file.options, "options"):
        raise PlanFileError(f"{path}: {mismatch}; make a new plan")
    folder = arguments.snapshot or Path(file.folder)
    if not _is_folder(folder):
        raise WrongUsage(f"{folder}: the files that {path} was made from are not there; use --snapshot DIR")
    return file, _comparison(path, folder, file.options)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no disk takes
        return False


def _comparison(path: Path, folder: Path, options: Mapping[str, Any]) -> Comparison:
    """The comparison with these options, which have their shape."""
    try:
        only = Selection.parse(options["only"], teams=options["teams"])
    except SelectionError as error:
        raise PlanFileError(f"{path}: options: {error}; make a new plan") from error
    people = {"with_users": options["withUsers"], "with_notification_rules": options["withNotificationRules"]}
    return Comparison(
        folder=folder,
        only=attrs.evolve(only, **people),
        prune=options["prune"],
        max_delete=options["maxDelete"],
        retry_refused=options["retryRefused"],
    )


def raise_if_outdated(path: Path, file: PlanFile, proposal: Plan, files: dict[str, str]) -> None:
    """Raise `Failure` with what has changed since the plan was made."""
    if changes := file.changes_since(proposal, files):
        raise Failure(f"{path}: is out of date; nothing was changed; make a new plan", changes)
