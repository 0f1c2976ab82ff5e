"""The output of a command's result, and errors in writing it."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from opsgenie_async.files import Replacement
from opsgenie_async.printable import printable

__all__ = ["give_up_writing", "raise_if_closed", "replacement_of", "write_file"]


def raise_if_closed() -> None:
    """Raise `OSError` if stdout is closed."""
    if not sys.stdout:  # as Python has it after `>&-`
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def give_up_writing(error: OSError) -> int:
    """Print why the result could not be written, except if its reader has ended, as `head` does; return the status."""
    with suppress(OSError, ValueError, AttributeError):  # the last where there is no stdout at all
        # What is left in the buffer would be a traceback when the interpreter ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    if not isinstance(error, BrokenPipeError):
        prefix = "the result could not be written: " if error.filename is None else ""
        with suppress(OSError, ValueError):
            print(printable(f"opsgenie-async: {prefix}{type(error).__name__}: {error}"), file=sys.stderr)
    return 1


def write_file(file: Path, content: bytes) -> None:
    """Write a file completely or not at all: an existing one stays until the new one is complete.

    Raises:
        OSError: It could not be written.
    """
    if file.exists() and not file.is_file():  # a pipe, or /dev/stdout
        file.write_bytes(content)
        return
    with replacement_of(file) as replacement:
        replacement.file.write(content)


def replacement_of(file: Path) -> Replacement:
    """Begin the new content of a file, under a name that no other process has."""
    return Replacement(file, temporary=file.with_name(f".{file.name}.{os.getpid()}"))
