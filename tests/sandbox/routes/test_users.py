"""Users, and paging by index."""

from __future__ import annotations

import pytest
from yarl import URL

BODY = {"username": "ann@corp.example", "fullName": "Ann", "role": {"name": "Admin"}}


async def test_a_user_from_create_to_delete(api):
    created = await api("POST", "/v2/users", {**BODY, "tags": ["a"], "timeZone": "Europe/Oslo"})
    id = created.data["id"]

    assert (created.status, created.json["result"], created.data) == (201, "Created", {"id": id, "name": "Ann"})
    user = await api.get("/v2/users/ANN@corp.example")
    assert (user["id"], user["role"]["name"], user["tags"], user["timeZone"]) == (id, "Admin", ["a"], "Europe/Oslo")
    updated = await api("PATCH", f"/v2/users/{id}", {"username": "anna@corp.example", "tags": None})
    assert set(updated.json) == {"result", "took", "requestId"}
    assert (await api.get("/v2/users/anna%40corp.example"))["tags"] == []
    assert (await api("DELETE", f"/v2/users/{id}")).json["result"] == "Deleted"
    assert (await api("GET", f"/v2/users/{id}")).status == 404


async def test_contacts_come_when_asked_for(api, sandbox):
    sandbox.add_user("ann@corp.example")
    reply = await api("GET", "/v2/users/ann@corp.example")

    assert reply.json["expandable"] == ["contact"]
    assert "userContacts" not in reply.data
    assert (await api.get("/v2/users/ann@corp.example?expand=contact"))["userContacts"] == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"username", "fullName", "role"}),
        (BODY | {"username": "x" * 95 + "@x.org"}, {"username"}),
        (BODY | {"username": "no address"}, {"username"}),
        (BODY | {"fullName": "x" * 513}, {"fullName"}),
        (BODY | {"role": {}}, {"role"}),
        (BODY | {"timeZone": "Mars"}, {"timeZone"}),
        (BODY | {"tags": "a"}, {"tags"}),
        (BODY | {"details": {"desk": "4"}}, {"details#desk"}),
        (BODY | {"details": []}, {"details"}),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", "/v2/users", body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)


async def test_usernames_are_taken_once_in_any_case(api):
    await api("POST", "/v2/users", BODY)

    assert (await api("POST", "/v2/users", BODY | {"username": "Ann@Corp.example"})).status == 409


async def test_a_renamed_user_is_renamed_everywhere(api, sandbox):
    sandbox.add_team("ops", members=("ann@corp.example",))
    schedule = sandbox.add_schedule("night", participants=("ann@corp.example",))
    override = {"user": {"type": "user", "username": "ann@corp.example"}, "alias": "a"}
    override |= {"startDate": "2017-05-12T09:00Z", "endDate": "2017-05-12T15:00Z"}
    await api("POST", f"/v2/schedules/{schedule['id']}/overrides", override)

    await api("PATCH", "/v2/users/ann@corp.example", {"username": "new@corp.example"})

    rotation = (await api.get(f"/v2/schedules/{schedule['id']}/rotations"))[0]
    read = await api.get(f"/v2/schedules/{schedule['id']}/overrides/a")
    team = await api.get("/v2/teams/ops?identifierType=name")
    names = [team["members"][0]["user"], rotation["participants"][0], read["user"]]
    assert [each["username"] for each in names] == ["new@corp.example"] * 3


async def test_a_users_overrides_go_with_the_user(api, sandbox):
    sandbox.add_user("ann@corp.example")
    schedule = sandbox.add_schedule("night")
    body = {"user": {"type": "user", "username": "ann@corp.example"}, "alias": "a"}
    body |= {"startDate": "2017-05-12T09:00Z", "endDate": "2017-05-12T15:00Z"}
    await api("POST", f"/v2/schedules/{schedule['id']}/overrides", body)

    assert (await api("DELETE", "/v2/users/ann@corp.example")).status == 200
    assert await api.get(f"/v2/schedules/{schedule['id']}/overrides") == []


async def test_where_a_user_appears(api, sandbox):
    sandbox.add_team("ops", members=("ann@corp.example",))
    sandbox.add_schedule("night", participants=("ann@corp.example",))
    rule = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0}}
    rule["recipient"] = {"type": "user", "username": "ann@corp.example"}
    await api("POST", "/v2/escalations", {"name": "e", "rules": [rule]})
    sandbox.add_user("bob@corp.example")

    for kind, name in (("teams", "ops"), ("schedules", "night"), ("escalations", "e")):
        assert [each["name"] for each in await api.get(f"/v2/users/ann@corp.example/{kind}")] == [name]
        assert await api.get(f"/v2/users/bob@corp.example/{kind}") == []


async def test_pages_follow_their_links_to_the_end(api, sandbox):
    names = [f"u{number:03}@corp.example" for number in range(250)]
    for name in reversed(names):
        sandbox.add_user(name)

    path, usernames, prevs = "/v2/users", [], []
    while path:
        reply = await api("GET", path)
        usernames += [each["username"] for each in reply.data]
        assert reply.json["totalCount"] == 250
        paging = reply.json["paging"]
        assert all(link.startswith(f"{sandbox.url}/v2/users?") for link in paging.values())
        for word in ("first", "last", "next"):
            assert reply.headers.get(f"X-Paging-{word}") == paging.get(word)
        prevs.append(paging.get("prev"))
        path = paging["next"].removeprefix(sandbox.url) if "next" in paging else None

    assert usernames == names
    assert [URL(each).query["offset"] if each else None for each in prevs] == [None, "0", "100"]
    assert URL(paging["last"]).query["offset"] == "200"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("username: ANN", ["ann"]),
        ("role:admin", ["bob"]),
        ("verified: true AND corp", ["ann", "bob"]),
        ("blocked: true", []),
        ("Ann Bo", []),
        ("nonsense: ann", []),
        ("", ["ann", "bob"]),
    ],
)
async def test_users_are_searched_by_field_or_words(api, sandbox, query, names):
    sandbox.add_user("ann@corp.example", "Annika B")
    sandbox.add_user("bob@corp.example", role="Admin")

    result = await api.get(f"/v2/users?query={query.replace(' ', '%20')}")
    assert [each["username"].partition("@")[0] for each in result] == names


async def test_a_full_last_page_has_no_next(api, sandbox):
    for number in range(4):
        sandbox.add_user(f"u{number}@corp.example")

    paging = (await api("GET", "/v2/users?limit=2&offset=2")).json["paging"]
    assert "next" not in paging
    assert URL(paging["last"]).query["offset"] == "2"


async def test_a_page_keeps_the_rest_of_its_query(api, sandbox):
    for number in range(5):
        sandbox.add_user(f"u{number}@corp.example")
    reply = await api("GET", "/v2/users?limit=2&offset=1&order=desc&query=corp%20x%26")
    assert reply.data == []

    reply = await api("GET", "/v2/users?limit=2&offset=1&order=desc&query=corp.ex")
    assert [each["username"][:2] for each in reply.data] == ["u3", "u2"]
    assert dict(URL(reply.json["paging"]["next"]).query) == {
        "limit": "2",
        "offset": "3",
        "order": "desc",
        "sort": "username",
        "query": "corp.ex",
    }


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "limit"), ("limit=x", "limit"), ("offset=-1", "offset"), ("order=up", "order")]
)
async def test_a_page_out_of_bounds_is_422(api, query, field):
    reply = await api("GET", f"/v2/users?{query}")

    assert (reply.status, set(reply.json["errors"])) == (422, {field})
