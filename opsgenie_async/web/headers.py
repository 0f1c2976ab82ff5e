"""Which headers of a request an alert may tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

__all__ = ["HEADERS", "REDACTED", "redacted"]

REDACTED = "[redacted]"
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
"""What alerts tell unless it is said otherwise: what is asked for and in which form, and by which id logs know it.

No paths and queries (`Referer`, `X-Original-URL`), no addresses, no identities that proxies add.
"""
SECRET = re.compile(
    r"auth|cookie|token|secret|passw|key|signature|session|credential|jwt|oidc|saml|assertion|bearer", re.IGNORECASE
)
"""Headers whose values never leave the application, by any part of their name."""


def redacted(
    headers: Mapping[str, str], names: Collection[str] = (), *, allowed: Collection[str] = HEADERS
) -> dict[str, str]:
    """Return *headers* with the values of those alone that may be told.

    Args:
        headers: Of a request.
        names: Of headers, in lower case, whose values are hidden though they are allowed.
        allowed: Names of headers, in lower case, whose values may be told; those that speak of secrets never are.
    """
    return {
        name: value if (low := name.lower()) in allowed and low not in names and not _secret(low) else REDACTED
        for name, value in headers.items()
    }


@lru_cache  # the same few names, over and over
def _secret(name: str) -> bool:
    return SECRET.search(name) is not None
