"""Log files of the account (Logs API page)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs

from opsgenie_async.converters import aware
from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.request import Request, join_path
from opsgenie_async.models import LogFile
from opsgenie_async.models.wire_types import to_zone
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.build import request_of
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.listing import items_of

__all__ = ["Logs"]

LIST = "v2/logs/list"


def _marker_text(arguments: dict[str, Any]) -> None:
    marker = arguments["marker"]
    if isinstance(marker, datetime):
        at = to_zone(aware("marker", marker), UTC)
        arguments["marker"] = f"{at.year:04d}-{at:%m-%d-%H-%M-%S}"  # %Y writes the year 999 with three digits


def _from_marker(request: Request, envelope: Envelope) -> Request | None:
    """The listing is at its end when a page is empty: the marker of the last page that is not leads there."""
    marker = envelope.rest.get("marker")
    if not envelope.data or marker is None:
        return None
    if not isinstance(marker, str):
        raise ProtocolError(f"marker: expected a string, got {type(marker).__name__}")
    return attrs.evolve(request, path=f"{LIST}/{join_path(marker)}")


class Logs(Resource):
    """`og.logs`: the audit log of the account, as JSON Lines files; Enterprise plan only."""

    __slots__ = ()

    @endpoint("GET", LIST + "/{marker}", before_build=_marker_text)
    def list_files(self, marker: str | datetime, *, page_size: int = 1000) -> Pager[LogFile]:
        """List the log files written after *marker*, oldest first.

        Args:
            marker: A timezone-aware datetime, or a str as in the API, in UTC: `2018-10-24-07-30-00`, with milliseconds
                after a `_`.
            page_size: Files per page, at most 1000.

        Raises:
            ValueError: A datetime has no time zone; nothing is sent.
        """
        request = request_of(self.list_files, marker=marker, page_size=page_size)
        return Pager(self._transport, request, items_of(LogFile), _from_marker)

    @operation("GET", "v2/logs/download/{file_name}")
    async def get_download_link(self, file_name: str) -> str:
        """Get a link to a log file, good for 5 minutes; it works without the key, so keep it secret.

        Args:
            file_name: The name of the file, from `list_files`.

        Returns:
            The URL of a file in JSON Lines.
        """
        ...
