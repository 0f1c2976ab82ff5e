"""Everything that can go wrong, by what a caller would do about it.

    OpsgenieError                     the root of every exception this package raises on purpose
    ├── ApiError                      the API answered and refused
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
    ├── TransportError                no answer came, and the call changed nothing or may safely be repeated
    ├── OutcomeUnknown                a write was sent and may or may not have happened
    ├── ProtocolError                 an answer came that does not fit what the API promises
    ├── ListingTooLong                the API will not list as many items as there are
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
    """Something went wrong between the caller and Opsgenie; the attributes say what is known of it.

    Attributes:
        message: What happened, in one sentence, never with a key in it.
        status: The HTTP status, when there was an answer.
        code: The API's own code (40301, 40302, v1 and DX codes), when it gave one.
        errors: Field name to text, for a body that was refused field by field; else empty.
        error_type: The symbolic reason of the `X-Opsgenie-Errortype` header, else "".
        request_id: What to tell the vendor's support, else "".
        attempts: How often the request was sent or tried to be sent.
        waited: Seconds spent waiting between attempts and for the rate limit.
        call: Method and path, as in "GET v2/teams/ops", without the query.
        maybe_done: Whether an attempt before the last one, or one whose answer cannot be read, may have done what
            was asked.
        done: Whether the API did what was asked, and only its answer cannot be read: sending it again does it
            twice.
    """

    done: bool = False

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
        text = self.message if self.status is None else f"{self.status} {self.message}"
        if self.code is not None:
            text += f" [code {self.code}]"
        if self.errors:
            text += " (" + "; ".join(f"{field}: {reason}" for field, reason in self.errors.items()) + ")"
        facts = [self.call] if self.call else []
        if self.request_id:
            facts.append(f"request {self.request_id}")
        if self.attempts:
            facts.append(f"attempt {self.attempts}")
        if self.waited >= 0.05:
            facts.append(f"waited {self.waited:.1f} s")
        return printable(f"{text} ({', '.join(facts)})" if facts else text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class ApiError(OpsgenieError):
    """The API answered and refused."""

    status: int


class BadRequest(ApiError):
    """400: the body is not valid JSON."""


class Unauthorized(ApiError):
    """401: the key is not known here, or its integration is disabled."""

    def __str__(self) -> str:
        return f"{super().__str__()}; is the integration enabled, and does the key belong to this region (us or eu)?"


class PaymentRequired(ApiError):
    """402: the account's plan does not include this."""


class Forbidden(ApiError):
    """403: with `code` 40301 the key lacks the right, with 40302 the request is not supported."""


class NotFound(ApiError):
    """404: no such entity, or no such handler.

    Attributes:
        hint: What to write where the id that was given looks like a name, else "".
    """

    hint: str = ""

    def __str__(self) -> str:
        return f"{super().__str__()}; {printable(self.hint)}" if self.hint else super().__str__()


class MethodNotAllowed(ApiError):
    """405: the address exists, but not with this method."""


class NotAcceptable(ApiError):
    """406: the format asked for is not offered."""


class Conflict(ApiError):
    """409: the id, name or alias is taken."""


class Gone(ApiError):
    """410: the feature was withdrawn."""


class UnsupportedMediaType(ApiError):
    """415: the body's format is not accepted."""


class RangeNotSatisfiable(ApiError):
    """416: the range is not supported."""


class UnprocessableEntity(ApiError):
    """422: the body was understood and makes no sense; `errors` says which fields."""


class PreconditionRequired(ApiError):
    """428: another entity (schedule, escalation, team...) still uses this one."""


class Throttled(ApiError):
    """429: too many requests, and waiting on would take longer than allowed.

    Attributes:
        retry_after: Seconds until it is worth trying again, None when the API did not say.
    """

    retry_after: float | None = None


class ServerError(ApiError):
    """5xx: the server, or a gateway before it, failed."""


class NotImplementedByServer(ServerError):
    """501: the server does not implement this; never tried again."""


class ServiceUnavailable(ServerError):
    """503: the servers are at capacity; tried again without a wait being demanded."""


class TransportError(OpsgenieError):
    """No answer came: it could not connect, the connection broke, or time was up."""


class OutcomeUnknown(OpsgenieError):
    """A write that must not be repeated blindly was sent, and whether it happened is not known."""

    def __str__(self) -> str:
        return f"{super().__str__()}; it may or may not have been done: look before you repeat it"


class ProtocolError(OpsgenieError):
    """An answer that does not fit: not JSON, another shape than documented, a redirect, a page link seen twice.

    After a write, `done` and `maybe_done` tell what became of it, and the message says so first.
    """


class ListingTooLong(OpsgenieError):
    """A listing has more items than the API lists, so that reading all of it would fail half-way; `history` reads it.

    Raised by `history` itself, it names the slice that cannot be cut any smaller.

    Attributes:
        total: How many items there are, at least.
        reach: How many of them the API lists.
    """

    total: int = 0
    reach: int = 0


class RequestFailed(OpsgenieError):
    """A request that was accepted with 202 has been processed without success."""


class ArgumentTypeError(OpsgenieError, TypeError):
    """An argument has a type that the call does not take. Nothing was sent. Names the method and the argument."""


class ArgumentValueError(OpsgenieError, ValueError):
    """An argument has a value that cannot be sent as it is meant. Nothing was sent. Names the argument."""


class ClientMisused(OpsgenieError, RuntimeError):
    """Nothing was sent: the client is closed, or belongs to another event loop, thread or process."""


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
