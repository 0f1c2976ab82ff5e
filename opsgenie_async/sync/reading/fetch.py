"""Fetches the documents of one entity and of its parts: the requests for each kind, and what their answers hold."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TypeAlias, TypeVar

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.errors import NotFound, OpsgenieError, PaymentRequired, ProtocolError, UnprocessableEntity
from opsgenie_async.http.request import Query, Request, join_path
from opsgenie_async.http.response import Envelope, documents_of, read_data, understand
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.sync.model.catalog import parts_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.policy import POLICIES
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.labels import is_label
from opsgenie_async.sync.reading.normalize import id_in
from opsgenie_async.sync.reading.progress import EntityRef, MovingAccount
from opsgenie_async.throttle.domains import domain_of

__all__ = [
    "Document",
    "Documents",
    "RawEntity",
    "ask_for_item",
    "ask_for_listing",
    "key_of",
    "kinds_in",
    "object_at",
    "side_by_side",
]

Document: TypeAlias = "dict[str, Json]"

T = TypeVar("T")

PARENT = "{parent}"


@attrs.frozen
class RawEntity:
    """An entity and its parts, as the API has them; no list stands for parts that the account's plan does not know."""

    ref: EntityRef
    document: Document
    parts: Sequence[tuple[Kind, list[Document]]]


class Documents:
    """Fetches documents, one request after the other for each entity.

    Before each request every other task has its turn: what one turn of the event loop asks for goes out together, and a
    server on the same machine need not be woken for each.

    Attributes:
        unavailable: By folder, or folder and section, what the account's plan does not include, and the API's words
            for it.
        vanished: Paths of what was deleted between listing and reading.
    """

    def __init__(self, og: Opsgenie) -> None:
        self.unavailable: dict[str, str] = {}
        self.vanished: list[str] = []
        self._transport = og._transport

    async def read(self, ref: EntityRef, without: Collection[Kind] = ()) -> RawEntity:
        """Read an entity with its parts, but for those of some kinds."""
        kind = ref.kind
        document, ref.document = ref.document, None  # it is needed no longer than this
        if kind is POLICIES:
            owner: Document = {kind.owner: {"name": ref.name}}
            document = owner if ref.id else {}
        elif document is None:
            document = await self._item(kind, ref.id)
            name = kind.identity(document)
            if ref.name and not is_label(ref.name, name):
                # What points at it does so by the name that it had.
                raise MovingAccount(f"{ref.path}: was renamed to {name!r} while the account was read")
        parts = []
        for part in kinds_in(ref):
            if part in without:
                continue
            items = await self.parts(part, ref, document)
            if items is None:
                continue
            if part.summary_only:
                items = await self._each(part, items, ref)
            parts.append((part, items))
        return RawEntity(ref, document, parts)

    async def parts(self, kind: Kind, ref: EntityRef, document: Mapping[str, Json]) -> list[Document] | None:
        """What there is of one kind of parts, None where the account's plan has no such thing.

        Args:
            kind: The kind of the parts.
            ref: What they belong to.
            document: Of what they belong to, which may have them in it.
        """
        if self.unavailable and f"{ref.kind.folder}/{kind.section}" in self.unavailable:
            return None
        items: Json
        try:
            if kind.embedded and kind.embedded in document:
                items = document[kind.embedded]
            elif kind.single:
                items = [await self._data(ask_for_listing(kind, ref.id))]
            else:
                items = await self._list(kind, ref)
        except PaymentRequired as error:
            self.unavailable[f"{ref.kind.folder}/{kind.section}"] = error.message
            return None
        if not isinstance(items, list):
            raise ProtocolError(f"{ref.path}: {kind.section}: expected a list, got {type(items).__name__}")
        return [each if isinstance(each, dict) else object_at(f"{ref.path}: {kind.section}", each) for each in items]

    async def _list(self, kind: Kind, ref: EntityRef) -> list[Json]:
        """The listing of one kind of parts, which is one answer as a rule."""
        read = partial(documents_of, at=kind.data_key) if kind.data_key else documents_of
        request = ask_for_listing(kind, ref.id)
        await asyncio.sleep(0)
        items, is_whole = understand(await self._transport.send(request), lambda envelope: _whole(read, envelope))
        if is_whole:
            return items
        listing = await Pager(self._transport, request, read).settled(key_of(kind))
        if not listing.is_settled:
            raise MovingAccount(f"{ref.path}: {kind.section}: {listing.doubt}")
        return listing.items

    async def is_deleted(self, ref: EntityRef, error: OpsgenieError) -> bool:
        """Whether what failed with *error* was deleted since it was listed: that of a part alone is a failure."""
        if not ref.id or not isinstance(error, NotFound | UnprocessableEntity):
            return False
        kind = TEAM if ref.kind is POLICIES else ref.kind
        try:
            await self._data(ask_for_item(kind, ref.id))
        except NotFound:
            return True
        except OpsgenieError:
            pass
        return False

    async def _item(self, kind: Kind, id: str, parent: str = "") -> Document:
        """The document of one entity."""
        request = ask_for_item(kind, id, parent)
        return object_at(f"/{request.path}", await self._data(request))

    async def _data(self, request: Request) -> Json:
        await asyncio.sleep(0)
        return read_data(await self._transport.send(request))

    async def _each(self, kind: Kind, items: list[Document], ref: EntityRef) -> list[Document]:
        """The parts named in a summary listing, without those deleted since."""
        documents = []
        for each in items:
            id = id_in(kind, each)
            if not id:
                raise ProtocolError(f"{ref.path}: {kind.section}: expected an id")
            try:
                documents.append(await self._item(kind, id, ref.id))
            except NotFound as error:
                if await self.is_deleted(ref, error):
                    raise
                self.vanished.append(f"{ref.path}: {kind.section}/{kind.identity(each)}")
        return documents


