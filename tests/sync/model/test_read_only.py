"""What only the server writes: it gets into no file, no request and no plan, whether we know the field or not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Snapshot, Store, apply, plan, pull, read_account
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.model.normalize import is_read_only, writable
from opsgenie_async.sync.planning.changes import create_payload
from opsgenie_async.sync.planning.diff import differences
from opsgenie_async.testing import NoWaiting
from tests.sync.snapshots import contents
from tests.sync.states import entity, state

ID = "8418d193-2dab-4490-b331-8c02cdd196b7"
PLAIN = [kind for kind in KINDS if not kind.virtual and kind.name != "integration"]

OF_THE_SERVER: list[tuple[str, Any]] = [
    ("links", {"web": "https://app.opsgenie.com/teams/1", "api": "https://api.opsgenie.com/v2/teams/1"}),
    ("links", {}),
    ("isExternal", False),
    ("_meta", 1),
    ("createdAt", "2026-11-21T08:00:00.123Z"),
    ("updatedAt", 1510825641455),
    ("lastModifiedOn", "2026-11-21T08:00:00Z"),
    ("createdBy", {"id": ID, "username": "a@x"}),
    ("portal", {"self": "https://x.example/1"}),
    ("page", "https://x.example/teams/1"),
    ("pages", ["https://x.example/1", "https://x.example/2"]),
    ("cloud", ID),
    ("resource", f"ari:cloud:opsgenie::team/{ID}"),
    ("tenant", {"id": ID, "site": "https://x.example"}),
    ("accountId", 4711),
    ("orgId", "o-1"),
    ("webUrl", "/teams/ops"),
    ("etag", 'W/"7"'),
]
OF_PEOPLE: list[tuple[str, Any]] = [
    ("colour", "#ff0"),
    ("shape", {"of": "a circle"}),
    ("paid", True),
    ("floors", ["1", "2"]),
    ("valid", 3),
    ("format", "wide"),
]


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.name)
def test_what_looks_like_the_servers_is_not_wanted(kind: Any) -> None:
    for field, value in OF_THE_SERVER:
        assert field not in writable(kind, {"name": "x", field: value})
        assert field not in create_payload(kind, {"name": "x", field: value})
        assert differences(kind, {field: value}, {}) == differences(kind, {}, {field: value}) == ()


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.name)
def test_what_does_not_is(kind: Any) -> None:
    for field, value in OF_PEOPLE:
        assert writable(kind, {field: value}) == create_payload(kind, {field: value}) == {field: value}
        assert [each.field for each in differences(kind, {}, {field: value})] == [field]


def test_fields_that_a_model_knows_are_what_they_are() -> None:
    assert not is_read_only(KIND_BY_NAME["schedule_rotation"], "startDate", "2026-11-21T08:00:00Z")
    assert not is_read_only(KIND_BY_NAME["service"], "teamId", ID)
    assert not is_read_only(KIND_BY_NAME["team"], "description", "https://wiki.example/ops")


def test_an_integration_has_addresses_and_ids_of_other_systems() -> None:
    kind = KIND_BY_NAME["integration"]
    second = {"url": "https://x.example/hook", "tenantId": ID, "siteUrl": "https://x.example", "headers": {"id": "1"}}
    local = {
        "links": {"web": "x"},
        "page": "https://app.eu.opsgenie.com/settings/1",
        "_readOnly": ["mood"],
        "mood": "x",
    }
    assert writable(kind, {**second, **local}) == second


@pytest.mark.parametrize(
    ("field", "value"), [("orgUuid", ID), ("permalink", "https://x.example/i/1"), ("self", "https://x.example/i/1")]
)
def test_an_integration_has_none_that_no_setting_is_called(field: str, value: str) -> None:
    assert is_read_only(KIND_BY_NAME["integration"], field, value)
    assert not is_read_only(KIND_BY_NAME["integration"], field, "a word of people")


def test_it_is_left_out_at_any_depth_and_the_id_of_a_reference_stays() -> None:
    links = {"web": "https://x.example"}
    assert writable(
        KIND_BY_NAME["escalation"],
        {
            "rules": [{"id": "1", "links": links, "recipient": {"type": "user", "id": "2", "links": links}}],
            "ownerTeam": {"id": "3"},
        },
    ) == {"rules": [{"recipient": {"type": "user", "id": "2"}}], "ownerTeam": {"id": "3"}}


def grown(sandbox: Sandbox) -> None:
    """Have every entity of an account carry what belongs to that account alone."""
    account = sandbox.account
    tables: list[Any] = [account.user_roles, account.users, account.teams, account.schedules, account.escalations]
    tables += [
        account.forwarding_rules,
        account.heartbeats,
        account.integrations,
        account.services,
        account.incident_templates,
    ]
    tables += [account.maintenances]
    documents = [each for table in tables for each in table.values()]
    documents += [
        each
        for table in (account.rotations, account.routing_rules, account.team_roles)
        for x in table.values()
        for each in x
    ]
    documents += [each for table in (account.policies, account.incident_rules) for x in table.values() for each in x]
    for document in documents:
        address = f"{sandbox.url}/of/{document.get('id', document.get('name'))}"
        document |= {"links": {"web": address, "api": address}, "isExternal": False, "homepage": address}
        document |= {"createdOn": "2026-11-21T08:00:00Z", "portal": {"self": address}}
    for document in (*account.teams.values(), *account.escalations.values()):
        for each in (*document.get("members", ()), *document.get("rules", ())):
            each["links"] = {"web": sandbox.url}


async def test_a_snapshot_of_one_account_makes_another_one_like_it(tmp_path: Path) -> None:
    config = Config(jitter=lambda bound: 0.0)
    async with Sandbox(teams=3, seed=5) as source, Sandbox(teams=0, seed=6) as target:
        grown(source)
        async with Opsgenie(source.api_key, base_url=source.url, config=config) as og:
            report = await pull(og, Store(tmp_path))
        assert report.complete
        text = json.dumps([each.decode() for each in (await asyncio.to_thread(contents, tmp_path)).values()])
        assert [word for word in (source.url, "isExternal", "createdOn") if word in text] == []
        want = await asyncio.to_thread(Store(tmp_path).load)
        async with Opsgenie(target.api_key, base_url=target.url, config=config) as og:
            result = plan(await read_account(og), want, prune=True)
            assert (await apply(og, result, clock=NoWaiting())).failed == ()
            grown(target)
            again = plan(await read_account(og), want, prune=True)
        assert [change.to_dict() for change in again.changes] == []
        for request in target.received:
            assert source.url not in json.dumps(request.json)


def test_an_old_snapshot_that_has_it_is_read_and_edited_and_plans_nothing(tmp_path: Path) -> None:
    links = {"web": "https://app.opsgenie.com/1"}
    team = {"name": "ops", "links": links, "isExternal": False}
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/ops.json").write_text(json.dumps({"team": team, "roles": [], "routingRules": []}))
    want = Store(tmp_path).load()
    rule = ({"name": "Default Routing Rule", "isDefault": True, "notify": {"type": "none"}, "timezone": "UTC"}, "r")
    have: Snapshot = state(entity("team", {"name": "ops", "links": {"web": "other"}}, "1", team_routing_rule=[rule]))
    assert plan(have, want, prune=True).changes == ()
