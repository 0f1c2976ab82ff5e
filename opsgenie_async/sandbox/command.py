"""The sandbox command: print one line of JSON with the address, then serve until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a web server and an account, which `--help` does without
    from opsgenie_async.sandbox.sandbox import Sandbox

__all__ = ["add_arguments", "main", "run", "serve"]

OPTIONS = ("host", "port", "prefix", "teams", "alerts", "incidents", "api_key")
"""The arguments of `Sandbox` that have an option of the same name."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--prefix", default="", help="path to serve everything under")
    parser.add_argument("--teams", type=int, default=0, metavar="N", help="generate an account with N teams")
    parser.add_argument(
        "--alerts", type=int, metavar="N", help="generate a history of N alerts (default: 20, none with --load)"
    )
    parser.add_argument(
        "--incidents",
        type=int,
        default=0,
        metavar="N",
        help="generate a history of N incidents, beside those that some teams have had (default: none)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="random seed of the generated account (default: 0)"
    )
    parser.add_argument("--api-key", metavar="KEY", help="API key to accept (default: a random one)")
    parser.add_argument("--load", type=Path, metavar="DIR", help="serve the snapshot or archive in DIR")
    parser.add_argument("--bare-teams", action="store_true", help="create no schedule and escalation with a new team")
    parser.add_argument("--limits", metavar="FILE", help="JSON file with rate limits by domain, or the word realistic")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="JSON file with a list of faults")


def _complain(text: str) -> None:
    """Print an error on one line, with any text from files escaped."""
    line = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    sys.stderr.write(f"sandbox: {line}\n")


def run(arguments: argparse.Namespace, complain: Callable[[str], object] = _complain) -> int:
    """Serve until SIGINT or SIGTERM, then return 0; returns 2 for an invalid argument or file.

    Args:
        arguments: The arguments of the command.
        complain: Prints an error.
    """
    try:
        sandbox = _sandbox(arguments)
    except (OSError, ValueError) as error:
        complain(_reason(error))
        return 2
    return asyncio.run(serve(sandbox, complain))


def _reason(error: Exception) -> str:
    """The error with the option that it is about instead of the argument of `Sandbox`."""
    from opsgenie_async.sandbox.load import LoadError

    if isinstance(error, LoadError):
        return f"--load: {error}"
    name, colon, rest = str(error).partition(": ")
    return f"--{name.replace('_', '-')}: {rest}" if colon and name in OPTIONS else str(error)


def _sandbox(arguments: argparse.Namespace) -> Sandbox:
    from opsgenie_async.sandbox.http.faults import Fault
    from opsgenie_async.sandbox.http.limits import LimitsError
    from opsgenie_async.sandbox.sandbox import Sandbox

    limits, faults = None, []
    if arguments.limits is not None:
        limits = arguments.limits if arguments.limits == "realistic" else _json("--limits", Path(arguments.limits))
    if arguments.faults is not None:
        documents = _json("--faults", arguments.faults)
        if not isinstance(documents, list):
            raise ValueError(f"--faults: {arguments.faults}: expected a list of faults")
        try:
            faults = [Fault.from_json(each, f"[{index}]") for index, each in enumerate(documents)]
        except ValueError as error:
            raise ValueError(f"--faults: {arguments.faults}: {error}") from error
    try:
        return Sandbox(
            teams=arguments.teams,
            seed=arguments.seed,
            api_key=arguments.api_key,
            load=arguments.load,
            alerts=_alerts(arguments),
            incidents=arguments.incidents,
            host=arguments.host,
            port=arguments.port,
            prefix=arguments.prefix,
            bare_teams=arguments.bare_teams,
            limits=limits,
            faults=faults,
        )
    except LimitsError as error:
        raise ValueError(f"--limits: {arguments.limits}: {error}") from error


def _alerts(arguments: argparse.Namespace) -> int:
    from opsgenie_async.sandbox.contents import DEMO_ALERTS

    if arguments.alerts is not None:
        return int(arguments.alerts)
    return DEMO_ALERTS if arguments.load is None else 0


def _json(option: str, path: Path) -> Any:
    try:
        return _json_of(path)
    except ValueError as error:
        raise ValueError(f"{option}: {path}: {error}") from error


def _json_of(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
    except OSError as error:
        raise ValueError(str(error.strerror or error)) from error
    if len(content) > _MOST:
        raise ValueError(f"larger than {_MOST} bytes")
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError as error:
        raise ValueError(f"not valid JSON: {error}") from error


_MOST = 2**24
"""Bytes of a file of limits or faults at most."""


async def serve(sandbox: Sandbox, complain: Callable[[str], object] = _complain) -> int:
    """Print the address of *sandbox* and serve until a signal; returns the exit status."""
    stop = asyncio.Event()
    _stop_on_signals(stop)
    try:
        await sandbox.start()
    except (OSError, ValueError) as error:
        complain(_reason(error))
        return 2
    greeting = {"url": sandbox.url, "api_key": sandbox.api_key, "dx_token": sandbox.dx_token}
    try:
        sys.stdout.write(json.dumps(greeting) + "\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await sandbox.close()
    return 0


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # of the loops of Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m opsgenie_async.sandbox`."""
    parser = argparse.ArgumentParser(
        prog="python -m opsgenie_async.sandbox", description="Run a local Opsgenie server."
    )
    add_arguments(parser)
    return run(parser.parse_args(arguments))
