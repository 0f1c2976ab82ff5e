"""The shim for aioresponses: that it works, and when it can go."""

import subprocess
import sys

from aioresponses import aioresponses

from opsgenie_async import Opsgenie

WITHOUT_SHIM = """
import asyncio, aiohttp
from aioresponses import aioresponses

async def main():
    with aioresponses() as mocked:
        mocked.get("http://localhost/", body="x" * 2**18)
        async with aiohttp.ClientSession() as session, session.get("http://localhost/") as answer:
            assert len(await answer.read()) == 2**18

asyncio.run(main())
"""


async def test_answers_of_any_size_can_be_made_up():
    with aioresponses() as mocked:
        mocked.get("http://localhost/v2/teams", payload={"data": ["x" * 2**20]})
        async with Opsgenie("key", base_url="http://localhost") as og:
            envelope = await og.request("GET", "/v2/teams")

    assert isinstance(envelope.data, list)
    assert len(envelope.data[0]) == 2**20


def test_the_shim_is_still_needed():
    """When this fails aioresponses works by itself: delete tests/aioresponses_shim.py, its use and this file."""
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", WITHOUT_SHIM], capture_output=True, text=True)

    assert ran.returncode != 0
    assert "stream_writer" in ran.stderr or "_parser" in ran.stderr
