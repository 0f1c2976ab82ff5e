"""Ports that are free for as long as a test needs that."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["reserve_port"]


@contextmanager
def reserve_port() -> Iterator[int]:
    """Keep a port on which nobody listens, and on which a server of the test may listen.

    On Linux a socket that is bound and does not listen keeps it from everybody who asks for any free port, not from a
    server that asks for this one and may reuse addresses. Elsewhere it is a port that was free a moment ago.
    """
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        if sys.platform != "linux":
            bound.close()
        yield port
