"""The arguments of `pull`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import (
    add_choice_arguments,
    add_concurrency_argument,
    add_folder_argument,
    add_people_arguments,
)
from opsgenie_async.cli.connection import add_connection_arguments

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_folder_argument(parser, "output folder; an existing snapshot is updated")
    parser.add_argument("--dry-run", action="store_true", help="read everything and write nothing")
    add_choice_arguments(parser)
    add_people_arguments(parser)
    add_concurrency_argument(parser)
    add_connection_arguments(parser)
