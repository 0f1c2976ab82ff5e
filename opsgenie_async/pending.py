"""Asynchronous requests (202), and waiting for their outcome.

By the vendor's Alert API page the answer carries only `requestId`; the status of that request is 404 with
`X-Opsgenie-Errortype: RequestNotProcessed` until it has been processed, and 200 afterwards even when it failed.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import attrs

from opsgenie_async.config import check_seconds
from opsgenie_async.converters import read
from opsgenie_async.coroutine import CoroutineLike
from opsgenie_async.errors import NotFound, OutcomeUnknown, RequestFailed
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import understand
from opsgenie_async.http.retry import exponential_waits
from opsgenie_async.http.transport import Transport

if TYPE_CHECKING:
    from opsgenie_async.models import RequestStatus

__all__ = ["Pending"]

NOT_YET = "RequestNotProcessed"
FIRST_POLL = 0.1
LONGEST_POLL = 2.0
LAST_LOOK = 0.5
"""So many seconds before the time is up the outcome is asked for once more, however long the pause was to be."""


@attrs.frozen(kw_only=True)
class Pending(CoroutineLike["RequestStatus"]):
    """A write that the API promised to process.

    Attributes:
        request_id: The handle to ask for its outcome.
        result: The API's words.
        took: Seconds, None when not told.
        alias: Of the alert that is being created, given by the caller or made up here, else "".
    """

    request_id: str
    result: str = ""
    took: float | None = None
    alias: str = ""
    _transport: Transport = attrs.field(alias="transport", repr=False, eq=False)
    _poll: Request = attrs.field(alias="poll", repr=False, eq=False)

    def __await__(self) -> Generator[Any, None, RequestStatus]:
        """Wait for the outcome as `wait()` does, for at most 30 seconds: `status = await pending`."""
        return self.wait().__await__()

    async def wait(self, timeout: float = 30) -> RequestStatus:
        """Return the status once the request has been processed.

        Args:
            timeout: Seconds to ask for at most.

        Raises:
            ArgumentTypeError: *timeout* is no number.
            RequestFailed: The API says `isSuccess: false`.
            OutcomeUnknown: The time is up.
            NotFound: The API does not know the request at all.
        """
        check_seconds("timeout", timeout)
        clock = self._transport.clock
        give_up_at = clock.now() + timeout
        try:
            async with clock.deadline(give_up_at):
                status = await self._processed(give_up_at - min(LAST_LOOK, timeout / 10))
        except TimeoutError as error:
            raise OutcomeUnknown(
                f"not processed within {timeout:g} s", request_id=self.request_id, call=self._poll.call
            ) from error
        return status

    async def _processed(self, last_look: float) -> RequestStatus:
        from opsgenie_async.models import RequestStatus  # models are loaded when first used

        clock = self._transport.clock
        waits = exponential_waits(FIRST_POLL, LONGEST_POLL)
        while True:
            try:
                response = await self._transport.send(self._poll)
            except NotFound as error:
                if error.error_type != NOT_YET:
                    raise
                if clock.now() >= last_look:
                    raise TimeoutError from error
                await clock.sleep_until(min(clock.now() + next(waits), last_look))
            else:
                status = understand(response, lambda envelope: read(envelope.data, RequestStatus))
                if not status.succeeded:
                    reason = response.redact(status.status) or "the request failed"
                    raise RequestFailed(reason, request_id=self.request_id, call=self._poll.call)
                return status
