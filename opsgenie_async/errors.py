"""Everything that can go wrong, by what a caller would do about it.

    OpsgenieError                     the root of every exception this package raises on purpose
    ├── ApiError                      the API returned an error
    │   ├── BadRequest                400  the body is not JSON
    │   ├── Unauthorized              401  unknown key, disabled integration, or a key of the other region
    │   ├── PaymentRequired           402  the plan does not include it
    │   ├── Forbidden                 403  `code` 40301: the key lacks the right; 40302: not supported
    │   ├── NotFound                  404
    │   ├── MethodNotAllowed          405
    │   ├── NotAcceptable             406
    │   ├── Conflict                  409  the id, name or alias is taken
    │   ├── Gone                      410  the feature was withdrawn
    │   ├── UnsupportedMediaType      415
    │   ├── RangeNotSatisfiable       416
    │   ├── UnprocessableEntity       422  `errors` maps field to text
    │   ├── PreconditionRequired      428  another entity still uses this one
    │   ├── Throttled                 429  `retry_after` seconds
    │   └── ServerError               5xx
    │       ├── NotImplementedByServer 501
    │       └── ServiceUnavailable    503
    ├── TransportError                no response arrived; nothing was changed, or the call is safe to retry
    ├── OutcomeUnknown                a write was sent and may or may not have happened
    ├── ProtocolError                 a response is not in the documented form
    ├── ListingTooLong                the listing has more items than the API returns
    ├── RequestFailed                 an accepted request (202) was processed and failed
    ├── ClientMisused                 nothing was sent: the client is closed, or belongs to another event loop
    ├── ArgumentTypeError             an argument of a call has a wrong type; nothing was sent; a `TypeError` too
    └── ArgumentValueError            an argument of a call cannot be sent; nothing was; a `ValueError` too

The statuses and their meanings are those of the vendor's Response page.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from opsgenie_async.printable import printable

__all__ = [
    "ApiError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "BadRequest",
    "ClientMisused",
    "Conflict",
    "Forbidden",
    "Gone",
    "ListingTooLong",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotFound",
    "NotImplementedByServer",
    "OpsgenieError",
    "OutcomeUnknown",
    "PaymentRequired",
    "PreconditionRequired",
    "ProtocolError",
    "RangeNotSatisfiable",
    "RequestFailed",
    "ServerError",
    "ServiceUnavailable",
    "Throttled",
    "TransportError",
    "Unauthorized",
    "UnprocessableEntity",
    "UnsupportedMediaType",
    "error_class",
]

NO_ERRORS: Mapping[str, str] = MappingProxyType({})


class OpsgenieError(Exception):
    """The base class of all errors of this package; its attributes have the details.

    Attributes:
        message: What happened, in one sentence, never with an API key.
        status: The HTTP status, if there was a response.
        code: The API's own code (40301, 40302, v1 and DX codes), if there is one.
        errors: Field name to text, if the API rejected single fields of the body; otherwise empty.
        error_type: The symbolic reason from the `X-Opsgenie-Errortype` header, or "".
        request_id: The request id for the vendor's support, or "".
        attempts: The number of attempts to send the request.
        waited: Seconds spent in retry backoff and waiting for the rate limit.
        call: Method and path, as in "GET v2/teams/ops", without the query.
        maybe_done: Whether an earlier attempt, or one whose response cannot be read, may have done what
            was asked.
        done: Whether the API did what was asked, and only its response cannot be read: retrying does it
            twice.
        hint: What to write in Python instead, or "": for example, if the given id looks like a name.
    """

    done: bool = False
    hint: str = ""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | str | None = None,
        errors: Mapping[str, str] = NO_ERRORS,
        error_type: str = "",
        request_id: str = "",
        attempts: int = 0,
        waited: float = 0.0,
        call: str = "",
        maybe_done: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.errors = dict(errors)
        self.error_type = error_type
        self.request_id = request_id
        self.attempts = attempts
        self.waited = waited
        self.call = call
        self.maybe_done = maybe_done

    def __str__(self) -> str:
        is_refusal = self.status is not None and self.status >= HTTPStatus.BAD_REQUEST
        text = f"{self.status} {self.message}" if is_refusal else self.message
        if self.code is not None:
            text += f" [code {self.code}]"
        if self.errors:
            text += " (" + "; ".join(f"{field}: {reason}" for field, reason in self.errors.items()) + ")"
        facts = [self.call] if self.call else []
        if self.status is not None and not is_refusal:  # a number before the message would seem to count something
            facts.append(f"status {self.status}")
        if self.request_id:
            facts.append(f"request {self.request_id}")
        if self.attempts:
            facts.append(f"attempt {self.attempts}")
        if self.waited >= 0.05:
            facts.append(f"waited {self.waited:.1f} s")
        text = f"{text} ({', '.join(facts)})" if facts else text
        return printable(f"{text}; {self.hint}" if self.hint else text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    if not TYPE_CHECKING:  # which know its attributes

        def __getattr__(self, name: str) -> NoReturn:
            from opsgenie_async.wrong_names import no_attribute

            raise no_attribute(self, name, "error")


class ApiError(OpsgenieError):
    """The API answered with an error."""

    status: int


class BadRequest(ApiError):
    """400: the body is not valid JSON."""


class Unauthorized(ApiError):
    """401: the API key is unknown in this region, or its integration is disabled."""

    def __str__(self) -> str:
        return f"{super().__str__()}; is the integration enabled, and does the key belong to this region (us or eu)?"


class PaymentRequired(ApiError):
    """402: the account's plan does not include this."""


