"""What commands take that work on an account's configuration: which part of it, and how much at a time."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import count, path
from opsgenie_async.sync import EVERYTHING, Selection

__all__ = ["add_choice_arguments", "add_folder_argument"]


def add_folder_argument(parser: argparse.ArgumentParser, text: str) -> None:
    """`DIR`, and what it is for."""
    parser.add_argument("folder", type=path, metavar="DIR", help=text)


def add_choice_arguments(parser: argparse.ArgumentParser) -> None:
    """`--only` and `--concurrency`."""
    parser.add_argument(
        "--only",
        type=_choice,
        default=EVERYTHING,
        metavar="PATTERNS",
        help="a part of the account, as in 'teams/ops,schedules/*' (default: everything)",
    )
    parser.add_argument("--concurrency", type=count, default=32, metavar="N", help="calls at a time (default: 32)")


def _choice(text: str) -> Selection:
    try:
        return Selection.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
