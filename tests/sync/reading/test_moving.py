"""An account that changes while it is read: what says that it is whole lacks nothing that was there all the time."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import math
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from opsgenie_async import Config, Opsgenie
from opsgenie_async.events import AttemptEnded
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sandbox.http.paging import page_by_offset
from opsgenie_async.sandbox.routes import services, users
from opsgenie_async.sync import PullReport, Selection, Snapshot, Store, apply, plan, pull, read_account
from opsgenie_async.sync.reading.progress import MovingAccount
from tests.clocks import FakeClock

USERS = Selection.parse("users/*")
PAGE = 4


@pytest.fixture(autouse=True)
def small_pages() -> Iterator[None]:
    """Pages of four: what else is read of a hundred users takes too long."""

    def short(call: Any, listing: list[Any], **options: Any) -> Any:
        paths = dataclasses.replace(call, query={**call.query, "limit": str(PAGE)})
        return page_by_offset(paths, listing, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "page_by_offset", short)
        patch.setattr(services, "page_by_offset", short)
        yield


def add(sandbox: Sandbox, username: str) -> str:
    """A user that was not there before; returns the id."""
    there = sandbox.account
    pattern = next(iter(there.users.values()))
    id = f"id-of-{username}"
    there.users[id] = {**pattern, "id": id, "username": username, "fullName": username}
    there.contacts[id], there.notification_rules[id] = [], []
    return id


def remove(sandbox: Sandbox, id: str) -> None:
    for table in (sandbox.account.users, sandbox.account.contacts, sandbox.account.notification_rules):
        table.pop(id, None)


def peopled(sandbox: Sandbox, many: int) -> list[str]:
    """So many users, by their places in the listing."""
    there = sandbox.account
    pattern = {**next(iter(there.users.values()))}
    for id in list(there.users):
        remove(sandbox, id)
    there.users["x"] = pattern
    ids = [add(sandbox, f"u{number:02}@x") for number in range(many)]
    remove(sandbox, "x")
    return ids


def client_of(sandbox: Sandbox, hook: Callable[[object], None] = lambda _: None) -> Opsgenie:
    return Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(hook,), jitter=lambda bound: 0.0))


def after(call: str, times: int, act: Callable[[], object]) -> Callable[[object], None]:
    """A hook that acts once, when so many attempts of a call have ended."""
    remaining = times

    def hook(event: object) -> None:
        nonlocal remaining
        if isinstance(event, AttemptEnded) and event.call == call:
            remaining -= 1
            if remaining == 0:
                act()

    return hook


def usernames(folder: Path) -> set[str]:
    return {json.loads(file.read_bytes())["user"]["username"] for file in (folder / "users").iterdir()}


async def test_one_deleted_of_the_first_page_hides_no_other(tmp_path: Path) -> None:
    async with Sandbox(teams=1, seed=1) as sandbox:
        ids = peopled(sandbox, 10)
        async with client_of(sandbox, after("GET v2/users", 1, lambda: remove(sandbox, ids[0]))) as og:
            report = await pull(og, Store(tmp_path), only=USERS)
        assert report.complete
        assert usernames(tmp_path) == {f"u{number:02}@x" for number in range(1, 10)}
        assert len(sandbox.requests_to("GET /v2/users")) == 9  # three pages, three times: the first two differ


async def test_a_listing_of_one_page_costs_one_request_and_a_longer_one_two_readings(tmp_path: Path) -> None:
    async with Sandbox(teams=1, seed=1) as sandbox, client_of(sandbox) as og:
        for many, pages in ((PAGE, 1), (PAGE + 1, 4)):
            peopled(sandbox, many)
            sandbox.reset_counters()
            assert (await pull(og, Store(tmp_path), only=USERS)).counts["users"] == many
            assert len(sandbox.requests_to("GET /v2/users")) == pages


def restless(sandbox: Sandbox) -> Callable[[object], None]:
    """A hook that deletes the first of the listing, and adds one at its end, with every page."""
    number = 0

    def hook(event: object) -> None:
        nonlocal number
        if isinstance(event, AttemptEnded) and event.call == "GET v2/users":
            first = min(sandbox.account.users.values(), key=lambda each: each["username"])
            remove(sandbox, first["id"])
            number += 1
            add(sandbox, f"v{number:02}@x")

    return hook


async def test_a_listing_that_never_stands_still_is_told_and_nothing_of_it_is_pruned(tmp_path: Path) -> None:
    async with Sandbox(teams=1, seed=1) as sandbox:
        peopled(sandbox, 30)
        async with client_of(sandbox, restless(sandbox)) as og:
            report = await pull(og, Store(tmp_path), only=USERS)
            assert not report.complete
            (failure,) = [each for each in report.failures if each.name == ""]
            assert (failure.folder, type(failure.error)) == ("users", MovingAccount)
            assert "after 5 readings" in str(failure)
            have = await read_account(og, only=USERS)
        assert ("users", "") in have.unread
        empty = Snapshot(entities={"users": []}, only=USERS)
        result = plan(have, empty, only=USERS, prune=True)
        assert (result.changes, result.complete) == ((), False)
        # And what was pulled of it deletes nobody either, when the account stands still again.
        async with client_of(sandbox) as og:
            want = await asyncio.to_thread(Store(tmp_path).load)
            result = plan(await read_account(og, only=USERS), want, only=USERS, prune=True)
        assert [change for change in result.changes if change.action == "delete"] == []


MOVES = st.lists(
    st.tuples(st.integers(1, 14), st.sampled_from(["delete", "create", "rename"]), st.integers(0, 99), st.booleans()),
    max_size=6,
)


async def pull_while_moving(
    folder: Path, many: int, moves: list[tuple[int, str, int, bool]]
) -> tuple[PullReport, set[str]]:
    """A pull with moves after some of the pages; with the ids of who was there all the time."""
    async with Sandbox(teams=1, seed=1) as sandbox:
        ids = set(peopled(sandbox, many))
        pages = 0

        def hook(event: object) -> None:
            nonlocal pages
            if not isinstance(event, AttemptEnded) or event.call != "GET v2/users":
                return
            pages += 1
            for number, (when, subject, which, first) in enumerate(moves):
                listed = sorted(sandbox.account.users, key=lambda each: str(sandbox.account.users[each]["username"]))
                name = f"{'a' if first else 'z'}{number}@x"
                if when != pages:
                    continue
                if subject == "create":
                    add(sandbox, name)
                elif listed:
                    id = listed[which % len(listed)]
                    if subject == "delete":
                        remove(sandbox, id)
                        ids.discard(id)
                    else:
                        sandbox.account.users[id]["username"] = name

        async with client_of(sandbox, hook) as og:
            report = await pull(og, Store(folder), only=USERS)
        return report, ids


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 14), MOVES)
def test_what_was_there_all_the_time_is_in_whatever_says_that_it_is_whole(
    many: int, moves: list[tuple[int, str, int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        report, ids = asyncio.run(pull_while_moving(Path(name), many, moves))
        rest = {record.id for record in report_files(Path(name))}
        event(f"complete: {report.complete}")
        if report.complete:
            assert ids <= rest
            Store(name).load()  # and a plan can read it
        failed = {failure.id for failure in report.failures}
        assert ids <= rest | failed or any(failure.name == "" for failure in report.failures)


def report_files(folder: Path) -> list[Any]:
    manifest = Store(folder).manifest()
    assert manifest is not None
    return list(manifest.files.values())


@pytest.mark.parametrize("kind", ["user", "team", "integration"])
async def test_what_is_renamed_between_listing_and_reading_makes_no_whole_snapshot(kind: str, tmp_path: Path) -> None:
    async with Sandbox(teams=3, seed=1) as sandbox:
        table = {"user": "users", "team": "teams", "integration": "integrations"}[kind]
        one = list(getattr(sandbox.account, table).values())[-1]
        label = "username" if kind == "user" else "name"
        old, new = one[label], "renamed@x"
        pages = 2 * math.ceil(len(sandbox.account.users) / PAGE) if kind == "user" else 1
        async with client_of(sandbox, after(f"GET v2/{table}", pages, partial(one.__setitem__, label, new))) as og:
            report = await pull(og, Store(tmp_path))
            assert not report.complete
            (failure,) = report.failures
            assert (failure.name.casefold(), failure.id) == (old.casefold(), one["id"])
            assert f"was renamed to '{new}'" in str(failure)
            again = await pull(og, Store(tmp_path))
            assert again.complete
        await asyncio.to_thread(Store(tmp_path).load)


async def test_what_may_be_there_is_not_made_again(tmp_path: Path) -> None:
    """A new service whose answer was lost is looked for; where the listing never stands still, it is not made twice."""
    only, clock = Selection.parse("services/*"), FakeClock()
    async with Sandbox(teams=4, seed=1) as sandbox:
        there = sandbox.account.services
        for number in range(8 * PAGE):
            there[f"s{number}"] = {**next(iter(there.values())), "id": f"s{number}", "name": f"a{number:02}"}
        number = 0

        def move(event: object) -> None:
            nonlocal number
            if isinstance(event, AttemptEnded) and event.call == "GET v1/services":
                first = min(there.values(), key=lambda each: str(each["name"]))
                there.pop(first["id"])
                number += 1
                there[f"new{number}"] = {**first, "id": f"new{number}", "name": f"b{number:02}"}

        async with client_of(sandbox) as og:
            have = await read_account(og, only=only)
        missing = max(have.entities["services"], key=lambda each: each.name)
        there.pop(missing.id)
        elsewhere = attrs.evolve(
            have,
            entities={"services": [each for each in have.entities["services"] if each != missing]},
            ids={target: id for target, id in have.ids.items() if id != missing.id},
        )
        result = plan(elsewhere, have, only=only)
        assert result.skipped == ()
        assert (result.changes[0].action, result.changes[0].name) == ("create", missing.name)
        sandbox.faults.add(Fault(route="POST /v1/services", status=500))
        async with client_of(sandbox, move) as og:
            report = await apply(og, result, clock=clock)
        (failed,) = report.failed
        assert isinstance(failed.error, MovingAccount)
        assert len(sandbox.requests_to("POST /v1/services")) == 1


BAD_IDS = [5, None, ["x"], {"a": 1}, True, ""]


@pytest.mark.parametrize("id", BAD_IDS, ids=repr)
@pytest.mark.parametrize("folder", ["teams", "escalations"])
async def test_an_id_that_is_no_text_is_a_failure_of_its_own(folder: str, id: Any, tmp_path: Path) -> None:
    async with Sandbox(teams=3, seed=1) as sandbox, client_of(sandbox) as og:
        listed = [
            {key: each[key] for key in each if key != "rules"} for each in getattr(sandbox.account, folder).values()
        ]
        listed[1] = {**listed[1], "id": id}
        sandbox.faults.add(Fault(route=f"GET /v2/{folder}", status=200, body={"data": listed}))
        report = await pull(og, Store(tmp_path))
        (failure,) = report.failures
        assert (failure.folder, failure.name) == (folder, listed[1]["name"])
        assert report.counts[folder] == len(listed) - 1
        assert report.counts["users"] == len(sandbox.account.users)


async def test_teams_that_the_plan_of_the_account_does_not_have_end_nothing(tmp_path: Path) -> None:
    async with Sandbox(teams=3, seed=1) as sandbox, client_of(sandbox) as og:
        sandbox.faults.add(Fault(route="GET /v2/teams", status=402, body={"message": "upgrade"}))
        report = await pull(og, Store(tmp_path))
        assert report.complete
        assert report.unavailable["teams"] == "upgrade"
        assert report.counts["users"] == len(sandbox.account.users)
        have = await read_account(og)
        assert not have.knows("teams", "any")
        await asyncio.to_thread(Store(tmp_path).load)


@pytest.mark.parametrize("levels", [70, 260, 700])
async def test_what_no_snapshot_can_hold_is_a_failure_of_its_own(levels: int, tmp_path: Path) -> None:
    async with Sandbox(teams=2, seed=1) as sandbox, client_of(sandbox) as og:
        one = next(iter(sandbox.account.escalations.values()))
        one["strange"] = json.loads("[" * levels + "]" * levels)
        report = await pull(og, Store(tmp_path))
        assert [(each.folder, each.name) for each in report.failures] == [("escalations", one["name"])]
        assert "nested too deeply" in str(report.failures[0])
        await asyncio.to_thread(Store(tmp_path).load)


async def test_parts_that_come_in_pages_are_settled_as_well(tmp_path: Path) -> None:
    """No listing of parts has pages today; one that has is read until it stands still, too."""
    async with Sandbox(teams=1, seed=1) as sandbox, client_of(sandbox) as og:
        name = next(iter(sandbox.account.schedules.values()))["name"]
        first, rest = {"next": f"{sandbox.url}/v2/x?offset=2"}, {}
        for listed, paging in (
            ("01", first),  # which tells that there are pages
            *[("01", first), ("3", rest)],  # o0 was deleted in between, and o2 moved up
            *[("12", first), ("3", rest)] * 2,
        ):
            body = {"data": [{"alias": f"o{number}"} for number in listed], "paging": paging}
            sandbox.faults.add(Fault(route="GET /v2/schedules/*/overrides", status=200, body=body, times=1))
        report = await pull(og, Store(tmp_path), only=Selection.parse(f"schedules/{name}"))
        assert report.complete
        (file,) = (tmp_path / "schedules").iterdir()
        overrides = json.loads(await asyncio.to_thread(file.read_bytes))["overrides"]
        assert [each["alias"] for each in overrides] == ["o1", "o2", "o3"]
