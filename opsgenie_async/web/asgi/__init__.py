"""Opsgenie in an ASGI application: Starlette, FastAPI, or any other; nothing of theirs is imported.

opsgenie = ASGIPlugin(Config(...))                              a client: `request.state.opsgenie`
opsgenie.alert_on_errors(service="shop")                        alerts for failed requests
opsgenie.heartbeat("shop", every=60)                            pings while the application is healthy
opsgenie.webhooks("/opsgenie", on_event, secret=SECRET)         actions on alerts, as typed events
app.add_middleware(opsgenie.wrap)                               or app = opsgenie.wrap(app)
"""

from opsgenie_async.web.asgi.plugin import ASGIPlugin, OnEvent, Source
from opsgenie_async.web.asgi.protocol import ASGIApp, Scope

__all__ = ["ASGIApp", "ASGIPlugin", "OnEvent", "Scope", "Source"]
