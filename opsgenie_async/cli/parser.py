"""The argument parser: flags of all commands, help with examples, and errors with a suggestion.

It extends argparse, since the program must start quickly and without further packages.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from opsgenie_async.cli.commands import DOCUMENTATION, GROUPS, PROGRAM, Command
from opsgenie_async.cli.usage import join_values, missing_value, unknown_option
from opsgenie_async.printable import printable
from opsgenie_async.suggestion import suggestion

__all__ = [
    "ArgumentsError",
    "CommandParser",
    "Parser",
    "actions_of",
    "add_shared_arguments",
    "examples_text",
    "main_parser",
    "options_of",
    "subcommands_of",
    "suggestion",
]

REGION_NAMES = ("eu", "us")
INVALID_CHOICE = re.compile(r"(?s)(argument [^:]+: )?invalid choice: (['\"].*['\"]) \((?:choose from|maybe) (.*)\)")
WRONG_USAGE = 2
SUGGESTIONS = 3
WORD = re.compile(r"(?:'[^']*'|\S)+")
USAGE_WORD = re.compile(r"\[[^\]]*\]|\([^)]*\)|\S+")
UNBROKEN = "\0"
CONTINUATION = " \\"
FEW_COMMANDS = 12
"""So many are listed where none is like the word."""


class ArgumentsError(SystemExit):
    """An invalid argument, which ends the program with 2.

    Attributes:
        program: The program and the command.
        text: The error, on one line.
    """

    def __init__(self, program: str, text: str) -> None:
        super().__init__(WRONG_USAGE)
        self.program = program
        self.text = text

    def show(self, *, as_json: bool) -> None:
        """Print it to stderr, with `--json` also as an object to stdout."""
        print(f"{self.program}: error: {self.text}\nTry '{self.program} --help'.", file=sys.stderr)
        if as_json:
            print(json.dumps({"complete": False, "error": self.text}))


class Parser(argparse.ArgumentParser):
    """A parser with errors on one line, with a suggestion and a pointer to the help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._words: Sequence[str] = ()

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride]  # three overloads are one here
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        self._words = join_values(args or (), actions_of(self))
        return super().parse_known_args(self._words, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise `ArgumentsError`, for an unknown option rather than for what it might have been."""
        options = options_of(self)
        if option := unknown_option(message, self._words, options):
            self.refuse([option])
        raise ArgumentsError(self.prog, printable(missing_value(message, self._words, options) or _plain(message)))

    def refuse(self, words: Sequence[str]) -> NoReturn:
        """Raise `ArgumentsError` for unknown words."""
        option, _, _ = words[0].partition("=")
        if option.startswith("-"):
            self.error(f"unknown option {option!r}{suggestion(option, options_of(self))}")
        self.error(f"unexpected argument {words[0]!r}")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that wraps a paragraph to the width of the terminal, and keeps several lines unchanged."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return super()._fill_text(text, width, indent)
        return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)

    def _format_usage(self, *args: Any, **kwargs: Any) -> str:
        """Indent the lines of a long usage less if they would be too wide."""
        text = super()._format_usage(*args, **kwargs)
        if max(map(len, text.splitlines()), default=0) <= self._width:
            return text
        words = (word.replace(" ", UNBROKEN) for word in USAGE_WORD.findall(text))
        return (
            textwrap.fill(
                " ".join(words), self._width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
            ).replace(UNBROKEN, " ")
            + "\n\n"
        )


class CommandParser(Parser):
    """The parser of a command; its code is loaded only when its arguments are parsed."""

    def __init__(self, *args: Any, command: Command | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", HelpFormatter)
        super().__init__(*args, **kwargs)
        self._command = command
        self._is_complete = False
        if command is not None:
            self.epilog = examples_text(command.examples)

    def complete(self) -> None:
        """Load the command and add its arguments."""
        if self._is_complete:
            return
        self._is_complete = True
        if self._command is not None:
            self._command.add_arguments(self)
            self.set_defaults(run=self._command.run)
        self.set_defaults(parser=self)
        add_shared_arguments(self, default=argparse.SUPPRESS)


def main_parser(version: str) -> Parser:
    """Return the parser of the program, with a parser for every command."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [options] COMMAND ...",
        description="Opsgenie from the command line.",
        epilog=_commands_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {version}")
    add_shared_arguments(parser, default=None)
    parser.set_defaults(parser=parser)
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", parser_class=CommandParser, help=argparse.SUPPRESS, prog=PROGRAM
    )
    for group in GROUPS.values():
        for name, command in group.items():
            commands.add_parser(
                name, command=command, description=f"{command.summary[0].upper()}{command.summary[1:]}."
            )
    return parser


