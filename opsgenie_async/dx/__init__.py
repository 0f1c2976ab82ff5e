"""The DX client: incidents of Opsgenie, or of anything else, told to DX."""

from .client import DX
from .errors import DXError, InvalidArguments, InvalidJson, InvalidTimestamp, MetadataInvalid, NotAuthed
from .models import Service

__all__ = [
    "DX",
    "DXError",
    "InvalidArguments",
    "InvalidJson",
    "InvalidTimestamp",
    "MetadataInvalid",
    "NotAuthed",
    "Service",
]
