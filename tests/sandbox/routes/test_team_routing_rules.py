"""The Team Routing Rule API page, as far as it says something."""

from __future__ import annotations

import pytest

RULES = "/v2/teams/TeamName/routing-rules"
BY_NAME = "?teamIdentifierType=name"
SAMPLE = {
    "name": "RoutingRuleName",
    "order": 0,
    "timezone": "America/Los_Angeles",
    "criteria": {
        "type": "match-any-condition",
        "conditions": [
            {"field": "message", "not": False, "operation": "contains", "expectedValue": "expected1"},
            {"field": "alias", "not": True, "operation": "starts-with", "expectedValue": "expected2"},
            {
                "field": "extra-properties",
                "key": "expectedKey",
                "not": True,
                "operation": "starts-with",
                "expectedValue": "expected3",
            },
        ],
    },
    "timeRestriction": {
        "type": "weekday-and-time-of-day",
        "restrictions": [
            {"startDay": "monday", "startHour": 8, "startMin": 20, "endDay": "tuesday", "endHour": 18, "endMin": 45}
        ],
    },
    "notify": {"type": "schedule", "name": "ScheduleName"},
}
NOBODY = {"notify": {"type": "none"}}


@pytest.fixture(autouse=True)
def team(sandbox):
    sandbox.add_schedule("ScheduleName")
    return sandbox.add_team("TeamName")


async def _create(api, **body):
    reply = await api("POST", RULES + BY_NAME, {**NOBODY, **body})
    assert reply.status == 201, reply.text
    return reply.data["id"]


async def _names(api):
    rules = await api.get(RULES + BY_NAME)
    assert [rule["order"] for rule in rules] == list(range(len(rules)))
    return [rule["name"] for rule in rules]


async def test_the_sample_is_created_and_read_back(api):
    reply = await api("POST", RULES + BY_NAME, SAMPLE)

    assert (reply.status, reply.json["result"], list(reply.data)) == (201, "Created", ["id"])
    rule = await api.get(f"{RULES}/{reply.data['id']}{BY_NAME}")
    conditions = [{**each, "order": 0} for each in SAMPLE["criteria"]["conditions"]]
    schedule = next(iter(api.sandbox.account.schedules))
    assert rule == {
        "id": reply.data["id"],
        "isDefault": False,
        **SAMPLE,
        "criteria": {"type": "match-any-condition", "conditions": conditions},
        "notify": {"type": "schedule", "id": schedule, "name": "ScheduleName"},
    }


async def test_a_team_starts_with_its_default_rule(api):
    (rule,) = await api.get(RULES + BY_NAME)

    assert rule | {"id": ""} == {
        "id": "",
        "name": "Default Routing Rule",
        "isDefault": True,
        "order": 0,
        "criteria": {"type": "match-all"},
        "timezone": "America/New_York",
        "notify": {"type": "none"},
    }


async def test_what_is_not_sent_has_the_documented_default(api):
    rule = await api.get(f"{RULES}/{await _create(api)}{BY_NAME}")

    assert (rule["name"], rule["criteria"], rule["timezone"]) == ("", {"type": "match-all"}, "America/New_York")
    assert "timeRestriction" not in rule


async def test_order_is_an_index_and_the_default_rule_stays_last(api):
    await _create(api, name="a")
    await _create(api, name="b")
    await _create(api, name="first", order=0)
    await _create(api, name="far", order=666)

    assert await _names(api) == ["first", "a", "b", "far", "Default Routing Rule"]


@pytest.mark.parametrize(
    ("order", "names"), [(0, ["b", "a", "c"]), (1, ["a", "b", "c"]), (2, ["a", "c", "b"]), (666, ["a", "c", "b"])]
)
async def test_change_order_moves_to_an_index(api, order, names):
    ids = {name: await _create(api, name=name) for name in "abc"}

    reply = await api("POST", f"{RULES}/{ids['b']}/change-order{BY_NAME}", {"order": order})

    assert (reply.status, reply.json["result"], reply.data) == (200, "Changed", {"id": ids["b"]})
    assert await _names(api) == [*names, "Default Routing Rule"]


async def test_change_order_takes_curls_form_declaration_as_the_sample_sends_it(api):
    rule = await _create(api)
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    reply = await api("POST", f"{RULES}/{rule}/change-order{BY_NAME}", data=b'{"order": 0}', headers=form)
    assert reply.status == 200
    assert (await api("POST", RULES + BY_NAME, data=b"{}", headers=form)).status == 415


@pytest.mark.parametrize(
    ("body", "fields"),
    [({}, {"order"}), ({"order": -1}, {"order"}), ({"order": "1"}, {"order"}), ({"order": True}, {"order"})],
)
async def test_change_order_needs_an_index(api, body, fields):
    reply = await api("POST", f"{RULES}/{await _create(api)}/change-order{BY_NAME}", body)

    assert (reply.status, set(reply.json["errors"])) == (422, fields)


async def test_a_patch_changes_what_it_names(api):
    id = (await api("POST", RULES + BY_NAME, SAMPLE)).data["id"]
    before = await api.get(f"{RULES}/{id}{BY_NAME}")

    reply = await api("PATCH", f"{RULES}/{id}{BY_NAME}", {"name": "new", "criteria": {"type": "match-all"}})

    assert (reply.status, reply.json["result"], reply.data) == (200, "Updated", {"id": id})
    after = await api.get(f"{RULES}/{id}{BY_NAME}")
    assert after == before | {"name": "new", "criteria": {"type": "match-all"}}


