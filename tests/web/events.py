"""The events that a webhook endpoint received, and how a test posts to it."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from opsgenie_async import web as plugin

SECRET = "what only Opsgenie knows"


class EventList(list):
    """A handler that stores events, and calls `before` with each one first."""

    before = None

    async def __call__(self, request: web.Request, event: plugin.WebhookEvent) -> None:
        if self.before is not None:
            await self.before(event)
        self.append(event)


async def post(sandbox, body) -> int:
    """Post *body* as the sandbox would, and return the status of the answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(sandbox.webhook.url, data=body, headers={"X-Shop": SECRET}) as answer,
    ):
        return answer.status
