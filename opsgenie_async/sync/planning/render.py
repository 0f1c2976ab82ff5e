"""Render a plan for people: lines grouped by team, or Markdown for a pull request.

Names and values come from an account, and may be hostile: unprintable characters are escaped, and nothing can become
markup.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from opsgenie_async.printable import printable
from opsgenie_async.quantity import quantity
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.model.snapshot import Key
from opsgenie_async.sync.planning.changes import Action, Change
from opsgenie_async.sync.planning.details import details
from opsgenie_async.sync.planning.plan import Plan

__all__ = [
    "ACTIONS",
    "HEADING",
    "MARKS",
    "Line",
    "action_of",
    "by_entity",
    "counts",
    "entity_key",
    "lines",
    "markdown",
    "sentence",
    "summary",
    "title",
    "with_noun",
]

MARKS: Mapping[Action, str] = {"create": "+", "update": "~", "delete": "-", "order": "="}
ACTIONS: tuple[Action, ...] = tuple(MARKS)
NOUN_BY_NAME = {kind.name: kind.noun for kind in KINDS}
NO_TEAM = "no team"
HEADING = "Plan for Opsgenie"
MARKUP = re.compile(r"[\\`*_{}\[\]#@~|]")
LISTED = 50
"""Lines of what stays or was skipped; the rest is counted."""
LONGEST_HEADING = 200
"""Characters of the heading of a team."""
BIGGEST = 60_000
"""Characters of a Markdown text: a comment on GitHub holds 65,536."""
DIFF_MARKS = {"+": "+", "-": "-", "~": "!", "=": "!"}
"""What the highlighting of a `diff` on GitHub has a colour for."""
NOUNS: Mapping[Action, str] = {
    "create": "creation",
    "update": "update",
    "delete": "deletion",
    "order": "new order",
}


@attrs.frozen
class Line:
    """A line of the rendered plan.

    Attributes:
        text: The printable text.
        mark: The mark of a change or detail (`MARKS`), "" for a heading.
        depth: 0 for the heading of a team, 1 for a change, 2 for a field, more for nested values.
    """

    text: str
    mark: str = ""
    depth: int = 0

    def __str__(self) -> str:
        mark = self.mark if self.mark != "~" or self.depth < 2 else ""  # an arrow says as much
        return f"{'  ' * self.depth}{mark}{' ' if mark else ''}{self.text}"

    def in_diff(self) -> str:
        """The line for a `diff` block, in which the first character gives the colour."""
        return f"{DIFF_MARKS.get(self.mark, ' ')} {'  ' * (self.depth - 1)}{self.text}"


def summary(plan: Plan) -> dict[str, int]:
    """The number of entities by action, of undesired ones that are kept, and of those that could not be compared."""
    sorts = Counter(action_of(steps) for steps in by_entity(plan.changes))
    return {**{action: sorts[action] for action in ACTIONS}, "extra": len(plan.extra), "skipped": len(plan.skipped)}


def counts(plan: Plan) -> dict[str, dict[Action, int]]:
    """The number of entities by kind and action, in the order of a pull, without zeros."""
    table: dict[str, dict[Action, int]] = {kind.name: dict.fromkeys(ACTIONS, 0) for kind in KINDS}
    for steps in by_entity(plan.changes):
        table[steps[0].kind.name][action_of(steps)] += 1
    return {kind_name: row for kind_name, row in table.items() if any(row.values())}


def sentence(plan: Plan) -> str:
    """A plan in one sentence, as `4 updates in 1 team`, or "nothing to change"."""
    if not plan.changes:
        return "nothing to change"
    sorts = summary(plan)
    phrases = [quantity(sorts[action], NOUNS[action]) for action in ACTIONS if sorts[action]]
    *most, last = phrases
    teams = {change.team for change in plan.changes}
    places = [quantity(len(teams - {""}), "team")] if teams - {""} else []
    places += ["outside of teams"] if "" in teams else []
    location = " and ".join(f"in {each}" if each[0].isdigit() else each for each in places)
    return f"{', '.join(most)}{' and ' if most else ''}{last} {location}"


def action_of(steps: Sequence[Change]) -> Action:
    """The action of an entity: a create and the updates that complete it are a create."""
    actions = {step.action for step in steps}
    for action in ACTIONS:
        if action != "update" and action in actions:
            return action
    return steps[0].action


def lines(plan: Plan) -> Iterator[Line]:
    """The whole plan by team, then everything it leaves unchanged."""
    for team, changes in _by_team(plan.changes).items():
        yield Line(f"team {printable(team)}" if team else NO_TEAM)
        for steps in by_entity(changes):
            yield from _change(steps)
    for heading, texts in _leftovers(plan):
        yield Line(heading)
        yield from (Line(text, depth=1) for text in texts)


def markdown(plan: Plan, *, heading: str = HEADING, most: int = BIGGEST) -> str:
    """Show the plan as Markdown: a heading, a sentence, a table, a foldable block for each team, and the rest.

    Args:
        plan: The plan.
        heading: The heading, as text.
        most: The maximum number of characters, from 2,000; a sentence counts what is left out.
    """
    if not plan.changes and not plan.extra and not plan.skipped:
        return "Nothing to change.\n"
    table = f"## {_plain(heading)}\n\n{_capital(sentence(plan))}.\n"
    if plan.changes:
        table += f"\n{_table(plan)}"
    groups = list(_by_team(plan.changes).items())
    room = most - _size(table) - _size(_omission(len(groups))) - 2
    leftovers = [
        _fit(heading, texts, room // 4) or _omitted_lines(heading, texts) for heading, texts in _leftovers(plan)
    ]
    room -= sum(_size(block) + 1 for block in leftovers)
    blocks: list[str] = []
    for team, changes in groups:
        name = f"team {team}" if team else NO_TEAM
        texts = [line.in_diff() for steps in by_entity(changes) for line in _change(steps)]
        block = _fit(f"{name}: {_sorts(changes)}", texts, room - 1)
        if not block:
            blocks.append(_omission(len(groups) - len(blocks)))
            break
        room -= _size(block) + 1
        blocks.append(block)
    return "\n".join([table, *blocks, *leftovers])


def _plain(text: str) -> str:
    """Text for a line of Markdown, with all markup escaped."""
    return MARKUP.sub(r"\\\g<0>", html.escape(printable(text), quote=False))


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _size(text: str) -> int:
    """The number of UTF-16 code units, the largest way to count characters."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _by_team(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes by team in alphabetical order, those without a team last."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.team, []).append(change)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold(), group[0])))


