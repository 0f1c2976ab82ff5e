"""Pages by index: the slice, the links in the body, and the same links as headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from opsgenie_async.sandbox.answers import Answer, data
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.validate import semantic

__all__ = ["paged", "whole_number"]


def whole_number(call: Call, parameter: str, default: int, *, least: int, most: int | None = None) -> int:
    """A number from the query; 422 when it is none or out of bounds."""
    text = call.query.get(parameter)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise semantic({parameter: "should be an integer"}) from None
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"between {least} and {most}"
        raise semantic({parameter: f"should be {bounds}"})
    return number


def paged(
    call: Call,
    found: list[Any],
    *,
    default: int = 20,
    most: int | None = 100,
    reach: int | None = 20_000,
    **beside: Any,
) -> Answer:
    """One page of *found*, with the links that the Pagination page describes."""
    offset = whole_number(call, "offset", 0, least=0)
    limit = whole_number(call, "limit", default, least=1, most=most)
    if reach is not None and offset + limit > reach:
        raise semantic({"offset": f"sum of offset and limit should not exceed {reach}"})
    links = {"first": _link(call, 0, limit), "last": _link(call, max(0, (len(found) - 1) // limit * limit), limit)}
    if offset + limit < len(found):
        links["next"] = _link(call, offset + limit, limit)
    if offset > 0:
        links["prev"] = _link(call, max(0, offset - limit), limit)
    answer = data(found[offset : offset + limit], **beside, paging=links)
    for word in ("next", "first", "last"):
        if word in links:
            answer.headers[f"X-Paging-{word.capitalize()}"] = links[word]
    return answer


def _link(call: Call, offset: int, limit: int) -> str:
    query = {**call.query, "offset": str(offset), "limit": str(limit)}
    return f"{call.world.url}{call.raw_path}?{urlencode(query)}"
