"""The headers of a request that an alert may show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from opsgenie_async.web.redaction import REDACTED, is_secret, redact_text

__all__ = ["HEADERS", "redact_headers"]

HEADERS: Final[frozenset[str]] = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "expect",
        "host",
        "traceparent",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
        "x-cloud-trace-context",
        "x-correlation-id",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-request-id",
        "x-trace",
        "x-trace-id",
    }
)
"""The headers whose values alerts show by default: content negotiation, and the ids that logs use for a request.

None holds a path or query (`Referer`, `X-Original-URL`), an address, or an identity that a proxy adds.
"""


def redact_headers(
    headers: Mapping[str, str], names: Collection[str] = (), *, allowed: Collection[str] = HEADERS
) -> dict[str, str]:
    """Replace the values of headers that an alert must not show.

    Args:
        headers: The headers of a request.
        names: Lower-case names of headers to redact although they are allowed.
        allowed: Lower-case names of headers whose values are shown, unless the name suggests a secret.

    Returns:
        A new mapping with every name of *headers*.
    """
    return {
        name: redact_text(value)
        if (key := name.lower()) in allowed and key not in names and not is_secret(key)
        else REDACTED
        for name, value in headers.items()
    }
