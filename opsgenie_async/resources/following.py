"""Listings by token: where they begin, and the next page where it is in `data` instead of a link."""

from __future__ import annotations

from typing import TypedDict

import attrs

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.request import Request
from opsgenie_async.models import PageDirection, SortOrder
from opsgenie_async.paging import NextPage
from opsgenie_async.unset import Unset

__all__ = ["TokenPage", "token_in_data"]


class TokenPage(TypedDict, total=False):
    """The start and direction of a listing by token; *offset* is that of an entry."""

    offset: str | None | Unset
    direction: PageDirection | str | None | Unset
    order: SortOrder | str | None | Unset


def token_in_data(token: str, items: str) -> NextPage:
    """Follow the offset that stands in `data` under *token*, until there is none or nothing is left under *items*.

    Raises:
        ProtocolError: The offset is invalid: the listing must not end as if it were complete.
    """

    def next_page(request: Request, envelope: Envelope) -> Request | None:
        data = envelope.data if isinstance(envelope.data, dict) else {}
        offset = data.get(token)
        if not data.get(items) or offset is None or offset == "":
            return None
        if isinstance(offset, bool) or not isinstance(offset, str | int):
            raise ProtocolError(f"data.{token}: expected an offset, got {type(offset).__name__}")
        others = tuple(pair for pair in request.query if pair[0] != "offset")
        return attrs.evolve(request, query=(*others, ("offset", str(offset))))

    return next_page
