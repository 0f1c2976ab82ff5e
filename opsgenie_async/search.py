"""Values in the search language of alerts and incidents, so that none of their letters means something there. Pure."""

from __future__ import annotations

from opsgenie_async.errors import ArgumentTypeError

__all__ = ["quote"]


def quote(value: str) -> str:
    r"""Return *value* as a phrase: `f"alias: {quote(alias)}"` finds it whatever it is made of.

    Quotes and backslashes get a backslash before them. A `*` stays what it is, any letters: the language has no way to
    write one that is not.

    Args:
        value: A name, an alias or any other text; words such as AND and characters such as `:` and `(` are plain here.

    Returns:
        The text in double quotes.

    Raises:
        ArgumentTypeError: It is no text: of a number nobody knows how it is written.
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"value: expected a text, got {type(value).__name__}")
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
