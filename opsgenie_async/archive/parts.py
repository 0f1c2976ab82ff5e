"""The parts of an alert or an incident: which request reads each, and its name in the record."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeAlias

import attrs

from opsgenie_async.archive.answers import Answers, json_list
from opsgenie_async.archive.blobs import Blobs
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.raw import text_of
from opsgenie_async.errors import ApiError, NotFound, ProtocolError
from opsgenie_async.history import ALERTS, INCIDENTS, Target
from opsgenie_async.http.request import join_path
from opsgenie_async.resources.following import token_in_data

__all__ = ["ALERT", "INCIDENT", "Dated", "Part", "Source"]

PAGE: dict[str, str | int] = {"limit": 100, "order": "asc"}
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LINKS = 3
"""How often a new link is asked for where one was refused: it may have expired."""


@attrs.frozen
class Source:
    """Where parts come from."""

    answers: Answers
    blobs: Blobs


Part: TypeAlias = Callable[[Source, str, bytes], Awaitable[bytes]]
"""Reads one part of the entity with that id; the last argument is its document, or a list of where to look for it."""


@attrs.frozen
class Dated:
    """A kind that is read in slices of time.

    Attributes:
        kind: Its name.
        target: Its listing.
        document: Where one of them is, with a place for its id.
        parts: Its other parts, by name.
        last: Parts that are looked for in others, with the names of those.
    """

    kind: str
    target: Target
    document: str
    parts: dict[str, Part]
    last: dict[str, tuple[Part, tuple[str, ...]]] = attrs.field(factory=dict)

    @property
    def order(self) -> tuple[str, ...]:
        """The names of the parts, in the sequence in which a record has them."""
        return ("document", *self.parts, *self.last)

    async def read(self, source: Source, id: str) -> bytes:
        """The entity itself."""
        return await source.answers.get(self.document.format(join_path(id)))


def _listing(path: str, **params: str | int) -> Part:
    async def read(source: Source, id: str, document: bytes) -> bytes:
        return json_list(await source.answers.listing(path.format(join_path(id)), params))

    return read


async def _entries(source: Source, id: str, document: bytes) -> bytes:
    path = f"v2/incident-timelines/{join_path(id)}/entries"
    follow = token_in_data("nextOffset", "entries")
    return json_list(
        await source.answers.listing(path, {"limit": 20, "discardHidden": "false"}, at=("entries",), follow=follow)
    )


async def _postmortem(source: Source, id: str, document: bytes) -> bytes:
    """The post-mortem that the incident, its log or its timeline names; no call lists them, and most have none."""
    for candidate in _postmortem_ids(json.loads(text_of(document)), id):
        try:
            return await source.answers.get(f"v2/postmortem/{join_path(candidate)}")
        except NotFound:
            continue
    return b"null"


def _postmortem_ids(value: object, incident: str) -> list[str]:
    """Ids in members that are named after a post-mortem, and in texts that speak of one."""
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
    """The files of an alert, fetched one after the other; what is kept of each is its name, size and digest."""
    path = f"v2/alerts/{join_path(id)}/attachments"
    files: list[Doc] = []
    for raw in await source.answers.listing(path):
        each = json.loads(text_of(raw))
        number = each.get("id") if isinstance(each, dict) else None
        if not isinstance(number, str | int) or number == "":
            raise ProtocolError("attachments: expected an id")
        name, (sha256, size) = await _attachment(source, f"{path}/{join_path(str(number))}")
        files.append({"id": str(number), "name": name or each.get("name") or "", "size": size, "sha256": sha256})
    return json.dumps(files).encode()


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


ALERT = Dated(
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
INCIDENT = Dated(
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
