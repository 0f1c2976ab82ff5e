"""Lists whose order acts, as a plan shows them: from the old list and the lines, a reader can make the new list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsgenie_async import Name, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync.applying.apply import apply
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.compare import compare
from opsgenie_async.sync.planning.details import details
from opsgenie_async.sync.planning.diff import Difference, meaning
from opsgenie_async.sync.planning.list_changes import changes_of_list
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.planning.render import Line, lines, markdown
from opsgenie_async.sync.reading.reader import read_account
from tests.sync.states import entity, state

PLACE = re.compile(r"(?P<mark>[-+]) (?P<element>.*) at (?P<at>\d+)|(?P<old>\d+) -> (?P<new>\d+) (?P<moved>.*)")
LISTS = st.lists(st.sampled_from("abcdefg"), max_size=9)
NAMES = st.sampled_from(
    ["ann", "ann at 2", "at 1", "a, b", 'a"', "a\nb", "a\\nb", " ann", "user ann", "", "-", "1 -> 2"]
)


def rebuild(old: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The new list, by what a reader knows: every line has a place, and what has no line keeps its order."""
    removed: set[int] = set()
    places: dict[int, str] = {}
    for text in texts:
        match = PLACE.fullmatch(text.strip())
        assert match is not None, text
        if match["mark"] == "-":
            assert old[int(match["at"]) - 1] == match["element"]
            removed.add(int(match["at"]) - 1)
        elif match["mark"] == "+":
            places[int(match["at"]) - 1] = match["element"]
        else:
            assert old[int(match["old"]) - 1] == match["moved"]
            assert match["old"] != match["new"], "nobody moves to where they stand"
            removed.add(int(match["old"]) - 1)
            places[int(match["new"]) - 1] = match["moved"]
    rest = iter([each for place, each in enumerate(old) if place not in removed])
    size = len(old) - len(removed) + len(places)
    return [places[place] if place in places else next(rest) for place in range(size)]


def users(names: Sequence[str]) -> list[Any]:
    return [{"type": "user", "username": name} for name in names]


def participants(have: Sequence[Any], want: Sequence[Any]) -> list[str]:
    """The lines about participants, as on a terminal, without the heading."""
    kind = KIND_BY_NAME["schedule_rotation"]
    output = [str(Line(each.text, each.mark, 2)) for each in details(kind, Difference("participants", have, want))]
    return output[1:]


@given(LISTS, LISTS)
def test_a_reader_can_make_the_new_list(have: list[str], want: list[str]) -> None:
    assume(have != want)
    names = [f"user {name}" for name in have]
    assert rebuild(names, participants(users(have), users(want))) == [f"user {name}" for name in want]


@given(st.lists(NAMES, max_size=4), st.lists(NAMES, max_size=4), st.lists(NAMES, max_size=4))
def test_no_two_lists_give_the_same_text(have: list[str], one: list[str], other: list[str]) -> None:
    outputs = [participants(users(have), users(names)) for names in (one, other)]
    assert (outputs[0] == outputs[1]) is (one == other)


@st.composite
def steps(draw: st.DrawFn) -> list[Any]:
    elements = st.builds(
        lambda name, minutes: {"recipient": {"type": "team", "name": name}, "delay": {"timeAmount": minutes}},
        st.sampled_from("ab"),
        st.integers(0, 2),
    )
    return draw(st.lists(elements, max_size=4))


@given(steps(), steps(), steps())
def test_no_two_lists_of_steps_give_the_same_text(have: list[Any], one: list[Any], other: list[Any]) -> None:
    kind = KIND_BY_NAME["escalation"]
    outputs = [list(details(kind, Difference("rules", have, want))) for want in (one, other)]
    assert (outputs[0] == outputs[1]) is (meaning(kind, "rules", one) == meaning(kind, "rules", other))


