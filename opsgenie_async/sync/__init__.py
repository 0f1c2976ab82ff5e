"""An account's configuration as files: pulled whole, one entity a file, for people to read and git to compare.

    report = await pull(og, Store("snapshot"))

Nothing here prints; progress comes as `TeamPulled` objects to a callback.
"""

from .pull import PullReport, TeamFailure, TeamPulled, pull
from .store import FORMAT, FileRecord, Manifest, Store, StoreError

__all__ = ["FORMAT", "FileRecord", "Manifest", "PullReport", "Store", "StoreError", "TeamFailure", "TeamPulled", "pull"]
