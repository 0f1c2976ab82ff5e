"""Pull against a sandbox over a real socket: whole, stable, honest about what failed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Config, Forbidden, Opsgenie, ServiceUnavailable
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.faults import Fault
from opsgenie_async.sync import FORMAT, Store, StoreError, TeamPulled, pull


@pytest.fixture
async def account() -> Any:
    async with Sandbox(teams=12, seed=3) as sandbox:
        yield sandbox


@pytest.fixture
async def client(account: Sandbox) -> Any:
    config = Config(jitter=lambda bound: 0.0, max_attempts=2)
    async with Opsgenie(account.api_key, base_url=account.url, config=config) as og:
        yield og


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def entities(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    documents = [json.loads(path.read_bytes()) for path in (folder / f"{kind}s").glob("*.json")]
    return {document[kind]["id"]: document for document in documents}


async def test_everything_of_the_account_is_in_the_files(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    there = account.account
    teams, schedules = entities(tmp_path, "team"), entities(tmp_path, "schedule")
    assert teams.keys() == there.teams.keys()
    assert schedules.keys() == there.schedules.keys()
    assert entities(tmp_path, "escalation").keys() == there.escalations.keys()
    for id, document in teams.items():
        assert [rule["id"] for rule in document["routingRules"]] == [rule["id"] for rule in there.routing_rules[id]]
        assert {role["id"] for role in document["roles"]} == {role["id"] for role in there.team_roles.get(id, [])}
        assert {member["user"]["id"] for member in document["team"].get("members", [])} == {
            member["user"]["id"] for member in there.teams[id]["members"]
        }
    for id, document in schedules.items():
        assert document["rotations"] == there.rotations[id]
        assert {one["alias"]: one for one in document["overrides"]} == there.overrides.get(id, {})
        assert "rotations" not in document["schedule"]
    for id, document in entities(tmp_path, "escalation").items():
        assert document["escalation"] == there.escalations[id]
    assert report.complete
    assert report.counts == {
        "teams": len(there.teams),
        "members": sum(len(team["members"]) for team in there.teams.values()),
        "roles": sum(map(len, there.team_roles.values())),
        "routing_rules": sum(map(len, there.routing_rules.values())),
        "schedules": len(there.schedules),
        "rotations": sum(map(len, there.rotations.values())),
        "overrides": sum(map(len, there.overrides.values())),
        "escalations": len(there.escalations),
    }


async def test_the_manifest_says_what_is_there(client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    written = files(tmp_path)
    del written["manifest.json"]
    assert manifest["format"] == FORMAT
    assert {path: record["sha256"] for path, record in manifest["files"].items()} == {
        path: hashlib.sha256(data).hexdigest() for path, data in written.items()
    }
    assert manifest["counts"] == report.counts
    assert (manifest["failures"], manifest["durationSeconds"] >= 0) == ([], True)


async def test_a_second_pull_changes_nothing_but_the_manifest(client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path), concurrency=1)
    before = files(tmp_path)
    await pull(client, Store(tmp_path), concurrency=12)
    after = files(tmp_path)
    assert before.pop("manifest.json") != b""
    assert after.pop("manifest.json") != b""
    assert after == before


async def test_the_sandbox_serves_what_was_pulled(client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path / "a"))
    async with Sandbox(load=tmp_path / "a") as loaded, Opsgenie(loaded.api_key, base_url=loaded.url) as og:
        await pull(og, Store(tmp_path / "b"))
    first, second = files(tmp_path / "a"), files(tmp_path / "b")
    assert first.pop("manifest.json") != b""
    assert second.pop("manifest.json") != b""
    assert second == first


async def test_one_teams_failure_is_its_own(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    broken = next(iter(account.account.teams.values()))
    account.faults.add(Fault(route=f"GET /v2/teams/{broken['id']}/routing-rules", status=503))

    report = await pull(client, Store(tmp_path))

    (failure,) = report.failures
    assert (failure.team, failure.team_id) == (broken["name"], broken["id"])
    assert isinstance(failure.error, ServiceUnavailable)
    assert entities(tmp_path, "team").keys() == account.account.teams.keys() - {broken["id"]}
    (told,) = json.loads((tmp_path / "manifest.json").read_bytes())["failures"]
    assert (told["team"], told["status"], told["error"]) == (broken["name"], 503, "ServiceUnavailable")
    assert told["requestId"]


async def test_what_is_gone_is_removed_only_after_a_whole_pull(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    gone = (tmp_path / "teams" / "Gone.json", tmp_path / "notes.md")
    for file in gone:
        file.write_text("{}")
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    manifest["files"] |= {"teams/Gone.json": {}, "../escape.json": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path.parent / "escape.json").write_text("{}")

    fault = Fault(route="GET /v2/teams/*/roles", status=403, code=40301, times=1)
    account.faults.add(fault)
    assert not (await pull(client, Store(tmp_path))).complete
    assert gone[0].exists()

    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    manifest["files"] |= {"teams/Gone.json": {}, "../escape.json": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert (await pull(client, Store(tmp_path))).complete
    assert not gone[0].exists()
    assert gone[1].exists()
    assert (tmp_path.parent / "escape.json").exists()


async def test_a_listing_that_fails_raises_and_leaves_the_old_files(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    before = files(tmp_path)
    account.faults.add(Fault(route="GET /v2/escalations", status=403, code=40301))
    with pytest.raises(Forbidden, match="40301"):
        await pull(client, Store(tmp_path))
    assert files(tmp_path) == before


async def test_progress_tells_every_team_once(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    seen: list[TeamPulled] = []
    await pull(client, Store(tmp_path), on_progress=seen.append)
    assert [one.done for one in seen] == list(range(1, 13))
    assert {one.total for one in seen} == {12}
    assert sorted(one.team for one in seen) == sorted(team["name"] for team in account.account.teams.values())


async def test_no_more_teams_at_a_time_than_asked_for(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    account.faults.add(Fault(route="GET /v2/teams/*", delay=0.002))
    await pull(client, Store(tmp_path), concurrency=1)
    team_of = {
        request.path.split("/")[3]: None for request in account.received if request.path.startswith("/v2/teams/")
    }
    order = [request.path.split("/")[3] for request in account.received if request.path.startswith("/v2/teams/")]
    assert order == [team for team in team_of for _ in range(3)]


async def test_a_cancelled_pull_leaves_whole_files_and_no_manifest(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    account.faults.add(Fault(route="GET /v2/teams/*", delay=0.002))
    half = asyncio.Event()

    def stop_half_way(pulled: TeamPulled) -> None:
        if pulled.done == 6:
            half.set()

    task = asyncio.create_task(pull(client, Store(tmp_path), on_progress=stop_half_way, concurrency=2))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (tmp_path / "manifest.json").exists()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 6
    for path in written:
        if path.suffix == ".json":
            json.loads(path.read_bytes())


async def test_hostile_names_stay_inside_and_read_back(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    names = [
        "../../x",
        "nul",
        "a/b",
        "a b",
        "A B",
        "x" * 100,
        "tab\there",
        "e\u0301",
        "\u00e9",
        ".hidden",
        "%2F",
        "ünï",
    ]
    for name in names:
        account.add_team(name)
    folder = tmp_path / "inside"
    report = await pull(client, Store(folder))
    assert report.complete
    assert {document["team"]["name"] for document in entities(folder, "team").values()} >= set(names)
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ('{"format": 999, "files": {}}', "999 is newer"),
        ('{"format": "1", "files": {}}', "format: expected a number"),
        ('{"format": 1, "files": []}', "files: expected an object"),
        ("[]", "format"),
        ("{", "not JSON"),
    ],
)
async def test_a_folder_that_holds_something_else_is_left_alone(
    client: Opsgenie, account: Sandbox, tmp_path: Path, manifest: str, said: str
) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(StoreError, match=said):
        await pull(client, Store(tmp_path))
    assert files(tmp_path) == {"manifest.json": manifest.encode()}
    assert account.requests == 0


async def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    await asyncio.to_thread(store.write, "teams/ops.json", {"team": 1})

    def full(self: Path, target: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        await asyncio.to_thread(store.write, "teams/ops.json", {"team": 2})
    assert files(tmp_path) == {"teams/ops.json": b'{\n  "team": 1\n}\n'}


async def test_concurrency_below_one_is_refused(client: Opsgenie, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        await pull(client, Store(tmp_path), concurrency=0)
