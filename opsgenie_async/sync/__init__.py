"""An account's configuration as files: pulled whole, one entity a file, for people to read and git to compare.

    report = await pull(og, Store("snapshot"))

Nothing here prints; progress comes as `Pulled` objects to a callback.
"""

from .account import read_account
from .applied import Applied, ApplyReport, StepDone, StepFailed, StepNotReached
from .apply import apply
from .changes import Change, Difference, Plan, TooManyDeletions
from .dangling import DanglingReference
from .found import Failure, MovingAccount, Pulled
from .journal import JOURNAL, EarlierRun, Journal, JournalError
from .plan import plan
from .problems import Problem, SnapshotError
from .pull import PullReport, pull
from .snapshot import EVERYTHING, Entity, Only, Snapshot
from .store import FORMAT, FileRecord, Manifest, Store, StoreError

__all__ = [
    "EVERYTHING",
    "FORMAT",
    "JOURNAL",
    "Applied",
    "ApplyReport",
    "Change",
    "DanglingReference",
    "Difference",
    "EarlierRun",
    "Entity",
    "Failure",
    "FileRecord",
    "Journal",
    "JournalError",
    "Manifest",
    "MovingAccount",
    "Only",
    "Plan",
    "Problem",
    "PullReport",
    "Pulled",
    "Snapshot",
    "SnapshotError",
    "StepDone",
    "StepFailed",
    "StepNotReached",
    "Store",
    "StoreError",
    "TooManyDeletions",
    "apply",
    "plan",
    "pull",
    "read_account",
]
