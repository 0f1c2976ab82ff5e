"""Docstrings as they are written here, made into Markdown: lines of `name: what it is` become a list."""

from __future__ import annotations

import re

import griffe

FIELD = re.compile(r"([a-z_.]+(?:, [a-z_.]+)*): (.+)")
WORDS = ("expected", "http", "https", "raises")


class Fields(griffe.Extension):
    """Reads every docstring once, when the source is loaded."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Rewrite the docstring of a module, class, function or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(text: str) -> str:
    """Put each field on a line of its own in a list; text that follows one belongs to it until a blank line."""
    lines: list[str] = []
    in_list = False
    for line in text.splitlines():
        field = FIELD.fullmatch(line)
        if field is not None and field[1] not in WORDS:
            if not in_list and lines and lines[-1]:
                lines.append("")
            in_list = True
            first, *more = _sentences(field)
            lines += [first, *more]
        elif in_list and line and not line.startswith(" "):
            lines.append(f"    {line}")
        else:
            in_list = in_list and bool(line)
            lines.append(line)
    return "\n".join(lines)


def _sentences(field: re.Match[str]) -> list[str]:
    """`a: one. b: two.` on one line are two fields."""
    name, rest = field[1], field[2]
    parts = re.split(r"(?<=[.;]) (?=[a-z_]+: )", rest)
    listed = [f"- {_names(name)}: {parts[0]}"]
    for part in parts[1:]:
        follower, _, said = part.partition(": ")
        listed.append(f"- {_names(follower)}: {said}")
    return listed


def _names(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))
