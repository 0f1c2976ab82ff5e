"""Makes every call of the table, once and in order, against one sandbox, and keeps what went over the wire."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import attrs

from opsgenie_async import Config, Opsgenie, OpsgenieError, Pager, Pending
from opsgenie_async.dx import DX
from opsgenie_async.events import AttemptEnded, Event
from opsgenie_async.sandbox import Sandbox
from tests.routes.calls import BOB, CALLS, Call, Story
from tests.waiting import LIMIT

__all__ = ["Exchange", "Outcome", "call_all", "play"]


@attrs.frozen
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    """Percent-encoded, without query."""
    status: int
    body: bytes


@attrs.define
class Outcome:
    """What came of a call: what the client made of it, or why there is nothing, and what went over the wire."""

    result: Any = None
    error: Exception | None = None
    exchanges: list[Exchange] = attrs.field(factory=list)
    domains: set[str] = attrs.field(factory=set)


class Recorder:
    """Writes every exchange of a session, and every rate limit that was spent, to the call that is being made."""

    def __init__(self) -> None:
        self.outcome = Outcome()

    def session(self) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        trace.on_response_chunk_received.append(self._read)
        return aiohttp.ClientSession(trace_configs=[trace])

    async def _ended(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, parameters: aiohttp.TraceRequestEndParams
    ) -> None:
        context.status = parameters.response.status

    async def _read(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, parameters: aiohttp.TraceResponseChunkReceivedParams
    ) -> None:
        self.outcome.exchanges.append(
            Exchange(parameters.method, parameters.url.raw_path, context.status, parameters.chunk)
        )

    def record(self, event: Event) -> None:
        if isinstance(event, AttemptEnded):
            self.outcome.domains.add(event.domain)


async def call_all() -> dict[str, Outcome]:
    """Make the calls; one that fails leaves its error, and those that build on it fail as well."""
    return (await play())[0]


async def play() -> tuple[dict[str, Outcome], Story]:
    """As `call_all`, with the story; its clients and its account are closed by then."""
    outcomes: dict[str, Outcome] = {}
    async with _stage() as (story, recorder):
        for key, call in CALLS.items():
            recorder.outcome = outcomes[key] = Outcome()
            try:
                recorder.outcome.result = story.results[key] = await _make(key, call, story)
            except (OpsgenieError, AttributeError, LookupError, TypeError, ValueError) as error:
                recorder.outcome.error = error
    return outcomes, story


async def _make(key: str, call: Call, story: Story) -> object:
    result: object = call(story)
    if isinstance(result, Pager):
        return [item async for page in result.pages() for item in page.items]
    if inspect.isawaitable(result):
        result = await result
    if isinstance(result, Pending):
        story.accepted[key] = result.request_id
        return await result.wait(timeout=LIMIT)
    return result


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Story, Recorder]]:
    recorder = Recorder()
    config = Config(hooks=(recorder.record,), jitter=lambda bound: 0.0)
    async with (
        Sandbox(teams=3, seed=1) as sandbox,
        recorder.session() as session,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, session=session, config=config) as og,
        DX(sandbox.dx_token, base_url=sandbox.url, session=session, config=config) as dx,
    ):
        sandbox.add_user(BOB)
        sandbox.add_team("night shift", members=(BOB,))
        yield Story(og, dx, sandbox.account), recorder
