"""A shop on FastAPI with error alerts, a heartbeat, and webhooks for actions on its alerts.

    pip install fastapi uvicorn
    OPSGENIE_API_KEY=... SHOP_WEBHOOK_SECRET=... python examples/asgi_service.py --port 8080

The first line on stdout is a JSON object with the shop's address. Try it without an account: `opsgenie-async sandbox`
prints the `url` and `api_key` to put into OPSGENIE_BASE_URL and OPSGENIE_API_KEY.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
from collections import deque
from contextlib import suppress
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI

from opsgenie_async import Config, Name, Opsgenie
from opsgenie_async.web import AlertClosed, AlertNoteAdded, WebhookEvent
from opsgenie_async.web.asgi import ASGIPlugin, Scope

ORDERS = {number: {"id": number, "item": f"item {number}"} for number in range(100)}
FEED: deque[str] = deque(maxlen=100)

app = FastAPI()
opsgenie = ASGIPlugin(Config(max_attempts=3))

Client = Annotated[Opsgenie, Depends(lambda: opsgenie.client)]


@app.get("/orders/{id}")
async def order(id: int) -> dict[str, object]:
    """A missing order is a bug of ours, to show how an exception becomes an alert."""
    return ORDERS[id]


@app.get("/on-call/{schedule}")
async def on_call(schedule: str, og: Client) -> list[str]:
    return (await og.on_calls.get(Name(schedule), flat=True)).on_call_recipients


@app.get("/feed")
async def feed() -> list[str]:
    return [*FEED]


async def on_event(scope: Scope, event: WebhookEvent) -> None:
    match event:
        case AlertNoteAdded(note=note, alert=alert):
            FEED.append(f"{alert.username} on {alert.message!r}: {note}")
        case AlertClosed(alert=alert):
            FEED.append(f"{alert.username} closed {alert.message!r}")
        case _:
            FEED.append(f"{event.action}: {event.alert.message!r}")


opsgenie.alert_on_errors(service="shop", slow_after=2.0, recovered_after=5, alert={"tags": ["shop"]})
opsgenie.heartbeat("shop", every=60, healthy=lambda: bool(ORDERS))
app.add_middleware(opsgenie.wrap)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    opsgenie.webhooks("/opsgenie", on_event, secret=os.environ["SHOP_WEBHOOK_SECRET"], header="X-Shop-Secret")
    door = socket.create_server(("127.0.0.1", arguments.port))
    print(json.dumps({"url": f"http://127.0.0.1:{door.getsockname()[1]}"}), flush=True)
    with suppress(KeyboardInterrupt):  # uvicorn shuts down, and raises it then
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[door])


if __name__ == "__main__":
    main()
