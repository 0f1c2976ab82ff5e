"""Nothing but `OpsgenieError` leaves, whatever an answer is: every operation, with answers that nobody should give."""

from __future__ import annotations

import asyncio
import random

import aiohttp
import pytest

from opsgenie_async import Config, Opsgenie, OpsgenieError, Pager, Pending, json_text
from opsgenie_async.dx import DX
from tests.routes.calls import CALLS, Call, Story
from tests.routes.hostile import Hostile, damaged, rubbish
from tests.routes.runner import Outcome, play
from tests.waiting import LIMIT

CONFIG = Config(max_attempts=2, max_wait=0, backoff_max=0.001, read_timeout=2, total_timeout=3, hooks=())
KEY = "3fa7c9d1-key-of-the-test"


@pytest.fixture(scope="module")
def played() -> tuple[dict[str, Outcome], Story]:
    """What a true server answers to every call."""
    return asyncio.run(play())


async def make(call: Call, story: Story) -> object:
    """Make a call and take all that comes of it."""
    result: object = call(story)
    if isinstance(result, Pager):
        return [item async for item in result]
    result = await result  # type: ignore[misc]
    return await result.wait(timeout=0.05) if isinstance(result, Pending) else result


def answers(draw: random.Random, outcome: Outcome, kind: str) -> list[bytes]:
    """As many as a call and its looks at the outcome take."""
    exchanges = outcome.exchanges
    if kind == "rubbish":
        return [rubbish(draw) for _ in range(2)]
    hurt = draw.randrange(len(exchanges))
    return [
        damaged(draw if number == hurt else random.Random(0), each.body, each.status)
        if number == hurt
        else b"HTTP/1.1 %d OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
        % (each.status, len(each.body), each.body)
        for number, each in enumerate(exchanges)
    ]


@pytest.mark.parametrize("orjson", [json_text.orjson, None], ids=["fast", "stdlib"])
@pytest.mark.parametrize("kind", ["damaged", "rubbish"])
@pytest.mark.parametrize("seed", range(2))
async def test_nothing_else_leaves(
    played: tuple[dict[str, Outcome], Story], kind: str, seed: int, orjson: object, monkeypatch: pytest.MonkeyPatch
):
    outcomes, story = played
    monkeypatch.setattr(json_text, "orjson", orjson)
    escaped: list[str] = []
    async with Hostile() as server, aiohttp.ClientSession() as session:
        for key, call in CALLS.items():
            draw = random.Random(f"{key} {kind} {seed} {orjson is None}")
            server.answers = answers(draw, outcomes[key], kind)
            first = server.answers[0]
            og = Opsgenie(KEY, base_url=server.url, session=session, config=CONFIG)
            dx = DX(KEY, base_url=server.url, session=session, config=CONFIG)
            try:
                async with asyncio.timeout(LIMIT):
                    await make(call, Story(og, dx, story.account, story.results, story.accepted))
            except OpsgenieError as error:
                text = f"{error}\n{error!r}"
                text.encode()
                if len(text) > 6000 or KEY in text:
                    escaped.append(f"{key}: {text[:300]!r}")
            except Exception as error:  # noqa: BLE001
                escaped.append(f"{key}: {type(error).__name__}: {str(error)[:200]} after {first[:300]!r}")

    assert escaped == []