class Forbidden(ApiError):
    """403: `code` 40301 means that the key lacks the permission, 40302 that the request is not supported."""


class NotFound(ApiError):
    """404: no such entity, or no such handler; `hint` is set if the given id looks like a name."""


class MethodNotAllowed(ApiError):
    """405: the endpoint exists, but not with this method."""


class NotAcceptable(ApiError):
    """406: the requested format is not available."""


class Conflict(ApiError):
    """409: the id, name or alias is already in use."""


class Gone(ApiError):
    """410: the feature was removed."""


class UnsupportedMediaType(ApiError):
    """415: the body's format is not accepted."""


class RangeNotSatisfiable(ApiError):
    """416: the range is not supported."""


class UnprocessableEntity(ApiError):
    """422: the body is invalid; `errors` names the fields."""


class PreconditionRequired(ApiError):
    """428: another entity (schedule, escalation, team...) still uses this one."""


class Throttled(ApiError):
    """429: too many requests, and waiting would take longer than allowed.

    Attributes:
        retry_after: Seconds to wait before a retry, None if the API did not send it.
    """

    retry_after: float | None = None


class ServerError(ApiError):
    """5xx: the server, or a gateway in front of it, failed."""


class NotImplementedByServer(ServerError):
    """501: the server does not implement this; never retried."""


class ServiceUnavailable(ServerError):
    """503: the servers are at capacity; retried with backoff."""


class TransportError(OpsgenieError):
    """There was no response: the connection failed or was lost, or the call timed out."""


class OutcomeUnknown(OpsgenieError):
    """A write was sent that is not safe to retry, and it is unknown whether it was done."""

    def __str__(self) -> str:
        return f"{super().__str__()}; it may or may not have been done: look before you repeat it"


class ProtocolError(OpsgenieError):
    """A response is invalid: not JSON, not in the documented form, a redirect, or a page link seen twice.

    After a write, `done` and `maybe_done` are its outcome, and the message begins with it.
    """


class ListingTooLong(OpsgenieError):
    """A listing has more items than the API lists, so reading it would fail half-way; use `history` instead.

    Raised by `history`, it names the slice that cannot be split further.

    Attributes:
        total: The minimum number of items that exist.
        reach: The number of them that the API lists.
    """

    total: int = 0
    reach: int = 0


class RequestFailed(OpsgenieError):
    """A request that was accepted with 202 failed when it was processed.

    `hint` is set if the given id looks like an alias.
    """


class ArgumentTypeError(OpsgenieError, TypeError):
    """An argument has the wrong type. Nothing was sent. The message names the method and the argument."""


class ArgumentValueError(OpsgenieError, ValueError):
    """An argument has an invalid value. Nothing was sent. The message names the argument."""


class ClientMisused(OpsgenieError, RuntimeError):
    """Nothing was sent: the client is closed, or belongs to another event loop, thread or process."""


UNPICKLABLE: Final = "a client, and what belongs to one, cannot be pickled or deep-copied: create one in each process"

BY_STATUS: Mapping[int, type[ApiError]] = MappingProxyType(
    {
        400: BadRequest,
        401: Unauthorized,
        402: PaymentRequired,
        403: Forbidden,
        404: NotFound,
        405: MethodNotAllowed,
        406: NotAcceptable,
        409: Conflict,
        410: Gone,
        415: UnsupportedMediaType,
        416: RangeNotSatisfiable,
        422: UnprocessableEntity,
        428: PreconditionRequired,
        429: Throttled,
        501: NotImplementedByServer,
        503: ServiceUnavailable,
    }
)


def error_class(status: int) -> type[ApiError]:
    """The class for an HTTP status of 400 and above."""
    return BY_STATUS.get(status, ServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ApiError)
