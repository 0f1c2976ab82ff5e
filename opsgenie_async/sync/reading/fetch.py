"""Fetch the documents of an entity and its parts: the requests for each kind, and their responses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TypeAlias, TypeVar

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.errors import NotFound, OpsgenieError, PaymentRequired, ProtocolError, UnprocessableEntity
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.envelope import Envelope, read_data, understand
from opsgenie_async.http.request import Request, join_path
from opsgenie_async.json_text import Json
from opsgenie_async.paging import Pager
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_IN_API, PARTS_OF, VIRTUAL_KINDS
from opsgenie_async.sync.model.normalize import id_in
from opsgenie_async.sync.model.snapshot import is_label, name_of
from opsgenie_async.sync.reading.progress import EntityRef, MovingAccount
from opsgenie_async.throttle.domains import domain_of

__all__ = [
    "Document",
    "Documents",
    "RawEntity",
    "ask_for_item",
    "ask_for_listing",
    "collection_of",
    "item_of",
    "key_of",
    "kinds_in",
    "listing_of",
    "object_at",
    "side_by_side",
]

Document: TypeAlias = "dict[str, Json]"

T = TypeVar("T")


@attrs.frozen
class RawEntity:
    """An entity and its parts as in the API; parts not in the account's plan have no list."""

    ref: EntityRef
    document: Document
    parts: Sequence[tuple[Kind, list[Document]]]


class Documents:
    """The fetching of documents, one request after the other for each entity.

    Before each request every other task has its turn: what one turn of the event loop asks for goes out together, and a
    server on the same machine need not be woken for each.

    Attributes:
        unavailable: By folder, or folder and section, what the account's plan does not include, and the API's words
            for it.
        vanished: The paths of entities deleted between listing and reading.
    """

    def __init__(self, og: Opsgenie) -> None:
        self.unavailable: dict[str, str] = {}
        self.vanished: list[str] = []
        self._transport = og._transport

    async def read(self, ref: EntityRef, without: Collection[Kind] = ()) -> RawEntity:
        """Read an entity with its parts, except for those of some kinds."""
        kind = ref.kind
        document, ref.document = ref.document, None  # it is needed no longer than this
        if kind.virtual:
            owner: Document = {kind.owner: {"name": ref.name}}
            document = owner if ref.id else {}
        elif document is None:
            document = await self._item(kind, ref.id)
            name = name_of(kind, document)
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
        """The listing of one kind of parts, usually one response."""
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

    def merge_unavailable(self) -> None:
        """Report a folder as unavailable instead of its sections, where none of them is available."""
        for kind in VIRTUAL_KINDS:
            sections = [f"{kind.folder}/{part.section}" for part in PARTS_OF[kind]]
            if all(section in self.unavailable for section in sections):
                reasons = [self.unavailable.pop(section) for section in sections]
                self.unavailable[kind.folder] = reasons[0]

    async def is_deleted(self, ref: EntityRef, error: OpsgenieError) -> bool:
        """Whether what failed with *error* was deleted since it was listed: that of a part alone is a failure."""
        if not ref.id or not isinstance(error, NotFound | UnprocessableEntity):
            return False
        try:
            await self._data(ask_for_item(KIND_IN_API[ref.kind], ref.id))
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
                self.vanished.append(f"{ref.path}: {kind.section}/{name_of(kind, each)}")
        return documents


def _whole(read: Callable[[Envelope], list[Json]], envelope: Envelope) -> tuple[list[Json], bool]:
    """The items of a response, and whether they are all: one response is one consistent view of the account."""
    items = read(envelope)
    return items, not envelope.paging.get("next") and (envelope.total_count or 0) <= len(items)


@cache
def key_of(kind: Kind) -> Callable[[Json], str | None]:
    """The key function for the items of a listing of *kind*, for `Pager.settled`."""
    return lambda item: (id_in(kind, item) or None) if isinstance(item, dict) else None


def kinds_in(ref: EntityRef) -> tuple[Kind, ...]:
    """The kinds of the parts that an entity may have."""
    return PARTS_OF[ref.kind] if ref.id else parts_of_the_account(ref.kind)


@cache
def parts_of_the_account(kind: Kind) -> tuple[Kind, ...]:
    """As `PARTS_OF`, for parts of the account itself, which has no id."""
    return tuple(each for each in PARTS_OF[kind] if not each.team_only)


def object_at(path: str, document: Json) -> Document:
    """*document*, checked to be an object; otherwise raises `ProtocolError` with the *path*."""
    if not isinstance(document, dict):
        raise ProtocolError(f"{path}: expected an object, got {type(document).__name__}")
    return document


def listing_of(kind: Kind, parent: str = "") -> tuple[str, dict[str, str]]:
    """Path and query of a listing (of the entity for a single one), below the id *parent*."""
    return _below(kind.path, parent), {**kind.params, **_parent_param(kind, parent)}


def collection_of(kind: Kind, parent: str = "") -> tuple[str, dict[str, str]]:
    """The path for creation."""
    return _below(kind.collection_path or kind.path, parent), _parent_param(kind, parent)


def item_of(kind: Kind, id: str, parent: str = "", step: str = "") -> tuple[str, dict[str, str]]:
    """The path of one entity, or of an action on it: *step* is `enable`, `change-order`..."""
    path, query = collection_of(kind, parent)
    if not kind.single:
        path = f"{path}/{join_path(id)}"
    return f"{path}/{step}" if step else path, query


def _parent_param(kind: Kind, parent: str) -> dict[str, str]:
    return {kind.parent_param: parent} if kind.parent_param and parent else {}


def _below(path: str, parent: str) -> str:
    return path.replace("{parent}", join_path(parent)) if "{parent}" in path else path


def ask_for_listing(kind: Kind, parent: str) -> Request:
    """Request the listing of a kind below *parent*; for a single one, the entity itself."""
    return _get(*listing_of(kind, parent), _domain(kind.path))


def ask_for_item(kind: Kind, id: str, parent: str = "") -> Request:
    """Request one entity; *id* is the last segment of its path."""
    path, query = item_of(kind, id, parent)
    # The domain is that of what stands below the collection.
    return _get(path, {**kind.expand, **query}, _domain(f"{kind.collection_path or kind.path}/id"))


def _get(path: str, query: Mapping[str, str], domain: str) -> Request:
    return Request(method="GET", path=path.lstrip("/"), query=tuple(query.items()), domain=domain, repeatable=True)


@cache
def _domain(path: str) -> str:
    return domain_of("GET", path)


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
