"""The command line: thin over the package.

Every command writes progress to stderr and its result to stdout (`--json`: one JSON object), and exits with 0 when all
went well, 1 when something is missing or failed, 2 on wrong usage, 130 on Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from opsgenie_async import __version__
from opsgenie_async.cli.output import give_up_writing, raise_if_closed
from opsgenie_async.logs import PrintableRecords
from opsgenie_async.printable import printable

__all__ = ["main"]

COMMANDS = {
    "apply": (".apply", "make the account equal to what was pulled, and edited since"),
    "archive": (".archive", "keep everything that the account has been through, as files"),
    "dx-sync": (".dx_sync", "tell DX of the account's incidents"),
    "export": (".export", "write an archive as a page, a database or sheets"),
    "on-call": (".on_call", "say who is on call, until when, and who is next"),
    "plan": (".plan", "say what would change to make the account equal to a snapshot"),
    "probe": (".probe", "show by a throw-away schedule what the account does where no document says"),
    "pull": (".pull", "write the account's whole configuration into files"),
    "report": (".report", "look over the on-call of a pull: gaps, load, and what leads nowhere"),
    "sandbox": ("..sandbox.command", "serve an Opsgenie of your own, without an account"),
    "timeline": (".timeline", "draw who is on call when, in a terminal or as a picture or a page"),
    "verify": (".verify", "say whether an archive is whole, offline"),
}
"""By name: the module that has `add_arguments` and `run`, and what the command does."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong with an argument on one line."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 1 also where its result could not be written."""
    try:
        raise_if_closed()
        try:
            return _run(argv)
        finally:
            sys.stdout.flush()  # what a disk has no room for is not told before
    except OSError as error:
        return give_up_writing(error)


def _run(argv: Sequence[str] | None) -> int:
    parser = Parser(prog="opsgenie-async", description="Opsgenie from the command line.")
    parser.add_argument("--version", action="version", version=f"opsgenie-async {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    words = sys.argv[1:] if argv is None else argv
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, (home, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name != asked:
            continue  # what another command needs is not loaded
        module = import_module(home, __package__)
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
        for handler in logging.getLogger().handlers:  # what other libraries have to say comes from elsewhere, too
            handler.addFilter(PrintableRecords())
    return _exit_status(arguments)


def _exit_status(arguments: argparse.Namespace) -> int:
    from opsgenie_async.cli.exits import Exit  # not for `--help` and `--version`

    try:
        status: int = arguments.run(arguments)
    except Exit as done:
        return done.status
    return status
