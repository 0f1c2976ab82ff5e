"""Words that argparse misreads: values that begin with a minus sign, and unknown options where something is missing."""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Iterator, Sequence

__all__ = ["join_values", "missing_value", "unknown_option"]

END_OF_OPTIONS = "--"
NEGATIVE = re.compile(r"-[0-9]\S*")
MISSING = "the following arguments are required"
MISSING_VALUE = re.compile(r"argument (\S+): expected one argument")


def join_values(words: Sequence[str], actions: Sequence[argparse.Action]) -> list[str]:
    """Return *words* with `--until -2h` as `--until=-2h`, which argparse would take for two options.

    Args:
        words: The words of a command.
        actions: Its arguments; with those of another command at their end, all words stay as they are.
    """
    if any(action.nargs in (argparse.REMAINDER, argparse.PARSER) for action in actions):
        return [*words]
    options = {
        option
        for action in actions
        for option in action.option_strings
        if option.startswith("--") and action.nargs is None
    }
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == END_OF_OPTIONS:
            return [*joined, word, *rest]
        if joined and joined[-1] in options and NEGATIVE.fullmatch(word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def unknown_option(message: str, words: Sequence[str], options: Sequence[str]) -> str:
    """Return the first option that does not exist, if *message* says that an argument is missing; else ""."""
    if not message.startswith(MISSING):
        return ""
    return next((option for option in _options_in(words) if not _is_known(option, options)), "")


def missing_value(message: str, words: Sequence[str], options: Sequence[str]) -> str:
    """Return the error for an option whose value looks like an option; "" if *message* is about something else."""
    match = MISSING_VALUE.fullmatch(message)
    names = match[1].split("/") if match else []
    for name, value in itertools.pairwise(words):
        if name in names and value.startswith("-") and not _is_known(value.partition("=")[0], options):
            return f"argument {name}: expected a value; one that begins with '-' is written as {name}={value}"
    return ""


def _options_in(words: Sequence[str]) -> Iterator[str]:
    """Yield the words that argparse takes for options, without their values."""
    for word in words:
        if word == END_OF_OPTIONS:
            return
        if word.startswith("-") and word != "-" and " " not in word and not NEGATIVE.fullmatch(word):
            yield word.partition("=")[0]


def _is_known(option: str, options: Sequence[str]) -> bool:
    """Whether it exists, shortened or not; short ones may be together, or with their value."""
    if option.startswith("--"):
        return any(each.startswith(option) for each in options)
    return option[:2] in options
