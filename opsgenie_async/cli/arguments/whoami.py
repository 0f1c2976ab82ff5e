"""The arguments of `whoami`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import add_connection_arguments

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_connection_arguments(parser)
