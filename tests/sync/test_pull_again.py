"""A pull into a folder that has files: what gives way, what is replaced, what stays."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from opsgenie_async import Name, Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import Selection, Store, pull
from tests.sync.folders import documents, files, manifest


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


async def test_a_file_that_a_person_named_gives_way_to_that_of_its_entity(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    await pull(client, store)
    before = files(tmp_path)
    first, second = sorted(path for path in before if path.startswith("teams/"))[:2]
    (tmp_path / first).rename(tmp_path / "teams/mine.json")
    (tmp_path / "services/draft.json").write_text('{"service": {"name": "Not made yet"}}')
    (tmp_path / "teams/broken.json").write_text("{")
    (tmp_path / "policies/broken.json").write_text("{")
    (tmp_path / "teams/notes.txt").write_bytes(before[second])
    draft = {"services/draft.json", "teams/broken.json", "teams/notes.txt", "policies/broken.json"}
    assert "policies/account.json" in before  # whose entity has no name, as that of a broken file

    report = await pull(client, store, only="services")

    assert report.removed == []
    assert files(tmp_path).keys() == before.keys() - {first} | {"teams/mine.json"} | draft
    (tmp_path / "teams/night.json").write_text('{"team": {"name": "Night watch"}}')
    await client.teams.create(name="Night watch")

    report = await pull(client, store)

    assert report.removed == ["teams/mine.json", "teams/night.json"]
    after = files(tmp_path)
    assert after[first] == before[first]
    assert {path for path in after if path.startswith("teams/")} >= {"teams/Night-watch.json", "teams/broken.json"}
    assert draft <= after.keys()
    (tmp_path / "teams/broken.json").unlink()
    assert (await asyncio.to_thread(store.load, Selection.parse("teams"))).entities["teams"]


async def test_edits_that_were_not_applied_are_listed_when_they_are_replaced(
    account: Sandbox, client: Opsgenie, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    await pull(client, store)
    edited, unchanged, reformatted, broken, *_ = sorted(tmp_path.glob("teams/*.json"))
    content = {path: json.loads(path.read_bytes()) for path in (edited, unchanged, reformatted)}
    for path in (edited, unchanged):
        content[path]["team"]["description"] = "Rings at night"
    content[unchanged]["team"]["name"] = "Night watch"
    for path, document in content.items():
        path.write_text(json.dumps(document))
    broken.write_text("{")
    service = next(tmp_path.glob("services/*.json"))
    gone = json.loads(service.read_bytes())["service"]["name"]
    service.write_text("{}")
    account.account.services = {id: each for id, each in account.account.services.items() if each["name"] != gone}
    id = manifest(tmp_path)["files"][f"teams/{unchanged.name}"]["id"]
    await client.teams.update(id, name="Night watch", description="Rings at night")
    expected_documents = sorted([f"services/{service.name}", f"teams/{edited.name}", f"teams/{broken.name}"])

    assert (await pull(client, store, dry_run=True)).overwritten == expected_documents
    assert (await pull(client, store)).overwritten == expected_documents
    assert (await pull(client, store)).overwritten == []


async def test_files_that_a_person_made_are_listed(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    store = Store(tmp_path)
    await pull(client, store)
    name = next(iter(account.account.teams.values()))["name"]
    owner = {"ownerTeam": {"name": name}}
    drafts = {
        "teams/night.json": {"team": {"name": "Night watch"}},
        "teams/same.json": {"team": {"name": "Same"}},
        "teams/other.json": {"team": {"name": "Other", "description": "mine"}},
        "teams/Third.json": {"team": {"name": "Third", "description": "mine"}},
        "schedules/new.json": {"schedule": {"name": "new", **owner}, "rotations": []},
        "maintenances/twin.json": json.loads(min(tmp_path.glob("maintenances/*.json")).read_bytes()),
    }
    for path, document in drafts.items():
        (tmp_path / path).write_text(json.dumps(document))
    (tmp_path / "services/broken.json").write_text("{")
    (tmp_path / "services/Fourth.json").write_text("not JSON")
    for each in ("Same", "Other", "Third"):
        await client.teams.create(name=each)
    third = account.account.teams[(await client.teams.get(Name("Third"))).id]
    await client.services.create(name="Fourth", team_id=third["id"])

    additional = ["maintenances/twin.json", "schedules/new.json", "services/broken.json", "teams/night.json"]
    overwritten = ["services/Fourth.json", "teams/Third.json", "teams/other.json"]
    narrow = await pull(client, store, teams=[name], dry_run=True)
    assert (narrow.additional, narrow.overwritten) == (["schedules/new.json"], [])
    for dry_run in (True, False):
        report = await pull(client, store, dry_run=dry_run)
        assert (report.additional, report.overwritten, report.complete) == (additional, overwritten, True)
    assert (await pull(client, store)).additional == additional
    assert (await pull(client, store, only="heartbeats")).additional == []
    (tmp_path / "services/broken.json").unlink()
    (tmp_path / "maintenances/twin.json").unlink()
    assert (await pull(client, store)).additional == ["schedules/new.json", "teams/night.json"]


async def test_what_could_not_be_read_may_be_in_the_account(account: Sandbox, client: Opsgenie, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services/night.json").write_text('{"service": {"name": "Night watch"}}')
    account.faults.add(Fault(route="GET /v1/services", status=403, code=40301))
    report = await pull(client, Store(tmp_path))
    assert (report.complete, report.folder, report.additional) == (False, tmp_path, [])


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
    document = manifest(folder)["files"]
    report = await pull(client, Store(folder), dry_run=True)

    assert files(folder) == before
    assert report.added == ["users/new-corp.example.json"]
    assert [document[path]["name"] for path in report.changed] == [team["name"]]
    assert [document[path]["name"] for path in report.removed] == [service["name"]]
    assert not (folder / ".pulling").exists()
