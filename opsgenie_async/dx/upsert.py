"""The arguments of one call of `incidents.upsert`, as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs

from opsgenie_async.converters import aware, dx_text, write
from opsgenie_async.dx.models import Service
from opsgenie_async.errors import ArgumentValueError
from opsgenie_async.json_text import Json
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Upsert"]

METADATA_KEY = re.compile(r"[A-Za-z0-9_-]+")


@attrs.frozen(kw_only=True)
class Upsert:
    """The arguments of `dx.incidents.upsert`, which documents them."""

    reference_id: str
    started_at: datetime
    name: str | Unset = UNSET
    priority: str | Unset = UNSET
    source_url: str | Unset = UNSET
    resolved_at: datetime | None | Unset = UNSET
    services: Sequence[Service] | None | Unset = UNSET
    metadata: Mapping[str, Json] | None | Unset = UNSET

    def document(self) -> dict[str, Json]:
        """Return the body of the request; raises `ValueError` naming an invalid argument."""
        if not self.reference_id:
            raise ArgumentValueError("reference_id: must not be empty")
        if not isinstance(self.metadata, Unset) and self.metadata is not None:
            _check_metadata(self.metadata)
        resolved_at = self.resolved_at
        fields = {
            "reference_id": self.reference_id,
            "started_at": dx_text(aware("started_at", self.started_at)),
            "name": self.name,
            "priority": self.priority,
            "source_url": self.source_url,
            "resolved_at": dx_text(aware("resolved_at", resolved_at))
            if isinstance(resolved_at, datetime)
            else resolved_at,
            "services": self.services,
            "metadata": self.metadata,
        }
        return {field: write(value) for field, value in fields.items() if not isinstance(value, Unset)}


def _check_metadata(metadata: object) -> None:
    if not isinstance(metadata, Mapping):
        raise ArgumentValueError(f"metadata: expected a mapping, got {type(metadata).__name__}")
    for key in metadata:
        if not isinstance(key, str) or not METADATA_KEY.fullmatch(key):
            raise ArgumentValueError(
                f"metadata: the key {key!r} contains characters other than letters, digits, '_' and '-'"
            )
