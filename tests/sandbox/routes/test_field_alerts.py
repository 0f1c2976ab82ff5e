"""Alerts and incidents as recorded answers show them, one test or more for each row of the field notes."""

from __future__ import annotations

import re

import pytest
from yarl import URL

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


async def accepted(api, method, path, body=None):
    """Send a write that is processed later, and return the status of its request."""
    family = "/v1/incidents" if path.startswith("/v1/incidents") else "/v2/alerts"
    reply = await api(method, path, body)
    assert reply.status == 202, reply.text
    return await api.get(f"{family}/requests/{reply.json['requestId']}")


@pytest.fixture
async def alert(api, watch) -> str:
    watch.seconds = 54.05
    return (await accepted(api, "POST", "/v2/alerts", {"message": "disk", "alias": "db"}))["alertId"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (1.5, "1.5"), (True, "true"), (False, "false"), (None, "null"), ("x", "x"), (10**20, "1" + "0" * 20)],
)
async def test_row_6_details_are_kept_as_text(api, alert, value, text):
    result = await accepted(api, "POST", "/v2/alerts", {"message": "m", "details": {"k": value}})
    assert (await api.get(f"/v2/alerts/{result['alertId']}"))["details"] == {"k": text}
    await accepted(api, "POST", f"/v2/alerts/{alert}/details", {"details": {"k": value}})
    assert (await api.get(f"/v2/alerts/{alert}"))["details"] == {"k": text}
    incident = await accepted(api, "POST", "/v1/incidents/create", {"message": "m", "details": {"k": value}})
    assert (await api.get(f"/v1/incidents/{incident['incidentId']}"))["extraProperties"] == {"k": text}


@pytest.mark.parametrize("wrong", [[1], {"a": "b"}])
async def test_row_6_what_has_no_text_is_refused(api, alert, wrong):
    for path in ("/v2/alerts", "/v1/incidents/create"):
        reply = await api("POST", path, {"message": "m", "details": {"k": wrong}})
        assert (reply.status, set(reply.json["errors"])) == (422, {"details"})


async def test_row_14_a_new_alert(api, alert):
    there = await api.get(f"/v2/alerts/{alert}")

    assert re.fullmatch(f"{UUID}-1767225654050", there["id"])
    assert "report" not in there
    assert "report" not in (await api.get("/v2/alerts"))[0]
    assert there["createdAt"] == "2026-01-01T00:00:54.05Z"
    assert there["source"] == "127.0.0.1"
    result = await accepted(api, "POST", "/v2/alerts", {"message": "m", "source": "cron"})
    assert (await api.get(f"/v2/alerts/{result['alertId']}"))["source"] == "cron"


@pytest.mark.parametrize(("second", "text"), [(54.0, "54Z"), (54.5, "54.5Z"), (50.0, "50Z"), (54.123, "54.123Z")])
async def test_row_14_a_moment_has_no_trailing_zeros(api, watch, second, text):
    watch.seconds = second
    result = await accepted(api, "POST", "/v2/alerts", {"message": "m"})
    assert (await api.get(f"/v2/alerts/{result['alertId']}"))["createdAt"] == f"2026-01-01T00:00:{text}"
    assert result["processedAt"] == f"2026-01-01T00:00:{text}"


async def test_row_14_moments_are_sorted_as_moments(api, watch):
    for second in (10.5, 10.51, 10.0, 11.0):
        watch.seconds = second
        await accepted(api, "POST", "/v2/alerts", {"message": str(second)})
        await accepted(api, "POST", "/v1/incidents/create", {"message": str(second)})

    for path in ("/v2/alerts", "/v1/incidents"):
        listed = await api.get(f"{path}?order=asc")
        assert [each["message"] for each in listed] == ["10.0", "10.5", "10.51", "11.0"]


async def test_row_14_acknowledged_by_the_api_nobody_owns_it(api, alert):
    await accepted(api, "POST", f"/v2/alerts/{alert}/acknowledge")

    there = await api.get(f"/v2/alerts/{alert}")
    assert (there["acknowledged"], there["owner"], there["report"]["acknowledgedBy"]) == (True, "", "Alert API")


