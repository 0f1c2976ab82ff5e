"""The search language as people and programs write it: dates, quotes, names, fields, and what it does not know."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsgenie_async.sandbox.account.records.fields import ALERT
from opsgenie_async.sandbox.behaviour.search.syntax import (
    And,
    Comparison,
    Node,
    Not,
    Null,
    Or,
    QueryError,
    Text,
    parse,
    render,
)

VALUES = st.text(max_size=8) | st.sampled_from(["AND", "or", "not", "is", "null", "'", '"', "a:b", "(", "\\", "é\n"])
LEAVES = st.one_of(
    st.builds(Text, VALUES),
    st.builds(Null, st.sampled_from(sorted(ALERT))),
    st.builds(Comparison, st.sampled_from(sorted(ALERT)), st.sampled_from([":", "<", "<=", ">", ">="]), VALUES),
)


def _branches(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(And, several), st.builds(Or, several))


@settings(deadline=None)
@given(st.recursive(LEAVES, _branches, max_leaves=8))
def test_a_tree_that_is_printed_is_read_again(node):
    assert parse(render(node), ALERT) == node


@settings(deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from([*"()<>=:\"'!*\\ ", "AND", "status", "is", "x"])).map("".join))
def test_any_text_is_a_query_or_a_mistake(text):
    with suppress(QueryError):
        assert isinstance(parse(text, ALERT), Node)


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("'disk full'", Text("disk full")),
        ("can't", Text("can't")),
        ("message: 'a \"b\"'", Comparison("message", ":", 'a "b"')),
        ("owner != ann", Not(Comparison("owner", ":", "ann"))),
        ("TAG = (a OR 'b c')", Or((Comparison("tag", ":", "a"), Comparison("tag", ":", "b c")))),
        (
            "createdAt >= '21-11-2026T00:00:00' AND x",
            And((Comparison("createdAt", ">=", "21-11-2026T00:00:00"), Text("x"))),
        ),
        ("createdAt>=21-11-2026T00:00:00", Comparison("createdAt", ">=", "21-11-2026T00:00:00")),
    ],
)
def test_what_a_query_reads_as(query, node):
    assert parse(query, ALERT) == node


@pytest.fixture
async def history(api, sandbox, watch):
    """Three alerts, one second apart, from 00:16:41 on: for a team, for a person, for nobody."""
    ann = sandbox.add_user("ann@corp.example")
    team = sandbox.add_team("Night shift", members=("bob@corp.example",))
    responders = [[{"type": "team", "id": team["id"]}], [{"type": "user", "id": ann["id"]}], []]
    for number, each in enumerate(responders):
        watch.seconds += 1
        body = {"message": f"m{number}", "alias": f"a{number}", "responders": each}
        await api("POST", "/v2/alerts", body)
    await api("POST", "/v2/alerts/a1/acknowledge?identifierType=alias", {"user": "ann@corp.example"})
    await api("POST", "/v2/alerts/a2/close?identifierType=alias", {"user": "bob@corp.example"})
    return {"team": team["id"], "ann": ann["id"]}


async def _messages(api, query: str) -> str:
    listed = await api.get(f"/v2/alerts?order=asc&query={quote(query)}")
    assert await api.get(f"/v2/alerts/count?query={quote(query)}") == {"count": len(listed)}
    return " ".join(each["message"] for each in listed)


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ('createdAt >= "01-01-2026T00:16:42"', "m1 m2"),
        ("createdAt > '01-01-2026T00:16:42'", "m2"),
        ("createdAt < 01-01-2026T00:16:42", "m0"),
        ("createdAt : '01-01-2026T00:16:42'", "m1"),
        ("createdAt >= 1767226602000", "m1 m2"),
        ("createdAt <= 1767226602000", "m0 m1"),
        ("teams: 'Night shift'", "m0"),
        ("responders: 'night SHIFT'", "m0"),
        ("responders: Night*", "m0"),
        ("responders: TEAM", "m0"),
        ("responders: ann@corp.example", "m1"),
        ("responders: (ANN OR TEAM)", "m0 m1"),
        ("owner: ann@corp.example", "m1"),
        ("owner: ANN", "m1"),
        ("acknowledgedBy: ann@corp.example", "m1"),
        ("acknowledgedBy: ANN", "m1"),
        ("closedBy: bob*", "m2"),
        ("closedBy is null", "m0 m1"),
        ("recipients: bob@corp.example", "m0"),
        ("recipients: ANN", "m1"),
        ("recipients is not null AND NOT recipients: ann@corp.example", "m0"),
        ("alertId: ID", "m0"),
        ("NOT alertId: ID", "m1 m2"),
    ],
)
async def test_what_is_found_by_dates_names_and_people(api, sandbox, history, query, messages):
    for word, id in (("TEAM", history["team"]), ("ANN", history["ann"]), ("ID", sandbox.alerts[0]["id"])):
        query = query.replace(word, id)

    assert await _messages(api, query) == messages


async def test_the_boundary_is_in_or_out_by_a_switch(api, sandbox, history):
    at = "createdAt {} 1767226602000"
    assert sandbox.search_includes_boundary
    assert await _messages(api, at.format(">=")) == "m1 m2"

    sandbox.search_includes_boundary = False

    assert await _messages(api, at.format(">=")) == await _messages(api, at.format(">")) == "m2"
    assert await _messages(api, at.format("<=")) == "m0"
    assert await _messages(api, "tinyId >= 2") == "m2"


async def test_the_search_lags_behind_a_get(api, sandbox, watch, history):
    sandbox.search_lag = 5
    result = await api("POST", "/v2/alerts", {"message": "m3", "alias": "a3"})
    await api("POST", "/v2/alerts/a0/close?identifierType=alias")
    watch.seconds += 3
    await api("POST", "/v2/alerts/a3/tags?identifierType=alias", {"tags": ["late"]})

    assert result.status == 202
    assert (await api.get("/v2/alerts/a3?identifierType=alias"))["tags"] == ["late"]
    assert await _messages(api, "status: open") == "m0 m1"

    watch.seconds += 2
    assert await _messages(api, "status: open") == "m1 m3"
    assert await _messages(api, "tag: late") == ""

    watch.seconds += 3
    assert await _messages(api, "tag: late") == "m3"

    await api("DELETE", "/v2/alerts/a3?identifierType=alias")
    assert await _messages(api, "tag: late") == "m3"
    watch.seconds += 5
    assert await _messages(api, "tag: late") == ""


async def test_a_document_that_is_changed_by_hand_is_found_as_it_is(api, sandbox, watch):
    alert = sandbox.add_alert(watch.utc(), message="by hand")
    assert await _messages(api, "tag: x") == ""

    alert["tags"].append("x")
    alert["details"]["host"] = "db-1"

    assert await _messages(api, "tag: x AND details.key: host") == "by hand"
    assert await _messages(api, "tag: y") == ""


async def test_incidents_have_fields_of_their_own(api, sandbox):
    team = sandbox.add_team("ops")
    service = (await api("POST", "/v1/services", {"name": "Shop window", "teamId": team["id"]})).data["id"]
    for number, services in enumerate(([service], [])):
        body = {"message": f"i{number}", "impactedServices": services, "details": {"region": "eu"}}
        await api("POST", "/v1/incidents/create", body | {"responders": [{"type": "team", "name": "ops"}]})

    async def matches(query: str) -> list[str]:
        listed = await api.get(f"/v1/incidents?order=asc&query={quote(query)}")
        return [each["message"] for each in listed]

    assert await matches(f"impactedServices: {service}") == ["i0"]
    assert await matches("impactedServices: 'shop window'") == ["i0"]
    assert await matches("impactedServices is null") == ["i1"]
    assert await matches("details.key: region AND tinyId > 1") == ["i1"]
    assert await matches("responders: ops") == ["i0", "i1"]
    refused = await api("GET", "/v1/incidents?query=acknowledged%3Atrue")
    assert (refused.status, set(refused.json["errors"])) == (422, {"query"})


async def test_services_are_searched_in_the_same_language(api, sandbox):
    team = sandbox.add_team("ops")
    for name, tags in (("Shop window", ["eu"]), ("Shop till", ["us"])):
        await api("POST", "/v1/services", {"name": name, "teamId": team["id"], "tags": tags})

    async def matches(query: str) -> list[str]:
        listed = await api.get(f"/v1/services?sort=name&order=asc&query={quote(query)}")
        return [each["name"] for each in listed]

    assert await matches("shop") == ["Shop till", "Shop window"]
    assert await matches("shop AND NOT tag: us") == ["Shop window"]
    assert await matches("name: 'Shop till' OR tags: (eu)") == ["Shop till", "Shop window"]
    assert await matches("teamId: ops AND name: *till") == ["Shop till"]
    assert (await api("GET", "/v1/services?query=weather%3Afine")).status == 422


@pytest.mark.parametrize("path", ["/v2/alerts", "/v1/incidents", "/v1/services"])
async def test_nothing_beyond_the_window_is_listed(api, path):
    assert (await api("GET", f"{path}?offset=19900&limit=100")).status == 200
    beyond = await api("GET", f"{path}?offset=19901&limit=100")
    assert (beyond.status, "20000" in str(beyond.json["errors"])) == (422, True)


async def test_recipients_are_searched_as_they_are_now(api, sandbox, history):
    """They stand beside the alert and change without it, after the index of them was made."""
    recipients = sandbox.account.alert_recipients
    first, second, third = (
        next(id for id, a in sandbox.account.alerts.items() if a["message"] == f"m{n}") for n in range(3)
    )
    assert await _messages(api, "recipients: bob@corp.example") == "m0"

    recipients[third] = [dict(row) for row in recipients[first]]
    assert await _messages(api, "recipients: bob@corp.example") == "m0 m2"
    recipients[first].clear()
    assert await _messages(api, "recipients: bob@corp.example") == "m2"
    assert await _messages(api, "NOT recipients: bob* AND recipients: *") == "m1"
    del recipients[third]
    assert await _messages(api, "recipients is null") == "m0 m2"
    del sandbox.account.alerts[second]
    assert await _messages(api, "recipients: *") == ""
