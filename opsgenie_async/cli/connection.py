"""Which Opsgenie a command talks to: an account, or the sandbox in its own process."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.client import Opsgenie
from opsgenie_async.config import REGIONS, Config

if TYPE_CHECKING:
    from opsgenie_async.sandbox import Sandbox

__all__ = [
    "add_connection_arguments",
    "connect",
    "count",
    "embedded",
    "path",
    "through_proxy",
    "wants_sandbox",
]


def count(text: str) -> int:
    """A whole number from 1, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


def whole(text: str) -> int:
    """A whole number from 0, for argparse."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more, got {number}")
    return number


def path(text: str) -> Path:
    """A file or a folder, for argparse; an empty one would be the folder that one happens to be in."""
    if not text:
        raise argparse.ArgumentTypeError("expected a path, got ''")
    return Path(text)


def add_connection_arguments(parser: argparse.ArgumentParser) -> None:
    """What says where the account is. The key comes from the environment alone: arguments are seen by everybody."""
    account = parser.add_argument_group("account", "The key is read from OPSGENIE_API_KEY.")
    account.add_argument("--region", choices=sorted(REGIONS), help="its region (default: OPSGENIE_REGION, else us)")
    account.add_argument("--base-url", metavar="URL", help="another address in place of the region's")
    embedded = parser.add_argument_group("sandbox", "An Opsgenie in this process, with realistic rate limits.")
    embedded.add_argument("--sandbox", action="store_true", help="use it in place of an account")
    embedded.add_argument("--sandbox-teams", type=count, default=200, metavar="N", help="its teams (default: 200)")
    embedded.add_argument("--sandbox-alerts", type=whole, default=20, metavar="N", help="its alerts (default: 20)")
    embedded.add_argument("--sandbox-incidents", type=whole, default=0, metavar="N", help="its incidents (default: 0)")
    embedded.add_argument("--sandbox-seed", type=int, default=0, metavar="S", help="what it follows from (default: 0)")
    embedded.add_argument("--sandbox-load", type=path, metavar="DIR", help="serve what a pull wrote into DIR")


@asynccontextmanager
async def connect(arguments: argparse.Namespace, config: Config) -> AsyncIterator[Opsgenie]:
    """Open the client that *arguments* ask for, through the proxy of the environment, or raise `WrongUsage`."""
    if wants_sandbox(arguments) and (arguments.region or arguments.base_url):
        raise WrongUsage("--sandbox: there is no account then, so neither --region nor --base-url")
    if not wants_sandbox(arguments):
        try:
            client = Opsgenie(region=arguments.region, base_url=arguments.base_url, config=through_proxy(config))
        except ValueError as error:
            raise WrongUsage(str(error)) from error
        async with client as og:
            yield og
        return
    async with embedded(arguments) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        yield og


def through_proxy(config: Config) -> Config:
    """*config*, by way of the proxy that the environment names: what goes to a sandbox in this process needs none."""
    return attrs.evolve(config, trust_env=True)


def wants_sandbox(arguments: argparse.Namespace) -> bool:
    """Whether the command is to run against a sandbox of its own."""
    return arguments.sandbox or arguments.sandbox_load is not None


@asynccontextmanager
async def embedded(arguments: argparse.Namespace) -> AsyncIterator[Sandbox]:
    """Run the sandbox that *arguments* ask for, or raise `WrongUsage`."""
    from opsgenie_async.sandbox import Sandbox  # a web server that only this branch needs

    account = {"load": arguments.sandbox_load} if arguments.sandbox_load else {"teams": arguments.sandbox_teams}
    alerts = arguments.sandbox_alerts if arguments.sandbox_load is None else 0
    sandbox = Sandbox(
        seed=arguments.sandbox_seed, alerts=alerts, incidents=arguments.sandbox_incidents, limits="realistic", **account
    )
    try:
        await sandbox.start()
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    try:
        yield sandbox
    finally:
        await sandbox.close()
