"""A plan as people see it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.printable import printable
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.planning.render import counts, lines, markdown, summary
from tests.sync.states import entity, state

NOBODY = {"type": "none"}


def team(name: str, *members: str, rules: tuple[str, ...] = (), **fields: Any) -> Entity:
    people = [{"user": {"username": each}, "role": "user"} for each in members]
    numbered = [({"name": each, "notify": NOBODY}, each) for each in rules]
    return entity("team", {"name": name, "members": people, **fields}, name, team_routing_rule=numbered)


def user(name: str, *tags: str) -> Entity:
    return entity("user", {"username": name, "tags": list(tags)}, name)


HAVE = (user("a@x", "t"), user("b@x"), team("web", "a@x", "b@x", rules=("p", "q"), description="x" * 99), team("old"))
WANT = (user("b@x", "u"), user("d@x"), team("web", "b@x", "d@x", rules=("q", "p"), description="y"), team("Ops"))


def test_lines_are_grouped_by_team_and_say_what_changes() -> None:
    assert [str(line) for line in lines(plan(state(*HAVE), state(*WANT), prune=True))] == [
        "team old",
        "  - team old",
        "team Ops",
        "  + team Ops",
        "team web",
        "  ~ team web",
        f'    description: "{"x" * 78}… -> "y"',
        "  ~ team web",
        '    members: +{"user": {"username": "d@x"}, "role": "user"} -{"user": {"username": "a@x"}, "role": "user"}',
        "  = order of team routing rules of teams/web",
        '    order: ["p", "q"] -> ["q", "p"]',
        "no team",
        "  ~ user b@x",
        '    tags: +"u"',
        "  + user d@x",
        "  - user a@x",
    ]


def test_what_stays_and_what_was_skipped_is_told_at_the_end() -> None:
    have = state(*HAVE, unread=frozenset({("teams", "Ops")}))
    said = [str(line) for line in lines(plan(have, state(*WANT)))]
    assert said[-5:] == [
        "there and not wanted, left alone",
        "  user a@x",
        "  team old",
        "could not be compared",
        "  teams/Ops: could not be read",
    ]


def test_long_lists_of_what_stays_are_cut_and_counted() -> None:
    made = plan(state(*(user(f"{number}@x") for number in range(70))), state())
    assert [str(line) for line in lines(made)][-2:] == ["  user 49@x", "  and 20 more"]


def test_references_are_shown_by_name() -> None:
    def account(name: str) -> Any:
        schedule = entity("schedule", {"name": name}, name)
        rule = {"name": "p", "notify": {"type": "schedule", "name": name}}
        return state(schedule, entity("team", {"name": "ops"}, "t", team_routing_rule=[(rule, "p")]))

    said = [str(line) for line in lines(plan(account("night"), account("day")))]
    assert '    notify: schedule "night" -> schedule "day"' in said


def test_secrets_of_integrations_are_not_shown() -> None:
    def account(secret: str) -> Any:
        headers = {"Authorization": secret}
        fields = {"name": "i", "type": "Jira", "jiraPassword": secret, "headers": headers, "url": "https://x"}
        return state(entity("integration", fields, "i", integration_action=[]))

    made = plan(account("tr0ub4dor"), account("c0rrect"))
    assert "    jiraPassword: (hidden)" in [str(line) for line in lines(made)]
    for text in (markdown(made), *map(str, lines(made))):
        assert "tr0ub4dor" not in text
        assert "c0rrect" not in text


def test_counts() -> None:
    made = plan(state(*HAVE), state(*WANT), prune=True)
    assert summary(made) == {"create": 2, "update": 3, "delete": 2, "order": 1, "extra": 0, "skipped": 0}
    assert list(counts(made)) == ["user", "team", "team_routing_rule"]
    assert counts(made)["team"] == {"create": 1, "update": 2, "delete": 1, "order": 0}


def test_markdown_is_a_table_and_a_fold_for_every_team() -> None:
    text = markdown(plan(state(*HAVE), state(*WANT), prune=True))
    assert text.startswith(
        "| kind | create | update | delete | order |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| user | 1 | 1 | 1 |  |\n"
        "| team | 1 | 2 | 1 |  |\n"
        "| team routing rule |  |  |  | 1 |\n"
    )
    assert text.count("<details>") == text.count("</details>") == 4
    assert "<details><summary><code>team Ops: 1 to create</code></summary>\n\n```diff\n+ team Ops\n```" in text
    assert markdown(plan(state(), state())) == "Nothing to change.\n"


def test_markdown_is_cut_between_teams() -> None:
    made = plan(state(), state(*(team(f"team-{number}") for number in range(1000))))
    text = markdown(made)
    assert 50_000 < len(text) <= 60_000
    shown = text.count("<details>")
    assert text.endswith(f"and {1000 - shown} more teams for which there is no room here\n")


def test_a_terminal_is_told_nothing_but_letters() -> None:
    assert printable("día 日本") == "día 日本"
    assert printable("a\x1b[31mb\nc\u202ed\ud800") == "a\\x1b[31mb\\nc\\u202ed\\ud800"


def test_no_run_of_backticks_is_as_long_as_the_fence() -> None:
    assert "\n`````diff\n+ team a````b\n`````\n" in markdown(plan(state(), state(team("a````b"))))


HOSTILE = st.text(st.sampled_from("ab`~|<>/&*_[]()!#@\\\n\r\t\x00\x1b\u2028\u202e\ud800 "), min_size=1, max_size=12)


class Tags(HTMLParser):
    """The tags in a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)