async def test_a_null_clears_what_can_be_cleared(api):
    id = (await api("POST", RULES + BY_NAME, SAMPLE)).data["id"]

    await api("PATCH", f"{RULES}/{id}{BY_NAME}", {"name": None, "timeRestriction": None})
    rule = await api.get(f"{RULES}/{id}{BY_NAME}")
    assert rule["name"] == ""
    assert "timeRestriction" not in rule
    assert (await api("PATCH", f"{RULES}/{id}{BY_NAME}", {"notify": None})).status == 422


async def test_delete_answers_a_result_only(api):
    id = await _create(api)

    reply = await api("DELETE", f"{RULES}/{id}{BY_NAME}")
    assert (reply.status, list(reply.json), reply.json["result"]) == (200, ["result", "took", "requestId"], "Deleted")
    assert (await api("DELETE", f"{RULES}/{id}{BY_NAME}")).status == 404


async def test_the_default_rule_cannot_be_deleted_moved_or_narrowed(api):
    (default,) = await api.get(RULES + BY_NAME)
    rule = f"{RULES}/{default['id']}"

    refused = [
        await api("DELETE", rule + BY_NAME),
        await api("POST", f"{rule}/change-order{BY_NAME}", {"order": 0}),
        await api("PATCH", rule + BY_NAME, {"criteria": SAMPLE["criteria"]}),
        await api("PATCH", rule + BY_NAME, {"timeRestriction": SAMPLE["timeRestriction"]}),
    ]
    assert [(reply.status, reply.json["code"]) for reply in refused] == [(403, 40302)] * 4
    assert (await api("PATCH", rule + BY_NAME, {"notify": SAMPLE["notify"]})).status == 200


async def test_both_restrictions_keep_their_minutes(api):
    daily = {"type": "time-of-day", "restriction": {"startHour": 8, "startMin": 20, "endHour": 19, "endMin": 40}}
    rule = await api.get(f"{RULES}/{await _create(api, timeRestriction=daily)}{BY_NAME}")

    assert rule["timeRestriction"] == daily


_HOURS = {"startHour": 1, "startMin": 0, "endHour": 2, "endMin": 0}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"notify"}),
        ({"notify": "none"}, {"notify"}),
        ({"notify": {"type": "user", "id": "x"}}, {"notify#type"}),
        ({"notify": {"type": "schedule"}}, {"notify"}),
        ({"notify": {"type": "schedule", "name": "missing"}}, {"notify"}),
        ({**NOBODY, "name": 7}, {"name"}),
        ({**NOBODY, "order": -1}, {"order"}),
        ({**NOBODY, "timezone": "Mars/Olympus"}, {"timezone"}),
        ({**NOBODY, "timezone": 3}, {"timezone"}),
        ({**NOBODY, "criteria": []}, {"criteria"}),
        ({**NOBODY, "criteria": {"type": "sometimes"}}, {"criteria#type"}),
        ({**NOBODY, "criteria": {"type": ["match-all"]}}, {"criteria#type"}),
        ({**NOBODY, "criteria": {"type": "match-any-condition"}}, {"criteria#conditions"}),
        ({**NOBODY, "criteria": {"type": "match-any-condition", "conditions": []}}, {"criteria#conditions"}),
        (
            {**NOBODY, "criteria": {"type": "match-all-conditions", "conditions": [{"field": "weather"}]}},
            {"criteria#conditions#field", "criteria#conditions#operation"},
        ),
        (
            {
                **NOBODY,
                "criteria": {
                    "type": "match-all-conditions",
                    "conditions": [{"field": "message", "operation": "contains-key"}],
                },
            },
            {"criteria#conditions#operation"},
        ),
        ({**NOBODY, "timeRestriction": {"type": ["x"]}}, {"timeRestriction#type"}),
        ({**NOBODY, "timeRestriction": {"type": "time-of-day"}}, {"timeRestriction#restriction"}),
        (
            {**NOBODY, "timeRestriction": {"type": "time-of-day", "restriction": {**_HOURS, "endMin": 60}}},
            {"timeRestriction#restriction#endMin"},
        ),
        (
            {**NOBODY, "timeRestriction": {"type": "weekday-and-time-of-day", "restrictions": [_HOURS]}},
            {"timeRestriction#restrictions#startDay", "timeRestriction#restrictions#endDay"},
        ),
    ],
)
async def test_every_wrong_field_is_named(api, body, fields):
    reply = await api("POST", RULES + BY_NAME, body)

    assert (reply.status, set(reply.json.get("errors", {}))) == (422, fields)
    assert len(await _names(api)) == 1


async def test_unknown_teams_and_rules_are_404(api):
    assert (await api("GET", "/v2/teams/nobody/routing-rules")).status == 404
    assert (await api("GET", f"{RULES}/nothing{BY_NAME}")).status == 404


async def test_a_renamed_schedule_is_renamed_where_it_is_notified(api):
    id = (await api("POST", RULES + BY_NAME, SAMPLE)).data["id"]

    await api("PATCH", "/v2/schedules/ScheduleName?identifierType=name", {"name": "Other"})
    assert (await api.get(f"{RULES}/{id}{BY_NAME}"))["notify"]["name"] == "Other"
