"""The errors of an archive."""

from __future__ import annotations

from opsgenie_async.errors import OpsgenieError

__all__ = ["ArchiveError"]


class ArchiveError(OpsgenieError, ValueError):
    """The folder is no archive, or none that this run can go on with; it is left as it is."""
