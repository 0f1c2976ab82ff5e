"""Configuration as files: pull an account, edit and review the files, plan, apply.

    report = await pull(og, Store("snapshot"))

Nothing here prints; progress comes as `PullEvent` objects to a callback.
"""

from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.applying.journal import JOURNAL, EarlierRun, Journal, JournalError, read_refusals
from opsgenie_async.sync.applying.report import Applied, ApplyReport, StepDone, StepFailed, StepNotReached
from opsgenie_async.sync.files.diagnostics import NotASnapshot, Problem, SnapshotError
from opsgenie_async.sync.files.store import FORMAT, FileRecord, Manifest, Store, StoreError
from opsgenie_async.sync.model.selection import EVERYTHING, Selection, SelectionError
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.compare import compare
from opsgenie_async.sync.planning.dangling import DanglingReference
from opsgenie_async.sync.planning.diff import Difference
from opsgenie_async.sync.planning.plan import Plan, TooManyDeletions, plan
from opsgenie_async.sync.planning.plan_file import PlanFile, PlanFileError, PlanStep
from opsgenie_async.sync.planning.refusals import Refusal
from opsgenie_async.sync.pull import PullReport, pull
from opsgenie_async.sync.reading.progress import Failure, MovingAccount, PullEvent
from opsgenie_async.sync.reading.reader import read_account

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
    "NotASnapshot",
    "Plan",
    "PlanFile",
    "PlanFileError",
    "PlanStep",
    "Problem",
    "PullEvent",
    "PullReport",
    "Refusal",
    "Selection",
    "SelectionError",
    "Snapshot",
    "SnapshotError",
    "StepDone",
    "StepFailed",
    "StepNotReached",
    "Store",
    "StoreError",
    "TooManyDeletions",
    "apply",
    "compare",
    "plan",
    "pull",
    "read_account",
    "read_refusals",
]
