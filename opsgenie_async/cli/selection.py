"""What commands take that work on an account's configuration: which part of it, and how much at a time."""

from __future__ import annotations

import argparse

import attrs

from opsgenie_async.cli.connection import count, path
from opsgenie_async.cli.exits import WrongUsage
from opsgenie_async.sync import Selection, SelectionError

__all__ = [
    "add_choice_arguments",
    "add_concurrency_argument",
    "add_folder_argument",
    "add_people_arguments",
    "choice_of",
]


def add_folder_argument(parser: argparse.ArgumentParser, text: str) -> None:
    """`DIR`, and what it is for."""
    parser.add_argument("folder", type=path, metavar="DIR", help=text)


def add_choice_arguments(parser: argparse.ArgumentParser) -> None:
    """`--only` and `--team`."""
    choice = parser.add_argument_group("a part of the account", "What both --only and --team choose is taken.")
    choice.add_argument(
        "--only",
        type=_words,
        action="append",
        default=[],
        metavar="WORDS",
        help="kinds, names and files with commas between them, as in 'teams,schedules/night*,users/ann.json'",
    )
    choice.add_argument(
        "--team",
        type=_name,
        action="append",
        default=[],
        metavar="NAME",
        help="a team, by name or id, and all that it owns; may be repeated",
    )


def add_concurrency_argument(parser: argparse.ArgumentParser) -> None:
    """`--concurrency`."""
    parser.add_argument("--concurrency", type=count, default=32, metavar="N", help="calls at a time (default: 32)")


def add_people_arguments(parser: argparse.ArgumentParser) -> None:
    """`--with-users` and `--with-notification-rules`."""
    parser.add_argument(
        "--with-users",
        action="store_true",
        help="with a part: also the users that it points at and their roles, but not their notification rules",
    )
    parser.add_argument(
        "--with-notification-rules", action="store_true", help="with --with-users: also their notification rules"
    )


def choice_of(arguments: argparse.Namespace) -> Selection:
    """What `--only` and `--team` choose together."""
    only = Selection.parse(",".join(arguments.only), teams=arguments.team)
    with_users = getattr(arguments, "with_users", False)
    with_rules = getattr(arguments, "with_notification_rules", False)
    if with_rules and not with_users:
        raise WrongUsage("--with-notification-rules: only together with --with-users")
    if with_users and only.is_everything:
        raise WrongUsage("--with-users: only together with --team or --only; all users are taken without them")
    return attrs.evolve(only, with_users=with_users, with_notification_rules=with_rules)


def _words(text: str) -> str:
    if not text.strip(" ,"):  # of a variable that is not set: everything is not meant
        raise argparse.ArgumentTypeError(f"expected kinds, names or files, got {text!r}")
    try:
        Selection.parse(text)
    except SelectionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"expected the name or the id of a team, got {text!r}")
    return text
