"""Pictures of terminals for the pages: real commands, run in a pseudo-terminal against a sandbox, written as SVG.

    python docs/machinery/terminals.py

Run it anew when the output of a command changes; the pictures are part of the repository, in `docs/images`.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from opsgenie_async.sandbox import Sandbox

FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)
IMAGES = Path(__file__).parents[1] / "images"
WIDTH = 88


def change(snapshot: Path) -> None:
    """Edit the first team, as somebody does with an editor."""
    path = min((snapshot / "teams").glob("*.json"))
    document = json.loads(path.read_text())
    document["team"]["description"] = "Rings at night"
    del document["team"]["members"][0]
    path.write_text(json.dumps(document, indent=2))


def run(folder: Path, environment: dict[str, str], *words: str) -> str:
    """Return what a command writes to a terminal of `WIDTH` columns."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "opsgenie_async", *words],
        cwd=folder,
        env={**os.environ, **environment, "COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
        stdin=follower,
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    pieces = []
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(leader)
    process.wait()
    return b"".join(pieces).decode().replace("\r\n", "\n")


def draw(name: str, screen: list[tuple[str, str]]) -> None:
    """Write the commands and their outputs as one picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for command, output in screen:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(Text.from_ansi(output.rstrip("\n")), soft_wrap=True)
    picture = console.export_svg(title="opsgenie-async", unique_id=name)
    (IMAGES / f"{name}.svg").write_text(FONT_FACE.sub("", picture))  # no font is fetched from elsewhere


async def main() -> None:
    """Draw all of them."""
    async with Sandbox(teams=3, seed=7, alerts=12, incidents=3) as sandbox:
        environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)

            async def run_inside(*words: str) -> tuple[str, str]:
                line = " ".join(f"'{word}'" if " " in word else word for word in words)
                return f"opsgenie-async {line}", await asyncio.to_thread(run, folder, environment, *words)

            await run_inside("pull", "backup")
            draw("terminal-alerts", [await run_inside("alerts", "list", "--query", "status: open", "--first", "5")])
            change(folder / "backup")
            draw("terminal-plan", [await run_inside("plan", "backup")])
            draw("terminal-on-call", [await run_inside("on-call")])


if __name__ == "__main__":
    asyncio.run(main())
