"""The targets of calls, by OpenTelemetry's conventions for HTTP clients."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import attrs
from yarl import URL

from opsgenie_async.events.templates import split_call

__all__ = [
    "DOMAIN",
    "ERROR_TYPE",
    "SCHEMA_URL",
    "STATUS_CODE",
    "Attributes",
    "Target",
    "error_type",
    "server_of",
    "target_of",
]

Attributes: TypeAlias = Mapping[str, str | int]

DOMAIN = "opsgenie.rate_limit.domain"
ERROR_TYPE = "error.type"
STATUS_CODE = "http.response.status_code"
SCHEMA_URL = "https://opentelemetry.io/schemas/1.30.0"

KINDS = {"no response within": "timeout", "cannot reach": "ClientConnectorError"}
"""Values of `error.type` by the beginning of a reason: the rest of it names hosts and seconds."""

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
"""Any other is `_OTHER`: the conventions want no value that anybody may make up."""


@attrs.define(eq=False)
class Target:
    """The target of a call.

    Attributes:
        span_name: Method and template of the path.
        span_attributes: With the path as it is.
        client: Host and rate-limit domain, what the counts of a client are told apart by.
    """

    span_name: str
    span_attributes: Attributes
    client: tuple[str, str]
    _request: Attributes = attrs.field(alias="request")
    _labels: dict[tuple[int | None, str], Attributes] = attrs.field(factory=dict, init=False)

    def labels(self, status: int | None, error: str) -> Attributes:
        """Attributes of metrics of single requests: nothing of an account is in them."""
        labels = self._labels.get((status, error))
        if labels is None:
            outcome: dict[str, str | int] = {} if status is None else {STATUS_CODE: status}
            if error:
                outcome[ERROR_TYPE] = error
            labels = self._labels[status, error] = {**self._request, **outcome}
        return labels


@lru_cache(maxsize=64)
def server_of(base_url: str) -> Attributes:
    """Attributes of the server; none where it is not known."""
    url = URL(base_url)
    return {} if url.host is None or url.port is None else {"server.address": url.host, "server.port": url.port}


@lru_cache(maxsize=1024)  # bots ask the same few places over and over
def target_of(call: str, domain: str, base_url: str) -> Target:
    """Describe the target of an event's *call*; *base_url* is "" where it is not known."""
    word, path, template = split_call(call)
    method = word if word in METHODS else "_OTHER"
    server = server_of(base_url)
    request = {"http.request.method": method, **server, "url.template": template}
    original = {} if word in METHODS else {"http.request.method_original": word}
    return Target(
        span_name=f"{method if word in METHODS else 'HTTP'} {template}",
        span_attributes={**request, **original, "url.full": f"{base_url}{path}", DOMAIN: domain},
        client=(str(server.get("server.address", "")), domain),
        request=request,
    )


def error_type(status: int | None, name: str) -> str:
    """The value of `error.type`: a status that is an error, else the name of what went wrong, "" for a success."""
    if status is not None and status >= 400:
        return str(status)
    if not name:
        return ""
    name = name.partition(":")[0]
    if name.isidentifier():
        return name
    return next((kind for words, kind in KINDS.items() if name.startswith(words)), "_OTHER")
