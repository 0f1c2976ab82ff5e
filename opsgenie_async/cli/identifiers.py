"""Which alert is meant: by its id, by its tiny id or by its alias."""

from __future__ import annotations

import argparse
import re

from opsgenie_async.cli.connection import word
from opsgenie_async.models.identifiers import Alias, TinyId

__all__ = ["add_identifier_argument", "identifier_of"]

ALERT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-\d{1,20})?", re.IGNORECASE)
"""A UUID, and behind it the moment of its creation."""
TINY_ID = re.compile(r"[0-9]{1,10}")


def add_identifier_argument(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    """`ALERT`, or any number of them, and `--by`."""
    name = "alert" if nargs is None else "alerts"
    parser.add_argument(name, type=word, nargs=nargs, metavar="ALERT", help="its id, its tiny id as 1791, or its alias")
    parser.add_argument(
        "--by", choices=("id", "tiny", "alias"), help="what ALERT is (default: digits are a tiny id, a UUID is an id)"
    )


def identifier_of(text: str, by: str | None = None) -> str | TinyId | Alias:
    """Return what the API is to look for.

    Args:
        text: What was typed.
        by: `id`, `tiny` or `alias`; by the form of *text* when not given.
    """
    if by == "tiny" or (by is None and TINY_ID.fullmatch(text)):
        return TinyId(text)
    if by == "id" or (by is None and ALERT_ID.fullmatch(text)):
        return text
    return Alias(text)
