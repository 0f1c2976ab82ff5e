"""Accounts to apply plans to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Snapshot, read_account
from opsgenie_async.sync.applying.executor import Ids, Steps
from tests.clocks import FakeClock
from tests.sync.applying.target import Target
from tests.sync.applying.world import WORLD, World


async def an_account(teams: int) -> Snapshot:
    async with Sandbox(teams=teams, seed=5) as source, Opsgenie(source.api_key, base_url=source.url) as og:
        return await read_account(og)


@pytest.fixture(scope="session")
def desired() -> Snapshot:
    """An account with something of everything, read once: a loop of its own needs a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, an_account(4)).result()


@pytest.fixture(scope="session")
def little() -> Snapshot:
    """An account of two teams, for what is done many times over."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, an_account(2)).result()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An empty account, where a new team brings nothing with it that the plan did not name."""
    async with Sandbox(seed=9, bare_teams=True) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    config = Config(jitter=lambda bound: 0.0, max_attempts=5)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as client:
        yield client


@pytest.fixture
def target(og: Opsgenie, desired: Snapshot) -> Target:
    return Target(og, desired)


@pytest.fixture
def little_target(og: Opsgenie, little: Snapshot) -> Target:
    return Target(og, little)


@pytest.fixture
async def world(clock: FakeClock) -> AsyncIterator[World]:
    """Two users, a team, a schedule with a rotation, an integration, a service and a policy."""
    config = Config(jitter=lambda bound: 0.0, max_attempts=2)
    async with (
        Sandbox(clock=clock) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og,
    ):
        ids = Ids({})
        world = World(Steps(og, ids, clock), ids, og, sandbox)
        await world.take(*WORLD)
        yield world
