"""The arguments of `verify`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("folder", type=path, metavar="DIR", help="an archive written by `archive`")
    parser.add_argument("--seal", type=_seal, metavar="HEX", help="the seal that `archive` printed")


def _seal(text: str) -> str:
    from opsgenie_async.archive.manifest import parse_seal  # not for --help

    try:
        return parse_seal(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("seal: ")) from None
