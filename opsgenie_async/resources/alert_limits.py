"""The lengths that the Alert API page allows, and texts cut to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final

from opsgenie_async.truncation import truncate
from opsgenie_async.unset import UNSET

__all__ = [
    "MAX_ALIAS_LENGTH",
    "MAX_DESCRIPTION_LENGTH",
    "MAX_DETAILS_LENGTH",
    "MAX_ITEMS",
    "MAX_LENGTHS",
    "MAX_MESSAGE_LENGTH",
    "TEXT_LISTS",
    "shorten_alert",
    "shorten_alias",
    "shorten_texts",
]

MAX_ALIAS_LENGTH = 512
MAX_MESSAGE_LENGTH = 130
MAX_DESCRIPTION_LENGTH = 15_000
MAX_DETAILS_LENGTH = 8_000
MAX_LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "message": MAX_MESSAGE_LENGTH,
        "description": MAX_DESCRIPTION_LENGTH,
        "entity": 512,
        "source": 100,
        "user": 100,
        "note": 25_000,
    }
)
"""Characters of a string, by the Alert API page."""
MAX_ITEMS: Final[Mapping[str, int]] = MappingProxyType({"tags": 20, "actions": 10, "responders": 50, "visible_to": 50})
"""Items of a list, by the same page."""
TEXT_LISTS: Final = ("tags", "actions")
MAX_TEXT_LENGTH = 50
"""Characters of a tag and of an action."""


def shorten_alert(fields: dict[str, Any]) -> None:
    """Cut the texts of an alert to what the API takes; the full message of a truncated one is kept in the description.

    Args:
        fields: The fields of `alerts.create`; `UNSET` and None stay.
    """
    message, description = fields["message"], fields.get("description")
    if len(message) > MAX_MESSAGE_LENGTH:
        fields["description"] = f"{message}\n\n{description}" if description else message
    if alias := fields.get("alias"):
        fields["alias"] = shorten_alias(alias)
    fields.update(shorten_texts({name: value for name, value in fields.items() if value not in (UNSET, None)}))


def shorten_alias(alias: str) -> str:
    """Return *alias*; of one that is too long, its beginning with a digest, so that two of them stay two."""
    if len(alias) <= MAX_ALIAS_LENGTH:
        return alias
    digest = blake2b(alias.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{alias[: MAX_ALIAS_LENGTH - len(digest) - 1]} {digest}"


def shorten_texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return *fields* with every text cut to its length, those in lists and in the details as well."""
    result = dict(fields)
    for name, length in MAX_LENGTHS.items():
        if name in result:
            result[name] = truncate(result[name], length)
    for name in TEXT_LISTS:
        if name in result:
            result[name] = [truncate(str(text), MAX_TEXT_LENGTH) for text in result[name]]
    if "details" in result:
        result["details"] = _shorten_details(result["details"])
    return result


def _shorten_details(details: Mapping[str, object]) -> dict[str, str]:
    """Names and values count together; what is beyond the limit is cut, from the end."""
    remaining = MAX_DETAILS_LENGTH
    result: dict[str, str] = {}
    for name, value in details.items():
        text = "" if value is None else str(value)
        room = remaining - len(str(name))
        if room <= 0:
            break
        result[str(name)] = truncate(text, room)
        remaining = room - len(result[str(name)])
    return result
