"""The errors of an archive."""

from __future__ import annotations

from opsgenie_async.errors import OpsgenieError

__all__ = ["ArchiveError", "NotAnArchive"]


class ArchiveError(OpsgenieError, ValueError):
    """The folder is not an archive, or not one that this run can resume; it was not changed."""


class NotAnArchive(ArchiveError):
    """The folder is a snapshot, not an archive."""

    hint = "opsgenie_async.sync.Store reads it"
