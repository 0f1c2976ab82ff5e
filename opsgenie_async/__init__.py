"""The asyncio SDK for Opsgenie.

async with Opsgenie(api_key, region="eu") as og:
    async for team in og.teams.list():
        rules = await og.team_routing_rules.list(team)

`opsgenie_async.models` has what the API speaks of, `opsgenie_async.errors` the tree of exceptions,
`opsgenie_async.events` what hooks receive, `opsgenie_async.sandbox` an Opsgenie to try all of it against.
"""

from .client import Opsgenie
from .config import Config
from .errors import (
    ApiError,
    BadRequest,
    ClientMisused,
    Conflict,
    Forbidden,
    Gone,
    ListingTooLong,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotImplementedByServer,
    OpsgenieError,
    OutcomeUnknown,
    PaymentRequired,
    PreconditionRequired,
    ProtocolError,
    RangeNotSatisfiable,
    RequestFailed,
    ServerError,
    ServiceUnavailable,
    Throttled,
    TransportError,
    Unauthorized,
    UnprocessableEntity,
    UnsupportedMediaType,
)
from .models.identifiers import Alias, Name, TinyId
from .paging import Listing, Page, Pager
from .pending import Pending
from .wire import UNSET, Envelope, Unset

__version__ = "0.1.0"

__all__ = [
    "UNSET",
    "Alias",
    "ApiError",
    "BadRequest",
    "ClientMisused",
    "Config",
    "Conflict",
    "Envelope",
    "Forbidden",
    "Gone",
    "Listing",
    "ListingTooLong",
    "MethodNotAllowed",
    "Name",
    "NotAcceptable",
    "NotFound",
    "NotImplementedByServer",
    "Opsgenie",
    "OpsgenieError",
    "OutcomeUnknown",
    "Page",
    "Pager",
    "PaymentRequired",
    "Pending",
    "PreconditionRequired",
    "ProtocolError",
    "RangeNotSatisfiable",
    "RequestFailed",
    "ServerError",
    "ServiceUnavailable",
    "Throttled",
    "TinyId",
    "TransportError",
    "Unauthorized",
    "UnprocessableEntity",
    "Unset",
    "UnsupportedMediaType",
]
