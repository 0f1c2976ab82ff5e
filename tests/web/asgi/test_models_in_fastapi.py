"""Models where FastAPI takes those of pydantic: as an answer, in a list, in a body, and in OpenAPI."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
from fastapi import Body, FastAPI

from opsgenie_async import Alert, Policy, Team
from tests.web.asgi.conftest import ServeASGI, Served

TEAM = {"id": "t1", "name": "ops", "description": None, "members": [{"user": {"id": "u1"}, "role": "owner"}], "new": 1}
ALERT = {"id": "a1", "message": "disk full", "createdAt": "2026-11-21T09:15:54.05Z", "priority": "P9"}


def service() -> FastAPI:
    app = FastAPI()

    @app.get("/team")
    async def team() -> Team:
        return Team.from_dict(TEAM)

    @app.get("/nobody")
    async def nobody() -> Team | None:
        return None

    @app.get("/alerts", response_model=list[Alert])
    async def alerts() -> object:
        return [Alert.from_dict(ALERT)]

    @app.get("/policies")
    async def policies() -> list[Policy]:
        return []

    @app.post("/teams")
    async def create(team: Annotated[Team, Body()], teams: Annotated[dict[str, Team] | None, Body()] = None) -> str:
        assert isinstance(team, Team)
        return f"{team.name} {sorted(teams or {})}"

    return app


@pytest.fixture
async def served(serve_asgi: ServeASGI) -> Served:
    return await serve_asgi(service())


async def test_a_model_is_an_answer(served: Served):
    assert json.loads((await served.get("/team")).text) == TEAM
    assert json.loads((await served.get("/alerts")).text) == [ALERT]
    assert json.loads((await served.get("/nobody")).text) is None


async def test_a_model_is_a_body(served: Served):
    answer = await served.request("POST", "/teams", json={"team": TEAM, "teams": {"a": TEAM}})
    assert (answer.status, json.loads(answer.text)) == (200, "ops ['a']")

    answer = await served.request("POST", "/teams", json={"team": {"id": "t1", "name": 7}})
    (problem,) = json.loads(answer.text)["detail"]
    assert (answer.status, problem["loc"]) == (422, ["body", "team"])
    assert problem["msg"] == "Team.name: expected str, got 7"


async def test_openapi_has_the_models(served: Served):
    document = json.loads((await served.get("/openapi.json")).text)

    assert {"Team", "Alert", "AlertPolicy", "NotificationPolicy", "Unknown"} <= document["components"]["schemas"].keys()
    answer = document["paths"]["/team"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Team"}
    assert "ownerTeamId" in document["components"]["schemas"]["Alert"]["properties"]
