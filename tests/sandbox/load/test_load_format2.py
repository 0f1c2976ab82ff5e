"""Serving a snapshot of format 2: names in place of ids, every kind, and a clear word about what leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sandbox import Account
from opsgenie_async.sandbox.generate.account import generate
from opsgenie_async.sandbox.load import LoadError, load_account
from tests.sandbox.load.snapshot2 import TABLES, manifest2, snapshot2

NOW = datetime(2025, 3, 30, 12, tzinfo=UTC)


def write(root: Path, files: dict[str, Any]) -> Path:
    for name, document in files.items():
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        (root / name).write_text(json.dumps(document), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def account() -> Account:
    return generate(teams=25, seed=2, now=NOW)


@pytest.fixture(scope="module")
def files(account: Account) -> dict[str, Any]:
    return snapshot2(account)


def entries(account: Account, table: str) -> dict[str, Any]:
    """The entries of a table, but for lists of nothing."""
    return {id: each for id, each in getattr(account, table).items() if each}


def test_with_its_ids_everything_comes_back_to_the_letter(
    account: Account, files: dict[str, Any], tmp_path: Path
) -> None:
    loaded = load_account(write(tmp_path, {**files, "manifest.json": manifest2(account, files)}))

    for table in TABLES:
        assert entries(loaded, table) == entries(account, table), table
    answer = {"blocked", "verified", "createdAt"}
    for id, user in account.users.items():
        assert {**loaded.users[id], **{key: user[key] for key in answer}} == user
        for first, second in zip(account.contacts[id], loaded.contacts[id], strict=True):
            assert {**first, "status": first["status"]["enabled"]} == {**second, "status": second["status"]["enabled"]}
        for rule, again in zip(account.notification_rules[id], loaded.notification_rules[id], strict=True):
            steps = [{**step, "id": other["id"]} for step, other in zip(rule["steps"], again["steps"], strict=True)]
            assert again == {**rule, "steps": steps}


def test_without_a_manifest_the_ids_alone_are_others(files: dict[str, Any], tmp_path: Path) -> None:
    loaded = load_account(write(tmp_path, files))

    assert snapshot2(loaded) == files
    assert vars(load_account(tmp_path)) == vars(loaded)


OPS: dict[str, Any] = {
    "teams/ops.json": {
        "team": {"name": "ops", "members": [{"user": {"username": "Ann@corp.example"}, "role": "admin"}]},
        "routingRules": [{"isDefault": True, "notify": {"type": "schedule", "name": "night"}}],
    },
    "schedules/night.json": {
        "schedule": {"name": "night", "ownerTeam": {"name": "ops"}},
        "rotations": [
            {
                "name": "Rot",
                "startDate": "2025-01-01T00:00:00Z",
                "type": "daily",
                "participants": [{"type": "user", "username": "ann@CORP.example"}],
            },
            {
                "name": "Rot",
                "startDate": "2025-01-01T12:00:00Z",
                "type": "daily",
                "participants": [{"type": "group", "name": "everybody"}, {"type": "none"}],
            },
        ],
        "overrides": [
            {
                "alias": "swap",
                "user": {"type": "user", "username": "bob@corp.example"},
                "startDate": "2025-01-02T00:00Z",
                "endDate": "2025-01-03T00:00Z",
                "rotations": [{"name": "Rot#2"}],
            }
        ],
    },
    "escalations/late.json": {
        "escalation": {
            "name": "late",
            "rules": [
                {
                    "condition": "if-not-acked",
                    "notifyType": "default",
                    "delay": {"timeAmount": 5},
                    "recipient": {"type": "team", "name": "ops"},
                }
            ],
        }
    },
    "forwarding-rules/away.json": {
        "forwardingRule": {
            "alias": "away",
            "fromUser": {"username": "ann@corp.example"},
            "toUser": {"username": "bob@corp.example"},
            "startDate": "2025-01-02T00:00Z",
            "endDate": "2025-01-03T00:00Z",
        }
    },
    "heartbeats/beat.json": {
        "heartbeat": {"name": "beat", "interval": 5, "intervalUnit": "minutes", "ownerTeam": {"name": "ops"}}
    },
    "integrations/api.json": {
        "integration": {
            "name": "api",
            "type": "API",
            "ownerTeam": {"name": "ops"},
            "responders": [{"type": "schedule", "name": "night"}],
        },
        "actions": {
            "create": [
                {
                    "name": "raise",
                    "alias": "{{alias}}",
                    "filter": {"conditionMatchType": "match-all", "conditions": []},
                    "order": 0,
                    "responders": [{"type": "escalation", "name": "late"}],
                }
            ]
        },
    },
    "integrations/mail.json": {"integration": {"name": "mail", "type": "Email", "emailUsername": "alerts"}},
    "policies/account.json": {"policies": {}, "alertPolicies": [{"name": "drop"}]},
    "policies/ops.json": {
        "policies": {"team": {"name": "ops"}},
        "alertPolicies": [{"name": "drop", "responders": [{"type": "user", "username": "ann@corp.example"}]}],
        "notificationPolicies": [{"name": "quiet", "suppress": True}],
    },
    "services/shop.json": {
        "service": {"name": "shop", "teamId": {"name": "ops"}},
        "incidentRules": [
            {"incidentProperties": {"message": "m", "priority": "P1", "stakeholderProperties": {"message": "s"}}}
        ],
        "audience": {
            "responder": {"teams": [{"name": "ops"}, "gone"]},
            "stakeholder": {"individuals": [{"username": "bob@corp.example"}], "conditions": None},
        },
    },
    "incident-templates/outage.json": {
        "incidentTemplate": {
            "name": "outage",
            "message": "m",
            "priority": "P1",
            "stakeholderProperties": {"message": "s", "enable": False},
            "impactedServices": [{"name": "shop"}],
        }
    },
    "maintenances/upgrade.json": {
        "maintenance": {
            "description": "upgrade",
            "time": {"type": "indefinitely"},
            "rules": [
                {"entity": {"type": "integration", "name": "api"}},
                {"state": "enabled", "entity": {"type": "policy", "name": "drop", "of": "ops"}},
                {"state": "disabled", "entity": {"type": "policy", "id": "gone"}},
            ],
        }
    },
}
USERS: dict[str, Any] = {
    f"users/{name}.json": {"user": {"username": f"{name}@corp.example", "role": {"name": role}}}
    for name, role in (("ann", "Admin"), ("bob", "Auditor"))
} | {"custom-user-roles/auditor.json": {"customUserRole": {"name": "Auditor"}}}


@pytest.mark.parametrize("with_users", [True, False])
def test_what_is_written_by_hand_is_resolved_and_filled_in(tmp_path: Path, with_users: bool) -> None:
    loaded = load_account(write(tmp_path, {**OPS, **(USERS if with_users else {})}))

    users = {user["username"]: user for user in loaded.users.values()}
    assert {name.casefold() for name in users} == {"ann@corp.example", "bob@corp.example"}
    if with_users:
        (auditor,) = loaded.user_roles.values()
        assert users["bob@corp.example"]["role"] == {"id": auditor["id"], "name": "Auditor"}
        assert users["ann@corp.example"]["role"] == {"id": "Admin", "name": "Admin"}
    ann, bob = (next(user for name, user in users.items() if name.lower().startswith(each)) for each in ("ann", "bob"))
    (team,) = loaded.teams.values()
    (night,) = loaded.schedules.values()
    (late,) = loaded.escalations.values()
    owner = {"id": team["id"], "name": "ops"}
    assert team["members"] == [{"user": {"id": ann["id"], "username": ann["username"]}, "role": "admin"}]
    assert night["ownerTeam"] == owner
    first, second = loaded.rotations[night["id"]]
    assert first["participants"] == [{"type": "user", "id": ann["id"], "username": ann["username"]}]
    (group,) = loaded.groups.values()
    assert second["participants"] == [{"type": "group", "id": group["id"], "name": "everybody"}, {"type": "none"}]
    swap = loaded.overrides[night["id"]]["swap"]
    assert swap["rotations"] == [{"id": second["id"], "name": "Rot"}]
    assert swap["endDate"] == "2025-01-03T00:00:00Z"
    (default,) = loaded.routing_rules[team["id"]]
    assert default["notify"] == {"type": "schedule", "id": night["id"], "name": "night"}
    assert late["rules"][0]["recipient"] == {"type": "team", **owner}
    assert next(iter(loaded.forwarding_rules.values()))["toUser"] == {"id": bob["id"], "username": bob["username"]}
    assert loaded.heartbeats["beat"]["ownerTeam"] == owner
    assert "id" not in loaded.heartbeats["beat"]
    api, mail = loaded.integrations.values()
    assert api["responders"] == [{"type": "schedule", "id": night["id"], "name": "night"}]
    assert (api["allowWriteAccess"], mail["emailAddress"]) == (True, "alerts@sandbox.opsgenie.net")
    assert (api["isGlobal"], mail["isGlobal"]) == (False, True)
    (raised,) = loaded.integration_actions[api["id"]]["create"]
    assert raised["responders"] == [{"type": "escalation", "id": late["id"], "name": "late"}]
    assert "order" not in raised
    ((drop,), (local, quiet)) = (loaded.policies[id] for id in ("", team["id"]))
    assert (drop.get("teamId"), local["teamId"], quiet["teamId"]) == (None, team["id"], team["id"])
    assert (local["type"], quiet["type"], local["alias"]) == ("alert", "notification", "{{alias}}")
    assert local["responders"][0]["id"] == ann["id"]
    (shop,) = loaded.services.values()
    assert shop["teamId"] == team["id"]
    assert loaded.audience_templates[shop["id"]]["responder"] == {"teams": [team["id"], "gone"], "individuals": []}
    answer = loaded.audience_templates[shop["id"]]["stakeholder"]
    assert (answer["individuals"], answer["conditions"]) == ([bob["id"]], [])
    (template,) = loaded.incident_templates.values()
    assert template["impactedServices"] == [shop["id"]]
    assert template["stakeholderProperties"] == {"message": "s", "enable": False, "description": ""}
    (upgrade,) = loaded.maintenances.values()
    assert [rule["entity"] for rule in upgrade["rules"]] == [
        {"type": "integration", "id": api["id"]},
        {"type": "policy", "id": local["id"]},
        {"type": "policy", "id": "gone"},
    ]
    assert upgrade["rules"][0]["state"] == "disabled"
    assert upgrade["time"]["startDate"]


def test_a_null_moment_is_an_absent_one(tmp_path: Path) -> None:
    files = json.loads(json.dumps({**OPS, **USERS}))
    files["maintenances/upgrade.json"]["maintenance"]["time"] |= {"startDate": None, "endDate": None}
    write(tmp_path, files)

    [upgrade] = load_account(tmp_path).maintenances.values()

    assert upgrade["time"].keys() == {"type", "startDate"}
    assert upgrade["time"]["startDate"]


def changed(path: str, *steps: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def edit(files: dict[str, Any]) -> None:
        inner: Any = files[path]
        for step in steps[:-1]:
            inner = inner[step]
        inner[steps[-1]] = to

    return edit


TEAM, NIGHT, SHOP, API = "teams/ops.json", "schedules/night.json", "services/shop.json", "integrations/api.json"
NOBODY = {"username": "nobody@corp.example"}


@pytest.mark.parametrize(
    ("edit", "path", "field"),
    [
        (changed(TEAM, "team", "members", 0, "user", to=NOBODY), TEAM, "team.members[0].user"),
        (
            changed(TEAM, "routingRules", 0, "notify", to={"type": "escalation", "name": "x"}),
            TEAM,
            "routingRules[0].notify",
        ),
        (changed(NIGHT, "schedule", "ownerTeam", to={"name": "x"}), NIGHT, "schedule.ownerTeam"),
        (
            changed(NIGHT, "rotations", 1, "participants", 0, to={"type": "team", "name": "x"}),
            NIGHT,
            "rotations[1].participants[0]",
        ),
        (changed(NIGHT, "overrides", 0, "rotations", to=[{"name": "Rot#3"}]), NIGHT, "overrides[0].rotations[0]"),
        (changed(NIGHT, "overrides", 0, "user", to={"type": "user", **NOBODY}), NIGHT, "overrides[0].user"),
        (
            changed(
                "escalations/late.json", "escalation", "rules", 0, "recipient", to={"type": "schedule", "name": "x"}
            ),
            "escalations/late.json",
            "escalation.rules[0].recipient",
        ),
        (
            changed("forwarding-rules/away.json", "forwardingRule", "toUser", to=NOBODY),
            "forwarding-rules/away.json",
            "forwardingRule.toUser",
        ),
        (
            changed("heartbeats/beat.json", "heartbeat", "ownerTeam", to={"name": "x"}),
            "heartbeats/beat.json",
            "heartbeat.ownerTeam",
        ),
        (
            changed(API, "actions", "create", 0, "responders", 0, to={"type": "team", "name": "x"}),
            API,
            "actions.create[0].responders[0]",
        ),
        (
            changed("policies/ops.json", "policies", "team", to={"name": "x"}),
            "policies/ops.json",
            "policies.team",
        ),
        (changed(SHOP, "service", "teamId", to={"name": "x"}), SHOP, "service.teamId"),
        (changed(SHOP, "audience", "responder", "teams", to=[{"name": "x"}]), SHOP, "audience.responder.teams[0]"),
        (
            changed("incident-templates/outage.json", "incidentTemplate", "impactedServices", to=[{"name": "x"}]),
            "incident-templates/outage.json",
            "incidentTemplate.impactedServices[0]",
        ),
        (
            changed("maintenances/upgrade.json", "maintenance", "rules", 1, "entity", "of", to="x"),
            "maintenances/upgrade.json",
            "maintenance.rules[1].entity",
        ),
        (changed("users/bob.json", "user", "role", to={"name": "x"}), "users/bob.json", "user.role"),
        # And what does not fit, one field of each kind that format 1 did not know.
        (changed("users/ann.json", "user", "username", to=None), "users/ann.json", "user.username"),
        (changed("users/ann.json", "contacts", to=[{"method": "sms"}]), "users/ann.json", "contacts.to"),
        (changed("users/ann.json", "notificationRules", to=[{}]), "users/ann.json", "notificationRules.name"),
        (changed(API, "integration", "type", to=7), API, "integration.type"),
        (changed("policies/account.json", "alertPolicies", to=[{}]), "policies/account.json", "alertPolicies.name"),
        (changed(SHOP, "service", "teamId", to=7), SHOP, "service.teamId"),
        (
            changed("maintenances/upgrade.json", "maintenance", "time", to={"type": "schedule"}),
            "maintenances/upgrade.json",
            "maintenance.time",
        ),
        (
            changed(
                "maintenances/upgrade.json",
                *("maintenance", "time"),
                to={"type": "schedule", "startDate": None, "endDate": "2026-01-05T08:00:00Z"},
            ),
            "maintenances/upgrade.json",
            "maintenance.time.startDate",
        ),
        (
            changed("custom-user-roles/auditor.json", "customUserRole", "grantedRights", to="all"),
            "custom-user-roles/auditor.json",
            "customUserRole.grantedRights",
        ),
    ],
)
def test_what_leads_nowhere_or_does_not_fit_is_named_with_its_field(
    tmp_path: Path, edit: Callable[[dict[str, Any]], None], path: str, field: str
) -> None:
    files = json.loads(json.dumps({**OPS, **USERS}))
    edit(files)
    write(tmp_path, files)

    with pytest.raises(LoadError) as caught:
        load_account(tmp_path)

    assert caught.value.file == path
    assert caught.value.field.startswith(field)


def test_files_that_a_person_added_or_removed_count(tmp_path: Path) -> None:
    records = {
        "teams/ops.json": {"id": "t1", "name": "ops", "ids": {}},
        "teams/gone.json": {"id": "t2", "name": "gone"},
    }
    write(tmp_path, {"manifest.json": {"format": 2, "files": records}})
    write(tmp_path, {f"teams/{name}.json": {"team": {"name": name}} for name in ("ops", "new")})

    teams = load_account(tmp_path).teams

    assert {team["name"]: id for id, team in teams.items() if id == "t1"} == {"ops": "t1"}
    assert sorted(team["name"] for team in teams.values()) == ["new", "ops"]


def test_two_of_a_name_are_told_apart_as_the_manifest_does(tmp_path: Path) -> None:
    shops = {f"services/{file}.json": {"service": {"name": "shop", "teamId": "t"}} for file in ("a", "b")}
    template = {
        "name": "outage",
        "message": "m",
        "priority": "P1",
        "stakeholderProperties": {"message": "s"},
        "impactedServices": [{"name": "shop"}, {"name": "shop#2"}],
    }
    records = {"services/a.json": {"id": "2nd", "name": "shop#2"}, "services/b.json": {"id": "1st", "name": "shop"}}
    write(tmp_path, {**shops, "incident-templates/outage.json": {"incidentTemplate": template}})
    write(tmp_path, {"manifest.json": {"format": 2, "files": records}})

    (loaded,) = load_account(tmp_path).incident_templates.values()

    assert loaded["impactedServices"] == ["1st", "2nd"]
