"""What to type after an error: options and commands, in place of hints that are for Python programs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.printable import printable

__all__ = ["error_text"]

ANOTHER_FOLDER = "use another folder"
NARROW = "narrow the search, for example --{option} '{prefix}createdAt > 1767225600000' (milliseconds since 1970)"
ADVICE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "NotAnArchive": {
            "archive": ANOTHER_FOLDER,
            "": "`validate` checks it; `plan`, `diff` and `report` read it",
        },
        "NotASnapshot": {
            "pull": ANOTHER_FOLDER,
            "": "`verify` checks it, and `export` reads it; its folder `configuration` contains snapshots",
        },
        "ListingTooLong": {
            "alerts list": f"{NARROW.format(option='query', prefix='')}, or use --first N",
            "alerts": NARROW.format(option="query", prefix=""),
            "api": f"{NARROW.format(option='param', prefix='query=')}; `archive` reads everything",
        },
    }
)
"""By class, so that no command imports what it does not use, and by command; "" is for all others."""


def error_text(error: Exception, command: str = "", advice: str = "") -> str:
    """Return the text of an error for a person at a shell.

    Args:
        error: The error.
        command: The command, as typed.
        advice: What to do; by default according to `ADVICE`.
    """
    text = str(error)
    if not isinstance(error, OpsgenieError):
        return text
    if error.hint:
        text = text.removesuffix(printable(f"; {error.hint}"))
    by_command = ADVICE.get(type(error).__name__, {})
    advice = advice or by_command.get(command, by_command.get("", ""))
    return f"{text}: {advice}" if advice else text
