"""An account's configuration as files: pulled whole, one entity a file, for people to read and git to compare.

    report = await pull(og, Store("snapshot"))

Nothing here prints; progress comes as `Pulled` objects to a callback.
"""

from .account import read_account
from .found import Failure, Pulled
from .pull import PullReport, pull
from .snapshot import EVERYTHING, Entity, Only, Snapshot
from .store import FORMAT, FileRecord, Manifest, Store, StoreError

__all__ = [
    "EVERYTHING",
    "FORMAT",
    "Entity",
    "Failure",
    "FileRecord",
    "Manifest",
    "Only",
    "PullReport",
    "Pulled",
    "Snapshot",
    "Store",
    "StoreError",
    "pull",
    "read_account",
]
