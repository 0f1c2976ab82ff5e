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
from opsgenie_async.files import lock
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sync import (
    FORMAT,
    JOURNAL,
    Entity,
    Journal,
    PullEvent,
    Store,
    StoreError,
    pull,
    read_account,
)
from opsgenie_async.sync.files import staging as staging_module
from opsgenie_async.sync.files.staging import Staging
from tests.sync.accounts import expected
from tests.sync.folders import documents, files, manifest
from tests.waiting import LIMIT


async def test_everything_of_the_account_is_in_the_files(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    expected_documents = expected(account)
    expected_documents["users"] = {name.casefold(): document for name, document in expected_documents["users"].items()}
    assert documents(tmp_path) == expected_documents
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
        "maintenances": len(expected_documents["maintenances"]),
    }
    assert report.complete
    assert (report.folder, report.only, report.unavailable, report.unknown_fields) == (tmp_path, "", {}, {})
    assert (tmp_path / "policies" / "account.json").exists()


async def test_the_manifest_says_what_is_there(client: Opsgenie, tmp_path: Path) -> None:
    report = await pull(client, Store(tmp_path))

    document, content = manifest(tmp_path), files(tmp_path)
    assert document["format"] == FORMAT
    assert {path: record["sha256"] for path, record in document["files"].items()} == {
        path: hashlib.sha256(data).hexdigest() for path, data in content.items()
    }
    assert document["counts"] == report.counts
    assert (document["failures"], document["only"]) == ([], "")
    assert json.loads((tmp_path / "last-pull.json").read_bytes())["durationSeconds"] >= 0
    assert (report.added, report.changed, report.removed) == (sorted(content), [], [])


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
    integration = await client.request("POST", "/v2/integrations", json={"type": "API", "name": "by key"})
    assert isinstance(integration.data, dict)
    secret = str(integration.data["apiKey"])
    account.account.integrations[str(integration.data["id"])]["apiKey"] = secret

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
    document = manifest(tmp_path)
    assert [(one["folder"], one["name"], one["status"]) for one in document["failures"]] == [
        ("users", broken["username"], 500),
        ("heartbeats", "", 403),
    ]
    assert all(one["error"] for one in document["failures"])
    assert all(json.loads((tmp_path / "last-pull.json").read_bytes())["requestIds"])
    assert "heartbeats" not in document["counts"]
    assert len(documents(tmp_path)["users"]) == len(account.account.users) - 1


async def test_an_incomplete_pull_stays_beside_a_complete_one(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    await pull(client, Store(tmp_path))
    before, manifest_before = files(tmp_path), manifest(tmp_path)
    account.faults.add(Fault(route="GET /v2/teams/*/roles", status=403, code=40301, times=1))
    del account.account.heartbeats[next(iter(account.account.heartbeats))]

    report = await pull(client, Store(tmp_path))

    assert report.folder == tmp_path / "partial"
    assert {path: data for path, data in files(tmp_path).items() if not path.startswith("partial/")} == before
    assert manifest(tmp_path) == manifest_before
    assert len(documents(tmp_path / "partial")["teams"]) == 11
    (gone,) = report.removed
    assert gone.startswith("heartbeats/")


async def test_a_folder_that_is_being_applied_is_left_alone(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    await pull(client, Store(tmp_path), only="teams")
    before = files(tmp_path)
    account.reset_counters()
    async with Journal.open(tmp_path / JOURNAL, keep=False):
        with pytest.raises(StoreError, match="an apply of its files is running"):
            await pull(client, Store(tmp_path))
        assert account.requests == 0
        assert (await pull(client, Store(tmp_path), only="teams", dry_run=True)).complete
    assert files(tmp_path) == before
    await pull(client, Store(tmp_path), only="teams")


async def test_an_apply_that_begins_during_a_pull_keeps_its_files(
    client: Opsgenie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pull(client, Store(tmp_path), only="teams")
    path = tmp_path / next(iter(manifest(tmp_path)["files"]))
    path.write_bytes(path.read_bytes() + b"\n")
    before = files(tmp_path)
    finish = Staging.finish

    def finish_beside_an_apply(staging: Staging, *arguments: Any) -> Path:
        with (tmp_path / JOURNAL).open("ab") as journal:
            assert lock(journal.fileno())
            return finish(staging, *arguments)

    monkeypatch.setattr(Staging, "finish", finish_beside_an_apply)
    with pytest.raises(StoreError, match="an apply of its files is running"):
        await pull(client, Store(tmp_path), only="teams")
    (tmp_path / JOURNAL).unlink()
    assert files(tmp_path) == before


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
    before, manifest_before = files(tmp_path), manifest(tmp_path)
    account.faults.add(Fault(route="GET /v2/teams/*", delay=0.002))
    for team in account.account.teams.values():
        team["description"] = "changed"
    half = asyncio.Event()

    def stop_half_way(event: PullEvent) -> None:
        if event.done == 60:
            half.set()

    task = asyncio.create_task(pull(client, Store(tmp_path), on_progress=stop_half_way, concurrency=2))
    await half.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == before
    assert manifest(tmp_path) == manifest_before


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
    ("text", "message"),
    [
        ('{"format": 999, "files": {}}', "999 is newer"),
        ('{"format": "1", "files": {}}', "format: expected a number"),
        ('{"format": 2, "files": []}', "files: expected an object"),
        ("{", "not JSON"),
    ],
)
async def test_a_folder_that_holds_something_else_is_left_alone(
    client: Opsgenie, account: Sandbox, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match=message):
        await pull(client, Store(tmp_path))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("manifest.json", text)]
    assert account.requests == 0


async def test_a_pull_that_is_cancelled_as_it_begins_to_write_leaves_nothing(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    loop, started, cancelled = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    class Slow(Store):
        def begin(self) -> Staging:
            staging = super().begin()
            loop.call_soon_threadsafe(started.set)
            assert cancelled.wait(LIMIT)
            return staging

    task = asyncio.create_task(pull(client, Slow(tmp_path)))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


async def test_concurrency_below_one_is_refused(client: Opsgenie, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        await pull(client, Store(tmp_path), concurrency=0)
