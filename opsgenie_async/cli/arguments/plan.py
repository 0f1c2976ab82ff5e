"""The arguments of `plan`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import (
    add_choice_arguments,
    add_concurrency_argument,
    add_folder_argument,
    add_people_arguments,
    add_plan_arguments,
    add_view_arguments,
)
from opsgenie_async.cli.connection import add_connection_arguments, path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_folder_argument(parser, "the snapshot")
    add_view_arguments(parser)
    parser.add_argument(
        "--out", type=path, metavar="FILE", help="save the plan for review; 'apply FILE' applies exactly that"
    )
    add_plan_arguments(parser)
    add_choice_arguments(parser)
    add_people_arguments(parser)
    add_concurrency_argument(parser)
    add_connection_arguments(parser)
