"""Reads an account: lists what exists, then reads each entity with its parts.

The listings come first, concurrently: they give the entities and the names that replace ids. Then the entities are
read, many at a time; an error is the failure of one entity.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from opsgenie_async.client import Opsgenie
from opsgenie_async.errors import ArgumentValueError, OpsgenieError, PaymentRequired, ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.catalog import FOLDERS, KINDS, parts_of
from opsgenie_async.sync.model.filenames import file_names
from opsgenie_async.sync.model.identity import text_at
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.policy import POLICIES
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.labels import labels
from opsgenie_async.sync.model.references import Target, kinds_needed, kinds_pointed_at
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection
from opsgenie_async.sync.model.snapshot import Entity, people_of
from opsgenie_async.sync.reading.fetch import Document, Documents, RawEntity, key_of, kinds_in, object_at, side_by_side
from opsgenie_async.sync.reading.normalize import Entities, id_in
from opsgenie_async.sync.reading.progress import EntityRef, Failure, MovingAccount, PullEvent

__all__ = ["Reading", "files_of"]

ACCOUNTS_OWN = "account"
"""The file of what belongs to the account itself and has no name."""

MANY = 8
"""Entities that are made in one go: each alone would find the processor's caches full of aiohttp, and with many more in
hand the collector of cycles looks through all their documents more often."""


class Reading:
    """One reading of an account: `find` lists the entities, `read` reads them.

    Attributes:
        refs: By folder, the existing entities in listing order; also of folders that only give names. Once it
            is read, nothing of it is kept.
        failures: What could not be read.
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
        self._only = only
        self._concurrency = concurrency
        self._on_progress = on_progress
        self._entities = Entities()
        self._around = around
        self.keep_rules_of: frozenset[str] = frozenset()
        self._people: set[tuple[str, str]] = set()
        self._plain: set[str] = set()
        self._raws: list[RawEntity] = []
        self._teams: dict[str, str] = {}
        self._remaining: Counter[str] = Counter()
        self._done = self._total = self._teams_done = 0

    async def find(self, *, strict: bool = True) -> None:
        """List the existing entities; raises the error of the team listing, or any other if nothing could be listed.

        Args:
            strict: Raise also where something makes no sense in every listing; else that alone is a failure.
        """
        chosen = [kind for kind in KINDS if kind.folder and self._only.touches(kind.folder)]
        needed = kinds_pointed_at if self._around else kinds_needed
        words = {kind.name for kind in chosen}.union(*map(needed, chosen))
        if self._only.asks_for_owners:
            words.add(TEAM.name)
        if self._only.with_users:
            words |= {USER.name, CUSTOM_USER_ROLE.name}
        kinds = [kind for kind in KINDS if kind.name in words and not kind.virtual]
        await side_by_side(kinds, self._list, self._concurrency)
        failed = {
            each.folder
            for each in self.failures
            if each.folder not in self.refs or (strict and not isinstance(each.error, MovingAccount))
        }
        if kinds and all(kind.folder in failed for kind in kinds):
            raise self.failures[0].error
        if POLICIES.name in words:
            teams = [EntityRef(POLICIES, team.id, team.name, team.id) for team in self.refs.get(TEAM.folder, ())]
            self.refs[POLICIES.folder] = [EntityRef(POLICIES, "", ""), *teams]

    @property
    def only(self) -> Selection:
        """What is to be read."""
        return self._only

    @property
    def unlisted(self) -> frozenset[str]:
        """Folders that are not completely known."""
        return frozenset(self.unavailable) | {each.folder for each in self.failures}

    def entries(self) -> list[Entry]:
        """What was found, chosen or not."""
        entries = []
        for folder, refs in self.refs.items():
            files = files_of(refs)
            entries += [Entry(folder, each.name, files[each.id], self._team(each), each.id) for each in refs]
        return entries

    def narrow(self, only: Selection) -> None:
        """Choose by what was found; documents of what is not chosen are let go."""
        self._only = only
        if only.is_everything:
            return
        for refs in self.refs.values():
            for each in refs:
                if not self._covers(each):
                    each.document = None

    def _team(self, ref: EntityRef) -> str:
        return ref.name if ref.kind is TEAM or ref.kind is POLICIES else self._teams.get(ref.owner, "")

    def _covers(self, ref: EntityRef) -> bool:
        return self._only.covers(ref.kind.folder, ref.name, self._team(ref))

    @property
    def unavailable(self) -> dict[str, str]:
        """By folder, or folder and section, what the account's plan does not include, and the API's words for it."""
        return self._documents.unavailable

    @property
    def vanished(self) -> list[str]:
        """Paths of what was deleted between listing and reading."""
        return self._documents.vanished

    @property
    def targets(self) -> dict[str, Target]:
        """By id, what others point at."""
        return self._entities.targets

    @property
    def unknown_fields(self) -> Mapping[str, set[str]]:
        """By the word of a kind, what the API sent and no model knows."""
        return self._entities.unknown_fields

    def chosen(self, folder: str) -> list[EntityRef]:
        """What is to be read of a folder."""
        return [each for each in self.refs.get(folder, ()) if self._covers(each)]

    async def read(self, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read what was found and chosen; *take* is given the entities that are whole, some at a time.

        An `OpsgenieError` of one entity goes to `failures`; any other exception ends the reading.
        """
        chosen = [each for folder in FOLDERS for each in self.chosen(folder)]
        last = [each for each in chosen if each.kind.bare_types]
        if last or (self._around and any(kind.bare_types and self._only.touches(kind.folder) for kind in KINDS)):
            unread = [each for each in self.refs[POLICIES.folder] if not self._covers(each)]
            await side_by_side(unread, self._learn, self._concurrency)
        self._remaining = Counter(each.owner for each in chosen if each.owner)
        self._total = len(chosen)
        # Team by team, so that they complete one after the other; entities without a team last.
        rank = {owner: index for index, owner in enumerate(self._remaining)}
        first = [each for each in chosen if not each.kind.bare_types]
        first.sort(key=lambda each: rank.get(each.owner, len(rank)))
        del chosen
        piece = functools.partial(self._read_one, take=take)
        for pieces in (first, last):
            await side_by_side(pieces, piece, self._concurrency)
            await self._make(take)
        if self._only.with_users and not self._only.is_everything:
            for kind in (USER, CUSTOM_USER_ROLE):
                await self._read_people(kind, take)
        self.refs = {}
        if all(f"{POLICIES.folder}/{part.section}" in self.unavailable for part in parts_of(POLICIES)):
            reasons = [self.unavailable.pop(f"{POLICIES.folder}/{part.section}") for part in parts_of(POLICIES)]
            self.unavailable[POLICIES.folder] = reasons[0]

    async def _read_people(self, kind: Kind, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read the users that something points at, or the roles that they have, where those are not read already."""
        people = [
            each
            for each in self.refs.get(kind.folder, ())
            if (kind.folder, each.name) in self._people and not self._covers(each)
        ]
        self._only = self._only.adding((kind.folder, each.name) for each in people)
        if kind is USER and not self._only.with_notification_rules:
            self._plain = {each.id for each in people if each.name not in self.keep_rules_of}
        self._total += len(people)
        await side_by_side(people, functools.partial(self._read_one, take=take), self._concurrency)
        await self._make(take)

    async def _list(self, kind: Kind) -> None:
        try:
            self.refs[kind.folder] = await self._listed(kind)
        except PaymentRequired as error:
            self.unavailable[kind.folder] = error.message
        except OpsgenieError as error:
            if kind is TEAM:
                raise  # nothing makes sense without them
            self._report(EntityRef(kind, "", ""), error)

    async def _listed(self, kind: Kind) -> list[EntityRef]:
        path, query = kind.listing()
        listing = await self._og.documents(path, params=query, at=kind.data_key).settled(key_of(kind))
        if not listing.is_settled:
            self._report(EntityRef(kind, "", ""), MovingAccount(f"{kind.folder}: {listing.doubt}"))
        refs: dict[str, EntityRef] = {}
        for number, item in enumerate(listing):
            try:
                each = self._item(kind, f"{kind.folder}[{number}]", item)
            except ProtocolError as error:
                # Without a name nobody can say which one of the folder it is.
                name = kind.identity(item) if isinstance(item, dict) else ""
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
        id, name = id_in(kind, document), kind.identity(document)
        if not id or not (name or kind.optional_name):
            raise ProtocolError(f"{path}: expected an id and a name, got {id!r} and {name!r}")
        return EntityRef(kind, id, name, self._owner(kind, document), None if kind.summary_only else document)

    def lose(self, entity: Entity, error: OpsgenieError) -> None:
        """Note that an entity cannot be kept."""
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
        """Note what parts there are of an entity that is not to be read."""
        try:
            for kind in kinds_in(ref):
                documents = await self._documents.parts(kind, ref, {})
                self._entities.names(kind, documents or [], ref.name)
        except OpsgenieError as error:
            if not await self._documents.is_deleted(ref, error):
                self._report(ref, error)

    async def _read_one(self, ref: EntityRef, take: Callable[[Sequence[Entity]], Awaitable[None]]) -> None:
        """Read one entity, and make it, together with others."""
        try:
            without = (NOTIFICATION_RULE,) if ref.kind is USER and ref.id in self._plain else ()
            raw = await self._documents.read(ref, without)
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
            if self._only.with_users:
                self._people |= people_of(entities)
            await take(entities)
        for each in raws:
            self._finish(each.ref)

    def _entity(self, raw: RawEntity) -> Entity | None:
        """An entity with its parts; None for a table without any policies, and for what cannot be one."""
        ref = raw.ref
        try:
            parts = {part.name: self._entities.parts(part, documents, ref.name) for part, documents in raw.parts}
            if ref.kind is POLICIES and not any(parts.values()):
                return None
            return self._entities.whole(ref.kind, ref.name, raw.document, parts, ref.id)
        except RecursionError:
            self._report(ref, ProtocolError(f"{ref.path}: nested too deeply"))
            return None

    def _finish(self, ref: EntityRef, error: OpsgenieError | None = None) -> None:
        """Count an entity as read, or as failed, and say so."""
        self._done += 1
        if ref.owner:
            self._remaining[ref.owner] -= 1
            self._teams_done += not self._remaining[ref.owner]
        self._report(ref, error)

    def _report(self, ref: EntityRef, error: OpsgenieError | None) -> None:
        """Record a failure, if there is one, and report progress."""
        if error is None and self._on_progress is None:
            return
        folder, name, team = ref.kind.folder, ref.name, self._teams.get(ref.owner, "")
        failure = None
        if error is not None:
            failure = Failure(kind=ref.kind.name, folder=folder, name=name, id=ref.id, team=team, error=error)
            self.failures.append(failure)
        if self._on_progress is not None:
            self._on_progress(
                PullEvent(
                    folder=folder,
                    name=name,
                    team=team,
                    done=self._done,
                    total=self._total,
                    teams_done=self._teams_done,
                    teams_total=len(self._remaining),
                    failure=failure,
                )
            )


def files_of(refs: Sequence[EntityRef]) -> Mapping[str, str]:
    """The names of the files of a folder by id, without `.json`: whatever else there is has a say in it."""
    return file_names((each.id, each.name or ("" if each.id else ACCOUNTS_OWN)) for each in refs)
