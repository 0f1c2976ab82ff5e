"""Where the result of a command goes, and what is said when it cannot get there."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

from opsgenie_async.printable import printable

__all__ = ["give_up_writing", "raise_if_closed"]


def raise_if_closed() -> None:
    """Raise `OSError` where there is no stdout to write a result to."""
    if not sys.stdout:  # as Python has it after `>&-`
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def give_up_writing(error: OSError) -> int:
    """Say why the result could not be written, unless its reader has gone, as `head` does; return the exit status."""
    with suppress(OSError, ValueError, AttributeError):  # the last where there is no stdout at all
        # What is left in the buffer would be a traceback when the interpreter ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    if not isinstance(error, BrokenPipeError):
        what = "the result could not be written: " if error.filename is None else ""
        with suppress(OSError, ValueError):
            print(printable(f"opsgenie-async: {what}{type(error).__name__}: {error}"), file=sys.stderr)
    return 1
