"""A plan for people: as lines grouped by team, and as Markdown for a pull request.

Names and values come from an account, and anybody may have written them: what is no printable letter is shown by its
code, and nothing of it can become markup.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.sync.model.catalog import KINDS
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.planning.changes import Action, Change, Difference, Plan
from opsgenie_async.sync.planning.diff import is_set, meaning

__all__ = ["ACTIONS", "MARKS", "Line", "counts", "lines", "markdown", "summary"]

MARKS: Mapping[Action, str] = {"create": "+", "update": "~", "delete": "-", "order": "="}
ACTIONS = tuple(MARKS)
NO_TEAM = "no team"
LONGEST = 80
"""Characters of a value that are shown."""
LISTED = 50
"""Lines of what stays or was skipped; the rest is counted."""
LONGEST_HEADING = 200
"""Characters of the heading of a team."""
BIGGEST = 60_000
"""Characters of a Markdown text: a comment on GitHub holds 65,536."""
SECRET = re.compile("password|token|secret|key|headers|credential", re.IGNORECASE)
"""Fields of an integration whose values are nobody's business: each type has its own."""
REFERENCE = frozenset({"type", "name", "username", "of"})


@attrs.frozen
class Line:
    """One line for people.

    mark: what a change does (`MARKS`), "" for a heading or a detail. depth: 0 for the heading of a team, 1 for a
    change, 2 for one of its fields.
    """

    text: str
    mark: str = ""
    depth: int = 0

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.mark}{' ' if self.mark else ''}{self.text}"


def summary(plan: Plan) -> dict[str, int]:
    """How many changes of each sort, how much stays unwanted, and how much could not be compared."""
    sorts = Counter(change.action for change in plan.changes)
    return {**{action: sorts[action] for action in ACTIONS}, "extra": len(plan.extra), "skipped": len(plan.skipped)}


def counts(plan: Plan) -> dict[str, dict[Action, int]]:
    """How many changes of each sort by the word of the kind, in the order of a pull, without what has none."""
    table: dict[str, dict[Action, int]] = {kind.name: dict.fromkeys(ACTIONS, 0) for kind in KINDS}
    for change in plan.changes:
        table[change.kind.name][change.action] += 1
    return {word: row for word, row in table.items() if any(row.values())}


def lines(plan: Plan) -> Iterator[Line]:
    """The whole plan, team by team, then what stays as it is."""
    for team, changes in _by_team(plan.changes).items():
        yield Line(f"team {printable(team)}" if team else NO_TEAM)
        for change in changes:
            yield from _change(change)
    for heading, texts in _leftovers(plan):
        yield Line(heading)
        yield from (Line(text, depth=1) for text in texts)


