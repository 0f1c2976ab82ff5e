"""Requests that are accepted now and processed later."""

from __future__ import annotations

from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.processing import Effect
from opsgenie_async.sandbox.http.responses import Response, accepted_response

__all__ = ["process_later"]


def process_later(call: Call, family: str, effect: Effect) -> Response:
    """Accept a request of a *family* with 202; its *effect* comes when it is processed."""
    call.world.processing.submit(family, call.request_id, effect)
    return accepted_response()