async def test_row_14_closing_tells_both_times(api, alert, watch):
    watch.seconds += 2
    await accepted(api, "POST", f"/v2/alerts/{alert}/close")

    assert (await api.get(f"/v2/alerts/{alert}"))["report"] == {
        "ackTime": 2000,
        "closeTime": 2000,
        "closedBy": "Alert API",
    }


async def test_row_14_the_time_of_an_acknowledgement_stays(api, alert, watch):
    watch.seconds += 1
    await accepted(api, "POST", f"/v2/alerts/{alert}/acknowledge")
    watch.seconds += 1
    await accepted(api, "POST", f"/v2/alerts/{alert}/close")

    report = (await api.get(f"/v2/alerts/{alert}"))["report"]
    assert (report["ackTime"], report["closeTime"]) == (1000, 2000)


async def test_row_16_incidents_are_counted_and_sorted_by_insertion(api, watch):
    for number in range(3):
        watch.seconds += 1
        result = await accepted(api, "POST", "/v1/incidents/create", {"message": f"m{number}"})
    assert result["status"] == "Incident created successfully"

    reply = await api("GET", "/v1/incidents?limit=2")
    assert (reply.json["totalCount"], [each["message"] for each in reply.data]) == (3, ["m2", "m1"])
    assert not {"isSeen", "source", "owner", "requestId"} & set(reply.data[0])
    assert {"isSeen", "source", "owner"} <= set(await api.get(f"/v1/incidents/{result['incidentId']}"))


@pytest.mark.parametrize("how", ["resolve", "close"])
async def test_row_16_the_end_of_an_impact(api, watch, how):
    id = (await accepted(api, "POST", "/v1/incidents/create", {"message": "m"}))["incidentId"]
    assert "impactEndDate" not in await api.get(f"/v1/incidents/{id}")

    watch.seconds += 60
    await accepted(api, "POST", f"/v1/incidents/{id}/{how}")
    assert (await api.get("/v1/incidents"))[0]["impactEndDate"] == "2026-01-01T00:17:40Z"
    await accepted(api, "POST", f"/v1/incidents/{id}/reopen")
    assert "impactEndDate" not in await api.get(f"/v1/incidents/{id}")


@pytest.mark.parametrize(
    ("method", "tail", "body", "action", "text"),
    [
        ("POST", "notes", {"note": "n"}, "Add Note", "Added note"),
        ("POST", "tags", {"tags": ["a"]}, "Add Tags", "Added tags"),
        ("DELETE", "tags?tags=a", None, "Remove Tags", "Removed tags"),
        ("POST", "details", {"details": {"a": "b"}}, "Add Details", "Added details"),
        ("DELETE", "details?keys=a", None, "Remove Details", "Removed details"),
        ("POST", "responders", {"responder": {"type": "team", "name": "ops"}}, "Add Responder", None),
        ("POST", "teams", {"team": {"name": "ops"}}, "Add Team", None),
        ("PUT", "priority", {"priority": "P1"}, "Update Priority", None),
        ("POST", "acknowledge", {}, "Acknowledge", None),
    ],
)
async def test_row_17_the_words_of_a_request(api, alert, method, tail, body, action, text):
    api.sandbox.add_team("ops")
    status = await accepted(api, method, f"/v2/alerts/{alert}/{tail}", body)

    assert (status["isSuccess"], status["action"]) == (True, action)
    assert text is None or status["status"] == text