CHANGES = {
    "two swapped": ("abcd", "cbad", ["1 -> 3 user a", "3 -> 1 user c"]),
    "the third goes first": ("abcd", "cabd", ["3 -> 1 user c"]),
    "one before ten": ("abcdefghij", "xabcdefghij", ["+ user x at 1"]),
    "one behind ten": ("abcdefghij", "abcdefghijx", ["+ user x at 11"]),
    "the first leaves": ("abcd", "bcd", ["- user a at 1"]),
    "one goes behind a new one": ("abcd", "xbcad", ["+ user x at 1", "1 -> 4 user a"]),
    "two swapped behind a new one": ("abcd", "xcbad", ["+ user x at 1", "1 -> 4 user a", "3 -> 2 user c"]),
    "the same twice": ("aba", "baa", ["1 -> 3 user a"]),
    "turned round": ("abcde", "edcba", ["1 -> 5 user a", "2 -> 4 user b", "4 -> 2 user d", "5 -> 1 user e"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_moves_are_what_no_other_change_explains(name: str) -> None:
    have, want, expected = CHANGES[name]
    output = [text.strip() for text in participants(users(have), users(want))]
    assert sorted(output) == sorted(expected)
    assert rebuild([f"user {each}" for each in have], output) == [f"user {each}" for each in want]


def test_a_reference_says_what_its_target_is_a_part_of() -> None:
    def policies(team: str) -> list[Any]:
        return [{"type": "policy", "name": "night", "of": team}]

    assert participants(policies("web"), policies("ads")) == [
        '    - policy "night" of "web" at 1',
        '    + policy "night" of "ads" at 1',
    ]


@given(st.permutations(range(60)))
def test_moves_are_never_more_than_what_changed_its_place(order: list[int]) -> None:
    moved = changes_of_list(range(60), order).moved
    assert len(moved) <= sum(place != each for place, each in enumerate(order))
    assert all(old != new for old, new in moved)


def rule(name: str, target: str = "", **fields: Any) -> dict[str, Any]:
    notify = {"type": "escalation", "name": target} if target else {"type": "none"}
    return {"name": name, "notify": notify, **fields}


def team(*rules: dict[str, Any], ids: Sequence[str] = ()) -> Entity:
    parts = [(each, ids[number] if ids else "") for number, each in enumerate(rules)]
    return entity("team", {"name": "ops"}, "t", team_routing_rule=parts)


def account(*rules: dict[str, Any], ids: Sequence[str] = ()) -> Snapshot:
    targets = [entity("escalation", {"name": name}, name) for name in ("day", "night")]
    return state(*targets, team(*rules, ids=ids))


def order_lines(output: Sequence[str]) -> list[str]:
    return [line.strip() for line in output[output.index("    order") + 1 :] if line.startswith("      ")]


RULES = st.lists(st.sampled_from("pqrst"), unique=True, max_size=5)


@given(RULES, RULES)
def test_a_reader_can_make_the_new_order_of_rules(have: list[str], want: list[str]) -> None:
    old, new = (account(*(rule(name, "day", timezone=name) for name in names)) for names in (have, want))
    output = [str(line) for line in lines(compare(old, new))]
    quoted = [f'"{name}"' for name in have]
    if "    order" in output:
        assert rebuild(quoted, order_lines(output)) == [f'"{name}"' for name in want]
    else:  # new ones come last
        assert want == [*(name for name in have if name in want), *(name for name in want if name not in have)]


def test_nameless_rules_are_called_what_they_are() -> None:
    have = account(rule("", "day"), rule("", "night"), rule("p"), ids="123")
    want = account(rule("", "night"), rule("", "day"), rule("p"), ids="213")
    for result in (plan(have, want), compare(have, want)):
        output = [str(line) for line in lines(result)]
        assert order_lines(output) in (['1 -> 2 "(escalation day)"'], ['2 -> 1 "(escalation night)"'])
        assert "(escalation" in markdown(result)


def test_nameless_rules_to_the_same_target_differ_in_their_criteria() -> None:
    zones = [rule("", "day", timezone=zone) for zone in ("Asia/Tokyo", "Asia/Seoul")]
    output = [str(line) for line in lines(compare(account(*zones, ids="12"), account(*zones[::-1], ids="21")))]
    (line,) = order_lines(output)
    assert re.search(r'"\(escalation day, timezone: \'Asia/(Tokyo|Seoul)\'\)"', line)


def test_a_change_of_a_nameless_rule_says_of_which_one() -> None:
    have = account(rule("", "day"), rule("", "night"), ids="12")
    want = account(rule("", "day"), rule("", "night", timezone="Asia/Tokyo"), ids="12")
    assert "  ~ team routing rule (escalation night) of teams/ops" in [str(line) for line in lines(plan(have, want))]
    without = plan(have, account(rule("", "day"), ids="1"), prune=True)
    assert "  - team routing rule (escalation night) of teams/ops" in [str(line) for line in lines(without)]
    partial = plan(have, account(rule("", "day"), ids="1"))
    assert partial.extra == ("team_routing_rule (escalation night) of teams/ops",)


def test_what_stays_in_the_account_has_its_place_in_the_order() -> None:
    have = account(rule("x"), rule("p"), rule("q"), ids="123")
    want = account(rule("q"), rule("p"), ids="32")
    assert order_lines([str(line) for line in lines(plan(have, want))]) == ['3 -> 2 "q"']
    assert order_lines([str(line) for line in lines(plan(have, want, prune=True))]) == ['- "x" at 1', '3 -> 1 "q"']


async def test_the_order_in_a_plan_is_that_of_the_account_after_the_apply() -> None:
    """Also where undesired rules stay between the others, and new ones come."""
    names = ["x", "p", "y", "q", "r"]
    async with Sandbox(teams=0) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        empty = await read_account(og)
        nobody: dict[str, Any] = {"name": "", "notify": {"type": "none"}}
        for order in (names, ["r", "new", "p"], ["new", "r", "q"]):
            rules = [({**nobody, "name": name}, "") for name in order]
            want = state(*empty, entity("team", {"name": "ops"}, team_routing_rule=rules))
            result = plan(await read_account(og), want)
            assert (await apply(og, result)).complete
            listing = [each.name for each in await og.team_routing_rules.list(Name("ops"))][:-1]
            expected = [each.differences[0].want for each in result.changes if each.action == "order"]
            assert expected == ([listing] if order != names else [])