def add_shared_arguments(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Add the flags that are valid before and after the name of any command.

    Args:
        parser: The parser of the program or of a command.
        default: `argparse.SUPPRESS` for a command, which keeps the values from before its name.
    """
    switch = False if default is None else default
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", default=switch, help="print JSON to stdout")
    output.add_argument("--quiet", action="store_true", default=switch, help="no progress, only results and errors")
    output.add_argument(
        "-v", "--verbose", action="store_true", default=switch, help="log attempts, waits and outcomes to stderr"
    )
    account = parser.add_argument_group("account", "The API key is read from OPSGENIE_API_KEY.")
    account.add_argument(
        "--region",
        type=str.lower,
        choices=REGION_NAMES,
        default=default,
        help="region (default: OPSGENIE_REGION, or us)",
    )
    account.add_argument(
        "--base-url", metavar="URL", default=default, help="base URL of the API (default: OPSGENIE_BASE_URL)"
    )
    account.add_argument("--sandbox", action="store_true", default=switch, help="use a local sandbox server instead")
    account.add_argument(
        "--proxy", metavar="URL", default=default, help="use this proxy (default: HTTPS_PROXY, ALL_PROXY, NO_PROXY)"
    )
    account.add_argument(
        "--ca-file",
        metavar="FILE",
        default=default,
        help="trust these CA certificates (default: SSL_CERT_FILE, or the system's)",
    )
    account.add_argument(
        "--share-limits",
        metavar="URL",
        default=default,
        help="share rate limits through this Redis, redis://HOST:PORT/0#ACCOUNT (default: OPSGENIE_SHARED_LIMITS)",
    )


def examples_text(examples: Iterable[str]) -> str:
    """Return the end of a command's help."""
    width = shutil.get_terminal_size().columns
    lines = "\n".join(line for example in examples for line in _example_lines(f"{PROGRAM} {example}", width))
    return f"examples:\n{lines}\n\ndocumentation: {DOCUMENTATION}"


def _example_lines(example: str, width: int) -> Iterator[str]:
    """Yield the lines of a command line that can be pasted: broken between words, never in quotes."""
    line = " "
    for word in WORD.findall(example):
        if len(line) + len(word) + len(CONTINUATION) >= width and line.strip():
            yield f"{line}{CONTINUATION}"
            line = "     "
        line += f" {word}"
    yield line


def options_of(parser: argparse.ArgumentParser) -> list[str]:
    """Return the visible options of a parser."""
    return [option for action in actions_of(parser) for option in action.option_strings]


def subcommands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of a parser's commands by name, with their arguments; empty without commands."""
    for action in actions_of(parser):
        if isinstance(action.choices, dict) and not action.option_strings:
            return dict(action.choices)
    return {}


def actions_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the visible arguments of a parser."""
    if isinstance(parser, CommandParser):
        parser.complete()
    return [each for each in parser._actions if each.help != argparse.SUPPRESS or each.nargs == argparse.PARSER]


def _plain(message: str) -> str:
    """Rephrase argparse's error for an invalid choice: with a similar one, or all if they are few."""
    match = INVALID_CHOICE.fullmatch(message)
    if match is None:
        return message
    argument, listing, word = match[1], match[3], ast.literal_eval(match[2])
    choices = [each.strip(" '") for each in listing.split(",")]
    if "COMMAND" in (argument or ""):
        all_of_few = f"; expected one of {', '.join(choices)}" if len(choices) <= FEW_COMMANDS else ""
        return f"unknown command {word!r}{suggestion(word, choices) or all_of_few}"
    hint = suggestion(word, choices) if len(choices) > SUGGESTIONS else ""
    return f"{argument or ''}expected one of {', '.join(choices)}, got {word!r}{hint}"


def _commands_text() -> str:
    """Return the commands by group, as wide as the terminal: argparse does not wrap text after the options."""
    columns = shutil.get_terminal_size().columns - 2
    width = max(len(name) for group in GROUPS.values() for name in group)
    lines = []
    for title, group in GROUPS.items():
        lines.append(f"{title}:")
        for name, command in group.items():
            indent = " " * (width + 4)
            lines += textwrap.wrap(
                command.summary,
                max(columns, width + 20),
                initial_indent=f"  {name:{width}}  ",
                subsequent_indent=indent,
            )
        lines.append("")
    lines += [f"options and examples: {PROGRAM} COMMAND --help", f"documentation: {DOCUMENTATION}"]
    return "\n".join(lines)
