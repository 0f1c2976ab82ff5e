"""A shop whose requests fail, and what is said of it."""

from __future__ import annotations

from aiohttp import web

CREATE = "POST /v2/alerts"


class OutOfStock(Exception):
    """What the shop raises."""


async def answer(request: web.Request) -> web.StreamResponse:
    """Do what the path says."""
    match request.match_info["how"]:
        case "raise":
            raise OutOfStock("no more of 17")
        case "status":
            return web.Response(status=int(request.query["status"]))
        case "http":
            raise web.HTTPBadGateway(text="upstream")
        case "gone":
            raise web.HTTPNotFound
    return web.Response(text="fine")


async def fine(request: web.Request) -> web.Response:
    return web.Response(text="fine")


def alerts(sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())
