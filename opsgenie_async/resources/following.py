"""Listings whose next page is told inside `data`, by a token instead of a link."""

from __future__ import annotations

import attrs

from ..paging import Follow
from ..wire import Envelope, Request

__all__ = ["token_in_data"]


def token_in_data(token: str, items: str) -> Follow:
    """Follow the offset that stands in `data` under *token*, until there is none or nothing is left under *items*."""

    def follow(request: Request, envelope: Envelope) -> Request | None:
        data = envelope.data if isinstance(envelope.data, dict) else {}
        offset = data.get(token)
        if not data.get(items) or offset is None or offset == "":
            return None
        others = tuple(pair for pair in request.query if pair[0] != "offset")
        return attrs.evolve(request, query=(*others, ("offset", str(offset))))

    return follow
