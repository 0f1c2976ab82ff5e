"""The whole way over real sockets: what is wanted is what is there afterwards, to the letter, and stays so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from opsgenie_async import Config, Opsgenie
from opsgenie_async.json_text import dump
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Applied, ApplyReport, Entity, Plan, Snapshot, Store, apply, plan, pull, read_account
from opsgenie_async.sync.files.entity_file import document_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.testing import NoWaiting
from tests.sync.edits import Edits
from tests.sync.snapshots import contents
from tests.sync.states import entity, state

Documents = dict[tuple[str, str], Any]


@asynccontextmanager
async def an_account(teams: int, seed: int) -> AsyncIterator[tuple[Sandbox, Opsgenie]]:
    """A sandbox and a client that does not wait."""
    async with (
        Sandbox(teams=teams, seed=seed) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(jitter=lambda bound: 0.0)) as og,
    ):
        yield sandbox, og


def by_name(state: Snapshot) -> Documents:
    """All that a state says, but for ids and for order where that does not act; what is left out is filled in."""
    result = {}
    for each in state:
        parts = {word: _in_order(KIND_BY_NAME[word], map(_filled, there)) for word, there in each.parts.items()}
        result[each.kind.folder, each.name] = document_of(attrs.evolve(_filled(each), parts=parts))
    return result


def _filled(entity: Entity) -> Entity:
    fields = {name: value for name, value in entity.fields.items() if name != "isGlobal"}  # it follows from the owner
    return attrs.evolve(entity, fields={**entity.kind.defaults, **fields})


def _in_order(kind: Kind, parts: Iterable[Entity]) -> tuple[Entity, ...]:
    if kind.name == "notification_rule":  # counted among those of the same action
        return tuple(sorted(parts, key=lambda part: str(part.fields["actionType"])))
    return tuple(parts if kind.order_field else sorted(parts, key=lambda part: dump(dict(part.fields))))


async def apply_plan(og: Opsgenie, result: Plan, **options: Any) -> ApplyReport:
    report = await apply(og, result, clock=NoWaiting(), **options)
    assert [step.to_dict() for step in report.failed] == [], options
    return report


async def is_reached(og: Opsgenie, want: Snapshot, extra: Plan, label: object = "") -> None:
    """The account says what *want* says, beside what nobody can delete, and a plan has nothing to add."""
    there = await read_account(og)
    assert plan(there, want, prune=True).changes == (), label
    extra_users = {("users", each.removeprefix("user ")) for each in extra.extra}
    now = by_name(there)
    desired = by_name(want)
    assert now.keys() - extra_users == desired.keys(), label
    for path, document in desired.items():
        assert now[path] == with_first_contact(document, now[path]), (path, label)


def with_first_contact(want: Any, have: Any) -> Any:
    """A wanted document of a user with the contact that every user has, where it says nothing of it."""
    if "user" not in want:
        return want
    username = want["user"]["username"].casefold()
    first = [each for each in have["contacts"] if (each["method"], each["to"].casefold()) == ("email", username)]
    more = [each for each in first if each not in want["contacts"]]
    contacts = [*more, *want["contacts"]]
    return {**want, "contacts": sorted(contacts, key=have["contacts"].index) if more else want["contacts"]}


def writes(sandbox: Sandbox) -> list[str]:
    return [f"{each.method} {each.path}" for each in sandbox.received if each.method != "GET"]


def after(most: int) -> dict[str, Any]:
    """What makes an apply stop when so many steps are over."""
    stop = asyncio.Event()

    def show(each: Applied) -> None:
        if each.done >= most:
            stop.set()

    if most == 0:
        stop.set()
    return {"stop": stop, "on_progress": show}


async def check_apply(og: Opsgenie, want: Snapshot, label: object = "") -> None:
    """Bring an account to *want*, look at all that is there then, and find that nothing is left to be done."""
    result = plan(await read_account(og), want, prune=True)
    assert (await apply_plan(og, result)).complete, label
    await is_reached(og, want, result, label)


@pytest.mark.parametrize("seed", range(6))
async def test_a_plan_from_one_account_to_another_gives_the_other(seed: int) -> None:
    async with an_account(seed % 4 + 1, seed) as (_, source), an_account(seed * 3 % 5, seed + 100) as (sandbox, og):
        want = await read_account(source)
        await check_apply(og, want)
        sandbox.reset_counters()
        again = plan(await read_account(og), want, prune=True)
        assert (await apply_plan(og, again)).done == ()
        assert writes(sandbox) == []


@pytest.mark.parametrize("seed", range(12))
async def test_an_account_follows_what_people_make_of_its_snapshot(seed: int) -> None:
    random = Random(seed)
    async with an_account(seed % 3 + 2, seed) as (_, og):
        edits = Edits(await read_account(og), random)
        want = edits.make(random.randint(1, 25))
        await check_apply(og, want, edits.log)


@pytest.mark.parametrize("seed", range(3))
async def test_an_account_follows_one_edit_after_the_other(seed: int) -> None:
    """And what it said before is brought back."""
    random = Random(seed)
    async with an_account(2, seed) as (_, og):
        first = want = await read_account(og)
        for _ in range(4):
            edits = Edits(want, random)
            want = edits.make(3)
            await check_apply(og, want, edits.log)
            want = await read_account(og)
        await check_apply(og, first, "back to the beginning")


@pytest.mark.parametrize("seed", range(6))
async def test_a_part_of_an_apply_and_then_all_of_it_gives_the_same_as_one_run(seed: int) -> None:
    random = Random(seed)
    teams, wide = seed % 3 + 1, random.choice((1, 8, 32))
    async with an_account(teams, seed) as (_, one), an_account(teams, seed) as (_, other):
        edits = Edits(await read_account(one), random)
        want = edits.make(30)
        result = plan(await read_account(one), want, prune=True)
        await apply_plan(one, result, concurrency=wide)
        for _ in range(random.randint(1, 4)):
            remaining = plan(await read_account(other), want, prune=True)
            most = random.randint(0, len(remaining.changes))
            report = await apply_plan(other, remaining, concurrency=wide, **after(most))
            assert len(report.done) >= most or report.complete
        await check_apply(other, want, edits.log)
        assert by_name(await read_account(other)) == by_name(await read_account(one)), edits.log


@pytest.mark.parametrize("seed", range(4))
async def test_a_pull_is_all_that_a_plan_knows_of(seed: int, tmp_path: Path) -> None:
    """The files of any account, also of one that has been edited, leave a plan nothing to do."""
    async with an_account(seed + 1, seed) as (_, og):
        if seed:
            want = Edits(await read_account(og), Random(seed)).make(12)
            await apply_plan(og, plan(await read_account(og), want, prune=True))
        store = Store(tmp_path)
        report = await pull(og, store)
        assert report.complete
        result = plan(await read_account(og), await asyncio.to_thread(store.load), prune=True)
        assert (result.changes, result.extra, result.skipped) == ((), (), ())


@pytest.mark.parametrize("seed", range(4))
async def test_a_copy_of_an_account_has_the_same_files_but_for_ids(seed: int, tmp_path: Path) -> None:
    async with an_account(4 - seed, seed) as (_, source), an_account(0, 9) as (sandbox, og):
        if seed % 2:
            want = Edits(await read_account(source), Random(seed)).make(12)
            await apply_plan(source, plan(await read_account(source), want, prune=True))
        sandbox.add_user("boss@b.example", full_name="Boss", role="Owner")
        snapshot, copied = Store(tmp_path / "a"), Store(tmp_path / "b")
        await pull(source, snapshot)
        await apply_plan(og, plan(await read_account(og), await asyncio.to_thread(snapshot.load)))
        await pull(og, copied)
    files, copies = documents(snapshot.folder), documents(copied.folder)
    manifest, copy = files.pop("manifest.json"), copies.pop("manifest.json")
    assert copies.pop("users/boss-b.example.json")
    assert copies == files
    assert copy["files"].pop("users/boss-b.example.json")
    copy["counts"]["users"] -= 1
    for each in (manifest, copy):
        for record in each["files"].values():
            for field in ("id", "ids", "sha256"):  # of the text, where the members of an object may stand in any order
                record.pop(field, None)
    assert copy == manifest


async def test_a_copy_has_the_same_file_names_where_only_case_or_form_tells_names_apart(tmp_path: Path) -> None:
    names = ("ops", "Ops", "\u00e9", "e\u0301", "../../x", "!!!", "a" * 100)
    async with an_account(0, 1) as (source, one), an_account(0, 2) as (_, other):
        for name in names:
            source.add_team(name)
        await pull(one, Store(tmp_path / "a"))
        want = await asyncio.to_thread(Store(tmp_path / "a").load)
        await apply_plan(other, plan(await read_account(other), want, prune=True))
        await pull(other, Store(tmp_path / "b"))
    files, copies = documents(tmp_path / "a"), documents(tmp_path / "b")
    assert files.pop("manifest.json")["files"].keys() == copies.pop("manifest.json")["files"].keys()
    assert len(files) == len(names)
    assert copies == files


def test_a_team_that_is_made_anew_takes_its_policies_with_it() -> None:
    """Those of the team that it replaces go with that one: no policy is moved from team to team."""
    policy = {"type": "alert", "name": "tidy", "enabled": True}

    def account(name: str, id: str) -> Snapshot:
        table = entity("policies", {"team": {"name": name}}, "team-1", alert_policy=[(policy, "policy-1")])
        return state(entity("team", {"name": name}, id), table)

    result = plan(account("old", "team-1"), account("new", ""), prune=True)
    assert [(each.action, *each.key, each.id) for each in result.changes] == [
        ("create", "team", "", "new", ""),
        ("create", "alert_policy", "new", "tidy", ""),
        ("delete", "team", "", "old", "team-1"),
    ]
    result = plan(account("old", "team-1"), account("new", "team-1"), prune=True)
    assert [(each.action, *each.key, each.id) for each in result.changes] == [("update", "team", "", "new", "team-1")]


def documents(folder: Path) -> dict[str, Any]:
    return {path: json.loads(text) for path, text in contents(folder).items()}
