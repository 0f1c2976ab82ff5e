"""Pages by index or by token: the slice, the links in the body, and the same links as headers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from opsgenie_async.sandbox.answers import Answer, data
from opsgenie_async.sandbox.call import Call
from opsgenie_async.sandbox.state import Doc
from opsgenie_async.sandbox.validate import Check, one_of, semantic, validate

__all__ = ["paged", "paged_by_token", "whole_number"]

_PLACE = ("offset", "direction")
_WORDS: dict[str, Check] = {"order": one_of("asc", "desc"), "direction": one_of("next", "prev")}


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
    found: Sequence[Any],
    *,
    default: int = 20,
    most: int | None = 100,
    shown: Callable[[Any], Any] = lambda item: item,
    reach: int | None = 20_000,
    under: str = "",
    **beside: Any,
) -> Answer:
    """One page of *found*, a list or a map with the list *under* a name, with the links of the Pagination page."""
    offset = whole_number(call, "offset", 0, least=0)
    limit = whole_number(call, "limit", default, least=1, most=most)
    if reach is not None and offset + limit > reach:
        raise semantic({"offset": f"sum of offset and limit should not exceed {reach}"})
    links = {"first": _link(call, 0, limit), "last": _link(call, max(0, (len(found) - 1) // limit * limit), limit)}
    if offset + limit < len(found):
        links["next"] = _link(call, offset + limit, limit)
    if offset > 0:
        links["prev"] = _link(call, max(0, offset - limit), limit)
    page = [shown(each) for each in found[offset : offset + limit]]
    return _with_links(data({under: page} if under else page, **beside, paging=links), links)


def paged_by_token(
    call: Call,
    found: list[Doc],
    *,
    default: int = 20,
    most: int = 100,
    shown: Callable[[Doc], Any] = lambda item: item,
) -> Answer:
    """One page of *found*, whose items carry a number as `offset`: it begins behind the one that the query names.

    `direction=prev` looks the other way from there; the links are `first` and `next` alone, as logs and notes have it.
    """
    order, direction = call.query.get("order", "desc").lower(), call.query.get("direction", "next").lower()
    validate({"order": order, "direction": direction}, _WORDS)
    limit, behind = whole_number(call, "limit", default, least=1, most=most), whole_number(call, "offset", 0, least=1)
    rising = (order == "asc") is (direction == "next")
    ahead = [each for each in found if not behind or (int(each["offset"]) > behind) is rising]
    ahead = [each for each in ahead if int(each["offset"]) != behind]
    ahead.sort(key=lambda each: int(each["offset"]), reverse=not rising)
    page = ahead[:limit]
    links = {"first": _url(call, {word: value for word, value in call.query.items() if word not in _PLACE})}
    if len(ahead) > limit:
        links["next"] = _url(call, {**call.query, "offset": str(page[-1]["offset"])})
    if direction == "prev":
        page.reverse()
    return _with_links(data([shown(each) for each in page], paging=links), links)


def _with_links(answer: Answer, links: dict[str, str]) -> Answer:
    for word in ("next", "first", "last"):
        if word in links:
            answer.headers[f"X-Paging-{word.capitalize()}"] = links[word]
    return answer


def _link(call: Call, offset: int, limit: int) -> str:
    return _url(call, {**call.query, "offset": str(offset), "limit": str(limit)})


def _url(call: Call, query: dict[str, str]) -> str:
    return f"{call.world.url}{call.raw_path}?{urlencode(query, errors='replace')}"
