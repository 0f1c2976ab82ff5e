"""The arguments of `verify`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("folder", type=path, metavar="DIR", help="an archive written by `archive`")
    parser.add_argument("--seal", default="", metavar="HEX", help="the seal that `archive` printed")
