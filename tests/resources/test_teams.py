"""Teams, their members and their roles, against the sandbox."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from opsgenie_async import Conflict, Name, NotFound, Opsgenie, PreconditionRequired
from opsgenie_async.models import (
    MemberRole,
    Reference,
    SortOrder,
    Team,
    TeamLog,
    TeamMember,
    TeamRef,
    TeamRight,
    TeamRole,
    UserMeta,
)
from opsgenie_async.sandbox import Sandbox
from tests.http.server import Echo, ReceivedRequest
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields
from tests.resources.test_escalations import rule


@pytest.fixture
def ann(sandbox: Sandbox) -> UserMeta:
    return UserMeta(id=sandbox.add_user("ann@corp.example")["id"], username="ann@corp.example")


async def test_the_life_of_a_team(og: Opsgenie, ann: UserMeta):
    members = [TeamMember(user=UserMeta(username=ann.username), role=MemberRole.ADMIN)]
    result = await og.teams.create(name="a/b team?", description="d", members=members)
    assert result == Reference(id=result.id, name="a/b team?")

    there = await og.teams.get(Name("a/b team?"))
    assert there == Team(
        id=result.id,
        name="a/b team?",
        description="d",
        members=[TeamMember(user=ann, role=MemberRole.ADMIN)],
        links=there.links,
    )
    assert list(unread_fields(there)) == []
    with pytest.raises(Conflict):
        await og.teams.create(name="a/b team?")

    assert await og.teams.update(there, name="ab") == Reference(id=result.id, name="ab")
    await og.teams.update(result.id, description=None, members=[])
    there = await og.teams.get(result)
    assert there == Team(id=result.id, name="ab", links=there.links)

    await og.teams.delete(Name("ab"))
    with pytest.raises(NotFound):
        await og.teams.get(result)


async def test_a_team_in_use_stays(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_team("ops")

    await og.escalations.create(name="to ops", rules=[rule(TeamRef(name="ops"), 0)])

    with pytest.raises(PreconditionRequired):
        await og.teams.delete(Name("ops"))


async def test_members_come_and_go(og: Opsgenie, sandbox: Sandbox, ann: UserMeta):
    team = sandbox.add_team("o/ps")

    added = await og.team_members.add(Name("o/ps"), user=UserMeta(id=ann.id), role=MemberRole.ADMIN)
    assert added == Reference(id=team["id"], name="o/ps")
    assert (await og.teams.get(added)).members == [TeamMember(user=ann, role=MemberRole.ADMIN)]

    assert await og.team_members.remove(added, ann.username) is None
    assert (await og.teams.get(added)).members == []
    with pytest.raises(NotFound):
        await og.team_members.remove(added, ann)


async def test_the_life_of_a_role(og: Opsgenie, sandbox: Sandbox):
    team = Name(sandbox.add_team("o/ps")["name"])
    rights = [TeamRight(right="manage-members", granted=True), TeamRight(right="delete-team", granted=False)]

    result = await og.team_roles.create(team, name="l/ead", rights=rights)
    assert result == Reference(id=result.id, name="l/ead")
    there = await og.team_roles.get(team, Name("l/ead"))
    assert there == TeamRole(id=result.id, name="l/ead", rights=rights)
    assert [role.id for role in await og.team_roles.list(team)] == [result.id]

    assert await og.team_roles.update(team, there, name="head") == Reference(id=result.id, name="head")
    await og.team_roles.update(team, Name("head"), rights=rights[:1])
    assert await og.team_roles.get(team, result) == TeamRole(id=result.id, name="head", rights=rights[:1])

    await og.team_roles.delete(team, Name("head"))
    assert await og.team_roles.list(team) == []


async def test_the_logs_are_told_by_a_token_in_the_data():
    def answer(request: ReceivedRequest) -> web.Response:
        query = dict(parse_qsl(urlsplit(request.raw_path).query))
        page = int(query.get("offset", "0"))
        logs = [{"log": str(page), "owner": "Ann", "createdDate": "2020-01-01T00:00:00Z"}] if page < 2 else []
        return web.json_response({"data": {"offset": str(page + 1), "logs": logs}, "took": 0.1, "requestId": "r"})

    async with Echo(answer) as server, Opsgenie("key", base_url=server.url) as og:
        logs = await og.teams.list_logs(Name("a b"), order=SortOrder.ASC)

    assert logs == [TeamLog(log=str(n), owner="Ann", created_date=datetime(2020, 1, 1, tzinfo=UTC)) for n in (0, 1)]
    assert server.received[1].raw_path == "/v2/teams/a%20b/logs?identifierType=name&limit=100&order=asc&offset=1"
    assert len(server.received) == 3


async def test_the_last_page_of_the_logs_may_have_no_token():
    answer = await exchange(lambda og: og.teams.list_logs("t1", offset="k", page_size=2), data={"logs": [{"log": "l"}]})

    assert (answer.line, answer.query) == ("GET /v2/teams/t1/logs", {"offset": "k", "limit": "2"})
    assert answer.result == [TeamLog(log="l")]


async def test_the_sandbox_keeps_logs(og: Opsgenie, ann: UserMeta):
    team = await og.teams.create(name="ops")
    for _ in range(3):
        await og.team_members.add(team, user=ann)
        await og.team_members.remove(team, ann)

    logs = await og.teams.list_logs(team, page_size=2)

    assert len(logs) == 7
    assert list(unread_fields(logs)) == []
    assert "ops" in logs[-1].log
    assert await og.teams.list_logs(team, order=SortOrder.ASC) == logs[::-1]
