"""The arguments of `export`."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import path

__all__ = ["add_arguments"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, which needs no key and no network."""
    parser.add_argument("folder", type=path, metavar="DIR", help="the archive; it is not changed")
    forms = parser.add_argument_group("forms", "At least one. Each is written completely, or not at all.")
    forms.add_argument("--html", type=path, metavar="FILE", help="a self-contained HTML page")
    forms.add_argument("--sqlite", type=path, metavar="FILE", help="an SQLite database")
    forms.add_argument("--csv", type=path, metavar="DIR", help="a folder for alerts.csv and incidents.csv")
    parser.add_argument(
        "--time-zone",
        default="UTC",
        metavar="ZONE",
        help="time zone of users whose own is not in the archive, e.g. Europe/Berlin (default: UTC)",
    )
    parser.add_argument("--anyway", action="store_true", help="export even an altered archive")
