"""Execute one step of a plan: its requests, and the meaning of their responses.

Nothing is created twice: if the outcome of a creation is unknown, or the name is in use, the entity is searched in its
listing first. All other requests are idempotent: an update has fixed values, a switch a state, a move an absolute
position, and a deletion has no effect on a missing entity.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

import attrs

from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import Clock
from opsgenie_async.errors import Conflict, NotFound, OpsgenieError, OutcomeUnknown, ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.snapshot import Key, Target, name_of, text_at, with_ids
from opsgenie_async.sync.planning.changes import Change, parent_key
from opsgenie_async.sync.planning.reorder import moves
from opsgenie_async.sync.reading.fetch import collection_of, item_of, key_of, listing_of
from opsgenie_async.sync.reading.progress import MovingAccount

__all__ = ["How", "Ids", "StepResult", "Steps"]

How: TypeAlias = Literal["done", "adopted", "already"]

ATTEMPTS = 4
"""Attempts to create an entity while the outcome of each stays unknown."""
LAG = 1.0
"""Seconds before such an entity is looked for: a gateway gives up before the server behind it does."""


@attrs.frozen(kw_only=True)
class StepResult:
    """The outcome of a step.

    Attributes:
        how: "done"; "adopted" if the entity to create existed; "already" if there was nothing to do.
    """

    id: str = ""
    request_id: str = ""
    how: How = "done"


class Ids:
    """The ids of existing entities by key: those in the plan, and those created since."""

    def __init__(self, known: Mapping[Key, str]) -> None:
        self._ids = dict(known)
        self._known: defaultdict[str, set[str]] = defaultdict(set)
        for (kind_name, _, _), id in known.items():
            self._known[kind_name].add(id)

    def of(self, kind_name: str, name: str, parent: str = "") -> str:
        """An id, "" if there is none."""
        return self._ids.get((kind_name, parent, name), "")

    def find(self, target: Target) -> str:
        """The id of the target of a reference, "" if there is none."""
        ids = (self.of(kind.name, target.name, target.parent) for kind in target.kinds)
        return next(filter(None, ids), "")

    def parent(self, change: Change) -> str:
        """The id of what the change's entity belongs to; a policy belongs to a team, or as "" to the account."""
        return self._ids.get(parent_key(change), "") if change.parent else ""

    def note(self, change: Change, id: str) -> None:
        """Record the id of the entity of a change."""
        self._ids[change.key] = id
        self._known[change.kind.name].add(id)

    def is_known(self, kind: Kind, id: str) -> bool:
        """Whether it is the id of one that is known; where the name is the key, it is the one that is meant."""
        return kind.key == "id" and id in self._known[kind.name]


