"""How many of a thing, in words for people: `1 team`, `2,000 teams`. Pure."""

from __future__ import annotations

__all__ = ["quantity"]


def quantity(number: int, singular: str, plural: str = "", *, zero: str = "0") -> str:
    """Return *number* and the noun in the form that goes with it.

    Args:
        number: How many there are.
        singular: The noun for one.
        plural: The noun for all other numbers; by default with an "s" at its end.
        zero: The word for none, for example "no".
    """
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{number:,} {noun}" if number else f"{zero} {noun}"
