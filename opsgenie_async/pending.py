"""Asynchronous requests (202), and waiting for their outcome.

By the vendor's Alert API page the response has only `requestId`; the status of that request is 404 with
`X-Opsgenie-Errortype: RequestNotProcessed` until it has been processed, and 200 afterwards even when it failed.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from opsgenie_async.config import check_seconds
from opsgenie_async.converters import read
from opsgenie_async.coroutine import CoroutineLike
from opsgenie_async.errors import NotFound, OutcomeUnknown, RequestFailed
from opsgenie_async.http.envelope import understand
from opsgenie_async.http.request import Request
from opsgenie_async.http.retry import exponential_waits
from opsgenie_async.http.transport import Transport

if TYPE_CHECKING:
    from opsgenie_async.models import RequestStatus

__all__ = ["Pending"]

NOT_YET = "RequestNotProcessed"
ABSENT = "does not exist"
"""In the words of the API for a write to what is not there."""
FIRST_POLL = 0.1
LONGEST_POLL = 2.0
LAST_LOOK = 0.5
"""So many seconds before the time is up the outcome is asked for once more, however long the pause was to be."""


@attrs.frozen(kw_only=True)
class Pending(CoroutineLike["RequestStatus"]):
    """A write that the API accepted and processes asynchronously.

    Attributes:
        request_id: The id to query the outcome with.
        result: The message of the API.
        took: Seconds that the server reports, None if it does not.
        alias: The alias of the alert being created, given by the caller or generated here; otherwise "".
    """

    request_id: str
    result: str = ""
    took: float | None = None
    alias: str = ""
    _hint: str = attrs.field(default="", alias="hint", repr=False, eq=False)
    _transport: Transport = attrs.field(alias="transport", repr=False, eq=False)
    _poll: Request = attrs.field(alias="poll", repr=False, eq=False)

    def __await__(self) -> Generator[Any, None, RequestStatus]:
        """Wait for the outcome for at most 30 seconds, as `wait()` does: `status = await pending`."""
        return self.wait().__await__()

    async def wait(self, timeout: float = 30) -> RequestStatus:
        """Return the status once the request has been processed.

        Args:
            timeout: The maximum time to wait, in seconds.

        Raises:
            ArgumentTypeError: *timeout* is not a number.
            RequestFailed: The request was processed and failed (`isSuccess: false`).
            OutcomeUnknown: The timeout expired.
            NotFound: The API does not know the request.
        """
        check_seconds("timeout", timeout)
        clock = self._transport.clock
        give_up_at = clock.now() + timeout
        try:
            async with clock.deadline(give_up_at):
                status = await self._await_status(give_up_at - min(LAST_LOOK, timeout / 10))
        except TimeoutError as error:
            raise OutcomeUnknown(
                f"not processed within {timeout:g} s", request_id=self.request_id, call=self._poll.call
            ) from error
        return status

    if not TYPE_CHECKING:  # which know its attributes

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "write")

    async def _await_status(self, last_look: float) -> RequestStatus:
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
                    failure = RequestFailed(reason, request_id=self.request_id, call=self._poll.call)
                    failure.hint = self._hint if ABSENT in reason else ""
                    raise failure
                return status
