"""Read-only fields: those that only the server writes.

Some are known by name. The server may grow others, and values of one account must not be desired in another: for a
field that no model knows, name and value show whether it is an id, a moment or an address of the account.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import attrs

from opsgenie_async.converters.names import wire_name
from opsgenie_async.json_text import Json
from opsgenie_async.models.base import BOOKKEEPING
from opsgenie_async.sync.model.kind import Kind

__all__ = ["EVERYWHERE", "MAPS", "is_read_only", "known_fields", "writable"]

EVERYWHERE = frozenset({"links", "isExternal", "insertedAt", "createdAt", "updatedAt"})
"""Read-only wherever they stand: snapshots of earlier versions have some of them."""
MAPS = frozenset({"details", "extraProperties", "headers"})
"""Objects whose members people name."""
REFERENCE = frozenset({"type", "name", "username", "of", "id"})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
IDENTIFIER = re.compile(r"[0-9a-f]{24,64}", re.IGNORECASE)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
OF_THE_VENDOR = re.compile(r"(https?://)?([\w-]+\.)*(opsgenie\.com|atlassian\.(com|net))([:/?#]\S*)?", re.IGNORECASE)
NAME_OF_ID = re.compile(r"(^i|I)ds?$|(^u|U|Uu|uu)id$|ARN$|Arn$")
NAME_OF_CHANGE = re.compile(r"^(inserted|created|updated|modified|deleted|lastModified|lastUpdated)([A-Z]|$)")
NAME_OF_VERSION = re.compile(r"^(etag|eTag|revision|version)$")
NAME_NO_SETTING_HAS = re.compile(r"(^|[a-z])([Uu]uid|UUID|[Pp]ermalink|[Hh]ref|[Ss]elf)$")
"""Even of an integration, whose other addresses and ids are settings that people make."""
NAME_OF_MOMENT = re.compile(r"[a-z](At|On|Date|Time|Timestamp)$|^timestamp$")
NAME_OF_ADDRESS = re.compile(r"(^|[a-z])(links?|Links?|hrefs?|Hrefs?|ur[il]s?|Ur[il]s?|UR[IL]s?|self|Self)$")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*|\d{10,19}(\.\d+)?")


def is_read_only(kind: Kind, field: str, value: Json) -> bool:
    """Whether only the server writes a field of an entity of *kind*, so that it is no part of the desired state."""
    if field in kind.read_only or field.startswith("_") or field in EVERYWHERE:
        return True
    if field in known_fields(kind) or value is None:
        return False
    return _is_of_the_server(field, value, kind.open_fields)


def writable(kind: Kind, document: Mapping[str, Json]) -> dict[str, Json]:
    """A document of *kind* without what only the server writes, at any depth; what has none of it is shared."""
    open_ = kind.open_fields
    listed = document.get("_readOnly") if open_ else None
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    unwritable = {*names} - {"type"}
    own = document.get("id")
    return {
        field: value if isinstance(value, str | int | float | None) or field in MAPS else _without(value, open_)
        for field, value in document.items()
        if not (
            field in unwritable
            or is_read_only(kind, field, value)
            # The address of an integration in its own account, whatever the type calls it.
            or (open_ and field != "id" and own and isinstance(value, str) and str(own) in value)
        )
    }


@functools.cache
def known_fields(kind: Kind) -> frozenset[str]:
    """The fields of a kind's documents that have a name here."""
    shape = kind.model
    fields = {wire_name(field) for field in attrs.fields(shape) if field.name not in BOOKKEEPING}
    tag = getattr(shape, "tagged_by", None)
    return frozenset({*fields, *kind.defaults, *([wire_name(tag)] if tag else [])})


def _without(value: Json, open_: bool) -> Json:
    """The same value without such members within."""
    if isinstance(value, list):
        if not any(isinstance(each, dict | list) for each in value):
            return value
        return [_without(each, open_) for each in value]
    if not isinstance(value, dict):
        return value
    # The id of a reference may be all that is known of whom it means; that of anything else is the account's own.
    reference = value.keys() - EVERYWHERE <= REFERENCE
    return {
        name: each if name in MAPS or isinstance(each, str | int | float | None) else _without(each, open_)
        for name, each in value.items()
        if not (
            name.startswith("_")
            or name in EVERYWHERE
            or (name == "id" and not reference)
            or (isinstance(each, dict) and not open_ and name not in MAPS and _is_links(each))
        )
    }


def _is_of_the_server(field: str, value: Json, open_: bool) -> bool:
    if not open_ and (NAME_OF_CHANGE.search(field) or NAME_OF_VERSION.search(field)):
        return True
    if isinstance(value, dict):
        return _is_links(value) or (
            bool(value) and all(_is_of_the_server(name, each, open_) for name, each in value.items())
        )
    if isinstance(value, list):
        return bool(value) and all(_is_of_the_server(field, each, open_) for each in value)
    if isinstance(value, str):
        return _is_address(field, value, open_)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and not open_ and bool(NAME_OF_MOMENT.search(field) or NAME_OF_ID.search(field))


def _is_address(field: str, value: str, open_: bool) -> bool:
    """Whether a text is an address, an id or a moment of the account."""
    if OF_THE_VENDOR.fullmatch(value) or (NAME_OF_CHANGE.search(field) and MOMENT.fullmatch(value)):
        return True
    if open_:
        return bool(NAME_NO_SETTING_HAS.search(field) and (UUID.fullmatch(value) or ADDRESS.match(value)))
    return bool(
        ADDRESS.match(value)
        or UUID.search(value)
        or IDENTIFIER.fullmatch(value)
        or NAME_OF_ID.search(field)
        or NAME_OF_ADDRESS.search(field)
        or (NAME_OF_MOMENT.search(field) and MOMENT.fullmatch(value))
    )


def _is_links(value: Mapping[str, Json]) -> bool:
    """Whether it is an object of nothing but addresses."""
    return bool(value) and all(
        _is_links(each) if isinstance(each, dict) else isinstance(each, str) and ADDRESS.match(each)
        for each in value.values()
    )
