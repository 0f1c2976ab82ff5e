"""A selection: kinds, names, files and owners, each of which has to be there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import OpsgenieError
from opsgenie_async.sync.model.selection import EVERYTHING, Entry, Selection, SelectionError, selection

THERE = (
    Entry("teams", "Ads Backend", "Ads-Backend", "Ads Backend", "t1"),
    Entry("teams", "ops", "ops", "ops", "t2"),
    Entry("schedules", "[EU], night", "EU-night", "Ads Backend", "s1"),
    Entry("schedules", "day", "day", "ops", "s2"),
    Entry("escalations", "day", "day", "ops", "e1"),
    Entry("users", "ann@example.com", "ann-example.com", "", "u1"),
    Entry("policies", "Ads Backend", "Ads-Backend", "Ads Backend", "t1"),
    Entry("policies", "", "account", "", ""),
)


def chosen(text: str = "", *teams: str) -> list[str]:
    names = Selection.parse(text, teams=teams).resolve(THERE).names
    return sorted(f"{folder}/{name}" for folder, name in names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("teams", ["teams/Ads Backend", "teams/ops"]),
        ("team", ["teams/Ads Backend", "teams/ops"]),
        ("Teams/", ["teams/Ads Backend", "teams/ops"]),
        ("teams/Ads Backend", ["teams/Ads Backend"]),
        ("teams/Ads-Backend.json", ["teams/Ads Backend"]),
        ("teams/Ads-Backend", ["teams/Ads Backend"]),
        ("team/ops", ["teams/ops"]),
        ("Ads-Backend.json", ["policies/Ads Backend", "teams/Ads Backend"]),
        ("backup/teams/ops.json", ["teams/ops"]),
        ("./teams/ops.json", ["teams/ops"]),
        ("day", ["escalations/day", "schedules/day"]),
        ("schedules/d*", ["schedules/day"]),
        ("schedules/[EU][,] night", []),
        ("schedules/[[]EU][,] night", ["schedules/[EU], night"]),
        ("ann@example.com,ops", ["teams/ops", "users/ann@example.com"]),
        ("policies/account.json", ["policies/"]),
        ("team:ops", ["escalations/day", "schedules/day", "teams/ops"]),
        ("maintenances", []),
    ],
)
def test_words_mean_kinds_names_and_files(text: str, names: list[str]) -> None:
    if text == "schedules/[EU][,] night":  # a pattern, and none that fits
        with pytest.raises(SelectionError):
            chosen(text)
    else:
        assert chosen(text) == names


@pytest.mark.parametrize("team", ["Ads Backend", "t1", "Ads-Backend", "Ads-Backend.json"])
def test_a_team_comes_with_all_that_it_owns(team: str) -> None:
    assert chosen("", team) == ["policies/Ads Backend", "schedules/[EU], night", "teams/Ads Backend"]
    assert chosen("schedules", team) == ["schedules/[EU], night"]
    assert chosen("", team, "ops") == sorted(f"{each.folder}/{each.name}" for each in THERE if each.team)


@pytest.mark.parametrize(
    ("text", "teams", "message"),
    [
        ("teams/opps", [], "nothing matches 'teams/opps'; did you mean 'teams/ops'?"),
        ("ads backend", [], "nothing matches 'ads backend'; did you mean 'Ads Backend' or 'Ads-Backend'?"),
        ("schedule", ["opz"], "there is no team 'opz'; did you mean 'ops'?"),
        ("ann@exampel.com", [], "did you mean 'ann@example.com'"),
        ("temas", [], "did you mean 'teams'"),
        ("teams/ops,users/bob@example.com", [], "nothing matches 'users/bob@example.com'"),
        ("rotations", [], "'rotations': these are parts of schedules; use 'schedules'"),
        ("routing-rules", [], "these are parts of teams"),
        ("tems/ops", [], "did you mean 'teams/ops'?"),
        ("schedules/day", ["Ads Backend"], "nothing of Ads Backend matches 'schedules/day'"),
    ],
)
def test_what_fits_nothing_is_refused_with_what_may_be_meant(text: str, teams: list[str], message: str) -> None:
    with pytest.raises(SelectionError, match=re.escape(message)) as refused:
        Selection.parse(text, teams=teams).resolve(THERE)
    assert isinstance(refused.value, OpsgenieError)
    assert isinstance(refused.value, ValueError)


def test_nothing_is_missed_of_what_could_not_be_listed() -> None:
    only = Selection.parse("services/web,teams/ops")
    assert only.resolve(THERE, unknown=["services"]).covers("services", "web")
    with pytest.raises(SelectionError):
        only.resolve(THERE, unknown=["heartbeats"])
    assert Selection.parse("teams/opz").resolve(THERE, strict=False).covers("teams", "opz")


def test_what_has_the_same_id_is_chosen_under_both_names() -> None:
    renamed = Entry("teams", "operations", "ops", "operations", "t2")
    only = Selection.parse("teams/operations").resolve([*THERE, renamed])
    assert only.names == {("teams", "operations"), ("teams", "ops")}


def test_teams_are_a_list() -> None:
    with pytest.raises(SelectionError, match="expected a list of names, got 'ops'"):
        selection("teams", "ops")
    with pytest.raises(SelectionError, match="expected a list of names, got 'ops'"):
        Selection.parse("teams", teams="ops")
    assert selection() == EVERYTHING
    assert selection("teams/ops", ["ops"]).teams == ("ops",)


@given(st.text(min_size=1, max_size=8, alphabet="a[]*?!,/- #"), st.text(min_size=1, max_size=8, alphabet="b[]*?!,/- "))
def test_a_team_of_any_name_is_kept_as_a_text_that_says_the_same(name: str, team: str) -> None:
    there = [Entry("teams", team, "file", team, "1"), Entry("schedules", name, "other", team, "2")]
    only = Selection.parse("", teams=["1"]).resolve([*there, Entry("teams", "x", "x", "x", "3")])
    again = Selection.parse(str(only))
    assert str(again) == str(only)
    assert all(again.covers(each.folder, each.name, each.team) for each in there)
    assert not again.covers("teams", "x", "x")
    assert not again.covers("schedules", name)


def test_a_name_is_meant_before_a_pattern_and_a_file() -> None:
    there = [
        Entry("teams", "a-b", "a-b~1", "a-b"),
        Entry("teams", "a b", "a-b", "a b"),
        Entry("teams", "[x]", "x", "[x]"),
    ]
    assert Selection.parse("teams/a-b").resolve(there).names == {("teams", "a-b")}
    assert Selection.parse("teams/a-b~1.json").resolve(there).names == {("teams", "a-b")}
    assert Selection.parse("teams/[x]").resolve([*there, Entry("teams", "x", "y", "x")]).names == {("teams", "[x]")}
