"""Identifiers of alerts: id, tiny id or alias."""

from __future__ import annotations

import argparse
import re

from opsgenie_async.cli.connection import word
from opsgenie_async.errors import NotFound, OpsgenieError
from opsgenie_async.models.identifiers import Alias, TinyId

__all__ = ["add_identifier_argument", "identifier_advice", "identifier_of"]

ALERT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-\d{1,20})?", re.IGNORECASE)
"""A UUID, and behind it the moment of its creation."""
TINY_ID = re.compile(r"[0-9]{1,10}")


def add_identifier_argument(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    """`ALERT`, or any number of them, and `--by`."""
    name = "alert" if nargs is None else "alerts"
    parser.add_argument(name, type=word, nargs=nargs, metavar="ALERT", help="id, tiny id such as 1791, or alias")
    parser.add_argument(
        "--by", choices=("id", "tiny", "alias"), help="what ALERT is (default: digits are a tiny id, a UUID is an id)"
    )


def identifier_of(text: str, by: str | None = None) -> str | TinyId | Alias:
    """Return the identifier for the API.

    Args:
        text: The text that was typed.
        by: `id`, `tiny` or `alias`; by default determined from *text*.
    """
    if by == "tiny" or (by is None and TINY_ID.fullmatch(text)):
        return TinyId(text)
    if by == "id" or (by is None and ALERT_ID.fullmatch(text)):
        return text
    return Alias(text)


def identifier_advice(identifier: str | TinyId | Alias, error: OpsgenieError) -> str:
    """Return what to type if *error* says that no alert was found; otherwise ""."""
    if not isinstance(error, NotFound) and "Alert does not exist" not in str(error):
        return ""
    match identifier:
        case Alias():
            return "an alias finds only open alerts"
        case TinyId(value) if not TINY_ID.fullmatch(value):
            return f"a tiny id is a number; use {_option(value)}"
        case str() if not ALERT_ID.fullmatch(identifier):
            return f"this is not an id; use {_option(identifier)}"
    return ""


def _option(text: str) -> str:
    """Return the option for what *text* looks like."""
    return "--by " + ("tiny" if TINY_ID.fullmatch(text) else "id" if ALERT_ID.fullmatch(text) else "alias")
