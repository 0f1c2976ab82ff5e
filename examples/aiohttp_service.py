"""A shop on aiohttp.web with error alerts, a heartbeat, and webhooks for actions on its alerts.

    OPSGENIE_API_KEY=... SHOP_WEBHOOK_SECRET=... python examples/aiohttp_service.py --port 8080

The first line on stdout is a JSON object with the shop's address. Try it without an account: `opsgenie-async sandbox`
prints the `url` and `api_key` to put into OPSGENIE_BASE_URL and OPSGENIE_API_KEY.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
from collections import deque

from aiohttp import web

from opsgenie_async import Config, Name, NotFound
from opsgenie_async.web import (
    OPSGENIE,
    AlertClosed,
    AlertNoteAdded,
    WebhookEvent,
    alert_on_errors,
    heartbeat,
    setup,
    webhooks,
)

ORDERS = {str(number): {"id": number, "item": f"item {number}"} for number in range(100)}
FEED = web.AppKey("feed", deque[str])


async def order(request: web.Request) -> web.Response:
    """A missing order is a bug of ours, to show how an exception becomes an alert."""
    return web.json_response(ORDERS[request.match_info["id"]])


async def on_call(request: web.Request) -> web.Response:
    og = request.config_dict[OPSGENIE]
    try:
        now = await og.on_calls.get(Name(request.match_info["schedule"]), flat=True)
    except NotFound as error:
        raise web.HTTPNotFound(text=error.message) from error
    return web.json_response(now.on_call_recipients)


async def feed(request: web.Request) -> web.Response:
    return web.json_response([*request.app[FEED]])


async def on_webhook(request: web.Request, event: WebhookEvent) -> None:
    match event:
        case AlertNoteAdded(note=note, alert=alert):
            line = f"{alert.username} on {alert.message!r}: {note}"
        case AlertClosed(alert=alert):
            line = f"{alert.username} closed {alert.message!r}"
        case _:
            line = f"{event.action}: {event.alert.message!r}"
    request.app[FEED].append(line)


def make_app(*, alerts: bool = True) -> web.Application:
    app = web.Application()
    app[FEED] = deque(maxlen=100)
    setup(app, Config(max_attempts=3))
    if alerts:
        alert_on_errors(app, service="shop", slow_after=2.0, recovered_after=5, alert={"tags": ["shop"]})
    heartbeat(app, "shop", every=60, healthy=lambda app: bool(ORDERS))
    webhooks(app, "/opsgenie", on_webhook, secret=os.environ["SHOP_WEBHOOK_SECRET"], header="X-Shop-Secret")
    app.router.add_get("/orders/{id}", order)
    app.router.add_get("/on-call/{schedule}", on_call)
    app.router.add_get("/feed", feed)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    door = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(json.dumps({"url": f"http://127.0.0.1:{door.getsockname()[1]}"}), flush=True)
    web.run_app(make_app(), sock=door, print=None)


if __name__ == "__main__":
    main()
