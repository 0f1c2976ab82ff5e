"""An account's configuration as files: pulled whole, one entity a file, for people to read and git to compare.

    report = await pull(og, Store("snapshot"))

Nothing here prints; progress comes as `Pulled` objects to a callback.
"""

from .account import read_account
from .changes import Change, Difference, Plan, TooManyDeletions
from .dangling import DanglingReference
from .found import Failure, Pulled
from .plan import plan
from .pull import PullReport, pull
from .snapshot import EVERYTHING, Entity, Only, Snapshot
from .store import FORMAT, FileRecord, Manifest, Store, StoreError

__all__ = [
    "EVERYTHING",
    "FORMAT",
    "Change",
    "DanglingReference",
    "Difference",
    "Entity",
    "Failure",
    "FileRecord",
    "Manifest",
    "Only",
    "Plan",
    "PullReport",
    "Pulled",
    "Snapshot",
    "Store",
    "StoreError",
    "TooManyDeletions",
    "plan",
    "pull",
    "read_account",
]
