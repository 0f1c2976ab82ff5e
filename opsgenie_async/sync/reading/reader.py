"""Read an account: list all entities, then read each with its parts.

The listings come first, concurrently: they have the entities, and the names to replace ids with. Then the entities are
read concurrently; an error is the failure of one entity.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial

import attrs

from opsgenie_async.client import Opsgenie, check_client
from opsgenie_async.errors import ArgumentValueError, OpsgenieError, PaymentRequired, ProtocolError
from opsgenie_async.events import Run
from opsgenie_async.json_text import Json
from opsgenie_async.sequences import Strings
from opsgenie_async.sync.model.file_names import file_names
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_IN_API, KINDS, KINDS_NEEDED, KINDS_POINTED_AT, VIRTUAL_KINDS
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.normalize import Entities, id_in
from opsgenie_async.sync.model.people import PEOPLE, PERSONAL_PARTS, people_of
from opsgenie_async.sync.model.rules import load_timezones
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection, selection
from opsgenie_async.sync.model.snapshot import Entity, Snapshot, labels, name_of, text_at
from opsgenie_async.sync.reading.fetch import (
    Document,
    Documents,
    RawEntity,
    key_of,
    kinds_in,
    listing_of,
    object_at,
    side_by_side,
)
from opsgenie_async.sync.reading.progress import EntityRef, Failure, MovingAccount, Progress, PullEvent

__all__ = ["Reading", "files_of", "read_account"]

ACCOUNTS_OWN = "account"
"""The file of what belongs to the account itself and has no name."""

MANY = 8
"""Entities that are made in one go: each alone would find the processor's caches full of aiohttp, and with many more in
hand the collector of cycles looks through all their documents more often."""


async def read_account(
    og: Opsgenie,
    *,
    only: Selection | str = EVERYTHING,
    teams: Strings = (),
    with_users: bool = False,
    concurrency: int = 32,
    on_progress: Callable[[PullEvent], None] | None = None,
) -> Snapshot:
    """Read an account, or the selected part of it, into memory.

    Args:
        og: The client of the account.
        only: What to read; a str is parsed by `Selection.parse`. Names may be missing: `plan` checks them.
        teams: Names or ids of teams, to restrict `only` to them and what they own.
        with_users: Whether to read the referenced users as well, without their notification rules.
        concurrency: The maximum number of concurrent entities and calls.
        on_progress: Called for every entity.

    Returns:
        The entities. `unread` has what could not be read or is not in the account's plan, `ids` all possible targets of
        references.

    Raises:
        SelectionError: `only` is invalid, or a team does not exist.
        OpsgenieError: The teams, or all listings, failed.
    """
    check_client("read_account", og)
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
        folder: [(folder, each.name) for each in reading.choice(folder)]
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


class Reading:
    """One reading of an account: `find` lists the entities, `read` reads them.

    Attributes:
        only: What is to be read.
        refs: By folder, the existing entities in listing order; also of folders that only give names. Once it
            is read, nothing of it is kept.
        failures: What could not be read.
        unavailable: As `Documents.unavailable`.
        vanished: As `Documents.vanished`.
        targets: As `Entities.targets`.
        unknown_fields: As `Entities.unknown_fields`.
        around: Whether it also finds out what else there is that something chosen could point at.
    """

    def __init__(
        self,
        og: Opsgenie,
        *,
        only: Selection = EVERYTHING,
        concurrency: int = 32,
        on_progress: Callable[[PullEvent], None] | None = None,
        around: bool = False,
    ) -> None:
        if concurrency < 1:
            raise ArgumentValueError(f"concurrency: expected 1 or more, got {concurrency}")
        self.refs: dict[str, list[EntityRef]] = {}
        self.failures: list[Failure] = []
        self._og = og
        self._documents = Documents(og)
        self.only = only
        self._concurrency = concurrency
        self._progress = Progress(on_progress) if on_progress is not None else None
        self._entities = Entities()
        self.unavailable, self.vanished = self._documents.unavailable, self._documents.vanished
        self.targets, self.unknown_fields = self._entities.targets, self._entities.unknown_fields
        self._around = around
        self.keep_rules_of: frozenset[str] = frozenset()
        self._people: set[tuple[str, str]] = set()
        self._plain: set[str] = set()
        self._raws: list[RawEntity] = []
        self._teams: dict[str, str] = {}

    async def find(self, *, strict: bool = True) -> None:
        """List the existing entities; raises the error of the team listing, or any other if nothing could be listed.

        Args:
            strict: Raise also where something makes no sense in every listing; else that alone is a failure.
        """
        choice = [kind for kind in KINDS if kind.folder and self.only.touches(kind.folder)]
        needed = KINDS_POINTED_AT if self._around else KINDS_NEEDED
        words = {kind.name for kind in choice}.union(*(needed[kind] for kind in choice))
        if self.only.asks_for_owners:
            words.add(TEAM.name)
        if self.only.with_users:
            words |= {kind.name for kind in PEOPLE}
        kinds = [kind for kind in KINDS if kind.name in words and not kind.virtual]
        await side_by_side(kinds, self._list, self._concurrency)
        failed = {
            each.folder
            for each in self.failures
            if each.folder not in self.refs or (strict and not isinstance(each.error, MovingAccount))
        }
        if kinds and all(kind.folder in failed for kind in kinds):
            raise self.failures[0].error
        for kind in VIRTUAL_KINDS:
            if kind.name in words:
                owners = self.refs.get(KIND_IN_API[kind].folder, ())
                refs = [EntityRef(kind, owner.id, owner.name, owner.id) for owner in owners]
                self.refs[kind.folder] = [EntityRef(kind, "", ""), *refs]

    @property
    def unlisted(self) -> frozenset[str]:
        """Folders that are not completely known."""
        return frozenset(self.unavailable) | {each.folder for each in self.failures}

    def entries(self) -> list[Entry]:
        """What was found, chosen or not."""
        entries = []
        for folder, refs in self.refs.items():
            file = _file_finder(refs)
            entries += [Entry(folder, each.name, partial(file, each.id), self._team(each), each.id) for each in refs]
        return entries

    def narrow(self, only: Selection) -> None:
        """Apply the selection to the found entities; documents of others are released."""
        self.only = only
        if only.is_everything:
            return
        for refs in self.refs.values():
            for each in refs:
                if not self._covers(each):
                    each.document = None

    def _team(self, ref: EntityRef) -> str:
        return ref.name if KIND_IN_API[ref.kind] is TEAM else self._teams.get(ref.owner, "")

    def _covers(self, ref: EntityRef) -> bool:
        return self.only.covers(ref.kind.folder, ref.name, self._team(ref))

    def choice(self, folder: str) -> list[EntityRef]:
        """The selected entities of a folder."""
        return [each for each in self.refs.get(folder, ()) if self._covers(each)]

    async def read(self, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read the selected entities that were found; *take* is called with batches of complete entities.

        An `OpsgenieError` of one entity goes to `failures`; any other exception ends the reading.
        """
        choice = [each for folder in FOLDERS for each in self.choice(folder)]
        last = [each for each in choice if each.kind.bare_types]
        if last or (self._around and any(kind.bare_types and self.only.touches(kind.folder) for kind in KINDS)):
            unread = [each for kind in VIRTUAL_KINDS for each in self.refs[kind.folder] if not self._covers(each)]
            await side_by_side(unread, self._learn, self._concurrency)
        if self._progress is not None:
            self._progress.expect(choice)
        # Team by team, so that they complete one after the other; entities without a team last.
        rank = {owner: index for index, owner in enumerate(dict.fromkeys(each.owner for each in choice if each.owner))}
        first = [each for each in choice if not each.kind.bare_types]
        first.sort(key=lambda each: rank.get(each.owner, len(rank)))
        del choice
        piece = partial(self._read_one, take=take)
        for pieces in (first, last):
            await side_by_side(pieces, piece, self._concurrency)
            await self._make(take)
        if self.only.with_users and not self.only.is_everything:
            for kind in PEOPLE:
                await self._read_people(kind, take)
        self.refs = {}
        self._documents.merge_unavailable()

    async def _read_people(self, kind: Kind, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read the users that something points at, or the roles that they have, where those are not read already."""
        people = [
            each
            for each in self.refs.get(kind.folder, ())
            if (kind.folder, each.name) in self._people and not self._covers(each)
        ]
        self.only = self.only.adding((kind.folder, each.name) for each in people)
        if not self.only.with_notification_rules:
            self._plain = {each.id for each in people if each.name not in self.keep_rules_of}
        if self._progress is not None:
            self._progress.expect(people)
        await side_by_side(people, partial(self._read_one, take=take), self._concurrency)
        await self._make(take)

    async def _list(self, kind: Kind) -> None:
        try:
            self.refs[kind.folder] = await self._refs(kind)
        except PaymentRequired as error:
            self.unavailable[kind.folder] = error.message
        except OpsgenieError as error:
            if kind is TEAM:
                raise  # nothing makes sense without them
            self._report(EntityRef(kind, "", ""), error)

    async def _refs(self, kind: Kind) -> list[EntityRef]:
        path, query = listing_of(kind)
        listing = await self._og.documents(path, params=query, at=kind.data_key).settled(key_of(kind))
        if not listing.is_settled:
            self._report(EntityRef(kind, "", ""), MovingAccount(f"{kind.folder}: {listing.doubt}"))
        refs: dict[str, EntityRef] = {}
        for number, item in enumerate(listing):
            try:
                each = self._item(kind, f"{kind.folder}[{number}]", item)
            except ProtocolError as error:
                # Without a name it is unknown which one of the folder it is.
                name = name_of(kind, item) if isinstance(item, dict) else ""
                self._report(EntityRef(kind, "", name), error)
            else:
                refs[each.id] = each
        for each, label in zip(refs.values(), labels(each.name for each in refs.values()), strict=True):
            each.name = label
            self._entities.note(kind, each.id, label)
        return list(refs.values())

    def _item(self, kind: Kind, path: str, item: Json) -> EntityRef:
        """One item of a listing."""
        document = object_at(path, item)
        id, name = id_in(kind, document), name_of(kind, document)
        if not id or not (name or kind.optional_name):
            raise ProtocolError(f"{path}: expected an id and a name, got {id!r} and {name!r}")
        return EntityRef(kind, id, name, self._owner(kind, document), None if kind.summary_only else document)

    def lose(self, entity: Entity, error: OpsgenieError) -> None:
        """Record that an entity cannot be stored."""
        self._report(EntityRef(entity.kind, entity.id, entity.name), error)

    def _owner(self, kind: Kind, document: Document) -> str:
        """The id of the team that an entity is or belongs to; its name is noted."""
        if not kind.owner and kind is not TEAM:
            return ""
        # A short listing has the id where the entity itself has an object.
        owner = document if kind is TEAM else document.get(kind.owner, document.get("teamId"))
        if isinstance(owner, dict):
            id = text_at(owner, "id")
            if name := text_at(owner, "name"):
                self._teams[id] = name
            return id
        return owner if isinstance(owner, str) else ""

    async def _learn(self, ref: EntityRef) -> None:
        """Record the parts of an entity that is not read."""
        try:
            for kind in kinds_in(ref):
                documents = await self._documents.parts(kind, ref, {})
                self._entities.names(kind, documents or [], ref.name)
        except OpsgenieError as error:
            if not await self._documents.is_deleted(ref, error):
                self._report(ref, error)

    async def _read_one(self, ref: EntityRef, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read one entity, and convert it, together with others."""
        try:
            raw = await self._documents.read(ref, PERSONAL_PARTS if ref.id in self._plain else ())
        except OpsgenieError as error:
            if await self._documents.is_deleted(ref, error):
                self.vanished.append(ref.path)
                self._finish(ref)
            else:
                self._finish(ref, error)
        else:
            self._raws.append(raw)
        if len(self._raws) >= MANY:
            await self._make(take)

    async def _make(self, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Turn the documents into entities, deliver them, and report progress."""
        raws, self._raws = self._raws, []
        entities = [entity for each in raws if (entity := self._entity(each)) is not None]
        if entities:
            if self.only.with_users:
                self._people |= people_of(entities)
            await take(entities)
        for each in raws:
            self._finish(each.ref)

    def _entity(self, raw: RawEntity) -> Entity | None:
        """An entity with its parts; None for a table without any policies, and for what cannot be one."""
        ref = raw.ref
        if ref.kind.virtual and not any(documents for _, documents in raw.parts):
            return None
        try:
            return self._entities.whole(ref.kind, ref.id, ref.name, raw.document, raw.parts)
        except RecursionError:
            self._report(ref, ProtocolError(f"{ref.path}: nested too deeply"))
            return None

    def _finish(self, ref: EntityRef, error: OpsgenieError | None = None) -> None:
        """Count an entity as read, or as failed, and report it."""
        if self._progress is not None:
            self._progress.finish(ref)
        self._report(ref, error)

    def _report(self, ref: EntityRef, error: OpsgenieError | None) -> None:
        """Record a failure, if there is one, and report progress."""
        failure, team = None, self._teams.get(ref.owner, "")
        if error is not None:
            folder, name = ref.kind.folder, ref.name
            failure = Failure(kind=ref.kind.name, folder=folder, name=name, id=ref.id, team=team, error=error)
            self.failures.append(failure)
        if self._progress is not None:
            self._progress.report(ref, team, failure)


def files_of(refs: Sequence[EntityRef]) -> Mapping[str, str]:
    """The names of the files of a folder by id, without `.json`: they depend on all other entities."""
    return file_names(_file_key(each) for each in refs)


def _file_finder(refs: Sequence[EntityRef]) -> Callable[[str], str]:
    """A function that names the file of an id; none is named before it is asked."""
    keys = [_file_key(each) for each in refs]
    files = cache(lambda: file_names(keys))
    return lambda entity_id: files()[entity_id]


def _file_key(ref: EntityRef) -> tuple[str, str]:
    return ref.id, ref.name or ("" if ref.id else ACCOUNTS_OWN)
