"""Incidents of DX (the page of `incidents.upsert`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from opsgenie_async.dx.errors import DXError, dx_error_class
from opsgenie_async.dx.models import Service
from opsgenie_async.dx.upsert import Upsert
from opsgenie_async.errors import ApiError, OpsgenieError, ProtocolError, ServerError, Throttled
from opsgenie_async.http.envelope import loads
from opsgenie_async.http.error_body import LONGEST_NAME, shorten
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response, attribute
from opsgenie_async.http.transport import Transport
from opsgenie_async.json_text import Json
from opsgenie_async.signatures import check_signature
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Incidents"]

CODE_KEYS = ("error", "code", "error_code")
"""The page lists the codes and does not name the field that holds them."""


class Incidents:
    """`dx.incidents`."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @check_signature
    async def upsert(
        self,
        *,
        reference_id: str,
        started_at: datetime,
        name: str | Unset = UNSET,
        priority: str | Unset = UNSET,
        source_url: str | Unset = UNSET,
        resolved_at: datetime | None | Unset = UNSET,
        services: Sequence[Service] | None | Unset = UNSET,
        metadata: Mapping[str, Json] | None | Unset = UNSET,
    ) -> Mapping[str, Json]:
        """Create the incident *reference_id*, or update it.

        Retried after an unclear failure, since `reference_id` makes it idempotent.

        Args:
            reference_id: Your own id of the incident; a second call with it updates the incident.
            started_at: When it began, timezone-aware; sent in UTC, since DX accepts dates without a time zone.
            name: Its name.
            priority: The priority, such as `p1`.
            source_url: A URL where the incident is shown.
            resolved_at: When it ended, timezone-aware; sent in UTC. None for an open incident.
            services: The impacted services, replacing all; None or empty clears them; unchanged when not given.
            metadata: Custom keys and values, replacing all; None or empty clears them; unchanged when not given.

        Returns:
            The fields of the response, without `ok`.

        Raises:
            DXError: DX rejected it; the class depends on the error code, see `opsgenie_async.dx.errors`.
            ValueError: An argument is invalid, such as a datetime without a time zone; the message names it.
        """
        document = Upsert(
            reference_id=reference_id,
            started_at=started_at,
            name=name,
            priority=priority,
            source_url=source_url,
            resolved_at=resolved_at,
            services=services,
            metadata=metadata,
        ).document()
        request = Request(method="POST", path="api/incidents.upsert", json=document, domain="dx", repeatable=True)
        try:
            response = await self._transport.send(request)
        except (Throttled, ServerError):
            raise
        except ApiError as error:
            if not isinstance(error.code, str):
                raise
            refusal = _dx_error(error, error.code)
        else:
            return _read_fields(response)
        raise refusal


def _dx_error(error: ApiError, code: str) -> DXError:
    return dx_error_class(code)(
        error.message,
        status=error.status,
        code=code,
        request_id=error.request_id,
        attempts=error.attempts,
        waited=error.waited,
        call=error.call,
    )


def _read_fields(response: Response) -> dict[str, Json]:
    """The answer's fields when its `ok` is true: the HTTP status says nothing of success."""
    try:
        document = loads(response.body, response.redact)
    except ProtocolError as error:
        raise attribute(response, without_frames(error)) from None
    if isinstance(document, dict) and document.get("ok") is True:
        del document["ok"]
        return document
    refusal = _refusal(document)
    del document  # an error shows nothing of an answer that may echo the token
    raise attribute(response, refusal)


def _refusal(document: Json) -> OpsgenieError:
    if not isinstance(document, dict) or not isinstance(document.get("ok"), bool):
        return ProtocolError('a response without the "ok" that says whether it worked')
    codes = (document.get(key) for key in CODE_KEYS)
    code = next((shorten(str(value), LONGEST_NAME) for value in codes if value and isinstance(value, str | int)), "")
    message = document.get("message")
    text = message if isinstance(message, str) else code or "refused"
    return dx_error_class(code)(text, code=code or None)
