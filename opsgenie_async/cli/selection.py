"""The part of an account selected by the arguments of a command."""

from __future__ import annotations

import argparse

import attrs

from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.sync import Selection

__all__ = ["choice_of"]


def choice_of(arguments: argparse.Namespace) -> Selection:
    """The selection of `--only` and `--team`."""
    only = Selection.parse(",".join(arguments.only), teams=arguments.team)
    with_users = getattr(arguments, "with_users", False)
    with_rules = getattr(arguments, "with_notification_rules", False)
    if with_rules and not with_users:
        raise WrongUsage("--with-notification-rules: only with --with-users")
    if with_users and only.is_everything:
        raise WrongUsage("--with-users: only with --team or --only; without them, all users are selected")
    return attrs.evolve(only, with_users=with_users, with_notification_rules=with_rules)
