"""A server that answers every GET with the same JSON; a process of its own, so that its CPU does not count."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


def alert(number: int) -> dict[str, object]:
    """An alert as `GET /v2/alerts` lists it."""
    return {
        "id": f"70413a06-38d6-4c85-92b8-{number:012d}",
        "tinyId": str(1791 + number),
        "alias": "event_573",
        "message": "Our servers are in danger: the disk of db-1.example.com is filling up",
        "status": "open",
        "acknowledged": False,
        "isSeen": True,
        "tags": ["OverwriteQuietHours", "Critical"],
        "snoozed": False,
        "snoozedUntil": "2027-04-03T20:32:35.143Z",
        "count": 79,
        "lastOccurredAt": "2027-04-03T20:05:50.894Z",
        "createdAt": "2027-03-21T20:32:52.353Z",
        "updatedAt": "2027-04-03T20:32:57.301Z",
        "source": "monitoring@example.com",
        "owner": "zeus@example.com",
        "priority": "P4",
        "responders": [
            {"id": "4513b7ea-3b91-438f-b7e4-e3e54af9147c", "type": "team"},
            {"id": "bb4d9938-c3c2-455d-aaab-727aa701c0d8", "type": "user"},
            {"id": "aee8a0de-c80f-4515-a232-501c0bc9d715", "type": "escalation"},
            {"id": "80564037-1984-4f38-b98e-8a1f662df552", "type": "schedule"},
        ],
        "integration": {"id": "4513b7ea-3b91-438f-b7e4-e3e54af9147c", "name": "Monitoring", "type": "API"},
        "ownerTeamId": "4513b7ea-3b91-438f-b7e4-e3e54af9147c",
    }


BODY = json.dumps(
    {"data": [alert(1), alert(2)], "took": 0.605, "requestId": "9ae63dd7-ed00-4c81-86f0-c4ffd33142c9"}
).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-ID: 9ae63dd7-ed00-4c81-86f0-c4ffd33142c9\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 GMT\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Answering(asyncio.Protocol):
    """Answers as many GETs as have arrived whole, after *delay* seconds; the connection stays open."""

    transport: asyncio.Transport
    received = b""

    def __init__(self, delay: float) -> None:
        self.delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *whole, self.received = (self.received + data).split(b"\r\n\r\n")
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, ANSWER * len(whole))
        else:
            self.transport.write(ANSWER * len(whole))


async def _serve(sender: Connection, delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Answering(delay), "127.0.0.1", 0, backlog=1000)
    sender.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _process(sender: Connection, delay: float) -> None:
    asyncio.run(_serve(sender, delay))


@contextmanager
def answering(delay: float = 0.0) -> Iterator[str]:
    """The address of a server that runs until the block ends, and takes *delay* seconds for an answer."""
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_process, args=(sender, delay), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}"
    finally:
        process.terminate()
        process.join()
