"""The arguments of `dx-sync`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments, count, path
from opsgenie_async.cli.moments import date

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command. Tokens come from the environment: arguments are visible to other users."""
    dx = parser.add_argument_group(
        "DX",
        "The token is read from DX_TOKEN; a dry run needs none. With --sandbox, the sandbox also acts as DX.",
    )
    address = dx.add_mutually_exclusive_group()
    address.add_argument("--dx-instance", metavar="NAME", help="yourinstance in https://yourinstance.getdx.net")
    address.add_argument("--dx-base-url", metavar="URL", help="DX base URL instead")
    parser.add_argument("--since", type=date, metavar="DATE", help="skip incidents created before (ISO, UTC)")
    parser.add_argument("--checkpoint", type=path, metavar="FILE", help="file that records what was sent")
    parser.add_argument("--dry-run", action="store_true", help="print the payloads, send nothing")
    parser.add_argument("--concurrency", type=count, default=16, metavar="N", help="concurrent upserts (default: 16)")
    add_connection_arguments(parser)
