"""The parts of an alert or an incident: which request reads each, and its name in the record."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

import attrs

from opsgenie_async.archive.answers import NO_PARAMETERS, Answers
from opsgenie_async.archive.blobs import Blobs
from opsgenie_async.archive.drafts import Draft
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import json_list, text_of
from opsgenie_async.converters.query import QueryValue, query_of
from opsgenie_async.errors import ApiError, NotFound, ProtocolError
from opsgenie_async.history import ALERTS, INCIDENTS, Target
from opsgenie_async.http.request import encode, join_path
from opsgenie_async.paging import NextPage, next_request
from opsgenie_async.resources.following import token_in_data

__all__ = ["ALERT", "INCIDENT", "TIMELINE_PAGE", "HistoryKind", "Part", "Source", "timeline"]

TIMELINE_PAGE = 20
PAGE: dict[str, str | int] = {"limit": 100, "order": "asc"}
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LINKS = 3
"""How often a new link is asked for where one was refused: it may have expired."""


@attrs.frozen
class Source:
    """The source of the parts of one entity.

    Attributes:
        answers: Sends requests.
        blobs: Downloads files.
        draft: What is stored of the part already; stores what is read.
    """

    answers: Answers
    blobs: Blobs
    draft: Draft = attrs.field(factory=Draft)

    async def listing(
        self,
        path: str,
        params: Mapping[str, QueryValue] = NO_PARAMETERS,
        *,
        at: tuple[str, ...] = (),
        next_page: NextPage = next_request,
        further: bool = False,
    ) -> list[bytes]:
        """The items of all pages; see `Answers.listing`."""
        return await self.answers.listing(path, params, at=at, next_page=next_page, draft=self.draft, further=further)

    async def get(self, path: str, params: Mapping[str, QueryValue] = NO_PARAMETERS) -> bytes:
        """The `data` of one response, which is stored."""
        name = f"{path}?{encode(query_of(params))}"
        return await self.draft.value(name, lambda: self.answers.get(path, params))


Part: TypeAlias = Callable[[Source, str, bytes], Awaitable[bytes]]
"""Reads one part of the entity with that id; the last argument is its document, or a list of where to look for it."""


@attrs.frozen
class HistoryKind:
    """A kind that is read in time slices.

    Attributes:
        name: Its name.
        target: Its listing.
        document: The path of one entity, with a placeholder for its id.
        parts: The other parts, by name.
        last: Parts that are found in other parts, with the names of those.
    """

    name: str
    target: Target
    document: str
    parts: dict[str, Part]
    last: dict[str, tuple[Part, tuple[str, ...]]] = attrs.field(factory=dict)

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the parts, in their order in a record."""
        return ("document", *self.parts, *self.last)

    async def read(self, source: Source, id: str) -> bytes:
        """The entity itself."""
        return await source.answers.get(self.document.format(join_path(id)))


def _listing(path: str, **params: str | int) -> Part:
    async def read(source: Source, id: str, document: bytes) -> bytes:
        return json_list(await source.listing(path.format(join_path(id)), params))

    return read


async def timeline(source: Source | Answers, id: str) -> list[bytes]:
    """The timeline entries of an incident, including hidden ones."""
    return await source.listing(
        f"v2/incident-timelines/{join_path(id)}/entries",
        {"limit": TIMELINE_PAGE, "discardHidden": "false"},
        at=("entries",),
        next_page=token_in_data("nextOffset", "entries"),
    )


async def _entries(source: Source, id: str, document: bytes) -> bytes:
    return json_list(await timeline(source, id))


async def _postmortem(source: Source, id: str, document: bytes) -> bytes:
    """The postmortem that the incident, its log or its timeline refers to; no call lists postmortems."""
    for candidate in _postmortem_ids(json.loads(text_of(document)), id):
        try:
            return await source.answers.get(f"v2/postmortem/{join_path(candidate)}")
        except NotFound:
            continue
    return b"null"


def _postmortem_ids(value: object, incident: str) -> list[str]:
    """Ids in members named after a postmortem, and in texts that mention one."""
    ids: list[str] = []
    for name, text in _texts(value):
        if name.lower().replace("_", "") == "postmortemid":
            ids.append(text)
        elif "postmortem" in text.lower().replace("-", "").replace(" ", ""):
            ids += UUID.findall(text)
    return [each for each in dict.fromkeys(ids) if each and each != incident]


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, name)


async def _attachments(source: Source, id: str, document: bytes) -> bytes:
    """The attachments of an alert, downloaded one by one: name, size and digest of each."""
    path = f"v2/alerts/{join_path(id)}/attachments"
    files: list[Doc] = []
    for raw in await source.listing(path, further=True):
        each = json.loads(text_of(raw))
        number = each.get("id") if isinstance(each, dict) else None
        if not isinstance(number, str | int) or number == "":
            raise ProtocolError("attachments: expected an id")

        read = partial(_file, source, f"{path}/{join_path(str(number))}", str(number), each.get("name") or "")
        files.append(json.loads(await source.draft.value(str(number), read)))
    return json.dumps(files).encode()


async def _file(source: Source, path: str, number: str, listed_name: str) -> bytes:
    name, (sha256, size) = await _attachment(source, path)
    return json.dumps({"id": number, "name": name or listed_name, "size": size, "sha256": sha256}).encode()


async def _attachment(source: Source, path: str) -> tuple[str, tuple[str, int]]:
    for remaining in reversed(range(LINKS)):
        answer = json.loads(text_of(await source.answers.get(path)))
        link = answer.get("url") if isinstance(answer, dict) else None
        if not isinstance(link, str):
            raise ProtocolError("attachments: expected a link")
        try:
            return str(answer.get("name") or ""), await source.blobs.fetch(link)
        except ApiError:
            if not remaining:
                raise
    raise AssertionError


ALERT = HistoryKind(
    "alerts",
    ALERTS,
    "v2/alerts/{}",
    {
        "recipients": _listing("v2/alerts/{}/recipients"),
        "logs": _listing("v2/alerts/{}/logs", **PAGE),
        "notes": _listing("v2/alerts/{}/notes", **PAGE),
        "attachments": _attachments,
    },
)
INCIDENT = HistoryKind(
    "incidents",
    INCIDENTS,
    "v1/incidents/{}",
    {
        "logs": _listing("v1/incidents/{}/logs", **PAGE),
        "notes": _listing("v1/incidents/{}/notes", **PAGE),
        "timeline": _entries,
        "responder_alerts": _listing("v1/incidents/{}/responder-alert-ids", limit=25, order="asc"),
        "associated_alerts": _listing("v1/incidents/{}/associated-alert-ids", limit=25, order="asc"),
    },
    {"postmortem": (_postmortem, ("document", "logs", "timeline"))},
)
