"""Errors of DX, by the codes on the page of `incidents.upsert`."""

from __future__ import annotations

from opsgenie_async.errors import OpsgenieError

__all__ = [
    "DXError",
    "InvalidArguments",
    "InvalidJson",
    "InvalidTimestamp",
    "MetadataInvalid",
    "NotAuthed",
    "dx_error_class",
]


class DXError(OpsgenieError):
    """DX rejected the call; `code` is its error code, also one that this version has no class for."""


class NotAuthed(DXError):
    """`not_authed`: the token is missing or not valid."""


class InvalidArguments(DXError):
    """`invalid_arguments`: invalid arguments, such as an empty reference id."""


class InvalidJson(DXError):
    """`invalid_json`: the body could not be parsed."""


class InvalidTimestamp(DXError):
    """`invalid_timestamp`: `started_at` or `resolved_at` is not an ISO 8601 date."""


class MetadataInvalid(DXError):
    """`metadata_invalid`: not an object, or a key with other characters than letters, numbers, `-` and `_`."""


BY_CODE: dict[str, type[DXError]] = {
    "not_authed": NotAuthed,
    "invalid_arguments": InvalidArguments,
    "invalid_json": InvalidJson,
    "invalid_timestamp": InvalidTimestamp,
    "metadata_invalid": MetadataInvalid,
}


def dx_error_class(code: str) -> type[DXError]:
    """Return the class for a code, `DXError` for one that is not documented."""
    return BY_CODE.get(code, DXError)
