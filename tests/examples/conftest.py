"""Starts the examples as their users would, against a sandbox in this process."""

from __future__ import annotations

import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.processes import Process, python

FOLDER = Path(__file__).parents[2] / "examples"

Start = Callable[..., Awaitable[Process]]


@pytest.fixture(autouse=True)
def import_path() -> None:
    """Skip where only the tests were copied to, as beside an installed wheel."""
    if not FOLDER.is_dir():
        pytest.skip("no examples here")


def example(name: str) -> ModuleType:
    """An example as a module."""
    spec = spec_from_file_location(f"examples.{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def start(sandbox) -> AsyncIterator[Start]:
    """Start an example with its arguments; what still runs at the end of the test is ended."""
    running: list[Process] = []

    async def run(name: str, *arguments: str) -> Process:
        settings = {
            "OPSGENIE_API_KEY": sandbox.api_key,
            "OPSGENIE_BASE_URL": sandbox.url,
            "SHOP_WEBHOOK_SECRET": "geheim",
        }
        process = await python(
            str(FOLDER / name),
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=os.environ | settings,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.fixture
def serve(start: Start) -> Callable[[str], Awaitable[tuple[Process, str]]]:
    """Start an example that serves, and tell its address."""

    async def run(name: str) -> tuple[Process, str]:
        process = await start(name)
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            pytest.fail((await process.communicate())[1].decode())
        return process, json.loads(line)["url"]

    return run
