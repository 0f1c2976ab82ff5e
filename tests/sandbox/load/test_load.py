"""Serving what a pull wrote: everything back as it was, and a clear word about what is wrong with a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from opsgenie_async.sandbox import Account, Sandbox
from opsgenie_async.sandbox.generate.account import generate
from opsgenie_async.sandbox.load import LoadError, load_account

NOW = datetime(2025, 3, 30, 12, tzinfo=UTC)
Edit = Callable[[dict[str, Any]], object]


def write(root: Path, files: dict[str, Any], *, manifest: dict[str, Any] | None = None) -> None:
    for name, document in files.items():
        (root / name).parent.mkdir(exist_ok=True, parents=True)
        (root / name).write_text(json.dumps(document), encoding="utf-8")
    listed = {name: {"sha256": "edited since"} for name in files}
    head = {"format": 1, "counts": {}, "files": listed, "failures": []} if manifest is None else manifest
    (root / "manifest.json").write_text(json.dumps(head), encoding="utf-8")


def snapshot(account: Account) -> dict[str, Any]:
    """The files of *account*, in the layout of format 1."""
    files: dict[str, Any] = {}
    for number, (id, team) in enumerate(account.teams.items()):
        rules = [{**rule, "order": order} for order, rule in enumerate(account.routing_rules[id])]
        files[f"teams/team-{number}.json"] = {"team": team, "roles": account.team_roles[id], "routingRules": rules}
    for number, (id, schedule) in enumerate(account.schedules.items()):
        files[f"schedules/schedule-{number}.json"] = {
            "schedule": schedule,
            "rotations": account.rotations[id],
            "overrides": [*account.overrides[id].values()],
        }
    for number, escalation in enumerate(account.escalations.values()):
        files[f"escalations/escalation-{number}.json"] = {"escalation": escalation}
    return files


@pytest.fixture(scope="module")
def account() -> Account:
    return generate(teams=25, seed=2, now=NOW)


@pytest.fixture(scope="module")
def snapshot_files(account: Account) -> dict[str, Any]:
    files = snapshot(account)
    # One schedule with everything in it, so that each test below finds what it breaks.
    name = next(
        name
        for name, each in files.items()
        if name.startswith("schedules")
        and any("timeRestriction" in rotation for rotation in each["rotations"])
        and any(override["rotations"] for override in each["overrides"])
        and each["rotations"][0]["participants"][0]["type"] == "user"
    )
    return {
        "teams/ops.json": files["teams/team-0.json"],
        "schedules/night.json": files[name],
        "escalations/ops.json": files["escalations/escalation-0.json"],
    }


@pytest.mark.parametrize("manifest", [True, False], ids=["with a manifest", "without a manifest"])
def test_everything_comes_back_as_it_was(account: Account, tmp_path: Path, manifest: bool) -> None:
    before = copy.deepcopy(vars(account))
    write(tmp_path, snapshot(account))
    if not manifest:
        (tmp_path / "manifest.json").unlink()

    loaded = load_account(tmp_path)

    for table in ("teams", "team_roles", "routing_rules", "schedules", "rotations", "overrides", "escalations"):
        assert getattr(loaded, table) == before[table], table


def test_users_are_made_up_from_whoever_is_mentioned(account: Account, tmp_path: Path) -> None:
    write(tmp_path, snapshot(account))

    users = load_account(str(tmp_path)).users

    mentioned = {id: user["username"] for id, user in account.users.items() if user["role"]["name"] != "Owner"}
    assert {id: user["username"] for id, user in users.items() if id in mentioned} == mentioned
    assert users.keys() <= account.users.keys()
    assert [user["username"] for user in users.values()] == sorted(user["username"] for user in users.values())
    assert all(set(user) == set(account.users[id]) - {"skypeUsername"} for id, user in users.items())
    assert users == load_account(tmp_path).users


async def test_a_sandbox_serves_a_snapshot(account: Account, tmp_path: Path) -> None:
    write(tmp_path, snapshot(account))
    async with Sandbox(load=tmp_path) as sandbox, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"GenieKey {sandbox.api_key}"}
        async with session.get(f"{sandbox.url}/v2/teams", headers=headers) as answer:
            assert len((await answer.json())["data"]) == 25
        params = {"apiKey": sandbox.api_key, "flat": "true"}
        async with session.get(f"{sandbox.url}/v1.1/json/schedule/whoIsOnCall", params=params) as answer:
            assert len((await answer.json())["oncalls"]) == len(account.schedules)


def test_one_team_whose_references_lead_nowhere_is_served_all_the_same(
    snapshot_files: dict[str, Any], tmp_path: Path
) -> None:
    write(tmp_path, {"teams/ops.json": snapshot_files["teams/ops.json"]})

    loaded = load_account(tmp_path)

    assert len(loaded.teams) == 1
    assert loaded.escalations == loaded.schedules == {}
    assert len(loaded.users) == len(snapshot_files["teams/ops.json"]["team"]["members"])


def test_a_group_on_call_is_made_up_like_a_user(snapshot_files: dict[str, Any], tmp_path: Path) -> None:
    document = copy.deepcopy(snapshot_files["schedules/night.json"])
    document["rotations"][0]["participants"] = [{"type": "group", "id": "g1", "name": "group1"}]
    write(tmp_path, {"schedules/night.json": document})

    assert load_account(tmp_path).groups == {"g1": {"id": "g1", "name": "group1", "users": []}}


def test_what_a_person_leaves_out_gets_its_default(tmp_path: Path) -> None:
    target = {"type": "user", "id": "u1", "username": "ann.lee@corp.example"}
    rotation = {
        "id": "r1",
        "startDate": "2025-01-01T09:00Z",
        "type": "daily",
        "participants": [target],
        "endDate": None,
    }
    step = {"condition": "if-not-acked", "notifyType": "default", "delay": {"timeAmount": 0}, "recipient": target}
    files = {
        "teams/ops.json": {"team": {"id": "t1", "name": "ops", "description": None}, "roles": None},
        "schedules/ops.json": {"schedule": {"id": "s1", "name": "night", "ownerTeam": None}, "rotations": [rotation]},
        "escalations/ops.json": {"escalation": {"id": "e1", "name": "late", "rules": [step]}},
        "users/ops.json": {"of": "another kind"},
    }
    write(tmp_path, files)

    loaded = load_account(tmp_path)

    assert loaded.teams["t1"] == {"id": "t1", "name": "ops", "description": "", "members": []}
    (default,) = loaded.routing_rules["t1"]
    assert (default["isDefault"], default["notify"], default["criteria"]) == (
        True,
        {"type": "none"},
        {"type": "match-all"},
    )
    assert default["timezone"] == loaded.timezone
    assert loaded.schedules["s1"] == {
        "id": "s1",
        "name": "night",
        "description": "",
        "timezone": loaded.timezone,
        "enabled": True,
    }
    (row,) = loaded.rotations["s1"]
    assert (row["name"], row["length"], "endDate" in row) == ("", 1, False)
    assert row["startDate"] == "2025-01-01T09:00:00Z"
    assert loaded.overrides["s1"] == {}
    assert loaded.escalations["e1"]["rules"][0]["delay"] == {"timeAmount": 0, "timeUnit": "minutes"}
    assert loaded.users["u1"]["fullName"] == "Ann Lee"


def put(*path: str | int, value: object) -> Edit:
    """Set a member deep in a document."""

    def edit(document: dict[str, Any]) -> None:
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return edit


NIGHT, TEAM, ESCALATION = "schedules/night.json", "teams/ops.json", "escalations/ops.json"


@pytest.mark.parametrize(
    ("file", "edit", "field"),
    [
        (TEAM, put("team", value=None), "team"),
        (TEAM, put("team", value=["ops"]), "team"),
        (TEAM, put("team", "id", value=7), "team.id"),
        (TEAM, put("team", "name", value=""), "team.name"),
        (TEAM, put("team", "name", value=7), "team.name"),
        (TEAM, put("team", "members", value={}), "team.members"),
        (TEAM, put("team", "members", 0, "user", value={"id": "u"}), "team.members[0].user"),
        (TEAM, put("roles", value=[{"id": "r"}]), "roles.name"),
        (TEAM, put("routingRules", 0, "notify", value=None), "routingRules.notify"),
        (TEAM, put("routingRules", 0, "notify", value={"type": "team"}), "routingRules.notify.type"),
        (TEAM, put("routingRules", 0, "notify", value={"type": "schedule"}), "routingRules.notify.name"),
        (TEAM, put("routingRules", 0, "criteria", value="all"), "routingRules.criteria"),
        (TEAM, put("routingRules", 0, "isDefault", value=True), "routingRules"),
        (TEAM, put("routingRules", -1, "isDefault", value=False), "routingRules"),
        (NIGHT, put("schedule", "timezone", value="Mars/Olympus"), "schedule.timezone"),
        (NIGHT, put("schedule", "enabled", value="yes"), "schedule.enabled"),
        (NIGHT, put("schedule", "ownerTeam", value={"id": "t"}), "schedule.ownerTeam"),
        (NIGHT, put("rotations", value="Rot1"), "rotations"),
        (NIGHT, put("rotations", 0, "startDate", value="2025-01-01 09:00"), "rotations.startDate"),
        (NIGHT, put("rotations", 0, "type", value="yearly"), "rotations.type"),
        (NIGHT, put("rotations", 0, "length", value=0), "rotations.length"),
        (NIGHT, put("rotations", 0, "participants", value=[]), "rotations.participants"),
        (NIGHT, put("rotations", 0, "participants", 0, "username", value=None), "rotations[0].participants[0]"),
        (NIGHT, put("rotations", 0, "timeRestriction", value={"type": "never"}), "rotations.timeRestriction.type"),
        (NIGHT, put("overrides", 0, "alias", value=""), "overrides.alias"),
        (NIGHT, put("overrides", 0, "endDate", value="soon"), "overrides.endDate"),
        (NIGHT, put("overrides", 0, "user", value={"type": "group"}), "overrides.user.type"),
        (NIGHT, lambda document: document["overrides"].append(document["overrides"][0]), "overrides.alias"),
        (NIGHT, lambda document: document["rotations"].append(document["rotations"][0]), "rotations.id"),
        (ESCALATION, put("escalation", value=None), "escalation"),
        (ESCALATION, put("escalation", "rules", 0, "recipient", value=None), "escalation.rules.recipient"),
        (ESCALATION, put("escalation", "rules", 0, "delay", value={}), "escalation.rules.delay"),
        (
            ESCALATION,
            put("escalation", "rules", 0, "delay", value={"timeAmount": "5"}),
            "escalation.rules.delay.timeAmount",
        ),
        (ESCALATION, put("escalation", "repeat", value=[1]), "escalation.repeat"),
    ],
)
def test_a_document_that_does_not_fit_is_named_with_its_field(
    snapshot_files: dict[str, Any], tmp_path: Path, file: str, edit: Edit, field: str
) -> None:
    files = copy.deepcopy(snapshot_files)
    edit(files[file])
    write(tmp_path, files)

    with pytest.raises(LoadError) as caught:
        load_account(tmp_path)

    assert caught.value.file == file
    assert caught.value.field.startswith(field)
    assert str(caught.value).startswith(f"{file}: {field}")


def test_an_id_that_two_files_claim_is_refused(snapshot_files: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, {**snapshot_files, "schedules/copy.json": snapshot_files[NIGHT]})

    with pytest.raises(
        LoadError, match=r"^schedules/copy\.json: schedule\.id: .* is in schedules/night\.json already$"
    ):
        load_account(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        ({"format": 4, "files": {}}, "format: 4 is newer"),
        ({"format": "1", "files": {}}, "format: should be a number up to 3"),
        ({"files": {}}, "format: should be a number up to 3"),
        ({"format": 1, "files": []}, "files: should be an object"),
        ({"format": 1}, "files: should be an object"),
        ({"format": 1, "files": {"teams/gone.json": {}}}, "files: teams/gone.json is not there"),
        ({"format": 1, "files": {"teams/": {}}}, "files: teams/ is not there"),
        ({"format": 1, "files": {"teams/../../out.json": {}}}, "files: teams/../../out.json lies outside"),
        ({"format": 1, "files": {"teams/../../outside.json": {}}}, "lies outside"),
        ({"format": 2, "files": {}}, "files: teams/link.json lies outside"),
        ({"format": 1, "files": {"teams/link.json": {}}}, "files: teams/link.json lies outside"),
        ({"format": 1, "files": {"teams/\0.json": {}}}, "lies outside"),
        ([], "should be a JSON object"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    snapshot_files: dict[str, Any], tmp_path: Path, manifest: dict[str, Any], problem: str
) -> None:
    root = tmp_path / "snapshot"
    root.mkdir()
    write(root, snapshot_files, manifest=manifest)
    (tmp_path / "outside.json").write_text(json.dumps(snapshot_files[TEAM]))
    (root / "teams" / "link.json").symlink_to(tmp_path / "outside.json")

    with pytest.raises(LoadError) as caught:
        load_account(root)

    assert str(caught.value).startswith("manifest.json: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[]", b"null"])
def test_a_file_that_is_no_json_object_is_refused(
    snapshot_files: dict[str, Any], tmp_path: Path, content: bytes
) -> None:
    write(tmp_path, snapshot_files)
    (tmp_path / TEAM).write_bytes(content)

    with pytest.raises(LoadError, match=r"^teams/ops\.json: "):
        load_account(tmp_path)


def test_a_directory_without_a_snapshot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"holds neither manifest\.json"):
        load_account(tmp_path)
    with pytest.raises(LoadError, match="is not a directory"):
        load_account(tmp_path / "nowhere")
