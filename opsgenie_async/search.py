"""Quotes values for the search language of alerts and incidents. Pure."""

from __future__ import annotations

from opsgenie_async.errors import ArgumentTypeError

__all__ = ["quote"]


def quote(value: str) -> str:
    r"""Return *value* as a quoted phrase, to search for any text: `f"alias: {quote(alias)}"`.

    Quotes and backslashes are escaped with a backslash. A `*` stays a wildcard: the language cannot escape it.

    Args:
        value: A name, an alias or any other text; AND, `:`, `(` and the like have no special meaning in it.

    Returns:
        The text in double quotes.

    Raises:
        ArgumentTypeError: *value* is not a str.
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"value: expected a str, got {type(value).__name__}")
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