def by_entity(changes: Iterable[Change]) -> list[list[Change]]:
    """Steps grouped by entity; a reorder is a group of its own."""
    entities: dict[tuple[Key, bool], list[Change]] = {}
    for change in changes:
        entities.setdefault(entity_key(change), []).append(change)
    return list(entities.values())


def entity_key(change: Change) -> tuple[Key, bool]:
    """The same for all steps that are counted as one thing."""
    return change.key, change.action == "order"


def title(change: Change) -> str:
    """The entity of a change, as `schedule rotation weekdays of schedules/night`."""
    noun = change.kind.noun
    name = printable(change.label or change.name)
    if change.action == "order":
        noun = f"order of {change.kind.plural}"
    of = f" of {printable(change.path)}" if change.kind.parent else ""
    return f"{noun}{' ' if name else ''}{name}{of}"


def _change(steps: Sequence[Change]) -> Iterator[Line]:
    change = steps[0]
    yield Line(title(change), MARKS[change.action], 1)
    for each in (difference for step in steps for difference in step.differences):
        for detail in details(change.kind, each):
            yield Line(detail.text, detail.mark, 2 + detail.depth)


def _leftovers(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """Everything that the plan leaves unchanged, each under a heading."""
    for heading, texts in (
        ("not in the files, left alone", [with_noun(text) for text in plan.extra]),
        ("could not be compared", [with_noun(text) for text in plan.skipped]),
    ):
        if texts:
            visible = [printable(text) for text in texts[:LISTED]]
            yield heading, visible if len(texts) <= LISTED else [*visible, f"and {len(texts) - LISTED} more"]


def with_noun(text: str) -> str:
    """A line of `Plan.extra` or `Plan.skipped`, which may begin with the name of a kind, as people call it."""
    word, space, rest = text.partition(" ")
    return f"{NOUN_BY_NAME.get(word, word)}{space}{rest}"


def _sorts(changes: Iterable[Change]) -> str:
    sorts = Counter(map(action_of, by_entity(changes)))
    return ", ".join(f"{sorts[action]} to {action}" for action in ACTIONS if sorts[action])


def _table(plan: Plan) -> str:
    rows = [
        f"| {KIND_BY_NAME[kind_name].noun} | " + " | ".join(str(row[action] or "") for action in ACTIONS) + " |"
        for kind_name, row in counts(plan).items()
    ]
    head = ["| kind | " + " | ".join(ACTIONS) + " |", "| --- |" + " ---: |" * len(ACTIONS)]
    return "\n".join([*head, *rows, ""])


def _details_block(heading: str, texts: Iterable[str]) -> str:
    """A foldable block of lines as text without markup: no line can end the fence."""
    body = "\n".join(texts)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    # In a heading, letters as `#` and `@` would become links but for the `code` around them.
    title = f"<code>{html.escape(printable(heading))}</code>"
    return f"<details><summary>{title}</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _fit(heading: str, texts: Sequence[str], room: int) -> str:
    """A block with as many lines as fit, and the number of the others; "" if none fit."""
    heading = printable(heading)
    heading = heading if len(heading) <= LONGEST_HEADING else f"{heading[: LONGEST_HEADING - 1]}…"
    count = 0
    remaining = room - _size(_details_block(heading, [])) - _size(_more(len(texts))) - 1
    fence = 2
    for text in texts:
        longest = max([fence, *(len(run) for run in re.findall("`+", text))])
        remaining -= _size(text) + 1 + 2 * (longest - fence)  # a longer run of them needs longer fences
        if remaining < 0:
            break
        fence = longest
        count += 1
    if count == len(texts):
        return _details_block(heading, texts)
    return _details_block(heading, [*texts[:count], _more(len(texts) - count)]) if count else ""


def _omitted_lines(heading: str, texts: Sequence[str]) -> str:
    return f"{heading}: {_more(len(texts))}\n"


def _more(lines: int) -> str:
    return f"and {lines} more {'line' if lines == 1 else 'lines'} omitted for length"


def _omission(groups: int) -> str:
    return f"and {groups} more {'team' if groups == 1 else 'teams'} omitted for length\n"
