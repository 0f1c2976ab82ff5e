"""The package's loggers: text from outside can neither steer a terminal nor forge a line."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from traceback import format_exception

from opsgenie_async.printable import printable

__all__ = ["PrintableRecords", "get_logger"]


class PrintableRecords(logging.Filter):
    """A filter that makes arguments and tracebacks of all records printable; numbers stay numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Make *record* printable."""
        if isinstance(record.args, Mapping):
            record.args = {name: _printable_argument(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_printable_argument, record.args))
        else:
            record.msg = printable(str(record.msg))
        if record.exc_info and record.exc_info[1] is not None and not record.exc_text:
            record.exc_text = _traceback(record.exc_info[1])
        return True


def get_logger(name: str) -> logging.Logger:
    """Return the logger *name*, whose records are printable; every module of the package has its own from here."""
    logger = logging.getLogger(name)
    if not any(isinstance(each, PrintableRecords) for each in logger.filters):
        logger.addFilter(PrintableRecords())
    return logger


def _printable_argument(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else printable(str(value))


def _traceback(error: BaseException) -> str:
    """Its usual text, set in: no line of a message begins where the lines of the log do."""
    lines = "".join(format_exception(error)).rstrip("\n").split("\n")
    return "\n".join(f"  {printable(line)}" for line in lines)
