"""Arguments of commands for an account's configuration: selection, concurrency, plan options."""

from __future__ import annotations

import argparse

from opsgenie_async.cli.connection import count, path

__all__ = [
    "add_choice_arguments",
    "add_concurrency_argument",
    "add_folder_argument",
    "add_people_arguments",
    "add_plan_arguments",
    "add_view_arguments",
    "share",
]


def add_folder_argument(parser: argparse.ArgumentParser, text: str) -> None:
    """`DIR`, and what it is for."""
    parser.add_argument("folder", type=path, metavar="DIR", help=text)


def add_choice_arguments(parser: argparse.ArgumentParser) -> None:
    """`--only` and `--team`."""
    choice = parser.add_argument_group("selection", "With both --only and --team, entities must match both.")
    choice.add_argument(
        "--only",
        type=_words,
        action="append",
        default=[],
        metavar="WORDS",
        help="comma-separated kinds, names and files, e.g. 'teams,schedules/night*,users/ann.json'",
    )
    choice.add_argument(
        "--team",
        type=_name,
        action="append",
        default=[],
        metavar="NAME",
        help="a team, by name or id, and everything it owns; repeatable",
    )


def add_concurrency_argument(parser: argparse.ArgumentParser) -> None:
    """`--concurrency`."""
    parser.add_argument("--concurrency", type=count, default=32, metavar="N", help="concurrent calls (default: 32)")


def add_people_arguments(parser: argparse.ArgumentParser) -> None:
    """`--with-users` and `--with-notification-rules`."""
    parser.add_argument(
        "--with-users",
        action="store_true",
        help="also the users that the selection refers to, with their roles, without their notification rules",
    )
    parser.add_argument(
        "--with-notification-rules", action="store_true", help="with --with-users: also their notification rules"
    )


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """`--prune`, `--max-delete` and `--retry-refused`."""
    parser.add_argument("--prune", action="store_true", help="delete entities that are not in the snapshot")
    parser.add_argument(
        "--max-delete",
        type=share,
        default=0.3,
        metavar="SHARE",
        help="the largest share of the account, or of one kind, that --prune may delete (default: 30%%)",
    )
    parser.add_argument(
        "--retry-refused",
        action="store_true",
        help="also retry steps that the API rejected permanently (402, 403, 404, 422) and whose files have not changed",
    )


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    """`--markdown` and `--detailed-exitcode`."""
    parser.add_argument("--markdown", action="store_true", help="print Markdown, for a pull request")
    parser.add_argument(
        "--detailed-exitcode", action="store_true", help="exit with 0: no changes, 1: an error, 2: there are changes"
    )


def share(text: str) -> float:
    """`30%` or `0.3`, for argparse."""
    number, percent = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        part = float(number) / (100 if percent else 1)
    except ValueError:
        part = -1.0
    if not 0 <= part <= 1:
        raise argparse.ArgumentTypeError(f"expected a share such as 30% or 0.3, got {text!r}")
    return part


def _words(text: str) -> str:
    if not text.strip(" ,"):  # of a variable that is not set: everything is not meant
        raise argparse.ArgumentTypeError(f"expected kinds, names or files, got {text!r}")
    from opsgenie_async.sync import Selection, SelectionError  # not for --help

    try:
        Selection.parse(text)
    except SelectionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"expected the name or the id of a team, got {text!r}")
    return text
