"""The end of failed commands: exit statuses, and the status of each error."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from opsgenie_async.cli.advice import error_text
from opsgenie_async.errors import ArgumentTypeError, OpsgenieError
from opsgenie_async.files import UnfitFile
from opsgenie_async.printable import printable

__all__ = ["FAILED", "INTERRUPTED", "WRONG_USAGE", "Exit", "Failure", "WrongUsage", "exit_on_error", "give_up", "say"]

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""

EXTRAS = {"rich": "cli", "jinja2": "pictures", "icalendar": "pictures"}
"""By the name of a library that is not of the core: the extra that brings it."""


class WrongUsage(Exception):
    """A missing or invalid setting; the message names it."""


class Failure(Exception):
    """A failure of a command; the message is the line for the user.

    Attributes:
        details: More lines.
    """

    def __init__(self, text: str, details: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.details = details


class Exit(Exception):
    """The exit of a command that has printed its error.

    Attributes:
        status: The exit status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@contextmanager
def exit_on_error(
    command: str,
    arguments: argparse.Namespace,
    *,
    interrupted: Callable[[], str] = str,
    remainder: Callable[[], str] = str,
) -> Iterator[None]:
    """Turn an error of the block into one line on stderr and an exit status.

    The result is printed outside of the block: an error there is not a failure of the command. Errors of the program
    itself are not caught.

    Args:
        command: The command's name.
        arguments: Its arguments; `json` asks for the line as an object, too.
        interrupted: Returns the state after Ctrl-C as text; "" for nothing.
        remainder: Returns the state after a failure as text; "" for nothing.

    Raises:
        Exit: With the status: 1 failed, 2 wrong usage, 130 interrupted.
    """
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        state = interrupted()
        text = f"interrupted: {state}" if state else "interrupted"
        raise Exit(give_up(command, arguments, INTERRUPTED, text)) from error
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        extra = EXTRAS.get(package)
        if extra is None:
            raise
        text = f"this needs {package}: pip install 'opsgenie-async[{extra}]'"
        raise Exit(give_up(command, arguments, WRONG_USAGE, text)) from error
    except BrokenPipeError:  # of stdout, whose reader has gone: no failure to speak of; sockets have errors of ours
        raise
    except Exception as error:
        status = status_of(error)
        if status is None:
            raise
        reason = error if status == WRONG_USAGE else "; ".join(filter(None, (_line(error, command), remainder())))
        details = _details(error)
        raise Exit(give_up(command, arguments, status, reason, details)) from error


def _details(error: Exception) -> Sequence[str]:
    from opsgenie_async.sync.planning.dangling import DanglingReference  # see `status_of`

    if isinstance(error, DanglingReference):
        return (*error.references[1:], *error.advice)
    return error.details if isinstance(error, Failure) else ()


def status_of(error: Exception) -> int | None:
    """Return the exit status for *error*; None for an error of the program itself.

    An error of the package that is also a `ValueError` is about the input: a folder, a file, a selection.
    """
    from opsgenie_async.sync.reading.progress import MovingAccount  # most commands, and every --help, do without sync

    if isinstance(error, (MovingAccount, UnfitFile)):  # of the account and of the disk, whatever was given
        return FAILED
    is_about_input = isinstance(error, OpsgenieError) and isinstance(error, ValueError | ArgumentTypeError)
    if isinstance(error, WrongUsage) or is_about_input:
        return WRONG_USAGE
    # UnicodeEncodeError: a file system that takes ASCII names alone.
    return FAILED if isinstance(error, (Failure, OpsgenieError, OSError, UnicodeEncodeError)) else None


def _line(error: Exception, command: str) -> str:
    text = error_text(error, command)
    return text if isinstance(error, Failure) else f"{type(error).__name__}: {text}"


def give_up(
    command: str, arguments: argparse.Namespace, status: int, reason: str | Exception, details: Sequence[str] = ()
) -> int:
    """Print the error to stderr, with `--json` also as an object to stdout.

    It is one line; a snapshot with several problems has one line for each.

    Args:
        command: The command's name.
        arguments: Its arguments.
        status: The exit status.
        reason: The line, or the error whose text it is.
        details: More lines.

    Returns:
        The exit status.
    """
    from opsgenie_async.sync.files.diagnostics import SnapshotError
    from opsgenie_async.sync.planning.dangling import DanglingReference

    problems = reason.problems if isinstance(reason, SnapshotError) else [reason]
    text = error_text(reason, command) if isinstance(reason, Exception) else reason
    first, *others = map(str, problems) if isinstance(reason, SnapshotError) else [text]
    if isinstance(reason, DanglingReference):
        first = reason.references[0]
    say(f"opsgenie-async {command}: {first}")
    for problem in (*others, *details):
        say(problem)
    if arguments.json:
        more = {"details": list(details)} if details else {}
        print(json.dumps({"complete": False, "error": text, **more}))
    return status


def say(text: str) -> None:
    """Print one line of plain text to stderr, without interpreting names and responses as markup."""
    if sys.stderr:  # None after `2>&-`, which `print` takes for stdout
        print(printable(text), file=sys.stderr)
