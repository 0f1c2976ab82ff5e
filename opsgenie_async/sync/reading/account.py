"""Reads an account, or a part of it, into memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.events import Run
from opsgenie_async.sync.model.catalog import FOLDERS
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.model.timezones import load_timezones
from opsgenie_async.sync.reading.progress import PullEvent
from opsgenie_async.sync.reading.reader import Reading

__all__ = ["read_account"]


async def read_account(
    og: Opsgenie,
    *,
    only: Selection | str = EVERYTHING,
    teams: Iterable[str] = (),
    with_users: bool = False,
    concurrency: int = 32,
    on_progress: Callable[[PullEvent], None] | None = None,
) -> Snapshot:
    """Read an account, or the selected part of it, into memory.

    Args:
        og: Client of the account.
        only: What to read; a text is read as `Selection.parse` does. What it names may be missing: `plan` sees to that.
        teams: Names or ids of teams: of what `only` chooses, they and what they own.
        with_users: Whether the users that the chosen part points at are read as well, but for their notification rules.
        concurrency: Entities and calls at a time.
        on_progress: Called for every entity.

    Returns:
        The entities. What could not be read, and what the account's plan does not include, is in `unread`; what else
        exists that references of the selected part could mean, in `ids`.

    Raises:
        SelectionError: `only` makes no sense, or there is no such team.
        OpsgenieError: Teams, or nothing at all, could be listed.
    """
    only = selection(only, teams, with_users=with_users)
    with Run(og._transport.announce, "read", time.monotonic) as run:
        reading = Reading(og, only=only, concurrency=concurrency, on_progress=on_progress, around=True)
        snapshot = await _read(reading, only)
        run.counts.update({folder: len(entities) for folder, entities in snapshot.entities.items()})
        run.failures = len(reading.failures)
    return snapshot


async def _read(reading: Reading, only: Selection) -> Snapshot:
    whole: dict[tuple[str, str], Entity] = {}

    async def keep(entities: Sequence[Entity]) -> None:
        whole.update({(entity.kind.folder, entity.name): entity for entity in entities})

    await reading.find(strict=False)
    index = () if only.is_everything else reading.entries()
    only = only.resolve(index, strict=False, strict_teams=True)
    reading.narrow(only)
    await asyncio.to_thread(load_timezones)  # a plan compares them, perhaps within the loop
    places = {
        folder: [(folder, each.name) for each in reading.chosen(folder)]
        for folder in FOLDERS
        if folder in reading.refs and only.touches(folder)
    }
    complete_folders = frozenset(reading.refs)
    await reading.read(keep)
    for folder, name in reading.only.names - only.names:  # people that came along
        places.setdefault(folder, []).append((folder, name))
    entities = {folder: [whole[key] for key in each if key in whole] for folder, each in places.items()}
    unread = {(failure.folder, failure.name) for failure in reading.failures}
    return Snapshot(
        entities=entities,
        unread=frozenset(unread | {(folder, "") for folder in reading.unavailable}),
        only=attrs.evolve(reading.only, with_users=False),
        ids={target: id for id, target in reading.targets.items()},
        complete_folders=complete_folders,
        index=index,
    )
