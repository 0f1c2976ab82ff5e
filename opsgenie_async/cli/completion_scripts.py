"""Scripts that complete words, made from the parsers: what a command takes is said nowhere twice."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from opsgenie_async.cli.parser import actions_of, subcommands_of

__all__ = ["SHELLS", "Word", "words_of"]

PROGRAM = "opsgenie-async"
FUNCTION = "_opsgenie_async"
FOLDERS = ("DIR", "OLD", "NEW")
FILES = ("FILE",)
"""Placeholders that stand for something on the disk."""


@attrs.frozen
class Option:
    """An option and what stands behind it.

    Attributes:
        names: Its short and long names.
        text: What it is for.
        value: `none` for a switch, `file`, `folder`, `any`, or the words to choose from, divided by spaces.
    """

    names: Sequence[str]
    text: str
    value: str


@attrs.frozen
class Word:
    """A command, or a command of a command.

    Attributes:
        path: The words that lead to it, "" for the program itself.
        text: What it is for.
        commands: The commands below it.
        options: What it takes.
        value: What its arguments are, as `Option.value`.
    """

    path: str
    text: str
    commands: Sequence[str]
    options: Sequence[Option]
    value: str


def words_of(parser: argparse.ArgumentParser, path: str = "") -> list[Word]:
    """Return a parser and all parsers below it."""
    commands = subcommands_of(parser)
    actions = actions_of(parser)
    options = [
        Option(action.option_strings, (action.help or "").replace("%%", "%"), _value(action))
        for action in actions
        if action.option_strings
    ]
    values = [_value(action) for action in actions if not action.option_strings and action.nargs != argparse.PARSER]
    known = [value for value in values if value != "any"]
    word = Word(path, parser.description or "", list(commands), options, known[0] if known else "any")
    return [word, *(each for name, below in commands.items() for each in words_of(below, f"{path} {name}".strip()))]


def _value(action: argparse.Action) -> str:
    if action.option_strings and action.nargs == 0:
        return "none"
    if action.choices is not None:
        return " ".join(str(choice) for choice in action.choices)
    if action.metavar in FOLDERS:
        return "folder"
    return "file" if action.metavar in FILES else "any"


def bash(words: Sequence[Word]) -> str:
    """Return a script for bash."""
    return f"""\
# Completion of {PROGRAM} for bash.
{FUNCTION}() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" path="" word index
    local skip=0 commands options value
    if [[ $previous == "=" ]]; then previous="${{COMP_WORDS[COMP_CWORD-2]}}"; fi
    if [[ $current == "=" ]]; then previous="${{COMP_WORDS[COMP_CWORD-1]}}"; current=""; fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word="${{COMP_WORDS[index]}}"
        if ((skip)); then [[ $word == "=" ]] || skip=0; continue; fi
        {FUNCTION}_value "$path" "$word"
        if [[ $word == -* ]]; then [[ $value == none ]] || skip=1; continue; fi
        {FUNCTION}_words "$path"
        if [[ " $commands " == *" $word "* ]]; then path="${{path:+$path }}$word"; fi
    done
    value=none
    if [[ $previous == -* ]]; then {FUNCTION}_value "$path" "$previous"; fi
    {FUNCTION}_words "$path"
    if [[ $value == none ]]; then
        if [[ $current == -* ]]; then
            COMPREPLY=($(compgen -W "$options" -- "$current"))
            return
        elif [[ -n $commands ]]; then
            COMPREPLY=($(compgen -W "$commands" -- "$current"))
            return
        fi
        {FUNCTION}_value "$path" ""
    fi
    local IFS=$'\\n'
    case $value in
        folder) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
        file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
        any) COMPREPLY=() ;;
        *) IFS=$' '; COMPREPLY=($(compgen -W "$value" -- "$current")) ;;
    esac
}}
{FUNCTION}_words() {{
    case $1 in
{_lines(_bash_words(words))}
        *) commands="" options="" ;;
    esac
}}
{FUNCTION}_value() {{
    case "$1 $2" in
{_lines(_bash_values(words))}
        *) value=none ;;
    esac
}}
complete -F {FUNCTION} {PROGRAM}
"""


def _lines(lines: Iterator[str]) -> str:
    return "\n".join(f"        {line}" for line in lines)


def _bash_words(words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        options = " ".join(name for option in word.options for name in option.names)
        yield f'"{word.path}") commands="{" ".join(word.commands)}" options="{options}" ;;'


def _bash_values(words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        for option in word.options:
            if option.value != "none":
                patterns = "|".join(shlex.quote(f"{word.path} {name}") for name in option.names)
                yield f'{patterns}) value="{option.value}" ;;'
        if not word.commands:
            yield f'{shlex.quote(f"{word.path} ")}) value="{word.value}" ;;'


def zsh(words: Sequence[Word]) -> str:
    """Return a script for zsh, which can use that for bash."""
    return f"""\
#compdef {PROGRAM}
# Completion of {PROGRAM} for zsh, by way of that for bash.
autoload -U +X bashcompinit && bashcompinit
{bash(words)}"""


def fish(words: Sequence[Word]) -> str:
    """Return a script for fish."""
    lines = [f"# Completion of {PROGRAM} for fish.", f"complete -c {PROGRAM} -f"]
    for word in words:
        condition = _fish_condition(word)
        below = {each.path: each for each in words}
        for name in word.commands:
            text = below[f"{word.path} {name}".strip()].text
            lines.append(f"complete -c {PROGRAM} -n {condition} -a {name} -d {_quoted(text)}")
        for option in word.options:
            flags = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            lines.append(
                f"complete -c {PROGRAM} -n {condition} {flags}{_fish_value(option.value)} -d {_quoted(option.text)}"
            )
        if word.value in ("file", "folder") and not word.commands:
            lines.append(f"complete -c {PROGRAM} -n {condition}{_fish_files(word.value)}")
        elif word.value != "any" and not word.commands:
            lines.append(f"complete -c {PROGRAM} -n {condition} -a {_quoted(word.value)}")
    return "\n".join(lines) + "\n"


def _fish_condition(word: Word) -> str:
    parts = [f"__fish_seen_subcommand_from {name}" for name in word.path.split()]
    if word.commands:
        parts.append(f"not __fish_seen_subcommand_from {' '.join(word.commands)}")
    return _quoted("; and ".join(parts) or "true")


def _fish_value(value: str) -> str:
    if value == "none":
        return ""
    if value in ("file", "folder"):
        return f" -r{_fish_files(value)}"
    return " -x" if value == "any" else f" -x -a {_quoted(value)}"


def _fish_files(value: str) -> str:
    return " -F" if value == "file" else " -a '(__fish_complete_directories)'"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Mapping[str, Callable[[Sequence[Word]], str]] = MappingProxyType({"bash": bash, "zsh": zsh, "fish": fish})