class Steps:
    """The execution of steps, one at a time for each caller; raises the `OpsgenieError` of a failed one."""

    def __init__(self, og: Opsgenie, ids: Ids, clock: Clock, automatic: Collection[Key] = ()) -> None:
        """Make one that has done nothing yet.

        Args:
            og: The client of the account.
            ids: Of existing entities; those that the steps create are added.
            clock: Says the time.
            automatic: Entities that Opsgenie may have created before their step.
        """
        self._automatic = frozenset(automatic)
        self._og = og
        self._ids = ids
        self._clock = clock
        self._creating: defaultdict[tuple[str, str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(self, change: Change) -> StepResult:
        """Execute a change, with as many requests as it needs."""
        match change.action:
            case "create":
                return await self._create(change)
            case "update":
                return await self._update(change)
            case "delete":
                return await self._delete(change)
            case "order":
                return await self._order(change)

    async def _create(self, change: Change) -> StepResult:
        kind, parent = change.kind, self._ids.parent(change)
        name = name_of(kind, change.fields)
        fields = with_ids(kind, change.fields, self._ids.find, change.parent)
        # One of a name at a time: of two that are on their way, an unclear one could be taken for the other.
        async with self._creating[kind.name, parent, name]:
            done = await self._post(kind, name, parent, fields)
            self._ids.note(change, done.id)
        if done.how == "adopted" and change.key in self._automatic:
            await self._write(kind, done.id, parent, {**_reset_values(kind), **fields})
        elif done.how == "adopted":
            await self._write(kind, done.id, parent, {"enabled": True, **fields} if kind.toggled else fields)
        elif kind.toggled and fields.get("enabled") is False:
            await self._switch(kind, done.id, parent, on=False)
        return done

    async def _post(self, kind: Kind, name: str, parent: str, fields: Mapping[str, Json]) -> StepResult:
        """Create it, or find an entity of this name created by an earlier attempt, another run or Opsgenie itself."""
        path, query = collection_of(kind, parent)
        body = {field: value for field, value in fields.items() if not (kind.toggled and field == "enabled")}
        repeatable = kind.client_key and name != ""
        failure: OpsgenieError = ProtocolError("not sent")
        for _ in range(ATTEMPTS):
            try:
                envelope = await self._og.request("POST", path, params=query, json=body, repeatable=repeatable)
            except (Conflict, OutcomeUnknown, ProtocolError) as error:
                failure = error
            else:
                if id := text_at(envelope.data, kind.key):
                    return StepResult(id=id, request_id=envelope.request_id)
                failure = ProtocolError(f"the response to a new {kind.noun} has no {kind.key}")
                failure.request_id = envelope.request_id
            if not isinstance(failure, Conflict):
                await self._clock.sleep_until(self._clock.now() + LAG)
            if id := await self._find(kind, name, parent):
                return StepResult(id=id, request_id=failure.request_id, how="adopted")
            if isinstance(failure, Conflict):
                break
        raise failure

    async def by_name(self, kind: Kind, name: str) -> str:
        """The id of an entity with this name that is not known yet; "" if there is none."""
        path, _ = item_of(kind, name)
        try:
            id = text_at((await self._og.request("GET", path, params={"identifierType": "name"})).data, kind.key)
        except NotFound:
            return ""
        return "" if self._ids.is_known(kind, id) else id

    async def unknown_parts(self, kind: Kind, parent: str) -> list[tuple[str, str]]:
        """Id and name of the parts of a parent, given by its name, that no step of this run has made."""
        parent_id = self._ids.of(kind.parent, parent)
        parts = [(text_at(each, kind.key), name_of(kind, each)) for each in (await self._listing(kind, parent_id))[0]]
        return [(id, name) for id, name in parts if id and not self._ids.is_known(kind, id)]

    async def _find(self, kind: Kind, name: str, parent: str) -> str:
        """The id of an entity with this name that is not known yet; "" if there is none."""
        if kind.name_lookup:  # found by name in one request: the listing has a page for every hundred
            try:
                id = text_at((await self._og.request("GET", item_of(kind, name)[0])).data, kind.key)
            except NotFound:
                return ""
            return "" if self._ids.is_known(kind, id) else id
        if (kind.name, parent, name) in self._automatic:
            return await self.by_name(kind, name)
        documents, doubt = await self._listing(kind, parent)
        for document in documents:
            id = text_at(document, kind.key)
            if name_of(kind, document) == name and not self._ids.is_known(kind, id):
                return id
        if doubt:
            raise MovingAccount(f"cannot tell whether there is a {kind.noun} {name!r}: {doubt}")
        return ""

    async def _update(self, change: Change) -> StepResult:
        kind, parent = change.kind, self._ids.parent(change)
        id = change.id or self._ids.of(kind.name, change.name, change.parent)
        if not (id or kind.single):  # the default routing rule of a team that this run has made
            if not (id := await self._find(kind, change.name, parent)):
                raise ProtocolError(f"there is no {kind.noun} {change.name!r} to be updated")
            self._ids.note(change, id)
        fields = with_ids(kind, change.fields, self._ids.find, change.parent)
        return StepResult(id=id, request_id=await self._write(kind, id, parent, fields))

    async def _write(self, kind: Kind, id: str, parent: str, fields: Mapping[str, Json]) -> str:
        """Update an existing entity to *fields*."""
        excluded = set(kind.immutable) if kind.update == "PATCH" else set()
        if kind.toggled:
            excluded.add("enabled")
        body = {name: value for name, value in fields.items() if name not in excluded}
        request_id = ""
        if body:
            path, query = item_of(kind, id, parent)
            envelope = await self._og.request(kind.update, path, params=query, json=body, repeatable=True)
            request_id = envelope.request_id
        if kind.toggled and "enabled" in fields:
            request_id = await self._switch(kind, id, parent, on=fields["enabled"] is not False)
        return request_id

    async def _switch(self, kind: Kind, id: str, parent: str, *, on: bool) -> str:
        path, query = item_of(kind, id, parent, "enable" if on else "disable")
        return (await self._og.request("POST", path, params=query, repeatable=True)).request_id

    async def _delete(self, change: Change) -> StepResult:
        id = change.id or await self.by_name(change.kind, change.name)
        if not id:
            return StepResult(how="already")
        path, query = item_of(change.kind, id, self._ids.parent(change))
        try:
            envelope = await self._og.request("DELETE", path, params=query)
        except NotFound as error:  # by an attempt whose answer got lost, by someone else, or with what it was part of
            return StepResult(id=id, request_id=error.request_id, how="already")
        return StepResult(id=id, request_id=envelope.request_id)

    async def _order(self, change: Change) -> StepResult:
        kind, parent = change.kind, self._ids.parent(change)
        names = change.fields.get("order")
        desired = [
            self._ids.of(kind.name, name, change.parent)
            for name in (names if isinstance(names, list) else ())
            if isinstance(name, str)
        ]
        existing: dict[str, list[str]] = {}
        documents, doubt = await self._listing(kind, parent)
        if doubt:
            raise MovingAccount(f"cannot tell in which order they are: {doubt}")
        for document in sorted(documents, key=_position):
            if document.get("isDefault") is not True:  # it is the last one, and no other can stand behind it
                # Notification rules are counted among those of the same action.
                existing.setdefault(text_at(document, "actionType"), []).append(text_at(document, kind.key))
        request_id = ""
        for have in existing.values():
            for id, index in moves(have, desired):
                path, query = item_of(kind, id, parent, "change-order")
                envelope = await self._og.request(
                    "POST", path, params=query, json={kind.order_field: index}, repeatable=True
                )
                request_id = envelope.request_id
        return StepResult(request_id=request_id, how="done" if request_id else "already")

    async def _listing(self, kind: Kind, parent: str) -> tuple[list[dict[str, Json]], str]:
        """The existing entities, and why the listing may be incomplete, "" if it is complete."""
        path, query = listing_of(kind, parent)
        listing = await self._og.documents(path, params=query, at=kind.data_key).settled(key_of(kind))
        return [document for document in listing if isinstance(document, dict)], listing.doubt


def _reset_values(kind: Kind) -> dict[str, Json]:
    """The values that reset the fields of an automatic entity which its file leaves out."""
    return {**kind.defaults, kind.owner: None, **dict.fromkeys(kind.companion_fields)}


def _position(document: Mapping[str, Json]) -> int:
    position = document.get("order")
    return position if isinstance(position, int) else 0
