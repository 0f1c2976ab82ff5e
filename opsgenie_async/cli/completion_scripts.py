"""Shell completion scripts, generated from the parsers."""

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
FILES = ("FILE", "DIR|FILE")
"""Placeholders that stand for something on the disk."""


@attrs.frozen
class Option:
    """An option and its value.

    Attributes:
        names: Its short and long names.
        text: Its help.
        value: `none` for a flag, `file`, `folder`, `any`, or the choices, separated by spaces.
    """

    names: Sequence[str]
    text: str
    value: str


@attrs.frozen
class Word:
    """A command or subcommand.

    Attributes:
        path: The words of the command, "" for the program itself.
        text: Its help.
        commands: Its subcommands.
        options: Its options.
        value: Its arguments, as `Option.value`.
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
    word = Word(
        path, (parser.description or "").partition("\n")[0], list(commands), options, known[0] if known else "any"
    )
    return [word, *(each for name, below in commands.items() for each in words_of(below, f"{path} {name}".strip()))]


def _value(action: argparse.Action) -> str:
    if action.option_strings and action.nargs == 0:
        return "none"
    if action.choices is not None:
        return " ".join(str(choice) for choice in action.choices)
    if action.metavar in FOLDERS:
        return "folder"
    if action.nargs == argparse.REMAINDER:  # a command line of its own
        return "file"
    return "file" if action.metavar in FILES else "any"


def bash(words: Sequence[Word]) -> str:
    """Return a script for bash."""
    return f"""\
# Completion of {PROGRAM} for bash.
{FUNCTION}() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" path="" word index
    local skip=0 rest=0 commands options value
    if [[ $previous == "=" ]]; then previous="${{COMP_WORDS[COMP_CWORD-2]}}"; fi
    if [[ $current == "=" ]]; then previous="${{COMP_WORDS[COMP_CWORD-1]}}"; current=""; fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        word="${{COMP_WORDS[index]}}"
        if ((skip)); then [[ $word == "=" ]] || skip=0; continue; fi
        if [[ $word == -- ]]; then rest=1; break; fi
        {FUNCTION}_value "$path" "$word"
        if [[ $word == -* ]]; then [[ $value == none ]] || skip=1; continue; fi
        {FUNCTION}_words "$path"
        if [[ " $commands " == *" $word "* ]]; then path="${{path:+$path }}$word"; fi
    done
    value=none
    if [[ $rest == 0 && $previous == -* ]]; then {FUNCTION}_value "$path" "$previous"; fi
    {FUNCTION}_words "$path"
    if [[ $value == none ]]; then
        if [[ $rest == 0 && $current == -* ]]; then
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
{_lines(_values(words))}
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


def _values(words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        for option in word.options:
            if option.value != "none":
                patterns = "|".join(shlex.quote(f"{word.path} {name}") for name in option.names)
                yield f'{patterns}) value="{option.value}" ;;'
        if not word.commands:
            yield f'{shlex.quote(f"{word.path} ")}) value="{word.value}" ;;'


def zsh(words: Sequence[Word]) -> str:
    """Return a script for zsh, to be sourced after `compinit` or put into a folder of `fpath`."""
    return f"""\
#compdef {PROGRAM}
# Completion of {PROGRAM} for zsh.
{FUNCTION}() {{
    local place="" word value skip=""
    local -a names flags
    integer index rest=0
    for (( index = 2; index < CURRENT; index++ )); do
        word=${{(Q)words[index]}}
        if [[ -n $skip ]]; then skip=""; continue; fi
        if [[ $word == -- ]]; then rest=1; break; fi
        if [[ $word == --*=* ]]; then continue; fi
        if [[ $word == -* ]]; then
            {FUNCTION}_value "$place" "$word"
            [[ $value == none ]] || skip=$word
            continue
        fi
        {FUNCTION}_words "$place"
        if [[ -n ${{names[(r)${{(b)word}}:*]}} ]]; then place="${{place:+$place }}$word"; fi
    done
    {FUNCTION}_words "$place"
    if [[ -n $skip ]]; then
        {FUNCTION}_value "$place" "$skip"
    elif [[ $rest == 0 && $PREFIX == --*=* ]]; then
        {FUNCTION}_value "$place" "${{PREFIX%%=*}}"
        compset -P 1 '*='
    elif [[ $rest == 0 && $PREFIX == -* ]]; then
        _describe -o option flags
        return
    elif (( $#names )); then
        _describe command names
        return
    else
        {FUNCTION}_value "$place" ""
    fi
    case $value in
        folder) _directories ;;
        file) _files ;;
        any|none) return 1 ;;
        *) compadd -- ${{=value}} ;;
    esac
}}
{FUNCTION}_words() {{
    case $1 in
{_lines(_zsh_words(words))}
        *) names=() flags=() ;;
    esac
}}
{FUNCTION}_value() {{
    case "$1 $2" in
{_lines(_values(words))}
        *) value=none ;;
    esac
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    {FUNCTION} "$@"
else
    compdef {FUNCTION} {PROGRAM}
fi
"""


def _zsh_words(words: Sequence[Word]) -> Iterator[str]:
    texts = {word.path: word.text for word in words}
    for word in words:
        names = " ".join(shlex.quote(f"{name}:{texts[f'{word.path} {name}'.strip()]}") for name in word.commands)
        flags = " ".join(shlex.quote(f"{name}:{option.text}") for option in word.options for name in option.names)
        yield f'"{word.path}") names=({names}) flags=({flags}) ;;'


def fish(words: Sequence[Word]) -> str:
    """Return a script for fish."""
    places = " ".join(_quote(word.path) for word in words if word.path)
    takers = " ".join(
        _quote(f"{word.path} {name}")
        for word in words
        for option in word.options
        if option.value != "none"
        for name in option.names
    )
    lines = [
        f"""\
# Completion of {PROGRAM} for fish.
set -g {FUNCTION}_places {places}
set -g {FUNCTION}_takers {takers}
function {FUNCTION}_at --argument-names place
    set -l here ""
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if test "$word" = --
            break
        else if string match -q -- '-*' $word
            contains -- "$here $word" ${FUNCTION}_takers; and set skip 1
        else if contains -- (string trim -- "$here $word") ${FUNCTION}_places
            set here (string trim -- "$here $word")
        end
    end
    test "$here" = "$place"
end
complete -c {PROGRAM} -f"""
    ]
    texts = {word.path: word.text for word in words}
    for word in words:
        start = f"complete -c {PROGRAM} -n {_quote(f'{FUNCTION}_at {_quote(word.path)}')}"
        lines += [f"{start} -a {name} -d {_quote(texts[f'{word.path} {name}'.strip()])}" for name in word.commands]
        for option in word.options:
            flags = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            lines.append(f"{start} {flags}{_fish_value(option.value)} -d {_quote(option.text)}")
        if not word.commands and word.value != "any":
            lines.append(f"{start}{_fish_argument(word.value)}")
    return "\n".join(lines) + "\n"


def _fish_value(value: str) -> str:
    """The flags for an option's value: -r for files, -x if files are not valid."""
    if value == "none":
        return ""
    return {"file": " -r -F", "any": " -x"}.get(value) or f" -x{_fish_argument(value)}"


def _fish_argument(value: str) -> str:
    if value == "file":
        return " -F"
    return " -a '(__fish_complete_directories)'" if value == "folder" else f" -a {_quote(value)}"


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Mapping[str, Callable[[Sequence[Word]], str]] = MappingProxyType({"bash": bash, "zsh": zsh, "fish": fish})
