"""The base of all resources: the transport, a rate limit domain, and the path of request statuses."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, ClassVar, NoReturn, Self

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.http.request import Request, join_path
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

    if not TYPE_CHECKING:  # which know its methods

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "resource")

    def _sending_through(self, transport: Transport) -> Self:
        """The same resource for another client or view."""
        other = copy(self)
        other._transport = transport
        return other

    def _pending(self, accepted: Envelope, *, alias: str = "", hint: str = "") -> Pending:
        if not accepted.request_id:
            raise ProtocolError("accepted, but without a request id to poll for the outcome", status=accepted.status)
        path = f"{self.requests}/{join_path(accepted.request_id)}"
        return Pending(
            request_id=accepted.request_id,
            result=accepted.result,
            took=accepted.took,
            alias=alias,
            hint=hint,
            transport=self._transport,
            poll=Request(method="GET", path=path, domain=self.domain, repeatable=True),
        )
