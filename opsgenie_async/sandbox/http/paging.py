"""Pages by offset or by token: the items, the links in the body, and the same links as headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, one_of, semantic, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data

__all__ = ["page_by_offset", "page_by_token", "page_limit", "whole_number"]

_PLACE = ("offset", "direction")
_WORDS: dict[str, Check] = {"order": one_of("asc", "desc"), "direction": one_of("next", "prev")}


def whole_number(call: Call, parameter: str, default: int, *, least: int, most: int | None = None) -> int:
    """A number from the query; 422 if it is not a number or out of bounds."""
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


def page_limit(call: Call, default: int, most: int | None) -> int:
    """The page size; larger values become the maximum."""
    limit = whole_number(call, "limit", default, least=1)
    return limit if most is None else min(limit, most)


def page_by_offset(
    call: Call,
    items: Sequence[Any],
    *,
    default: int = 20,
    most: int | None = 100,
    render: Callable[[Any], Any] = lambda item: item,
    reach: int | None = 20_000,
    under: str = "",
    words: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """One page of *items*, as a list or in an object *under* a name, with the links of the Pagination page.

    *words* are the other parameters in the links, including defaults, around `limit` and `offset`.
    """
    offset = whole_number(call, "offset", 0, least=0)
    limit = page_limit(call, default, most)
    if reach is not None and offset + limit > reach:
        raise semantic({"offset": f"sum of offset and limit should not exceed {reach}"})
    places = {"first": 0, "last": max(0, (len(items) - 1) // limit * limit)}
    if offset + limit < len(items):
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    links = {word: _link(call, place, limit, words or {}) for word, place in places.items()}
    page = [render(each) for each in items[offset : offset + limit]]
    return _with_links(data({under: page} if under else page, **members, paging=links), links)


def page_by_token(
    call: Call,
    items: list[Doc],
    *,
    default: int = 20,
    most: int = 100,
    render: Callable[[Doc], Any] = lambda item: item,
) -> Response:
    """One page of *items*, each with a token as `offset`: the page starts after the token in the query.

    A token is one number or several, such as `1484139636132_148413963613200000`, which give the position.

    `direction=prev` pages backwards; the only links are `first` and `next`, as for logs and notes.
    """
    order, direction = call.query.get("order", "desc").lower(), call.query.get("direction", "next").lower()
    validate({"order": order, "direction": direction}, _WORDS)
    limit, token = page_limit(call, default, most), _token(call.query.get("offset", "0"))
    rising = (order == "asc") is (direction == "next")
    by_token = [(_token(str(each["offset"])), each) for each in items]
    rest = [(place, each) for place, each in by_token if not any(token) or (place > token) is rising]
    rest = sorted((pair for pair in rest if pair[0] != token), key=itemgetter(0), reverse=not rising)
    page = [each for _, each in rest[:limit]]
    query = {**call.query, "limit": str(limit), "order": order}
    links = {"first": _url(call, {word: value for word, value in query.items() if word not in _PLACE})}
    if len(rest) > limit:
        links["next"] = _url(call, {**query, "direction": direction, "offset": str(page[-1]["offset"])})
    if direction == "prev":
        page.reverse()
    return _with_links(data([render(each) for each in page], paging=links), links)


def _token(text: str) -> tuple[int, ...]:
    """A token as comparable numbers; 422 if it is invalid."""
    parts = text.split("_")
    if not all(part.isascii() and part.isdigit() and len(part) < 40 for part in parts):
        raise semantic({"offset": "is not valid"})
    return tuple(int(part) for part in parts)


def _with_links(response: Response, links: dict[str, str]) -> Response:
    for word in ("next", "first", "last"):
        if word in links:
            response.headers[f"X-Paging-{word.capitalize()}"] = links[word]
    return response


def _link(call: Call, offset: int, limit: int, words: Mapping[str, str]) -> str:
    numbers = {"limit": str(limit), "offset": str(offset)}
    others = {word: value for word, value in call.query.items() if word not in words and word not in numbers}
    return _url(call, {**others, **(words or numbers), **numbers})


def _url(call: Call, query: dict[str, str]) -> str:
    return f"{call.world.url}{call.raw_path}?{urlencode(query, errors='replace')}"