async def test_row_23_an_account_key_does_nothing_with_alerts(api, alert):
    key = api.sandbox.account_key
    assert key == api.sandbox.account_key != api.sandbox.api_key
    for method, path, body in (
        ("POST", "/v2/alerts", {"message": "m"}),
        ("GET", "/v2/alerts", None),
        ("GET", f"/v2/alerts/{alert}", None),
        ("POST", f"/v2/alerts/{alert}/close", {}),
        ("DELETE", f"/v2/alerts/{alert}", None),
    ):
        reply = await api(method, path, body, key=key)
        assert (reply.status, reply.json["code"]) == (403, 40301)
        assert reply.json["message"] == "To perform this action, use an API key from an API integration."
    assert (await api("POST", "/v2/teams", {"name": "ops"}, key=key)).status == 201
    assert (await api("GET", "/v2/request-limits", key=key)).status == 200
    assert (await api("POST", "/v2/alerts", {"message": "m"})).status == 202


async def test_row_23_an_integration_key_does_nothing_with_configuration(api):
    key = api.sandbox.integration_key
    assert (await api("POST", "/v2/alerts", {"message": "m"}, key=key)).status == 202
    assert (await api("GET", "/v2/teams", key=key)).status == 403


async def test_row_25_the_log_of_an_alert(api, alert, watch, sandbox):
    sandbox.add_team("ops", members=("ann@x.example",))
    await accepted(api, "POST", f"/v2/alerts/{alert}/acknowledge")
    await accepted(api, "POST", f"/v2/alerts/{alert}/teams", {"team": {"name": "ops"}})

    logs = await api.get(f"/v2/alerts/{alert}/logs?order=asc")
    assert [(each["type"], each["owner"]) for each in logs] == [
        ("system", "Alert API"),
        ("alertAction", "Alert API"),
        ("alertRecipient", "System"),
        ("alertAction", "Alert API"),
    ]
    assert all(re.fullmatch(r"1767225654050_1767225654050\d{6}", each["offset"]) for each in logs)
    assert len({each["offset"] for each in logs}) == 4


async def test_row_25_pages_of_the_log_follow_the_token(api, alert):
    for number in range(5):
        await accepted(api, "POST", f"/v2/alerts/{alert}/notes", {"note": str(number)})

    notes, path = [], f"/v2/alerts/{alert}/notes?limit=2"
    while path:
        reply = await api("GET", path)
        notes += [each["note"] for each in reply.data]
        following = reply.json["paging"].get("next", "")
        path = following and URL(following).raw_path_qs
    assert notes == ["4", "3", "2", "1", "0"]
    for wrong in ("x", "1_x", "_", "1__2", "-1"):
        assert (await api("GET", f"/v2/alerts/{alert}/notes?offset={wrong}")).status == 422


async def test_row_26_an_entry_has_a_title(api):
    id = (await accepted(api, "POST", "/v1/incidents/create", {"message": "m"}))["incidentId"]
    entry = {"description": {"type": "plain_text", "content": "restarted"}}
    result = await api("POST", f"/v2/incident-timelines/{id}/entries", entry)

    assert result.data["title"] == {"type": "plain_text", "content": "restarted"}
    changed = {"description": {"type": "plain_text", "content": "restarted twice"}}
    path = f"/v2/incident-timelines/{id}/entries/{result.data['id']}"
    assert (await api("PUT", path, changed)).data["title"]["content"] == "restarted twice"
    assert (await api.get(f"/v2/incident-timelines/{id}/entries"))["entries"][0]["title"][
        "content"
    ] == "restarted twice"


async def test_row_37_names_of_users_that_are_gone_are_kept(api, sandbox):
    sandbox.add_user("ann@x.example")
    result = await accepted(
        api, "POST", "/v2/alerts", {"message": "m", "responders": [{"type": "user", "username": "ann@x.example"}]}
    )
    path = f"/v2/alerts/{result['alertId']}"
    await accepted(api, "POST", f"{path}/acknowledge", {"user": "ann@x.example"})
    assert (await api("DELETE", "/v2/users/ann@x.example")).status == 200

    assert [each["user"]["username"] for each in await api.get(f"{path}/recipients")] == ["ann@x.example"]
    assert "ann@x.example" in {each["owner"] for each in await api.get(f"{path}/logs")}
    assert (await api.get(path))["report"]["acknowledgedBy"] == "ann@x.example"
