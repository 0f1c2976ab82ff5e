"""Reads a part of an account, and keeps what comes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Entity, Selection
from opsgenie_async.sync.reading.reader import Reading


async def read(client: Opsgenie, only: str = "") -> tuple[Reading, list[Entity]]:
    reading = Reading(client, only=Selection.parse(only))
    entities: list[Entity] = []

    async def keep(some: Sequence[Entity]) -> None:
        entities.extend(some)

    await reading.find()
    await reading.read(keep)
    return reading, entities


def request_counts(sandbox: Sandbox) -> Counter[str]:
    """Requests by path, with {id} for ids and the team of a listing of policies left out."""
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+")
    return Counter(ids.sub("{id}", request.path) for request in sandbox.received)
