"""Deployments: accepted now and done later, found by three kinds of id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Api

RELEASE = {
    "type": "bbc",
    "repository": {"workspace": {"identifier": "corp", "type": "name"}, "repoSlug": "shop"},
    "commit": {"sha": "92ea7ea"},
}
DEPLOYMENT = {
    "state": "started",
    "environment": {"type": "Production", "id": "prod", "displayName": "production"},
    "releases": [RELEASE],
    "startedAt": "2026-06-01T10:00+02:00",
    "message": "sells faster",
    "externalId": "pipeline 17",
}


async def acted(api: Api, method: str, path: str, body: Any) -> Any:
    """The outcome of an accepted write."""
    accepted = await api(method, path, body)
    assert (accepted.status, "data" in accepted.json) == (202, False), accepted.text
    return await api.get(f"/v2/deployments/requests/{accepted.json['requestId']}")


async def test_a_deployment_is_found_by_either_id(api):
    status = await acted(api, "POST", "/v2/deployments", DEPLOYMENT)

    assert (status["action"], status["isSuccess"], status["success"]) == ("Create", True, True)
    deployment = await api.get(f"/v2/deployments/{status['deploymentId']}")
    assert deployment == {
        **DEPLOYMENT,
        "id": status["deploymentId"],
        "type": "api",
        "startedAt": "2026-06-01T08:00:00Z",
    }
    for parameter in ("type", "identifierType"):  # the page, the Go SDK
        assert await api.get(f"/v2/deployments/pipeline%2017?{parameter}=api") == deployment
    assert (await api("GET", "/v2/deployments/pipeline%2017?type=pipelines")).status == 404
    api.sandbox.account.deployments[deployment["id"]]["type"] = "pipelines"
    assert (await api("GET", "/v2/deployments/pipeline%2017?type=pipelines")).status == 200
    assert (await api("GET", "/v2/deployments/pipeline%2017?type=name")).status == 422


async def test_the_state_changes_later(api, watch):
    id = (await acted(api, "POST", "/v2/deployments", DEPLOYMENT))["deploymentId"]
    api.sandbox.processing_delay = 5
    body = {"state": "successful", "completedAt": "2026-06-01T09:00:00Z"}

    accepted = await api("PUT", "/v2/deployments/pipeline%2017/updateState?identifierType=api", body)
    early = await api("GET", f"/v2/deployments/requests/{accepted.json['requestId']}")
    assert (early.status, early.headers["X-Opsgenie-Errortype"]) == (404, "RequestNotProcessed")
    assert (await api.get(f"/v2/deployments/{id}"))["state"] == "started"
    watch.seconds += 5

    now = await api.get(f"/v2/deployments/{id}")
    assert (now["state"], now["completedAt"]) == ("successful", "2026-06-01T09:00:00Z")
    status = await api.get(f"/v2/deployments/requests/{accepted.json['requestId']}")
    assert (status["action"], status["deploymentId"]) == ("Update", id)


async def test_a_missing_deployment_is_found_out_later(api):
    status = await acted(api, "PUT", "/v2/deployments/missing/updateState", {"state": "failed"})

    assert (status["isSuccess"], status["status"], status["deploymentId"]) == (False, "Deployment does not exist", "")
    assert (await api("GET", "/v2/deployments/missing")).status == 404
    assert (await api("GET", "/v2/deployments/requests/missing")).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"state": None}, "state"),
        ({"state": "done"}, "state"),
        ({"environment": None}, "environment"),
        ({"environment": {"type": "Moon", "id": "x"}}, "environment#type"),
        ({"environment": {"type": "Test"}}, "environment#id"),
        ({"releases": []}, "releases"),
        ({"releases": [{"type": "github"}]}, "releases#type"),
        ({"releases": [{**RELEASE, "commit": {}}]}, "releases#commit#sha"),
        ({"releases": ["1.0"]}, "releases[0]"),
        ({"startedAt": "today"}, "startedAt"),
    ],
)
async def test_a_deployment_that_makes_no_sense_is_refused(api, change: Any, field: str):
    reply = await api("POST", "/v2/deployments", {**DEPLOYMENT, **change})

    assert (reply.status, list(reply.json["errors"])) == (422, [field])


async def test_no_access_to_the_configuration_is_needed(api, sandbox):
    key = sandbox.add_key(configuration_access=False)

    assert (await api("POST", "/v2/deployments", DEPLOYMENT, key=key)).status == 202
