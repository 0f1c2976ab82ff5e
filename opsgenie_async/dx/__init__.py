"""The DX client, and `dx_sync`, which copies the incidents of Opsgenie to DX.

`dx_sync` and its parts are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from opsgenie_async.dx.client import DX
from opsgenie_async.dx.errors import (
    DXError,
    InvalidArguments,
    InvalidJson,
    InvalidTimestamp,
    MetadataInvalid,
    NotAuthed,
)
from opsgenie_async.dx.models import Service
from opsgenie_async.dx.upsert import Upsert

if TYPE_CHECKING:
    from opsgenie_async.dx.bridge import IncidentDone, IncidentFailure, SyncReport, dx_sync
    from opsgenie_async.dx.checkpoint import CheckpointError
    from opsgenie_async.dx.mapping import map_incident

__all__ = [
    "DX",
    "CheckpointError",
    "DXError",
    "IncidentDone",
    "IncidentFailure",
    "InvalidArguments",
    "InvalidJson",
    "InvalidTimestamp",
    "MetadataInvalid",
    "NotAuthed",
    "Service",
    "SyncReport",
    "Upsert",
    "dx_sync",
    "map_incident",
]

LAZY_MODULES = {
    "CheckpointError": "checkpoint",
    "IncidentDone": "bridge",
    "IncidentFailure": "bridge",
    "SyncReport": "bridge",
    "dx_sync": "bridge",
    "map_incident": "mapping",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in LAZY_MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{LAZY_MODULES[name]}"), name)
