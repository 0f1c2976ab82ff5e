"""What `python` forks is like an interpreter of its own; and some commands in one."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import pytest

from opsgenie_async.sandbox import Sandbox
from tests.cli import processes
from tests.cli.processes import Fork, python
from tests.cli.terminal import Ended, read_all, start

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
STATE = """
import json, os, signal, sys, threading, warnings
import aiohttp.web  # which adds to the filters of warnings
print(json.dumps({
    "words": sys.argv, "path": sys.path[0], "name": __name__, "folder": os.getcwd(), "environment": dict(os.environ),
    "streams": [(each.name, each.mode, each.encoding, each.errors, each.line_buffering, each.write_through,
                 type(each.buffer).__name__, each.isatty(), each.fileno())
                for each in (sys.stdin, sys.stdout, sys.stderr)],
    "originals": [sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__],
    "signals": [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "files": [number for number in range(3, 64) if os.path.exists(f"/dev/fd/{number}")],
    "warnings": [str(each) for each in warnings.filters], "threads": threading.active_count(),
    "session": os.getsid(0) == os.getpid(), "limit": sys.getrecursionlimit(), "dry": sys.dont_write_bytecode,
}))
"""


async def interpreter(*words: str, **settings: Any) -> asyncio.subprocess.Process:
    """Start one, whatever could be forked."""
    return await asyncio.create_subprocess_exec(sys.executable, *words, **settings)


async def end(process: Any, text: bytes | None = None) -> tuple[int, bytes, bytes]:
    stdout, stderr = await process.communicate(text)
    return process.returncode, stdout, stderr


@pytest.mark.parametrize(
    ("session", "more"),
    [
        (False, {}),
        (True, {"PYTHONIOENCODING": "ascii", "PYTHONUNBUFFERED": "1"}),
        (False, {"PYTHONIOENCODING": "latin-1:replace", "PYTHONDONTWRITEBYTECODE": "1"}),
    ],
)
async def test_a_fork_has_what_an_interpreter_has(tmp_path: Path, session: bool, more: dict[str, str]) -> None:
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "LC_", "LANG"))}
    environment = {name: value for name, value in variables.items() if name not in processes.IMITATED} | more
    settings: dict[str, Any] = {
        "env": environment | {"TZ": "Asia/Tokyo", "COLUMNS": "7"},
        "cwd": tmp_path,
        "start_new_session": session,
    }
    states = []
    for begin in (interpreter, python):
        process = await begin("-c", STATE, "a", "ü", stdin=DEVNULL, stdout=PIPE, stderr=PIPE, **settings)
        status, stdout, stderr = await end(process)
        assert (status, stderr) == (0, b"")
        states.append(json.loads(stdout))
    assert isinstance(process, Fork)
    for name, value in states[0].items():
        assert states[1][name] == value, name


async def test_a_fork_has_the_terminal() -> None:
    main, terminal = pty.openpty()
    process = await python("-c", "print(input('? '), end='')", stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.write(main, b"x\n")
    assert await process.wait() == 0
    assert read_all(main).replace(b"\r", b"").endswith(b"x")
    os.close(main)


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("pass", (0, "", "")),
        ("print('x', end=''); raise SystemExit", (0, "x", "")),
        ("import sys; sys.exit(3)", (3, "", "")),
        ("import sys; sys.exit('no')", (1, "", "no\n")),
        ("1 / 0", (1, "", "ZeroDivisionError: division by zero\n")),
        ("raise KeyboardInterrupt", (-signal.SIGINT, "", "KeyboardInterrupt\n")),
        ("import os; os.kill(os.getpid(), 9)", (-signal.SIGKILL, "", "")),
        ("import os; os._exit(4)", (4, "", "")),
        ("import atexit; atexit.register(print, 'at the end')", (0, "at the end\n", "")),
        ("import threading as t, time; t.Thread(target=lambda: print(time.sleep(0.05))).start()", (0, "None\n", "")),
        ("import os; os.close(1); print('x')", (120, "", "OSError: [Errno 9] Bad file descriptor\n")),
        ("class X:\n def __del__(self): print('gone')\nx = X(); x.x = x; del x", (0, "gone\n", "")),
        ("import os, sys; sys.stderr.write('y\\n'); os.kill(os.getpid(), 9)", (-9, "", "y\n")),
    ],
)
async def test_a_fork_ends_as_an_interpreter_does(code: str, ended: Ended) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    status, stdout, stderr = await end(await python("-c", code, env=buffered, stdout=PIPE, stderr=PIPE))
    *_, last = "", *stderr.decode().splitlines(keepends=True)
    assert (status, stdout.decode(), last) == ended


async def test_signals_come_even_at_once() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        process = await python("-c", "import time; time.sleep(30)", stderr=PIPE)
        process.send_signal(number)
        assert (await end(process))[0] == -number


async def test_scripts_and_stdin_and_many_at_a_time(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys; print(sys.argv[1:], __file__, sys.path[0], sys.stdin.read() * 1000)")
    many = await asyncio.gather(*(python(str(script), str(n), stdin=PIPE, stdout=PIPE) for n in range(5)))
    ends = await asyncio.gather(*(end(process, b"in" * 50) for process in many))
    assert [(status, stdout.decode()) for status, stdout, _ in ends] == [
        (0, f"{[str(n)]} {script} {tmp_path} {'in' * 50_000}\n") for n in range(5)
    ]


async def test_many_that_end_at_once() -> None:
    for _ in range(25):
        many = await asyncio.gather(*(python("-c", f"raise SystemExit({n})") for n in range(12)))
        assert await asyncio.gather(*(process.wait() for process in many)) == list(range(12))


@pytest.mark.parametrize("words", [("-W", "error", "-c", "pass"), ("-c", "pass")])
async def test_what_a_fork_could_not_be_is_an_interpreter(words: tuple[str, ...]) -> None:
    environment = {**os.environ} | ({} if words[0] == "-W" else {"PYTHONUTF8": "1", "LC_ALL": "C"})
    process = await python(*words, env=environment)
    assert not isinstance(process, Fork)
    assert await process.wait() == 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[processes.Server]:
    """A fork server that the test may kill."""
    own = processes.Server.start()
    monkeypatch.setattr(processes, "_server", lambda: own)
    yield own
    own.process.kill()
    own.end()


async def test_a_fork_server_that_has_ended_is_said(server: processes.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs: list[socket.socket] = []
    make_pair = socket.socketpair

    def pair() -> tuple[socket.socket, socket.socket]:
        pairs.extend(both := make_pair())
        return both

    server.process.kill()
    server.process.wait()
    monkeypatch.setattr(processes.socket, "socketpair", pair)
    with pytest.raises(processes.ForkServerEnded, match="has ended with status -9"):
        await python("-c", "pass")
    assert [each.fileno() for each in pairs] == [-1, -1]


async def test_a_fork_server_that_ends_while_it_is_asked_is_said(server: processes.Server) -> None:
    server.process.send_signal(signal.SIGSTOP)
    start = asyncio.create_task(python("-c", "pass"))
    await asyncio.sleep(0)  # in which the server is asked
    server.process.kill()
    with pytest.raises(processes.ForkServerEnded, match="has ended with status -9"):
        await start


async def test_without_forks_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_server", lambda: None)
    status, stdout, stderr = await start("--version")
    assert (status, stderr) == (0, "")
    monkeypatch.undo()
    assert (await start("--version"))[1] == stdout


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "."],
        ["dx-sync", "--dx-base-url", "{url}"],
        ["override", "Ops", "ann@example.com", "--to", "+1h", "--yes"],
        ["probe"],
        ["timeline"],
        ["validate", "."],
    ],
    ids=" ".join,
)
async def test_a_command_in_an_interpreter_of_its_own(words: list[str], tmp_path: Path) -> None:
    """That each imports what it needs; those of the README and those that need no `rich` are run elsewhere."""
    async with Sandbox(teams=1, seed=1) as sandbox:
        sandbox.add_schedule("Ops", participants=("ann@example.com",))
        account = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url, "DX_TOKEN": sandbox.dx_token}
        words = [word.format(url=sandbox.url) for word in words]
        process = await interpreter(
            *("-m", "opsgenie_async", *words), cwd=tmp_path, env=os.environ | account, stdout=PIPE, stderr=PIPE
        )
        status, _, stderr = await end(process)
    assert b"Traceback" not in stderr
    assert status == (2 if words[-1] == "." else 0), stderr
