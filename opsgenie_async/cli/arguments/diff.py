"""The arguments of `diff`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import add_choice_arguments, add_view_arguments
from opsgenie_async.cli.connection import path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("old", type=path, metavar="OLD", help="a snapshot")
    parser.add_argument("new", type=path, metavar="NEW", help="another one")
    add_view_arguments(parser)
    add_choice_arguments(parser)
