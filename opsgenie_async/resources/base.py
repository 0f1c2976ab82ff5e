"""What every resource is made of: how a typed call becomes a request, and an answer a model."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from ..converters import read, read_list
from ..errors import NotFound, ProtocolError
from ..models.common import Reference
from ..paging import Pager
from ..pending import Pending
from ..transport import Transport
from ..wire import REPEATABLE_METHODS, JsonBody, Query, Request, understand
from .place import Place

__all__ = ["Resource"]

T = TypeVar("T")


class Resource:
    """One page of the API. Subclasses write a method per operation, a few lines each; see the package's docstring."""

    domain: ClassVar[str] = "configuration"
    """The rate limit that these calls spend, by the vendor's rate-limit page: declared, not guessed from the path."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _request(
        self,
        method: str,
        place: Place,
        *,
        query: Query = (),
        json: JsonBody | None = None,
        repeatable: bool | None = None,
        domain: str | None = None,
    ) -> Request:
        return Request(
            method=method,
            path=place.path,
            query=place.query + query,
            json=json,
            domain=self.domain if domain is None else domain,
            repeatable=method in REPEATABLE_METHODS if repeatable is None else repeatable,
        )

    async def _entity(self, kind: type[T], request: Request) -> T:
        """Send, and read `data` as *kind*."""
        response = await self._transport.send(request)
        return understand(response, lambda envelope: read(envelope.data, kind))

    async def _reference(self, request: Request) -> Reference:
        """Send a write, and read what it says of the entity's identity."""
        return await self._entity(Reference, request)

    def _listing(self, kind: type[T], request: Request) -> Pager[T]:
        """A pager over `data`, a list of *kind*."""
        return Pager(self._transport, request, lambda envelope: read_list(envelope.data, kind))

    async def _pending(self, request: Request, statuses: Place, *, alias: str = "") -> Pending:
        """Send a write that is processed later; its outcome is to be asked for below *statuses*."""
        response = await self._transport.send(request)
        accepted = understand(response, lambda envelope: envelope)
        if not accepted.request_id:
            raise ProtocolError("accepted, but without a request id to ask for the outcome", call=request.call)
        return Pending(
            request_id=accepted.request_id,
            result=accepted.result,
            took=accepted.took,
            alias=alias,
            transport=self._transport,
            poll=self._request("GET", statuses.at(accepted.request_id)),
        )

    async def _delete(self, request: Request) -> None:
        """Send a DELETE; "not found" on a repeat means that the first one had arrived."""
        try:
            response = await self._transport.send(request)
        except NotFound as error:
            if not error.maybe_done:
                raise
        else:
            understand(response, lambda envelope: None)
