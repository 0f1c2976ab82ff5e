"""The default mapping of an Opsgenie incident to a DX upsert."""

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
"""Makes an upsert of an incident and the services that it impacts; None skips the incident."""

RESOLVED = frozenset({"resolved", "closed"})
INVALID_KEY_CHARACTERS = re.compile(r"[^A-Za-z0-9_-]+")


def map_incident(incident: Incident, services: Sequence[Service]) -> Upsert:
    """Map an incident to a complete upsert: fields that are empty in Opsgenie are cleared in DX.

    - `reference_id` is its id, `name` its message, `priority` in lower case as on DX's page, `source_url` the address
      for a browser.
    - `started_at` is the start of its impact, or else its creation. `resolved_at` is set while the status is resolved
      or closed: the end of its impact, or else its last update, since the API has no other time.
    - `metadata` has the tags as a list under `tags`, and every extra property: characters that DX does not allow in a
      key become `_`, and a key that exists already gets a number.

    Args:
        incident: The incident.
        services: The services that it impacts.

    Returns:
        The upsert.

    Raises:
        ProtocolError: The incident has no date.
    """
    started_at = incident.impact_start_date or incident.created_at
    if started_at is None:
        raise ProtocolError("an incident without createdAt: DX requires started_at")
    resolved = incident.status.lower() in RESOLVED
    return Upsert(
        reference_id=incident.id,
        name=incident.message,
        priority=str(incident.priority).lower(),
        source_url=incident.links.web if incident.links is not None and incident.links.web else UNSET,
        started_at=started_at,
        resolved_at=(incident.impact_end_date or incident.updated_at) if resolved else None,
        services=services,
        metadata=_metadata(incident),
    )


def _metadata(incident: Incident) -> dict[str, Json]:
    metadata: dict[str, Json] = {"tags": [*incident.tags]}
    for name, value in incident.extra_properties.items():
        base = key = INVALID_KEY_CHARACTERS.sub("_", name) or "_"
        number = 1
        while key in metadata:
            number += 1
            key = f"{base}_{number}"
        metadata[key] = value
    return metadata
