"""The arguments of `validate`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.arguments.configuration import add_choice_arguments, add_folder_argument

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_folder_argument(parser, "the snapshot to check")
    add_choice_arguments(parser)
