"""Validation of numbers from callers: without it, an invalid one would show as a status 500 of some request."""

from __future__ import annotations

__all__ = ["check_number"]


def check_number(name: str, value: object, *, whole: bool = False) -> None:
    """Check that *value* is a non-negative number.

    Args:
        name: The name for error messages.
        value: The number.
        whole: Whether it must be an integer.

    Raises:
        ValueError: It is not.
    """
    kinds = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, kinds) or not value >= 0:
        raise ValueError(f"{name}: expected a {'whole ' * whole}number of 0 or more, got {value!r}")
