"""`sandbox`: a local Opsgenie server."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.exits import WRONG_USAGE, give_up
from opsgenie_async.sandbox import command
from opsgenie_async.sandbox.command import add_arguments

__all__ = ["add_arguments", "run"]


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM: 0, or 2 on wrong usage."""
    return command.run(arguments, lambda text: give_up("sandbox", arguments, WRONG_USAGE, text))
