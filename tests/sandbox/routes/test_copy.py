"""A copy by the API alone: what a generated account holds can be posted into an empty one, and comes out equal.

Independent of the client: bare requests, references by name where the API takes them, ids translated where it does not.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.generate.account import generate
from tests.clocks import FakeClock
from tests.sandbox.conftest import Api

NOW = datetime(2025, 3, 30, 12, tzinfo=UTC)
"""The hour of the generated account: what begins now begins when it did."""
READ_ONLY = {
    "id",
    "links",
    "order",
    "_parent",
    "blocked",
    "verified",
    "createdAt",
    "disabledReason",
    "expired",
    "applyOrder",
}
"""What only the server says."""


class Copy:
    """One account on the way into another."""

    def __init__(self, source: Api, target: Api) -> None:
        self.source = source
        self.target = target
        self.ids: dict[str, str] = {}
        self.compared = 0

    async def post(self, path: str, document: Any) -> Any:
        reply = await self.target("POST", path, self.by_name(document))
        assert reply.status in (200, 201), (path, document, reply.text)
        if "id" in document and "id" in reply.data:
            self.ids[document["id"]] = reply.data["id"]
        return reply.data

    async def send(self, method: str, path: str, document: Any) -> None:
        reply = await self.target(method, path, self.by_name(document))
        assert reply.status == 200, (path, document, reply.text)

    async def compare_at(self, path: str, then: str | None = None) -> None:
        """The answers at *path* and, in the copy, at *then* are the same."""
        first, copied = await self.source.get(path), await self.target.get(then or path)
        assert self.plain(copied) == self.plain(self.translated(first)), path
        self.compared += 1

    def by_name(self, value: Any) -> Any:
        """A document as a request sends it: names for ids, ids of the copy where there is nothing else."""
        if isinstance(value, list):
            return [self.by_name(each) for each in value]
        if isinstance(value, dict):
            pointer = {"name", "username"} & value.keys() and value.keys() <= {"type", "id", "name", "username"}
            dropped = {"_parent", "_readOnly", *(("id",) if pointer else ())}
            return {key: self.by_name(each) for key, each in value.items() if key not in dropped}
        return self.translated(value)

    def translated(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.translated(each) for each in value]
        if isinstance(value, dict):
            return {key: self.translated(each) for key, each in value.items()}
        return self.ids.get(value, value) if isinstance(value, str) else value

    def plain(self, value: Any) -> Any:
        """A document without what only the server says."""
        if isinstance(value, list):
            return [self.plain(each) for each in value]
        if isinstance(value, dict):
            return {key: self.plain(each) for key, each in value.items() if key not in READ_ONLY}
        return value


@pytest.fixture
async def accounts() -> AsyncIterator[Copy]:
    account = await asyncio.to_thread(generate, teams=16, seed=11, now=NOW)
    async with (
        Sandbox(account=account, clock=FakeClock(0.0, utc=NOW)) as source,
        Sandbox(clock=FakeClock(0.0, utc=NOW), bare_teams=True) as target,
        aiohttp.ClientSession() as session,
    ):
        yield Copy(Api(source, session), Api(target, session))


async def copy_people(accounts: Copy) -> None:
    for role in accounts.source.sandbox.account.user_roles.values():
        await accounts.post("/v2/roles", role)
        await accounts.compare_at(f"/v2/roles/{role['id']}", f"/v2/roles/{accounts.ids[role['id']]}")
    for user in accounts.source.sandbox.account.users.values():
        await accounts.post("/v2/users", user)
        contacts = f"/v2/users/{user['username']}/contacts"
        for contact in await accounts.source.get(contacts):
            result = await accounts.post(contacts, contact)
            if not contact["status"]["enabled"]:
                await accounts.send("POST", f"{contacts}/{result['id']}/disable", {})
        await accounts.compare_at(f"/v2/users/{user['username']}?expand=contact")
        await accounts.compare_at(contacts)


async def copy_teams(accounts: Copy) -> None:
    for team in accounts.source.sandbox.account.teams.values():
        await accounts.post("/v2/teams", {key: team[key] for key in ("id", "name", "description")})
        path = f"/v2/teams/{accounts.ids[team['id']]}"
        for role in await accounts.source.get(f"/v2/teams/{team['id']}/roles"):
            await accounts.post(f"{path}/roles", role)
        await accounts.send("PATCH", path, {"members": team["members"]})
        await accounts.compare_at(f"/v2/teams/{team['id']}", path)
        await accounts.compare_at(f"/v2/teams/{team['id']}/roles", f"{path}/roles")


async def copy_schedules_and_escalations(accounts: Copy) -> None:
    account = accounts.source.sandbox.account
    for schedule in account.schedules.values():
        await accounts.post("/v2/schedules", schedule)
    for escalation in account.escalations.values():
        await accounts.post("/v2/escalations", escalation)
        await accounts.compare_at(
            f"/v2/escalations/{escalation['id']}", f"/v2/escalations/{accounts.ids[escalation['id']]}"
        )
    for id in account.schedules:
        first, second = f"/v2/schedules/{id}", f"/v2/schedules/{accounts.ids[id]}"
        for part in ("rotations", "overrides"):
            for document in await accounts.source.get(f"{first}/{part}"):
                await accounts.post(f"{second}/{part}", document)
            await accounts.compare_at(f"{first}/{part}", f"{second}/{part}")
        await accounts.compare_at(first, second)


async def copy_rules(accounts: Copy) -> None:
    account = accounts.source.sandbox.account
    for user in account.users.values():
        path = f"/v2/users/{user['username']}/notification-rules"
        for listed in await accounts.source.get(path):
            rule = await accounts.source.get(f"{path}/{listed['id']}")
            await accounts.post(path, rule)
            await accounts.compare_at(f"{path}/{rule['id']}", f"{path}/{accounts.ids[rule['id']]}")
        await accounts.compare_at(path)
    for id in account.teams:
        first, second = (f"/v2/teams/{each}/routing-rules" for each in (id, accounts.ids[id]))
        (default,) = await accounts.target.get(second)
        for rule in await accounts.source.get(first):
            if rule["isDefault"]:
                changed = {key: each for key, each in rule.items() if key != "timezone"}  # which the API refuses here
                await accounts.send("PATCH", f"{second}/{default['id']}", changed)
            else:
                await accounts.post(second, rule)
        await accounts.compare_at(first, second)
    for rule in account.forwarding_rules.values():
        await accounts.post("/v2/forwarding-rules", rule)
    await accounts.compare_at("/v2/forwarding-rules")


async def copy_connections(accounts: Copy) -> None:
    account = accounts.source.sandbox.account
    for heartbeat in account.heartbeats.values():
        await accounts.post("/v2/heartbeats", heartbeat)
        await accounts.compare_at(f"/v2/heartbeats/{quote(heartbeat['name'], safe='')}")
    await accounts.compare_at("/v2/heartbeats")
    for id in account.integrations:
        await accounts.post("/v2/integrations", await accounts.source.get(f"/v2/integrations/{id}"))
        first, second = f"/v2/integrations/{id}", f"/v2/integrations/{accounts.ids[id]}"
        await accounts.compare_at(first, second)
        await accounts.send("PUT", f"{second}/actions", await accounts.source.get(f"{first}/actions"))
        await accounts.compare_at(f"{first}/actions", f"{second}/actions")
    for team in ("", *account.teams):
        query, second = (f"?teamId={each}" if team else "" for each in (team, accounts.ids.get(team, "")))
        for kind in ("alert", "notification") if team else ("alert",):
            for listed in await accounts.source.get(f"/v2/policies/{kind}{query}"):
                await accounts.post(
                    f"/v2/policies{second}", await accounts.source.get(f"/v2/policies/{listed['id']}{query}")
                )
                await accounts.compare_at(
                    f"/v2/policies/{listed['id']}{query}", f"/v2/policies/{accounts.ids[listed['id']]}{second}"
                )
            await accounts.compare_at(f"/v2/policies/{kind}{query}", f"/v2/policies/{kind}{second}")


async def copy_services(accounts: Copy) -> None:
    account = accounts.source.sandbox.account
    for service in account.services.values():
        await accounts.post("/v1/services", service)
        first, second = f"/v1/services/{service['id']}", f"/v1/services/{accounts.ids[service['id']]}"
        await accounts.compare_at(first, second)
        for rule in await accounts.source.get(f"{first}/incident-rules"):
            await accounts.post(f"{second}/incident-rules", rule)
        await accounts.compare_at(f"{first}/incident-rules", f"{second}/incident-rules")
        await accounts.send(
            "PATCH", f"{second}/audience-templates", await accounts.source.get(f"{first}/audience-templates")
        )
        await accounts.compare_at(f"{first}/audience-templates", f"{second}/audience-templates")
    for template in account.incident_templates.values():
        await accounts.post("/v1/incident-templates", template)
    await accounts.compare_at("/v1/incident-templates?limit=100")


async def copy_maintenances(accounts: Copy) -> None:
    for maintenance in accounts.source.sandbox.account.maintenances.values():
        await accounts.post("/v1/maintenance", maintenance)
        await accounts.compare_at(
            *(f"/v1/maintenance/{id}" for id in (maintenance["id"], accounts.ids[maintenance["id"]]))
        )
    await accounts.compare_at("/v1/maintenance?type=non-expired")


async def test_everything_can_be_made_again_by_the_api(accounts: Copy):
    before = copy.deepcopy(vars(accounts.source.sandbox.account))

    await copy_people(accounts)
    await copy_teams(accounts)
    await copy_schedules_and_escalations(accounts)
    await copy_rules(accounts)
    await copy_connections(accounts)
    await copy_services(accounts)
    await copy_maintenances(accounts)

    assert vars(accounts.source.sandbox.account) == before
    assert accounts.compared > 600
    server_fields = {
        "groups",
        "team_logs",
        "user_saved_searches",
        "incidents",
        "postmortems",
        "log_files",
        "integration_keys",
    }
    for name, table in before.items():
        if isinstance(table, dict) and name not in server_fields:
            assert bool(table) == bool(getattr(accounts.target.sandbox.account, name)), name
