"""The connection of a command: to an account, or to a sandbox in its own process."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from opsgenie_async.cli.exits import WrongUsage

if TYPE_CHECKING:  # not for `--help`
    from opsgenie_async.client import Opsgenie
    from opsgenie_async.config import Config
    from opsgenie_async.sandbox import Sandbox

__all__ = [
    "SOURCES",
    "add_connection_arguments",
    "connect",
    "count",
    "path",
    "run_sandbox",
    "settings_error",
    "sharing_limits",
    "through_proxy",
    "unused_option",
    "wants_sandbox",
    "word",
]

SOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "api_key": ("", "OPSGENIE_API_KEY"),
        "region": ("--region", "OPSGENIE_REGION"),
        "base_url": ("--base-url", "OPSGENIE_BASE_URL"),
        "ca_file": ("--ca-file", "SSL_CERT_FILE"),
        "proxy": ("--proxy", ""),
    }
)
"""By argument of the client: the option of a command, and the variable of the environment."""
SANDBOX_SOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {name: (f"--sandbox-{name}", "") for name in ("teams", "alerts", "incidents", "seed")}
)
"""The same by argument of the sandbox."""
TEAMS, ALERTS = 200, 20
"""What a sandbox has by default."""


def count(text: str) -> int:
    """A whole number from 1, for argparse."""
    return _number(text, 1)


def whole(text: str) -> int:
    """A whole number from 0, for argparse."""
    return _number(text, 0)


def _number(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
    if number < least:
        raise argparse.ArgumentTypeError(f"expected {least} or more, got {number}")
    return number


def word(text: str) -> str:
    """A non-empty word, for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"expected a name, got {text!r}")
    return text


def path(text: str) -> Path:
    """A file or folder, for argparse; an empty one is refused, since it would be the current directory."""
    if not text:
        raise argparse.ArgumentTypeError("expected a path, got ''")
    return Path(text)


def add_connection_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sandbox in this process; every command has those of an account.

    They have no defaults: `unused_option` must see whether one was given.
    """
    group = parser.add_argument_group("sandbox", "With --sandbox: a local server with realistic rate limits.")
    group.add_argument("--sandbox-teams", type=count, metavar="N", help=f"number of teams (default: {TEAMS})")
    group.add_argument("--sandbox-alerts", type=whole, metavar="N", help=f"number of alerts (default: {ALERTS})")
    group.add_argument("--sandbox-incidents", type=whole, metavar="N", help="number of incidents (default: 0)")
    group.add_argument("--sandbox-seed", type=int, metavar="S", help="random seed (default: 0)")
    group.add_argument("--sandbox-load", type=path, metavar="DIR", help="serve the snapshot or archive in DIR")


@asynccontextmanager
async def connect(arguments: argparse.Namespace, config: Config) -> AsyncIterator[Opsgenie]:
    """Open the client for *arguments*.

    Raises:
        WrongUsage: A setting is missing or invalid.
        Unauthorized: The key is refused; the first such call ends the whole run.
        Failure: There is no response from that address; likewise.
    """
    from opsgenie_async.cli.contact import require_contact
    from opsgenie_async.client import Opsgenie

    if wants_sandbox(arguments) and (arguments.region or arguments.base_url):
        raise WrongUsage("--sandbox: not allowed with --region or --base-url")
    if not wants_sandbox(arguments):
        try:
            config = sharing_limits(through_proxy(config, arguments), arguments)
            client = Opsgenie(region=arguments.region, base_url=arguments.base_url, config=config)
        except ValueError as error:
            raise settings_error(error, arguments) from error
        with require_contact():
            async with client as og:
                yield og
        return
    async with run_sandbox(arguments) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        yield og


def through_proxy(config: Config, arguments: argparse.Namespace) -> Config:
    """*config* with the proxy and certificates of *arguments* or the environment, and a `Contact`.

    Calls to a sandbox in this process need none of them.

    Raises:
        ValueError: The proxy is invalid.
    """
    from opsgenie_async.cli.contact import Contact

    return attrs.evolve(
        config,
        hooks=(*(config.hooks or ()), Contact()),
        trust_env=arguments.proxy is None,
        proxy=arguments.proxy,
        ca_file=arguments.ca_file or os.environ.get("SSL_CERT_FILE") or None,
    )


def sharing_limits(config: Config, arguments: argparse.Namespace) -> Config:
    """*config*, with the rate limits shared through the Redis of *arguments* or the environment, if there is one.

    Raises:
        WrongUsage: The Redis URL is invalid, or its client is not installed.
    """
    url = arguments.share_limits or os.environ.get("OPSGENIE_SHARED_LIMITS")
    if not url:
        return config
    from opsgenie_async.throttle.shared import RedisThrottle  # of an extra

    try:
        return attrs.evolve(config, throttle=RedisThrottle(url))
    except (ValueError, ImportError) as error:
        name = "--share-limits" if arguments.share_limits else "OPSGENIE_SHARED_LIMITS"
        raise WrongUsage(f"{name}: {str(error).removeprefix('url: ')}") from None


def settings_error(
    error: ValueError, arguments: argparse.Namespace, sources: Mapping[str, tuple[str, str]] = SOURCES
) -> WrongUsage:
    """The error for an invalid setting, with its source: an argument or the environment.

    Args:
        error: The error of the client, which begins with the name of its argument.
        arguments: The arguments of the command.
        sources: By name, the option and the variable of each setting.
    """
    name, colon, reason = str(error).partition(": ")
    option, variable = sources.get(name, (name, ""))
    is_option = not variable or getattr(arguments, option.removeprefix("--").replace("-", "_"), None)
    return WrongUsage(f"{option if is_option else variable}{colon}{reason.removeprefix(f'not given, and {variable} ')}")


def wants_sandbox(arguments: argparse.Namespace) -> bool:
    """Whether the command runs against its own sandbox."""
    return arguments.sandbox or getattr(arguments, "sandbox_load", None) is not None


def unused_option(arguments: argparse.Namespace) -> str:
    """The first option for a sandbox without a sandbox, "" if there is none: the account would be used instead."""
    if wants_sandbox(arguments):
        return ""
    names = (name for name, value in vars(arguments).items() if name.startswith("sandbox_") and value is not None)
    return "".join(f"--{name.replace('_', '-')}" for name in [*names][:1])


@asynccontextmanager
async def run_sandbox(arguments: argparse.Namespace) -> AsyncIterator[Sandbox]:
    """Run the sandbox for *arguments*; raises `WrongUsage` if they are invalid."""
    from opsgenie_async.sandbox import Sandbox  # a web server that only this branch needs
    from opsgenie_async.sandbox.load import LoadError

    teams, alerts = (0, 0) if arguments.sandbox_load else (TEAMS, ALERTS)
    try:
        sandbox = Sandbox(
            load=arguments.sandbox_load,
            teams=teams if arguments.sandbox_teams is None else arguments.sandbox_teams,
            alerts=alerts if arguments.sandbox_alerts is None else arguments.sandbox_alerts,
            incidents=arguments.sandbox_incidents or 0,
            seed=arguments.sandbox_seed or 0,
            limits="realistic",
        )
        await sandbox.start()
    except LoadError as error:
        raise WrongUsage(f"--sandbox-load: {error}") from error
    except ValueError as error:
        raise settings_error(error, arguments, SANDBOX_SOURCES) from error
    try:
        yield sandbox
    finally:
        await sandbox.close()
