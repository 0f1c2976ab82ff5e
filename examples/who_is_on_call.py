"""A chat bot's answer to "who is on call?", for all schedules in one go.

    OPSGENIE_API_KEY=... python examples/who_is_on_call.py

Reads questions from stdin, a line each: "who is on call?", "who is on call for Ops?". The first answer asks Opsgenie
about all schedules at once; what it says holds until the next hand-over of each, and is not asked for again before.
"""

from __future__ import annotations

import asyncio
import re
import sys

from opsgenie_async import Opsgenie
from opsgenie_async.resources.on_calls import OnCallBoard


async def answer(board: OnCallBoard, question: str) -> str:
    """What the bot says."""
    turns = await board.all()
    asked = re.search(r"\bfor (.+?)\??\s*$", question)
    if asked and asked[1] not in turns:
        return f"I know no schedule called {asked[1]}"
    names = [asked[1]] if asked else sorted(turns)
    return "\n".join(f"{name}: {', '.join(turns[name].who) or 'nobody'}" for name in names)


async def main() -> None:
    async with Opsgenie() as og:
        board = og.on_calls.board()
        while question := await asyncio.to_thread(sys.stdin.readline):
            print(await answer(board, question), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
