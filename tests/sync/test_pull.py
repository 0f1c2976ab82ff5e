"""Pull against a sandbox over a real socket: whole, stable, honest about what failed."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Forbidden, Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync import FORMAT, Entity, PullEvent, Selection, Store, StoreError, pull, read_account
from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.staging import Staging
from tests.sync.accounts import expected


def files(folder: Path) -> dict[str, bytes]:
    """Everything in the folder but the manifest, by path."""
    there = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    there.pop("manifest.json", None)
    there.pop("last-pull.json", None)
    return there


def manifest(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return document


def documents(folder: Path) -> dict[str, dict[str, Any]]:
    """The documents of the files by folder, and by the names that the manifest gives them."""
    told: dict[str, dict[str, Any]] = {}
    for path, record in manifest(folder)["files"].items():
        told.setdefault(path.partition("/")[0], {})[record["name"]] = json.loads((folder / path).read_bytes())
    return told


async def test_everything_of_the_account_is_in_the_files(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    wanted = expected(account)
    wanted["users"] = {name.casefold(): document for name, document in wanted["users"].items()}
    assert documents(tmp_path) == wanted
    there = account.account
    policies = [policy for policies in there.policies.values() for policy in policies]
    assert report.counts == {
        "custom_user_roles": len(there.user_roles),
        "users": len(there.users),
        "contacts": sum(map(len, there.contacts.values())),
        "notification_rules": sum(map(len, there.notification_rules.values())),
        "teams": len(there.teams),
        "members": sum(len(team["members"]) for team in there.teams.values()),
        "roles": sum(map(len, there.team_roles.values())),
        "routing_rules": sum(map(len, there.routing_rules.values())),
        "schedules": len(there.schedules),
        "rotations": sum(map(len, there.rotations.values())),
        "overrides": sum(map(len, there.overrides.values())),
        "escalations": len(there.escalations),
        "forwarding_rules": len(there.forwarding_rules),
        "heartbeats": len(there.heartbeats),
        "integrations": len(there.integrations),
        "actions": len(there.integrations),
        "alert_policies": sum(policy["type"] == "alert" for policy in policies),
        "notification_policies": sum(policy["type"] == "notification" for policy in policies),
        "services": len(there.services),
        "incident_rules": sum(map(len, there.incident_rules.values())),
        "audience": len(there.services),
        "incident_templates": len(there.incident_templates),
        "maintenances": len(wanted["maintenances"]),
    }
    assert report.complete
    assert (report.folder, report.only, report.unavailable, report.unknown_fields) == (tmp_path, "", {}, {})
    assert (tmp_path / "policies" / "account.json").exists()


async def test_the_manifest_says_what_is_there(client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    told, written = manifest(tmp_path), files(tmp_path)
    assert told["format"] == FORMAT
    assert {path: record["sha256"] for path, record in told["files"].items()} == {
        path: hashlib.sha256(data).hexdigest() for path, data in written.items()
    }
    assert told["counts"] == report.counts
    assert (told["failures"], told["only"]) == ([], "")
    assert json.loads((tmp_path / "last-pull.json").read_bytes())["durationSeconds"] >= 0
    assert (report.added, report.changed, report.removed) == (sorted(written), [], [])


async def test_what_is_read_from_the_files_is_what_is_read_from_the_account(client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path))

    loaded = await asyncio.to_thread(Store(tmp_path).load)
    read = await read_account(client)

    for folder, entities in read.entities.items():
        assert sorted(loaded.entities[folder], key=_by_name) == sorted(entities, key=_by_name)
        assert {one.name: one.id for one in loaded.entities[folder]} == {one.name: one.id for one in entities}
    assert loaded.entities.keys() == read.entities.keys()
    assert (loaded.unread, loaded.only) == (read.unread, read.only)


def _by_name(entity: Entity) -> str:
    return entity.name


async def test_a_second_pull_changes_nothing_but_the_manifest(client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path), concurrency=1)
    before = files(tmp_path)
    report = await pull(client, Store(tmp_path), concurrency=12)
    assert files(tmp_path) == before
    assert (report.added, report.changed, report.removed) == ([], [], [])


async def test_the_sandbox_serves_what_was_pulled(client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path / "a"))
    async with Sandbox(load=tmp_path / "a") as loaded, Opsgenie(loaded.api_key, base_url=loaded.url) as og:
        await pull(og, Store(tmp_path / "b"))
    assert files(tmp_path / "b") == files(tmp_path / "a")


async def test_no_secret_is_in_any_file(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    made = await client.request("POST", "/v2/integrations", json={"type": "API", "name": "by key"})
    assert isinstance(made.data, dict)
    secret = str(made.data["apiKey"])
    account.account.integrations[str(made.data["id"])]["apiKey"] = secret

    await pull(client, Store(tmp_path))

    assert (tmp_path / "integrations" / "by-key.json").exists()
    for path in tmp_path.rglob("*.json"):
        text = path.read_text()
        assert secret not in text
        assert account.api_key not in text


async def test_what_failed_is_listed_and_the_rest_is_there(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    broken = next(iter(account.account.users.values()))
    account.faults.add(Fault(route=f"GET /v2/users/{broken['id']}/notification-rules", status=500))
    account.faults.add(Fault(route="GET /v2/heartbeats", status=403, code=40301))

    report = await pull(client, Store(tmp_path))

    assert [(one.folder, one.name) for one in report.failures] == [("users", broken["username"]), ("heartbeats", "")]
    assert (report.complete, report.folder) == (False, tmp_path)  # nothing better was there
    told = manifest(tmp_path)
    assert [(one["folder"], one["name"], one["status"]) for one in told["failures"]] == [
        ("users", broken["username"], 500),
        ("heartbeats", "", 403),
    ]
    assert all(one["error"] for one in told["failures"])
    assert all(json.loads((tmp_path / "last-pull.json").read_bytes())["requestIds"])
    assert "heartbeats" not in told["counts"]
    assert len(documents(tmp_path)["users"]) == len(account.account.users) - 1


async def test_an_incomplete_pull_stays_beside_a_complete_one(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    before, said = files(tmp_path), manifest(tmp_path)
    account.faults.add(Fault(route="GET /v2/teams/*/roles", status=403, code=40301, times=1))
    del account.account.heartbeats[next(iter(account.account.heartbeats))]

    report = await pull(client, Store(tmp_path))

    assert report.folder == tmp_path / "partial"
    assert {path: data for path, data in files(tmp_path).items() if not path.startswith("partial/")} == before
    assert manifest(tmp_path) == said
    assert len(documents(tmp_path / "partial")["teams"]) == 11
    (gone,) = report.removed
    assert gone.startswith("heartbeats/")


async def test_what_is_gone_is_removed(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path))
    notes = tmp_path / "notes.md"
    notes.write_text("mine")
    gone = next(iter(account.account.services.values()))
    del account.account.services[gone["id"]]
    account.account.incident_templates.clear()

    report = await pull(client, Store(tmp_path))

    assert gone["name"] not in documents(tmp_path)["services"]
    assert "incident-templates" not in documents(tmp_path)
    assert len(report.removed) == 3
    assert report.counts["incident_templates"] == 0
    assert not any((tmp_path / path).exists() for path in report.removed)
    assert notes.exists()


async def test_a_choice_replaces_what_it_covers_and_keeps_the_rest(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    before, counts = files(tmp_path), manifest(tmp_path)["counts"]
    for heartbeat in account.account.heartbeats.values():
        heartbeat["description"] = "changed"
    account.account.services.clear()
    for team in account.account.teams.values():
        team["description"] = "changed as well"

    report = await pull(client, Store(tmp_path), only=Selection.parse("heartbeats/*"))

    after = files(tmp_path)
    assert {path for path in after if after[path] != before[path]} == set(report.changed)
    assert {path.partition("/")[0] for path in report.changed} == {"heartbeats"}
    assert (after.keys(), manifest(tmp_path)["counts"]) == (before.keys(), counts)
    assert report.counts == {"heartbeats": len(account.account.heartbeats)}
    assert (report.only, report.removed) == ("heartbeats/*", [])
    account.account.heartbeats.clear()
    report = await pull(client, Store(tmp_path), only=Selection.parse("heartbeats/*"))
    assert {path.partition("/")[0] for path in report.removed} == {"heartbeats"}
    assert files(tmp_path).keys() == before.keys() - set(report.removed)


async def test_a_dry_run_writes_nothing_and_says_what_it_would(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    report = await pull(client, Store(folder), dry_run=True)
    assert (report.dry_run, folder.exists()) == (True, False)
    await pull(client, Store(folder))
    assert report.added == sorted(files(folder))

    before = files(folder)
    team, service = next(iter(account.account.teams.values())), list(account.account.services.values())[-1]
    team["description"] = "changed"
    account.add_user("new@corp.example")
    del account.account.services[service["id"]]
    told = manifest(folder)["files"]
    report = await pull(client, Store(folder), dry_run=True)

    assert files(folder) == before
    assert report.added == ["users/new-corp.example.json"]
    assert [told[path]["name"] for path in report.changed] == [team["name"]]
    assert [told[path]["name"] for path in report.removed] == [service["name"]]
    assert not (folder / ".pulling").exists()


async def test_a_listing_that_must_not_fail_leaves_all_as_it_was(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    before = files(tmp_path)
    account.faults.add(Fault(route="GET /v2/teams", status=403, code=40301))
    with pytest.raises(Forbidden, match="40301"):
        await pull(client, Store(tmp_path))
    assert files(tmp_path) == before


async def test_a_cancelled_pull_leaves_all_as_it_was(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path))
    before, said = files(tmp_path), manifest(tmp_path)
    account.faults.add(Fault(route="GET /v2/teams/*", delay=0.002))
    for team in account.account.teams.values():
        team["description"] = "changed"
    half = asyncio.Event()

    def stop_half_way(pulled: PullEvent) -> None:
        if pulled.done == 60:
            half.set()

    task = asyncio.create_task(pull(client, Store(tmp_path), on_progress=stop_half_way, concurrency=2))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == before
    assert manifest(tmp_path) == said


async def test_a_pull_that_cannot_write_leaves_all_as_it_was(
    client: Opsgenie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pull(client, Store(tmp_path))
    before = files(tmp_path)
    write, calls = Staging.write, itertools.count()

    def full(self: Staging, unwritten: list[bytes]) -> None:
        if next(calls) == 2:
            raise OSError("no space left on device")
        write(self, unwritten)

    monkeypatch.setattr(staging_module, "PIECE", 10_000)
    monkeypatch.setattr(Staging, "write", full)
    with pytest.raises(OSError, match="no space"):
        await pull(client, Store(tmp_path))
    assert files(tmp_path) == before


async def test_hostile_names_stay_inside_and_read_back(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    names = [
        *("../../x", "nul", "a/b", "a b", "A B", "x" * 100, "tab\there", "nul\0byte", "e\u0301", "\u00e9"),
        *(".hidden", "%2F", "ünï", "account", "manifest.json"),
    ]
    for name in names:
        team = account.add_team(name)
        account.account.policies[team["id"]] = [
            {"id": f"p-{team['id']}", "type": "alert", "name": name, "enabled": True}
        ]
        account.account.heartbeats[name] = {"name": name, "interval": 1, "intervalUnit": "days", "enabled": True}
    folder = tmp_path / "inside"

    report = await pull(client, Store(folder))

    assert report.failures == []
    for kind in ("teams", "policies", "heartbeats"):
        assert documents(folder)[kind].keys() >= set(names)
    assert "" in documents(folder)["policies"]
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]
    assert len(files(folder)) == len(manifest(folder)["files"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 999, "files": {}}', "999 is newer"),
        ('{"format": "1", "files": {}}', "format: expected a number"),
        ('{"format": 2, "files": []}', "files: expected an object"),
        ("{", "not JSON"),
    ],
)
async def test_a_folder_that_holds_something_else_is_left_alone(
    client: Opsgenie, account: Sandbox, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=said):
        await pull(client, Store(tmp_path))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("manifest.json", text)]
    assert account.requests == 0


async def test_a_pull_that_is_cancelled_as_it_begins_to_write_leaves_nothing(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    loop, begun, cancelled = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    class Slow(Store):
        def begin(self) -> Staging:
            staging = super().begin()
            loop.call_soon_threadsafe(begun.set)
            assert cancelled.wait(10)
            return staging

    task = asyncio.create_task(pull(client, Slow(tmp_path)))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


async def test_concurrency_below_one_is_refused(client: Opsgenie, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        await pull(client, Store(tmp_path), concurrency=0)
