"""Shell patterns for `METHOD /path`, which select requests."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

__all__ = ["check_pattern", "matches"]

PATTERN = re.compile(r"[A-Z]*[*?\[].*|[A-Z]+ [/*?\[].*", re.DOTALL)
"""A method and a path, each of which may begin with a wildcard; anything else matches no request."""


def check_pattern(name: str, pattern: object) -> None:
    """Refuse a pattern that no request can match: a test with it would pass or fail for no visible reason.

    Args:
        name: The name for error messages.
        pattern: The pattern.

    Raises:
        ValueError: It is not a str, or not a pattern for `METHOD /path`.
    """
    if not isinstance(pattern, str) or not PATTERN.fullmatch(pattern):
        raise ValueError(
            f"{name}: {pattern!r} matches no request; "
            "write a method and a path, as 'POST /v2/alerts' or '* /v2/alerts*'"
        )


def matches(pattern: str, method: str, path: str) -> bool:
    """Whether *pattern* matches a request by *method* to *path*."""
    return fnmatchcase(f"{method} {path}", pattern)
