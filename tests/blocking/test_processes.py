"""The blocking client in processes of its own: Ctrl-C, forks, and a client that is left open."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from opsgenie_async.background_loop import BackgroundLoop
from opsgenie_async.sandbox import Fault
from tests.waiting import LIMIT, until

SCRIPT = """
import asyncio, os, threading
from opsgenie_async import Name, ClientMisused, background_loop
from opsgenie_async.blocking import Opsgenie
background_loop.PATIENCE = 60
og = Opsgenie()
"""
INTERRUPT = """
og.account.get()
try:
    {call}
except KeyboardInterrupt:
    loop = og._thread._loop._loop
    assert not asyncio.all_tasks(loop), asyncio.all_tasks(loop)
    print(len(og.teams.get(Name("{team}")).id) > 0)
    og.close()
    print([thread.name for thread in threading.enumerate() if thread.name == "opsgenie_async loop"])
"""
WITHOUT_CLOSE = "print(len(list(og.teams.list())))"
FORK = """
og.account.get()
if os.fork() == 0:
    try:
        og.account.get()
    except ClientMisused as error:
        print(error, flush=True)
    with Opsgenie() as other:
        print(len(list(other.teams.list())), flush=True)
    os._exit(0)
os.wait()
print(len(list(og.teams.list())))
"""


async def script(sandbox, text: str, *, interrupt_at: int | None = None) -> str:
    """Run a program; it is interrupted when it has made so many requests."""
    settings = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url.replace("127.0.0.1", "localhost")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", SCRIPT + text),
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if interrupt_at is not None:
        await until(lambda: sandbox.requests == interrupt_at)
        process.send_signal(signal.SIGINT)
    stdout, stderr = await process.communicate()
    assert (process.returncode, stderr) == (0, b"")
    return stdout.decode()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    "call", ["og.users.list().first(1)", "for user in og.users.list(): pass", "og.schedules.get('x')"]
)
async def test_ctrl_c_cancels_the_call_and_leaves_nothing(sandbox, call):
    sandbox.faults.add(Fault(route="GET /v2/users", delay=60))
    sandbox.faults.add(Fault(route="GET /v2/schedules/*", delay=60))
    sandbox.add_team("Ops")

    async with asyncio.timeout(LIMIT):
        assert await script(sandbox, INTERRUPT.format(call=call, team="Ops"), interrupt_at=2) == "True\n[]\n"


@pytest.mark.parametrize("is_under_way", [True, False])
def test_an_interrupt_while_a_call_is_handed_over_leaves_nothing(is_under_way, monkeypatch):
    started = threading.Event()

    async def call() -> None:
        started.set()
        await asyncio.Event().wait()

    def interrupt(function: Callable[[], object], **settings: object) -> None:
        monkeypatch.undo()
        if is_under_way:
            hand_over(function, **settings)
            assert started.wait(LIMIT)
        raise KeyboardInterrupt

    loop = BackgroundLoop.acquire()
    hand_over = loop._loop.call_soon_threadsafe
    try:
        monkeypatch.setattr(loop._loop, "call_soon_threadsafe", interrupt)
        with pytest.raises(KeyboardInterrupt):
            loop.run(call())
        assert started.is_set() is is_under_way
        assert not asyncio.all_tasks(loop._loop)
    finally:
        loop.release()


async def test_a_client_that_is_left_open_is_closed_at_the_end(sandbox):
    assert await script(sandbox, WITHOUT_CLOSE) == "3\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
async def test_a_forked_child_makes_its_own(sandbox):
    lines = (await script(sandbox, FORK)).splitlines()

    assert lines[0].startswith("the client belongs to the parent process")
    assert lines[1:] == ["3", "3"]
