"""`completion`: a script that lets a shell complete commands, options and files."""

from __future__ import annotations

import argparse

from opsgenie_async import __version__
from opsgenie_async.cli.completion_scripts import SHELLS, Word, words_of

__all__ = ["add_arguments", "run"]

TEXT = """\
Print a completion script.

bash, in ~/.bashrc:
  eval "$(opsgenie-async completion bash)"
zsh, in ~/.zshrc, after compinit:
  eval "$(opsgenie-async completion zsh)"
fish:
  opsgenie-async completion fish \\
      > ~/.config/fish/completions/opsgenie-async.fish
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = TEXT
    parser.add_argument("shell", choices=sorted(SHELLS), metavar="SHELL", help="bash, zsh or fish")


def run(arguments: argparse.Namespace) -> int:
    """Print the script: 0 printed."""
    from opsgenie_async.cli.parser import main_parser

    words: list[Word] = words_of(main_parser(__version__))
    print(SHELLS[arguments.shell](words), end="")
    return 0
