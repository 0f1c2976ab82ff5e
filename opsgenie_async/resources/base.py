"""What every resource has: the transport, a rate-limit domain, and where the outcome of its writes is read."""

from __future__ import annotations

from copy import copy
from typing import ClassVar, Self

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.request import Request, join_path
from opsgenie_async.http.response import Envelope
from opsgenie_async.http.transport import Transport
from opsgenie_async.pending import Pending

__all__ = ["Resource"]


class Resource:
    """One page of the API: a method an operation, declared with `operation`."""

    domain: ClassVar[str] = "configuration"
    """The rate limit that these calls spend, by the vendor's rate-limit page: declared, not guessed from the path."""

    requests: ClassVar[str] = ""
    """The path below which the outcome of an accepted write (202) is read, "" where all writes are synchronous."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _sending_through(self, transport: Transport) -> Self:
        """The same resource for another client or view."""
        other = copy(self)
        other._transport = transport
        return other

    def _pending(self, accepted: Envelope, *, alias: str = "") -> Pending:
        if not accepted.request_id:
            raise ProtocolError("accepted, but without a request id to ask for the outcome", status=accepted.status)
        path = f"{self.requests}/{join_path(accepted.request_id)}"
        return Pending(
            request_id=accepted.request_id,
            result=accepted.result,
            took=accepted.took,
            alias=alias,
            transport=self._transport,
            poll=Request(method="GET", path=path, domain=self.domain, repeatable=True),
        )
