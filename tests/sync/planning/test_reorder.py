"""Moves: as few as there can be, and at their end the order that was asked for."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.sync.planning.reorder import moves


def play(have: list[str], steps: list[tuple[str, int]]) -> list[str]:
    now = list(have)
    for name, index in steps:
        now.remove(name)
        now.insert(index, name)
    return now


@pytest.mark.parametrize(
    ("have", "want", "steps"),
    [
        ("abc", "abc", []),
        ("abc", "cab", [("c", 0)]),
        ("abc", "bca", [("a", 2)]),
        ("abcd", "dcba", 3),
        ("abcde", "ebcda", 2),
        ("xayb", "ba", [("b", 1)]),  # what is not asked about stays in its order
        ("ab", "bca", 1),  # what is not there cannot be moved
        ("", "ab", []),
        ("ab", "", []),
    ],
)
def test_as_few_moves_as_there_can_be(have: str, want: str, steps: list[tuple[str, int]] | int) -> None:
    result = moves(list(have), list(want))
    assert (len(result) if isinstance(steps, int) else result) == steps
    now = play(list(have), result)
    assert [name for name in now if name in want] == [name for name in want if name in have]
    assert [name for name in now if name not in want] == [name for name in have if name not in want]


def test_no_shorter_way_exists_for_any_order_of_five() -> None:
    have = list("abcde")
    shortest = {tuple(have): 0}
    edge = [tuple(have)]
    while edge:
        following = []
        for state in edge:
            for name in state:
                for index in range(5):
                    after = tuple(play(list(state), [(name, index)]))
                    if after not in shortest:
                        shortest[after] = shortest[state] + 1
                        following.append(after)
        edge = following
    for want in permutations(have):
        assert len(moves(have, want)) == shortest[want]


@given(st.permutations(list("abcdefghij")), st.sets(st.sampled_from("abcdefghij")))
def test_the_wanted_come_into_their_order_and_the_rest_keeps_its_own(want: list[str], extra: set[str]) -> None:
    have = list("abcdefghij")
    paths = [name for name in want if name not in extra]
    now = play(have, moves(have, paths))
    assert [name for name in now if name in paths] == paths
    assert [name for name in now if name in extra] == sorted(extra)
