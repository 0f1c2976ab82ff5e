"""The command line: thin over the package.

Every command writes progress to stderr and its result to stdout (`--json`: one JSON object), and exits with 0 when all
went well, 1 when something is missing or failed, 2 on wrong usage.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from .. import __version__
from ..sandbox import command as sandbox
from . import dx_sync, pull

__all__ = ["main"]

FAILED = 1
WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="opsgenie-async", description="Opsgenie from the command line.")
    parser.add_argument("--version", action="version", version=f"opsgenie-async {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, module, text in (
        ("dx-sync", dx_sync, "tell DX of the account's incidents"),
        ("pull", pull, "write the account's whole configuration into files"),
        ("sandbox", sandbox, "serve an Opsgenie of your own, without an account"),
    ):
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("--json", action="store_true", help="one JSON object on stdout, for machines")
        command.add_argument("-v", "--verbose", action="store_true", help="log attempts, waits and outcomes to stderr")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name with letters that this terminal lacks is shown by their codes
            stream.reconfigure(errors="backslashreplace")
    if arguments.verbose:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    status: int = arguments.run(arguments)
    return status