def markdown(plan: Plan, *, most: int = BIGGEST) -> str:
    """Show the plan as Markdown: a table, each team to be unfolded, and what stays as it is.

    Args:
        plan: What would change.
        most: Characters of the text, from 2,000; what has no room in them is counted in a sentence.
    """
    if not plan.changes and not plan.extra and not plan.skipped:
        return "Nothing to change.\n"
    table = _table(plan) if plan.changes else "Nothing to change.\n"
    groups = list(_by_team(plan.changes).items())
    room = most - _size(table) - _size(_left_out(len(groups))) - 2
    leftovers = [_fitted(heading, texts, room // 4) or _counted(heading, texts) for heading, texts in _leftovers(plan)]
    room -= sum(_size(block) + 1 for block in leftovers)
    shown: list[str] = []
    for team, changes in groups:
        name = f"team {team}" if team else NO_TEAM
        texts = [str(line).removeprefix("  ") for each in changes for line in _change(each)]
        block = _fitted(f"{name}: {_sorts(changes)}", texts, room - 1)
        if not block:
            shown.append(_left_out(len(groups) - len(shown)))
            break
        room -= _size(block) + 1
        shown.append(block)
    return "\n".join([table, *shown, *leftovers])


def _size(text: str) -> int:
    """Characters as those count that count most of them: one outside the basic plane is two."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _by_team(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes by team in the order of the alphabet, what is nobody's last."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.team, []).append(change)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold(), group[0])))


def _change(change: Change) -> Iterator[Line]:
    what = change.kind.name.replace("_", " ")
    name = printable(change.name)
    if change.action == "order":
        what = f"order of {what}s"
    of = f" of {printable(change.path)}" if change.kind.parent else ""
    yield Line(f"{what}{' ' if name else ''}{name}{of}", MARKS[change.action], 1)
    for each in change.differences:
        yield Line(f"{printable(each.field)}: {_difference(change, each)}", depth=2)


def _difference(change: Change, each: Difference) -> str:
    kind, have, want = change.kind, each.have, each.want
    if SECRET.search(each.field):
        return "(hidden)"
    if is_set(kind, each.field) and isinstance(have, list | None) and isinstance(want, list | None):
        added, removed = _beyond(kind, each.field, want, have), _beyond(kind, each.field, have, want)
        if added or removed:
            return " ".join([*(f"+{_brief(item)}" for item in added), *(f"-{_brief(item)}" for item in removed)])
    return f"{_brief(have)} -> {_brief(want)}"


def _beyond(kind: Kind, field: str, items: Sequence[Json] | None, others: Sequence[Json] | None) -> list[Json]:
    """Items of a set that the other one lacks."""
    known = {meaning(kind, f"{field}[]", other) for other in others or ()}
    return [item for item in items or () if meaning(kind, f"{field}[]", item) not in known]


def _brief(value: Json) -> str:
    """A value on one line, cut where it is long; what refers to something is that thing's name."""
    if value is None:
        return "(none)"
    text = ""
    if isinstance(value, dict) and value.keys() <= REFERENCE:
        name = value.get("username", value.get("name"))
        words = [str(value["type"])] if "type" in value else []
        text = " ".join([*words, json.dumps(name, ensure_ascii=False)] if isinstance(name, str) else words)
    text = printable(text or json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _leftovers(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """What the plan does nothing about, under a heading each."""
    for heading, texts in (
        ("there and not wanted, left alone", plan.extra),
        ("could not be compared", plan.skipped),
    ):
        if texts:
            shown = [printable(text) for text in texts[:LISTED]]
            yield heading, shown if len(texts) <= LISTED else [*shown, f"and {len(texts) - LISTED} more"]


def _sorts(changes: Iterable[Change]) -> str:
    sorts = Counter(change.action for change in changes)
    return ", ".join(f"{sorts[action]} to {action}" for action in ACTIONS if sorts[action])


def _table(plan: Plan) -> str:
    rows = [
        f"| {word.replace('_', ' ')} | " + " | ".join(str(row[action] or "") for action in ACTIONS) + " |"
        for word, row in counts(plan).items()
    ]
    head = ["| kind | " + " | ".join(ACTIONS) + " |", "| --- |" + " ---: |" * len(ACTIONS)]
    return "\n".join([*head, *rows, ""])


def _folded(heading: str, texts: Iterable[str]) -> str:
    """Lines that are unfolded by a click, as text in which nothing is markup: no line can end the fence."""
    body = "\n".join(texts)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    # In a heading, letters as `#` and `@` would become links but for the `code` around them.
    said = f"<code>{html.escape(printable(heading))}</code>"
    return f"<details><summary>{said}</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _fitted(heading: str, texts: Sequence[str], room: int) -> str:
    """As many lines as there is room for, with how many there are not; "" where that is none."""
    heading = printable(heading)
    heading = heading if len(heading) <= LONGEST_HEADING else f"{heading[: LONGEST_HEADING - 1]}…"
    kept = 0
    left = room - _size(_folded(heading, [])) - _size(_more(len(texts))) - 1
    fence = 2
    for text in texts:
        longest = max([fence, *(len(run) for run in re.findall("`+", text))])
        left -= _size(text) + 1 + 2 * (longest - fence)  # a longer run of them needs longer fences
        if left < 0:
            break
        fence = longest
        kept += 1
    if kept == len(texts):
        return _folded(heading, texts)
    return _folded(heading, [*texts[:kept], _more(len(texts) - kept)]) if kept else ""


def _counted(heading: str, texts: Sequence[str]) -> str:
    return f"{heading}: {_more(len(texts))}\n"


def _more(lines: int) -> str:
    return f"and {lines} more {'line' if lines == 1 else 'lines'} for which there is no room here"


def _left_out(groups: int) -> str:
    return f"and {groups} more {'team' if groups == 1 else 'teams'} for which there is no room here\n"
