"""The command line: a thin layer over the package.

Every command writes progress to stderr and its result to stdout (`--json`: one JSON object), and exits with 0 on
success, 1 if something is missing or failed, 2 on wrong usage, 130 on Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from opsgenie_async import __version__
from opsgenie_async.cli.output import give_up_writing, raise_if_closed
from opsgenie_async.cli.parser import ArgumentsError, main_parser
from opsgenie_async.logs import PrintableRecords

__all__ = ["main"]

OTHERS_STATUS = ["run"]
"""The command whose exit status is that of another, wherever the output goes."""
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status, 1 also if the result could not be written."""
    words = sys.argv[1:] if argv is None else argv
    try:
        if words[:1] != OTHERS_STATUS:
            raise_if_closed()
        try:
            return _run(words)
        finally:
            if sys.stdout:
                sys.stdout.flush()  # a full disk is only noticed here
    except OSError as error:
        return give_up_writing(error)


def _run(words: Sequence[str]) -> int:
    parser = main_parser(__version__)
    if not words:  # as gh, kubectl and pip have it
        words = ["--help"]
    if words[0] == "help":  # as git and gh have it
        words = [*words[1:], "--help"]
    try:
        arguments, rest = parser.parse_known_args(words)
        if rest:
            arguments.parser.refuse(rest)
        _raise_if_unused(arguments)
    except ArgumentsError as error:
        error.show(as_json="--json" in words)
        raise
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name with letters that this terminal lacks is shown by their codes
            stream.reconfigure(errors="backslashreplace")
    if arguments.verbose:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
        logging.getLogger("asyncio").setLevel(logging.INFO)  # which selector its loop has is nobody's question
        for handler in logging.getLogger().handlers:  # what other libraries have to say comes from elsewhere, too
            handler.addFilter(PrintableRecords())
    return _exit_status(arguments)


def _raise_if_unused(arguments: argparse.Namespace) -> None:
    """Raise `ArgumentsError` if there is an option for a sandbox, but no sandbox."""
    from opsgenie_async.cli.connection import unused_option  # not for `--help` and `--version`

    if option := unused_option(arguments):
        arguments.parser.error(f"{option}: not allowed without --sandbox")


def _exit_status(arguments: argparse.Namespace) -> int:
    from opsgenie_async.cli.exits import Exit  # not for `--help` and `--version`

    try:
        status: int = arguments.run(arguments)
    except Exit as done:
        return done.status
    except KeyboardInterrupt:
        print(f"{arguments.parser.prog}: interrupted", file=sys.stderr)
        return INTERRUPTED
    return status
