"""The arguments of `report`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import add_folder_argument
from opsgenie_async.cli.connection import path
from opsgenie_async.cli.moments import add_at_argument

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_folder_argument(parser, "a snapshot of the whole account")
    parser.add_argument("--html", type=path, metavar="FILE", help="write the page (default: a summary on stdout)")
    add_at_argument(parser, "a time other than now")
