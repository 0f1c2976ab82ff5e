"""A chat bot that answers "who is on call?" for all schedules at once.

    OPSGENIE_API_KEY=... python examples/who_is_on_call.py

Reads questions from stdin, one per line: "who is on call?", "who is on call for Ops?". The first question
fetches all schedules at once; results are cached until the next hand-over of each schedule.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys

from opsgenie_async import Opsgenie
from opsgenie_async.resources.on_call_board import OnCallBoard


async def answer(board: OnCallBoard, question: str) -> str:
    """What the bot says."""
    turns = await board.all()
    person = re.search(r"\bfor (.+?)\??\s*$", question)
    if person and person[1] not in turns:
        return f"I know no schedule called {person[1]}"
    names = [person[1]] if person else sorted(turns)
    return "\n".join(f"{name}: {', '.join(turns[name].who) or 'nobody'}" for name in names)


async def main() -> None:
    async with Opsgenie() as og:
        board = og.on_calls.board()
        while question := await asyncio.to_thread(sys.stdin.readline):
            print(await answer(board, question), flush=True)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    asyncio.run(main())
