"""`og.deployments`: its requests and answers, by the vendor's page and the Go SDK."""

from datetime import UTC, datetime

import pytest

from opsgenie_async import Name, Opsgenie, Pending
from opsgenie_async.models import (
    BitbucketCommit,
    BitbucketRelease,
    BitbucketRepository,
    BitbucketWorkspace,
    Deployment,
    DeploymentEnvironment,
    DeploymentState,
    EnvironmentType,
    ExternalId,
    PipelineId,
    RequestStatus,
)
from tests.resources.exchange import exchange

START = datetime(2020, 7, 1, 12, 0, tzinfo=UTC)
ENVIRONMENT = {"type": "Production", "id": "prod-1", "displayName": "Production"}
RELEASE = {
    "type": "bbc",
    "repository": {"workspace": {"identifier": "corp", "type": "name"}, "repoSlug": "pay"},
    "commit": {"sha": "c0ffee"},
}
WHERE = DeploymentEnvironment(type=EnvironmentType.PRODUCTION, id="prod-1", display_name="Production")
BITBUCKET_RELEASE = BitbucketRelease(
    repository=BitbucketRepository(workspace=BitbucketWorkspace(identifier="corp", type="name"), repo_slug="pay"),
    commit=BitbucketCommit(sha="c0ffee"),
)


async def test_a_deployment_is_told():
    answer = await exchange(
        lambda og: og.deployments.create(
            state=DeploymentState.STARTED,
            environment=WHERE,
            releases=[BITBUCKET_RELEASE],
            started_at=START,
            message="m",
            external_id="mine",
            description="d",
            external_link="https://ci.example/1",
        ),
        result="Request will be processed",
    )

    assert answer.line == "POST /v2/deployments"
    assert answer.body == {
        "state": "started",
        "environment": ENVIRONMENT,
        "releases": [RELEASE],
        "startedAt": "2020-07-01T12:00:00Z",
        "message": "m",
        "externalId": "mine",
        "description": "d",
        "externalLink": "https://ci.example/1",
    }
    assert isinstance(answer.result, Pending)


@pytest.mark.parametrize(
    ("deployment", "kind"),
    [
        ("a/b", None),
        (Deployment(id="a/b"), None),
        (ExternalId("a/b"), "api"),
        (PipelineId("a/b"), "pipelines"),
    ],
)
async def test_a_deployment_has_three_kinds_of_id(
    deployment: str | Deployment | ExternalId | PipelineId, kind: str | None
):
    answer = await exchange(lambda og: og.deployments.get(deployment), data={"id": "1"})
    assert (answer.line, answer.query) == ("GET /v2/deployments/a%2Fb", {"type": kind} if kind else {})

    answer = await exchange(lambda og: og.deployments.update_state(deployment, state="failed", completed_at=START))
    assert answer.line == "PUT /v2/deployments/a%2Fb/updateState"
    assert answer.query == ({"identifierType": kind} if kind else {})
    assert answer.body == {"state": "failed", "completedAt": "2020-07-01T12:00:00Z"}


async def test_a_deployment_has_no_name():
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(TypeError, match="Name"):
            await og.deployments.get(Name("x"))  # type: ignore[arg-type]


async def test_a_deployment_is_read():
    answer = await exchange(
        lambda og: og.deployments.get("1"),
        data={
            "id": "1",
            "externalId": "mine",
            "state": "successful",
            "environment": ENVIRONMENT,
            "type": "api",
            "startedAt": "2020-07-01T12:00:00Z",
            "completedAt": "2020-07-01T12:00:00Z",
            "releases": [RELEASE],
        },
    )

    assert answer.result == Deployment(
        id="1",
        external_id="mine",
        state=DeploymentState.SUCCESSFUL,
        environment=WHERE,
        type="api",
        started_at=START,
        completed_at=START,
        releases=[BITBUCKET_RELEASE],
    )


async def test_an_outcome_is_read():
    data = {
        "action": "Create",
        "processedAt": "2020-07-01T12:00:00Z",
        "isSuccess": False,
        "status": "no",
        "deploymentId": "1",
    }
    answer = await exchange(lambda og: og.deployments.get_request_status("r"), data=data)

    assert answer.line == "GET /v2/deployments/requests/r"
    assert isinstance(answer.result, RequestStatus)
    assert (answer.result.succeeded, answer.result.deployment_id) == (False, "1")