@given(HOSTILE, HOSTILE)
def test_no_name_becomes_markup(name: str, value: str) -> None:
    made = plan(state(team(name, description="d")), state(team(name, description=value), user(f"{value}@x")))
    said = [str(line) for line in lines(made)]
    assert all(text.isprintable() for text in said)
    text = markdown(made)
    outside, fence = [], ""
    for line in text.removesuffix("\n").split("\n"):
        if fence:
            fence = "" if line == fence else fence
            assert line.isprintable()
        elif line.endswith("diff") and set(line.removesuffix("diff")) == {"`"}:
            fence = line.removesuffix("diff")
        else:
            outside.append(line)
    assert fence == ""
    folds = text.count("</summary>")
    assert Tags("\n".join(outside)).seen == ["details", "summary", "code"] * folds
    assert "|" not in "".join(line for line in outside if not line.startswith(("|", "<details>")))


def size(text: str) -> int:
    """As GitHub's own page counts: a letter outside the basic plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


LONG = {
    "one team with very many changes": lambda: plan(
        state(),
        state(entity("team", {"name": "ops"}, "t", team_role=[({"name": f"r{n}"}, f"r{n}") for n in range(5000)])),
    ),
    "names without an end": lambda: plan(state(), state(*(team("n" * 90_000 + str(number)) for number in range(3)))),
    "what stays has names without an end": lambda: plan(
        state(*(user("u" * 5000 + f"{number}@x") for number in range(200))), state(team("ops"))
    ),
    "letters that count twice": lambda: plan(state(), state(*(team("\U0001f600" * 60 + str(n)) for n in range(1000)))),
    "backticks": lambda: plan(state(), state(*(team("`" * 4000 + str(number)) for number in range(30)))),
    "what a page escapes": lambda: plan(state(), state(*(team("<&>" * 70 + str(number)) for number in range(500)))),
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("most", [2_000, 10_000, 60_000])
def test_markdown_is_never_longer_and_says_what_is_left_out(name: str, most: int) -> None:
    made = LONG[name]()

    text = markdown(made, most=most)

    assert size(text) <= most
    assert "for which there is no room here\n" in text
    assert text.count("<details>") == text.count("</details>")


def test_a_team_with_too_many_changes_is_shown_in_part() -> None:
    text = markdown(LONG["one team with very many changes"]())

    shown = text.count("\n+ team role")
    (more,) = re.findall(r"^and (\d+) more lines for which there is no room here$", text, re.MULTILINE)
    assert shown > 500
    assert int(more) >= 5001 - shown - 1
