"""What an Opsgenie incident is to DX, unless the caller of the bridge says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from opsgenie_async.dx.models import Service
from opsgenie_async.dx.upsert import Upsert
from opsgenie_async.errors import ProtocolError
from opsgenie_async.json_text import Json
from opsgenie_async.models import Incident
from opsgenie_async.unset import UNSET

__all__ = ["Mapping", "map_incident"]

Mapping: TypeAlias = "Callable[[Incident, Sequence[Service]], Upsert | None]"
"""Makes an upsert of an incident and the services that it impacts; None leaves the incident out."""

OVER = frozenset({"resolved", "closed"})
NO_KEY = re.compile(r"[^A-Za-z0-9_-]+")


def map_incident(incident: Incident, services: Sequence[Service]) -> Upsert:
    """The incident as DX keeps it, whole: what it lost in Opsgenie is cleared there.

    - `reference_id` is its id, `name` its message, `priority` in lower case as DX's page has it, `source_url` the
      address that a browser opens.
    - It started with its impact, or else when it was created. It is resolved while its status says so: since the end of
      its impact, or else since its last change, as the API tells no other moment.
    - `metadata` has the tags as a list under `tags`, and every extra property: other characters than DX allows in a key
      become `_`, and a key that is taken gets a number.

    Raises `ProtocolError` for an incident without a date.
    """
    started_at = incident.impact_start_date or incident.created_at
    if started_at is None:
        raise ProtocolError("an incident without createdAt: DX must be told when it started")
    over = incident.status.lower() in OVER
    return Upsert(
        reference_id=incident.id,
        name=incident.message,
        priority=str(incident.priority).lower(),
        source_url=incident.links.web if incident.links is not None and incident.links.web else UNSET,
        started_at=started_at,
        resolved_at=(incident.impact_end_date or incident.updated_at) if over else None,
        services=services,
        metadata=_metadata(incident),
    )


def _metadata(incident: Incident) -> dict[str, Json]:
    metadata: dict[str, Json] = {"tags": [*incident.tags]}
    for name, value in incident.extra_properties.items():
        cleaned = key = NO_KEY.sub("_", name) or "_"
        number = 1
        while key in metadata:
            number += 1
            key = f"{cleaned}_{number}"
        metadata[key] = value
    return metadata
