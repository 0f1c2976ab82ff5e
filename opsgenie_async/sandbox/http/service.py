"""The handling of a request, from the socket to a route and back: the order of checks, and injected faults."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any
from uuid import UUID

from aiohttp import web

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http import intake
from opsgenie_async.sandbox.http.context import Call, Preparation, World
from opsgenie_async.sandbox.http.faults import Fault, Faults
from opsgenie_async.sandbox.http.keys import Key, key_of
from opsgenie_async.sandbox.http.recorder import Counters, RecordedRequest
from opsgenie_async.sandbox.http.responses import Dialect, Pattern, Response, error_response, render, with_zones
from opsgenie_async.sandbox.http.route import FORM, Route
from opsgenie_async.sandbox.http.router import Router

__all__ = ["CountingServer", "Service"]


class CountingServer(web.Server):
    """An aiohttp server that counts its connections and leaves reading of bodies to the handler."""

    def __init__(self, service: Service, counters: Counters) -> None:
        super().__init__(service, request_factory=_request, access_log=None, auto_decompress=False)
        self._counters = counters

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        self._counters.accepted += 1
        self._counters.open += 1
        super().connection_made(handler, transport)

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        self._counters.open -= 1
        super().connection_lost(handler, exc)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=0)


class Service:
    """The request handler of a world."""

    def __init__(self, world: World, router: Router, faults: Faults, counters: Counters, prefix: str) -> None:
        self._world = world
        self._router = router
        self._faults = faults
        self._counters = counters
        self._prefix = prefix
        self._random = Random()
        self._delays: set[asyncio.Task[Any]] = set()
        self._is_closing = False

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        raw = await self._body(request)
        start = time.perf_counter()
        path = self._path(request)
        body = raw if isinstance(raw, bytes) else b""
        self._counters.record(RecordedRequest(request.method, path, request.query, request.headers, body))
        request_id = str(UUID(int=self._random.getrandbits(128), version=4))

        fault = self._faults.pick(request.method, path)
        if fault is not None and not fault.after_state:
            await self._pause(fault.delay)
        if fault is not None and (fault.reset or fault.replaces) and not fault.after_state:
            response = Response() if fault.reset else fault.response(0.001, request_id)
        else:
            if self._world.on_request is not None:
                self._world.on_request(request.method, path)
            response = await self._respond(request, path, raw, request_id, start)
            if fault is not None and fault.replaces:
                response = fault.response(0.001, request_id)
        if fault is not None and fault.after_state:
            await self._pause(fault.delay)
        if fault is not None and fault.reset:
            return _reset(request)
        return await self._send(request, response, fault, request_id, start)

    def _path(self, request: web.BaseRequest) -> str:
        path = request.raw_path.partition("?")[0]
        if not self._prefix:
            return path
        return path[len(self._prefix) :] if path.startswith(self._prefix + "/") else "/outside-the-prefix"

    async def _body(self, request: web.BaseRequest) -> bytes | Refusal:
        """The body, up to a maximum size, which is small without a valid key."""
        if not request.body_exists:
            return b""
        most = intake.STRANGER
        with suppress(Refusal):
            route = self._router.find(request.method, self._path(request))[0].route
            if route.dialect is Dialect.V1 and request.method == "POST":  # which has its key in the body
                return await intake.read(request, most)
            self._identify(route, request.headers, request.query, b"")
            most = intake.FILE if route.media >= FORM else intake.JSON
        return await intake.read(request, most)

    async def close(self) -> None:
        """Cancel all delays: aiohttp would leave the handler of a disconnected client sleeping."""
        self._is_closing = True
        for task in self._delays:
            task.cancel()
        await asyncio.gather(*self._delays, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        task = asyncio.current_task()
        if seconds > 0 and not self._is_closing and task is not None:
            self._delays.add(task)
            try:
                await asyncio.sleep(seconds)
            finally:
                self._delays.discard(task)

    async def _respond(
        self, request: web.BaseRequest, path: str, raw: bytes | Refusal, request_id: str, start: float
    ) -> Response:
        """Check a request in the order of a gateway: path, key, form, rate limit, content."""
        method, query, headers = request.method, request.query, request.headers
        dialect = _dialect(path)
        limit_headers: dict[str, str] = {}
        try:
            endpoint, values = self._router.find(method, path)
            route = endpoint.route
            dialect = route.dialect
            key = self._identify(route, headers, query, raw)
            raw = intake.usable(raw)
            _check_form(route, headers, raw)
            if route.domain is not None:
                limit_headers = {
                    "X-RateLimit-State": "OK",
                    "X-RateLimit-Reason": "ACCOUNT",
                    "X-RateLimit-Period-In-Sec": "60",
                }
            self._world.limits.check(route.domain)
            self._world.entitlements.check(method, path)
            key.authorize(route, path)
            call = Call(self._world, route, key, request_id, path, values, query, headers, raw, request.remote or "")
            response = await _answer(endpoint.handler, call)
            if names := self._world.account.assumptions.zone_names:
                response.envelope = with_zones(response.envelope, names)
                response.document = with_zones(response.document, names)
        except Refusal as refusal:
            response = error_response(refusal, dialect, _took(start), request_id)
        response.headers = limit_headers | response.headers
        return response

    def _identify(
        self, route: Route, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes | Refusal
    ) -> Key:
        if route.dialect is Dialect.V2:
            return self._world.keys.authenticate(key_of(headers, query))
        if route.dialect is Dialect.V1:
            secret = query.get("apiKey") if route.method != "POST" else intake.parse(intake.usable(raw)).get("apiKey")
            return self._world.keys.authenticate(secret if isinstance(secret, str) else None)
        if route.dialect is Dialect.LINK:
            return Key("")
        if headers.get("Authorization") != f"Bearer {self._world.dx_token}":
            raise Refusal(200, "not_authed")
        return Key(self._world.dx_token)

    async def _send(
        self, request: web.BaseRequest, response: Response, fault: Fault | None, request_id: str, start: float
    ) -> web.StreamResponse:
        took = _took(start)
        body = render(response, took, request_id)
        headers = {
            "X-Request-ID": request_id,
            "X-Response-Time": f"{took:.3f}",
            "Content-Type": response.media,
            **response.headers,
            **(fault.headers if fault is not None else {}),
        }
        if isinstance(body, Pattern):
            whole = fault is None or not fault.truncate
            return await _stream(request, response.status, headers, body, whole=whole)
        if fault is not None and fault.truncate:
            return await _truncate(request, response.status, headers, body)
        return web.Response(status=response.status, body=body, headers=headers)


def _took(start: float) -> float:
    """Seconds since *start*, to the millisecond; never 0, as in recorded responses."""
    return max(0.001, round(time.perf_counter() - start, 3))


def _dialect(path: str) -> Dialect:
    if path.startswith(("/v1/json/", "/v1.1/json/")):
        return Dialect.V1
    return Dialect.DX if path.startswith("/api/") else Dialect.V2


def _check_form(route: Route, headers: Mapping[str, str], raw: bytes) -> None:
    """Refuse unsupported formats with 406, 415 or 416."""
    accept = headers.get("Accept")
    if accept and not any(
        media_range.partition(";")[0].strip() in ("*/*", "application/*", "application/json", *route.answers)
        for media_range in accept.split(",")
    ):
        raise Refusal(406, "Requested format is not supported, accept application/json")
    if "Range" in headers:
        raise Refusal(416, "The given range is not supported")
    media = headers.get("Content-Type")
    if raw and media and media.partition(";")[0].strip().lower() not in route.media:
        raise Refusal(415, f"Content type {media} is not supported, send application/json")


def _reset(request: web.BaseRequest) -> web.Response:
    """Close the connection with a TCP reset; the returned response is not sent."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _answer(handler: Callable[[Call], Response], call: Call) -> Response:
    """The response of *handler*; other requests are handled during a preparation."""
    while True:
        try:
            return handler(call)
        except Preparation as preparation:
            for _ in preparation.steps:
                await asyncio.sleep(0)


async def _stream(
    request: web.BaseRequest, status: int, headers: dict[str, str], body: Pattern, *, whole: bool
) -> web.StreamResponse:
    """Send a body in chunks, or half of it."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = body.size
    with suppress(ConnectionError):  # of a client that has enough
        await response.prepare(request)
        for chunk in (body if whole else Pattern(body.size // 2)).chunks():
            await response.write(chunk)
        if whole:
            await response.write_eof()
    if not whole and request.transport is not None:
        request.transport.close()
    return response


async def _truncate(request: web.BaseRequest, status: int, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    """Announce the whole body, send half of it, and close the connection."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    with suppress(ConnectionError):  # of a client that has gone before
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
