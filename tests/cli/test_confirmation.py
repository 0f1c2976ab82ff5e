"""`apply` asks on a terminal, and names each step as it is done."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import attrs
import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Store, pull
from tests.cli.terminal import run

QUESTION = b"Apply these changes? [y/N] "


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=3, seed=4) as running:
        yield running


@pytest.fixture
async def snapshot(sandbox: Sandbox, tmp_path: Path) -> Path:
    """What a pull wrote, with one edit and one file removed."""
    folder = tmp_path / "snapshot"
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await pull(og, Store(folder))
    file = min((folder / "teams").iterdir())
    document = json.loads(file.read_text())
    document["team"]["description"] = "rings at night"
    file.write_text(json.dumps(document))
    next((folder / "heartbeats").iterdir()).unlink()
    return folder


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


def written(sandbox: Sandbox) -> list[str]:
    return [each.method for each in sandbox.received if each.method != "GET"]


@attrs.define
class Terminal:
    """A command with a terminal in place of all its streams."""

    process: asyncio.subprocess.Process
    master: int
    seen: bytes = b""

    @classmethod
    async def start(cls, sandbox: Sandbox, *words: str) -> Terminal:
        master, slave = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "opsgenie_async", *words),
            env=os.environ | account(sandbox) | {"COLUMNS": "100", "TERM": "xterm"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        return cls(process, master)

    async def read(self) -> bool:
        try:
            piece = await asyncio.wait_for(asyncio.to_thread(os.read, self.master, 4096), 20)
        except OSError:  # as Linux says that nobody writes any more
            return False
        self.seen += piece
        return bool(piece)

    async def until(self, text: bytes) -> None:
        while text not in self.seen:
            assert await self.read(), self.seen.decode()

    async def end(self) -> tuple[int, str]:
        while await self.read():
            pass
        with suppress(OSError):
            os.close(self.master)
        return await self.process.wait(), self.seen.decode()


@pytest.mark.parametrize("answer", [b"\n", b"yess\n", b"\x04"])
async def test_any_other_answer_than_yes_is_a_no(sandbox: Sandbox, snapshot: Path, answer: bytes) -> None:
    terminal = await Terminal.start(sandbox, "apply", str(snapshot))
    await terminal.until(QUESTION)
    os.write(terminal.master, answer)
    status, seen = await terminal.end()
    assert (status, written(sandbox)) == (1, []), seen
    assert "not confirmed; nothing was changed" in seen
    assert "rings at night" in seen
    assert not (snapshot / "journal.jsonl").exists()


async def test_a_yes_does_what_was_shown(sandbox: Sandbox, snapshot: Path) -> None:
    terminal = await Terminal.start(sandbox, "apply", str(snapshot), "--prune")
    await terminal.until(QUESTION)
    assert written(sandbox) == []
    os.write(terminal.master, b"y\n")
    status, seen = await terminal.end()
    assert (status, written(sandbox)) == (0, ["PATCH", "DELETE"]), seen
    assert "updated team " in seen
    assert "deleted heartbeat " in seen


async def test_ctrl_c_at_the_question_changes_nothing(sandbox: Sandbox, snapshot: Path) -> None:
    terminal = await Terminal.start(sandbox, "apply", str(snapshot))
    await terminal.until(QUESTION)
    terminal.process.send_signal(signal.SIGINT)
    status, seen = await terminal.end()
    assert (status, written(sandbox)) == (130, []), seen
    assert "\nopsgenie-async apply: interrupted: nothing was changed" in seen.replace("\r", "")  # on a line of its own
    assert "Traceback" not in seen


async def test_where_there_is_nothing_to_do_or_it_was_said_before_nobody_is_asked(
    sandbox: Sandbox, snapshot: Path
) -> None:
    for number in range(2):
        terminal = await Terminal.start(sandbox, "apply", str(snapshot), *(["--yes"] if number == 0 else []))
        status, seen = await terminal.end()
        assert (status, QUESTION.decode() in seen) == (0, False), seen
        assert written(sandbox) == ["PATCH"]


async def test_without_a_terminal_what_deletes_needs_a_yes(sandbox: Sandbox, snapshot: Path) -> None:
    status, _, stderr = await run("apply", str(snapshot), "--prune", **account(sandbox))
    assert (status, written(sandbox)) == (2, [])
    assert "this deletes 1 thing: without a terminal that needs --yes; nothing was changed" in stderr
    status, _, stderr = await run("apply", str(snapshot), **account(sandbox))
    assert (status, written(sandbox)) == (0, ["PATCH"])
    status, _, stderr = await run("apply", str(snapshot), "--prune", "--yes", **account(sandbox))
    assert (status, written(sandbox)) == (0, ["PATCH", "DELETE"])


async def test_each_step_is_named_and_quiet_names_none(sandbox: Sandbox, snapshot: Path) -> None:
    status, stdout, stderr = await run("apply", str(snapshot), "--prune", "--yes", "--quiet", **account(sandbox))
    assert (status, stdout, stderr) == (0, "", "")
    async with Sandbox(seed=1) as empty:
        status, stdout, stderr = await run("apply", str(snapshot), **account(empty))
        assert status == 0, stderr
        file = json.loads(min((snapshot / "teams").iterdir()).read_text())
        assert f"created team {file['team']['name']}\n" in stderr
        assert f"took over the existing schedule {file['team']['name']}_schedule\n" in stderr
        # A team that is made and then gets its members is one thing.
        rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in stdout.splitlines()]
        assert ["team", "3", ""] in rows


def test_a_reader_that_has_gone_is_no_error(snapshot: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m opsgenie_async plan {snapshot} --sandbox --sandbox-teams 3 | head -1",
        shell=True,
        capture_output=True,
        check=False,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 1
    assert "Error" not in done.stderr


async def test_a_detailed_exit_code_tells_of_changes(sandbox: Sandbox, snapshot: Path) -> None:
    status, *_ = await run("plan", str(snapshot), "--detailed-exitcode", **account(sandbox))
    assert status == 2
    await run("apply", str(snapshot), **account(sandbox))
    status, *_ = await run("plan", str(snapshot), "--detailed-exitcode", **account(sandbox))
    assert status == 0
