"""docs/command-line.md knows every command, and what it shows can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from opsgenie_async import __version__
from opsgenie_async.cli.commands import PROGRAM
from opsgenie_async.cli.parser import main_parser, options_of, subcommands_of

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
TEXT = PAGE.read_text() if PAGE.exists() else ""
LINES = [
    line.partition(" | jq ")[0].removeprefix(f"{PROGRAM} ")
    for block in re.findall(r"^```sh\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.startswith(f"{PROGRAM} ")
]


def command_names() -> list[str]:
    names = []
    for name, parser in subcommands_of(main_parser(__version__)).items():
        names += [name, *(f"{name} {below}" for below in subcommands_of(parser))]
    return names


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_a_heading_and_an_example(name: str) -> None:
    assert f"\n### {name}\n" in TEXT
    assert any(f"{line} ".startswith(f"{name} ") for line in LINES)


def test_no_command_is_made_up() -> None:
    assert set(re.findall(r"^### (.*)$", TEXT, flags=re.MULTILINE)) == set(command_names())


@pytest.mark.parametrize("line", LINES)
def test_every_line_can_be_typed(line: str) -> None:
    _, rest = main_parser(__version__).parse_known_args(shlex.split(line, comments=True))
    assert rest == []


def test_every_shared_flag_is_there() -> None:
    flags = set(options_of(main_parser(__version__))) - {"-h", "--help", "--version"}
    assert [flag for flag in sorted(flags) if f"`{flag}" not in TEXT] == []