def _whole(read: Callable[[Envelope], list[Json]], envelope: Envelope) -> tuple[list[Json], bool]:
    """What an answer lists, and whether that is all there is: one answer is one look at the account."""
    items = read(envelope)
    return items, not envelope.paging.get("next") and (envelope.total_count or 0) <= len(items)


@cache
def key_of(kind: Kind) -> Callable[[Json], str | None]:
    """The key function for the items of a listing of *kind*, for `Pager.settled`."""
    return lambda item: (id_in(kind, item) or None) if isinstance(item, dict) else None


def kinds_in(ref: EntityRef) -> tuple[Kind, ...]:
    """The kinds of the parts that an entity may have."""
    return parts_of(ref.kind) if ref.id else parts_of_the_account(ref.kind)


@cache
def parts_of_the_account(kind: Kind) -> tuple[Kind, ...]:
    """As `parts_of`, for what is nobody's and has no id."""
    return tuple(each for each in parts_of(kind) if not each.team_only)


def object_at(path: str, document: Json) -> Document:
    """*document*, which has to be an object; raises `ProtocolError` naming the *path* where it is none."""
    if not isinstance(document, dict):
        raise ProtocolError(f"{path}: expected an object, got {type(document).__name__}")
    return document


@attrs.frozen
class Endpoint:
    """A GET below some parent, whose id comes between *before* and *after*, and into the query as *within*."""

    before: str
    gap: bool
    after: str
    query: Query
    within: str
    domain: str

    @classmethod
    def at(cls, path: str, query: Mapping[str, str], within: str) -> Endpoint:
        before, gap, after = path.lstrip("/").partition(PARENT)
        return cls(before, bool(gap), after, tuple(query.items()), within, domain_of("GET", path))

    def request(self, parent: str, id: str = "") -> Request:
        path = f"{self.before}{join_path(parent)}{self.after}" if self.gap else self.before
        query = self.query
        if self.within and parent:
            query += ((self.within, parent),)
        return Request(
            method="GET",
            path=f"{path}/{join_path(id)}" if id else path,
            query=query,
            domain=self.domain,
            repeatable=True,
        )


def ask_for_listing(kind: Kind, parent: str) -> Request:
    """What there is of a kind, below *parent*; for a single one: the one itself."""
    return _listing(kind).request(parent)


def ask_for_item(kind: Kind, id: str, parent: str = "") -> Request:
    """One entity; *id* is what its path ends with."""
    return _item(kind).request(parent, id)


@cache
def _listing(kind: Kind) -> Endpoint:
    return Endpoint.at(kind.path, kind.params, kind.parent_param)


@cache
def _item(kind: Kind) -> Endpoint:
    # The domain is that of what stands below the collection.
    return attrs.evolve(
        Endpoint.at(kind.collection_path or kind.path, kind.expand, kind.parent_param),
        domain=domain_of("GET", f"{kind.collection_path or kind.path}/id"),
    )


async def side_by_side(items: Iterable[T], work: Callable[[T], Awaitable[None]], width: int) -> None:
    """Call *work* for each item, a bounded number at a time; the first exception ends all and is raised."""
    waiting = deque(items)

    async def worker() -> None:
        while waiting:
            await work(waiting.popleft())

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(width, len(waiting))):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        # What stopped the first worker, as a disk that is full, stopped the rest.
        raise errors.exceptions[0] from errors
