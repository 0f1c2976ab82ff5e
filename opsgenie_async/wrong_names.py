"""Suggestions for unknown attributes, loaded only if there is one.

Most are habits of the official SDK, which wraps what a call returns, and names each method after its page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

__all__ = ["no_attribute"]

ITEMS = "`{}` gives the items themselves"
ABOUT_A_PAGE = "`.pages()` yields pages with `request_id`, `took` and `total_count`"
OUTCOME = "`{}` returns the outcome, with `status` and `alert_id`"
ITSELF = "a call returns the data itself, and `og.request` the whole response"
NO_DICT = "a model is not a dict: `to_dict()` returns one"
REFUSAL = "what the API says is in `message`, `errors` and `code`"

LISTING: Final[Mapping[str, str]] = {
    **dict.fromkeys(("data", "items", *(name for name in dir(list) if not name.startswith("_"))), ITEMS),
    **dict.fromkeys(("paging", "request_id", "took", "total_count"), ABOUT_A_PAGE),
}
WRITE: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "action",
        "alert_id",
        "data",
        "get",
        "id",
        "incident_id",
        "is_success",
        "processed_at",
        "retrieve_result",
        "status",
        "succeeded",
        "success",
    ),
    OUTCOME,
)


def _format_advice(advice: Mapping[str, str], reading: str) -> dict[str, str]:
    return {name: text.format(reading) for name, text in advice.items()}


ADVICE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "listing": _format_advice(LISTING, "await ..."),
        "blocking listing": _format_advice(LISTING, "list(...)"),
        "write": _format_advice(WRITE, "await pending.wait()"),
        "blocking write": _format_advice(WRITE, "pending.wait()"),
        "page": {"data": "did you mean 'items'?", "paging": "how many items there are is in `total_count`"},
        "model": {
            **dict.fromkeys(("data", "request_id", "result", "took"), ITSELF),
            **dict.fromkeys(("get", "items", "keys", "values"), NO_DICT),
            "to_str": "`repr(model)` and `model.to_json()` are texts",
        },
        "error": {
            **dict.fromkeys(("body", "data", "response"), REFUSAL),
            "headers": "what headers say is in `request_id`, `error_type` and, of `Throttled`, `retry_after`",
            "reason": "did you mean 'message'?",
            "status_code": "did you mean 'status'?",
        },
    }
)
"""By kind of owner and name, what to write instead."""
OTHER_VERBS: Final[Mapping[str, str]] = MappingProxyType({"remove": "delete"})
"""What the official SDK calls some of what is done."""
HTTP_INFO = "_with_http_info"
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def no_attribute(owner: object, name: str, kind: str) -> AttributeError:
    """Return the error for an attribute that *owner* has not, with what may be meant.

    Args:
        owner: An object whose `__getattr__` this is.
        name: The attribute.
        kind: What the owner is, as "listing".

    Raises:
        AttributeError: There is such an attribute, a property, and this came from within it.
    """
    text = f"{type(owner).__name__!r} object has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(text, name=name, obj=owner)
    if hasattr(type(owner), name):
        object.__getattribute__(owner, name)
    names = [each for each in dir(owner) if not each.startswith("_")]
    if advice := ADVICE.get(kind, {}).get(name):
        hint = f"; {advice}"
    else:
        hint = _hint(type(owner).__name__, HUMP.sub("_", name).lower(), names, kind)
    # Without the owner, or else Python adds a guess of its own.
    return AttributeError(text + hint, name=name) if hint else AttributeError(text, name=name, obj=owner)


def _hint(owner: str, name: str, names: Sequence[str], kind: str) -> str:
    from opsgenie_async.suggestion import suggestion

    if kind == "resource":
        return _method_hint(owner, name, names)
    plain = name.removesuffix("_api") if kind == "client" else name
    for each in (plain, f"{plain}s"):
        if each in names:
            return f"; did you mean {each!r}?"
    return suggestion(plain, names)


def _method_hint(owner: str, name: str, names: Sequence[str]) -> str:
    """What is meant by a method that has its page in its name, as `list_alerts` has."""
    from opsgenie_async.suggestion import suggestion

    if "saved_search" in name and owner == "Alerts":
        return "; saved searches are in `og.saved_searches`"
    more = " `og.request` gives the status and the headers as well" if name.endswith(HTTP_INFO) else ""
    nouns = {part.removesuffix("es").removesuffix("s") for part in HUMP.sub("_", owner).lower().split("_")}
    nouns |= {part.removesuffix("s") for part in HUMP.sub("_", owner).lower().split("_")}
    words = [word for word in name.removesuffix(HTTP_INFO).split("_") if word.removesuffix("s") not in nouns]
    for each in ("_".join(words), "_".join((OTHER_VERBS.get(words[0], words[0]), *words[1:])) if words else ""):
        if each in names:
            return f"; did you mean {each!r}?{more}"
    if close := suggestion("_".join(words), names):
        return close + more
    return f"; did you mean {words[0]!r}?{more}" if words and words[0] in names else ""
