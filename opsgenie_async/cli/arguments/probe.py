"""The arguments of `probe`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Find out how the account behaves where the vendor's documentation is silent: create a temporary schedule "
        "whose turns all start days ahead, read its timelines, and delete it. Nothing else is touched."
    )
    parser.add_argument(
        "--user",
        action="append",
        metavar="USERNAME",
        help="user in its rotations; give it twice (default: two users of the account)",
    )
    add_connection_arguments(parser)
