"""Records for tests: the received requests, and the number of connections."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Counters", "RecordedRequest"]

REDACTED = "***"


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it came in. API keys are blotted out wherever they were."""

    method: str
    path: str
    """As sent, still percent-encoded, without query."""
    _query: Mapping[str, str] = field(repr=False)
    _headers: Mapping[str, str] = field(repr=False)
    _body: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self._body)

    @property
    def query(self) -> dict[str, str]:
        return {key: REDACTED if key == "apiKey" else value for key, value in self._query.items()}

    @property
    def headers(self) -> dict[str, str]:
        """By their names in title case (`Content-Type`)."""
        return {
            key.title(): REDACTED if key.lower() == "authorization" else value for key, value in self._headers.items()
        }

    @property
    def json(self) -> Any:
        """The decoded body; None without a body or if it is not JSON."""
        try:
            body = json.loads(self._body)
        except (ValueError, RecursionError):
            return None
        if isinstance(body, dict) and "apiKey" in body:
            body["apiKey"] = REDACTED
        return body


class Counters:
    """Counters, and the last requests."""

    CAPACITY = 10_000
    CAPACITY_BYTES = 2**26
    """Of the bodies of those requests, the latest in full."""

    def __init__(self) -> None:
        self.requests = 0
        self.received: deque[RecordedRequest] = deque()
        self._bytes = 0
        self.accepted = 0
        self.open = 0

    def record(self, request: RecordedRequest) -> None:
        """Count *request* and store it, in place of the oldest if necessary."""
        self.requests += 1
        self.received.append(request)
        self._bytes += request.size
        while len(self.received) > self.CAPACITY or self._bytes > self.CAPACITY_BYTES:
            self._bytes -= self.received.popleft().size

    def reset(self) -> None:
        """Reset the counters, except for open connections."""
        self.requests = 0
        self.accepted = 0
        self.received.clear()
        self._bytes = 0
