"""The shim for aioresponses: that it works, and when it can go."""

import subprocess
import sys

import pytest
from aioresponses import aioresponses

from opsgenie_async import Opsgenie
from tests import aioresponses_shim

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
    size = 2**20
    with aioresponses() as mocked:
        mocked.get("http://localhost/v2/teams", payload={"data": ["x" * size]})
        async with Opsgenie("key", base_url="http://localhost") as og:
            envelope = await og.request("GET", "/v2/teams")

    assert isinstance(envelope.data, list)
    assert len(envelope.data[0]) == size


@pytest.mark.skipif(not aioresponses_shim.needed(), reason="this aiohttp is older than the trouble")
def test_the_shim_is_still_needed():
    """When this fails aioresponses works by itself: delete tests/aioresponses_shim.py, its use and this file."""
    process = subprocess.run([sys.executable, "-W", "ignore", "-c", WITHOUT_SHIM], capture_output=True, text=True)

    assert process.returncode != 0
    assert "stream_writer" in process.stderr or "_parser" in process.stderr
