"""What DX refuses, by the codes that the page of `incidents.upsert` lists."""

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
    """DX refused the call; `code` is its word for why, also where this version has no class for it."""


class NotAuthed(DXError):
    """`not_authed`: the token is missing or not valid."""


class InvalidArguments(DXError):
    """`invalid_arguments`: the arguments make no sense, as without a reference id."""


class InvalidJson(DXError):
    """`invalid_json`: the body could not be parsed."""


class InvalidTimestamp(DXError):
    """`invalid_timestamp`: `started_at` or `resolved_at` is no ISO 8601 date."""


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
    """The class for a code, `DXError` for one that is not documented."""
    return BY_CODE.get(code, DXError)
