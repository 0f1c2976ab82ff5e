"""The documents in the response of a listing."""

from __future__ import annotations

from typing import Final

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.json_text import Json, json_type

__all__ = ["documents_of"]

EVERY_LIST: Final = "*"
"""In place of a member's name: all lists in `data`."""


def documents_of(envelope: Envelope, at: str = "") -> list[Json]:
    """The list in `data`, or in its member *at*; raises `ProtocolError` if there is none."""
    data = envelope.data
    if at and isinstance(data, dict):
        if at == EVERY_LIST:
            return [each for listed in data.values() if isinstance(listed, list) for each in listed]
        data = data.get(at)
    elif at:
        raise ProtocolError(f"data: expected an object, got {json_type(data)}")
    if not isinstance(data, list):
        raise ProtocolError(f"{f'data.{at}' if at else 'data'}: expected a list, got {json_type(data)}")
    return data
