"""A forked child that leaves the block of its parent: nothing is closed, sent or raised there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.waiting import LIMIT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

PROGRAM = """
import asyncio, os, sys
from contextlib import suppress
from datetime import UTC, datetime
from opsgenie_async import Opsgenie, OpsgenieError, blocking
from opsgenie_async.dx import DX
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.web.jobs import Job

def fork():
    child = os.fork()
    if child == 0:
        sys.exit(4)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)

def run(main):
    async def leave():
        try:
            await main()
        except SystemExit as error:
            os._exit(error.code)  # for asyncio would close what it shares with the loop of the parent

    asyncio.run(leave())
"""
BLOCKS = {
    "blocking client": """
with blocking.Opsgenie() as og:
    og.account.get()
    fork()
    og.account.get()
""",
    "job": """
with Job("backup", heartbeat="backup"):
    fork()
""",
    "job that is pinged": """
with Job("backup", heartbeat="backup", every=3600):
    fork()
""",
    "job as a function": """
@Job("backup", heartbeat="backup")
def back_up():
    fork()
back_up()
""",
    "job with a job in it": """
def fork():
    child = os.fork()
    if child == 0:
        with job:
            pass
        sys.exit(4)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
job = Job("backup", heartbeat="backup")
with job:
    fork()
""",
    "client": """
async def main():
    async with Opsgenie() as og:
        await og.account.get()
        fork()
        await og.account.get()
run(main)
""",
    "DX client": """
async def main():
    async with DX("dx", base_url=os.environ["OPSGENIE_BASE_URL"]) as dx:
        with suppress(OpsgenieError):
            await dx.incidents.upsert(reference_id="r", started_at=datetime.now(UTC))
        fork()
run(main)
""",
    "job of a loop": """
async def main():
    async with Job("backup", heartbeat="backup"):
        fork()
run(main)
""",
    "sandbox": """
async def main():
    async with Sandbox(teams=1) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        fork()
        await og.account.get()
run(main)
""",
}
PINGS = {
    "job": {1},
    "job that is pinged": {1, 2},  # the first one may still wait for its turn when the block ends
    "job as a function": {1},
    "job with a job in it": {2},
    "job of a loop": {1},
}
"""How many pings the parent sends; the child sends none."""


@pytest.mark.parametrize("name", BLOCKS)
async def test_a_child_leaves_a_block_with_its_own_status(sandbox, name):
    settings = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", PROGRAM + BLOCKS[name]),
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(LIMIT):
            stdout, stderr = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    assert (process.returncode, stdout) == (0, b"4\n"), stderr.decode()
    paths = [received.path for received in sandbox.received]
    assert paths.count("/v2/heartbeats/backup/ping") in PINGS.get(name, {0})
    assert "/v2/alerts" not in paths
