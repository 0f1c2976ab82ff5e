"""What to type after an error: options and commands, in place of hints that are for Python programs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from opsgenie_async.errors import ArgumentTypeError, OpsgenieError
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
            "alerts list": f"{NARROW.format(option='query', prefix='')}, or use --first with at most 20000",
            "alerts": NARROW.format(option="query", prefix=""),
            "api": f"{NARROW.format(option='param', prefix='query=')}; `archive` reads everything",
        },
    }
)
"""By class, so that no command imports what it does not use, and by command; "" is for all others."""

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "full_for": "--full-for",
        "json": "--body",
        "method": "METHOD",
        "path": "PATH",
        "since": "--since",
        "time zone": "--time-zone",
        "until": "--until",
    }
)
"""By argument of a function, with which the text of its error begins: what was typed."""


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
    if isinstance(error, ArgumentTypeError | ValueError):
        name, colon, reason = text.partition(": ")
        text = f"{OPTIONS.get(name, name)}{colon}{reason}"
    if error.hint:
        text = text.removesuffix(printable(f"; {error.hint}"))
    by_command = ADVICE.get(type(error).__name__, {})
    advice = advice or by_command.get(command, by_command.get("", ""))
    mark = ";" if text.endswith(")") else ":"  # behind the facts of the call, or behind the fact itself
    return f"{text}{mark} {advice}" if advice else text
