"""A plan as people see it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsgenie_async.printable import printable
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.snapshot import Entity
from opsgenie_async.sync.planning.details import details
from opsgenie_async.sync.planning.diff import Difference
from opsgenie_async.sync.planning.plan import plan
from opsgenie_async.sync.planning.render import counts, lines, markdown, sentence, summary
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
        "    description",
        f'      - "{"x" * 99}"',
        '      + "y"',
        "    members",
        '      - user a@x, role: "user"',
        '      + user d@x, role: "user"',
        "  = order of team routing rules of teams/web",
        "    order",
        '      2 -> 1 "q"',
        "no team",
        "  ~ user b@x",
        "    tags",
        '      + "u"',
        "  + user d@x",
        "  - user a@x",
    ]


def lines_of(kind: str, field: str, have: Any, want: Any) -> list[str]:
    """The lines about one field."""
    output = details(KIND_BY_NAME[kind], Difference(field, have, want))
    return [
        f"{'  ' * each.depth}{each.mark.replace('~', '')}{' ' * (each.mark in ('+', '-'))}{each.text}"
        for each in output
    ]


def rule(name: str, minutes: int, **more: Any) -> dict[str, Any]:
    delay = {"timeAmount": minutes, "timeUnit": "minutes"}
    recipient = {"type": "user", "username": name} if "@" in name else {"type": "team", "name": name}
    return {"condition": "if-not-acked", "notifyType": "default", "delay": delay, "recipient": recipient, **more}


def test_an_ordered_list_is_shown_by_element() -> None:
    have = [rule("ann@x", 0), rule("bob@x", 5), rule("Web", 10)]
    want = [rule("bob@x", 5), rule("Web", 15), rule("Ads", 20)]
    assert lines_of("escalation", "rules", have, want) == [
        "rules",
        "  3 -> 2 team Web",
        "    delay.timeAmount: 10 -> 15",
        *('  - user ann@x at 1, condition: "if-not-acked", notifyType: "default", delay: ' + DELAY.format(0),),
        *('  + team Ads at 3, condition: "if-not-acked", notifyType: "default", delay: ' + DELAY.format(20),),
    ]


DELAY = '{{"timeAmount": {}, "timeUnit": "minutes"}}'


def test_what_only_moved_is_a_move() -> None:
    people = [{"type": "user", "username": each} for each in ("bob", "ann", "cid")]
    have = entity("schedule", {"name": "s"}, "1", schedule_rotation=[({"name": "r", "participants": people}, "2")])
    moved = [*people[1:], people[0], {"type": "team", "name": "Ads"}]
    want = entity("schedule", {"name": "s"}, "1", schedule_rotation=[({"name": "r", "participants": moved}, "2")])
    output = [str(line) for line in lines(plan(state(have), state(want, team("Ads"))))]
    assert output[output.index("    participants") + 1 :][:2] == ["      + team Ads at 4", "      1 -> 3 user bob"]


def test_an_object_is_shown_by_field_and_whole() -> None:
    before = {"type": "week", "restrictions": [{"startDay": "monday", "endDay": "friday", "startHour": 9}]}
    after = {"type": "week", "restrictions": [{"startDay": "monday", "endDay": "sunday", "startHour": 9}]}
    output = part_lines("timeRestriction", before, after)
    assert output[0] == "timeRestriction.restrictions"
    assert any('"friday"' in line for line in output)
    assert any('"sunday"' in line for line in output)
    assert "delay.timeAmount: 5 -> 6" in part_lines("delay", {"timeAmount": 5}, {"timeAmount": 6})


def part_lines(field: str, before: Any, after: Any) -> list[str]:
    def account(value: Any) -> Any:
        rule = ({"name": "p", "notify": NOBODY, field: value}, "p")
        return state(entity("team", {"name": "ops"}, "t", team_routing_rule=[rule]))

    return [str(line)[4:] for line in lines(plan(account(before), account(after))) if line.depth > 1]


def test_a_person_in_another_role_is_one_line() -> None:
    def members(role: str) -> Any:
        return {"members": [{"user": {"username": "bob@x"}, "role": role}, {"user": {"username": "ann@x"}}]}

    people = (user("bob@x"), user("ann@x"))
    have = state(*people, entity("team", {"name": "x", **members("user")}, "1"))
    want = state(*people, entity("team", {"name": "x", **members("admin")}, "1"))
    output = [str(line)[4:] for line in lines(plan(have, want)) if line.depth > 1]
    assert output == ["members", "  user bob@x", '    role: "user" -> "admin"']


@given(st.lists(st.text("ab", max_size=300), max_size=6), st.lists(st.text("ab", max_size=300), max_size=6))
def test_nothing_that_differs_is_cut_away(before: list[str], after: list[str]) -> None:
    people = [[{"type": "user", "username": f"{each}@x"} for each in names] for names in (before, after)]
    assume(before != after)
    output = list(details(KIND_BY_NAME["schedule_rotation"], Difference("participants", *people)))
    removed, added = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for mark, names in (("-", removed), ("+", added)):
        assert Counter(each.text.partition(" at ")[0] for each in output if each.mark == mark) == Counter(
            {f"user {name}@x": number for name, number in names.items()}
        )


def test_an_object_that_is_new_is_shown_by_member() -> None:
    hours = {"type": "time-of-day", "restriction": {"startHour": 8, "endHour": 18, "startMin": 0, "endMin": 0}}
    assert lines_of("schedule_rotation", "timeRestriction", None, hours)[:2] == [
        "+ timeRestriction",
        '  + type: "time-of-day"',
    ]
    assert lines_of("schedule_rotation", "timeRestriction", hours, None)[:2] == [
        "- timeRestriction",
        '  - type: "time-of-day"',
    ]


def test_what_stays_is_called_as_everywhere() -> None:
    result = plan(state(team("web", rules=("p",))), state(team("web")))
    assert str(list(lines(result))[-1]) == "  team routing rule p of teams/web"


def test_what_differs_in_its_last_letter_shows_it() -> None:
    output = lines_of("escalation", "description", "x" * 500 + "a", "x" * 500 + "b")
    assert output == ["description", f'  - "{"x" * 500}a"', f'  + "{"x" * 500}b"']


def test_steps_about_one_thing_are_one_thing() -> None:
    result = plan(state(user("a@x")), state(user("a@x"), team("web", "a@x", description="d")))
    assert len(result.changes) == 2
    assert summary(result) == {"create": 1, "update": 0, "delete": 0, "order": 0, "extra": 0, "skipped": 0}
    assert sentence(result) == "1 creation in 1 team"
    assert [line.text for line in lines(result) if line.depth == 1] == ["team web"]


def test_markdown_has_the_colours_of_github() -> None:
    have, want = state(team("web", description="a"), team("old")), state(team("web", description="b"), team("new"))
    text = markdown(plan(have, want, prune=True))
    assert '```diff\n! team web\n!   description: "a" -> "b"\n```' in text
    assert "```diff\n- team old\n```" in text
    assert "```diff\n+ team new\n```" in text


def test_what_stays_and_what_was_skipped_is_told_at_the_end() -> None:
    have = state(*HAVE, unread=frozenset({("teams", "Ops")}))
    output = [str(line) for line in lines(plan(have, state(*WANT)))]
    assert output[-5:] == [
        "not in the files, left alone",
        "  user a@x",
        "  team old",
        "could not be compared",
        "  teams/Ops: could not be read",
    ]


def test_long_lists_of_what_stays_are_cut_and_counted() -> None:
    result = plan(state(*(user(f"{number}@x") for number in range(70))), state())
    assert [str(line) for line in lines(result)][-2:] == ["  user 49@x", "  and 20 more"]


def test_references_are_shown_by_name() -> None:
    def account(name: str) -> Any:
        schedule = entity("schedule", {"name": name}, name)
        rule = {"name": "p", "notify": {"type": "schedule", "name": name}}
        return state(schedule, entity("team", {"name": "ops"}, "t", team_routing_rule=[(rule, "p")]))

    output = [str(line) for line in lines(plan(account("night"), account("day")))]
    assert '    notify: schedule "night" -> schedule "day"' in output


def test_secrets_of_integrations_are_not_shown() -> None:
    def account(secret: str) -> Any:
        headers = {"Authorization": secret}
        fields = {"name": "i", "type": "Jira", "jiraPassword": secret, "headers": headers, "url": "https://x"}
        return state(entity("integration", fields, "i", integration_action=[]))

    result = plan(account("tr0ub4dor"), account("c0rrect"))
    assert "    jiraPassword: (hidden)" in [str(line) for line in lines(result)]
    for text in (markdown(result), *map(str, lines(result))):
        assert "tr0ub4dor" not in text
        assert "c0rrect" not in text


def test_counts() -> None:
    result = plan(state(*HAVE), state(*WANT), prune=True)
    assert summary(result) == {"create": 2, "update": 2, "delete": 2, "order": 1, "extra": 0, "skipped": 0}
    assert list(counts(result)) == ["user", "team", "team_routing_rule"]
    assert counts(result)["team"] == {"create": 1, "update": 1, "delete": 1, "order": 0}


def test_markdown_is_a_table_and_a_fold_for_every_team() -> None:
    text = markdown(plan(state(*HAVE), state(*WANT), prune=True))
    assert text.startswith(
        "## Plan for Opsgenie\n\n"
        "2 creations, 2 updates, 2 deletions and 1 new order in 3 teams and outside of teams.\n\n"
        "| kind | create | update | delete | order |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| user | 1 | 1 | 1 |  |\n"
        "| team | 1 | 1 | 1 |  |\n"
        "| team routing rule |  |  |  | 1 |\n"
    )
    assert text.count("<details>") == text.count("</details>") == 4
    assert "<details><summary><code>team Ops: 1 to create</code></summary>\n\n```diff\n+ team Ops\n```" in text
    assert markdown(plan(state(), state())) == "Nothing to change.\n"


def test_markdown_is_cut_between_teams() -> None:
    result = plan(state(), state(*(team(f"team-{number}") for number in range(1000))))
    text = markdown(result)
    assert 50_000 < len(text) <= 60_000
    output = text.count("<details>")
    assert text.endswith(f"and {1000 - output} more teams omitted for length\n")


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
        self.names: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.names.append(tag)


@given(HOSTILE, HOSTILE)
def test_no_name_becomes_markup(name: str, value: str) -> None:
    result = plan(state(team(name, description="d")), state(team(name, description=value), user(f"{value}@x")))
    output = [str(line) for line in lines(result)]
    assert all(text.isprintable() for text in output)
    text = markdown(result)
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
    assert Tags("\n".join(outside)).names == ["details", "summary", "code"] * folds
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
    result = LONG[name]()

    text = markdown(result, most=most)

    assert size(text) <= most
    assert "omitted for length\n" in text
    assert text.count("<details>") == text.count("</details>")


def test_a_team_with_too_many_changes_is_shown_in_part() -> None:
    text = markdown(LONG["one team with very many changes"]())

    output = text.count("\n+ team role")
    (more,) = re.findall(r"^and (\d+) more lines omitted for length$", text, re.MULTILINE)
    assert output > 500
    assert int(more) >= 5001 - output - 1
