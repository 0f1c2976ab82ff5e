"""`override` as a user starts it: what is made is what was typed, in the schedule's zone."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from opsgenie_async.sandbox import Sandbox
from tests.cli.terminal import Ended, ask, run

PEOPLE = ("ann@example.com", "ben@example.com")


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        sandbox.account.timezone = "Europe/Berlin"
        sandbox.add_schedule("Ops", participants=PEOPLE)
        sandbox.add_schedule("Ops EU", participants=PEOPLE)
        yield sandbox


async def type_in(account: Sandbox, *words: str, **settings: str) -> Ended:
    environment = {"OPSGENIE_API_KEY": account.api_key, "OPSGENIE_BASE_URL": account.url} | settings
    return await run("override", *words, **environment)


def overrides(account: Sandbox) -> list[dict[str, Any]]:
    return [each for listed in account.account.overrides.values() for each in listed.values()]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def test_it_is_made_in_the_zone_of_the_schedule_and_shown_in_both(account: Sandbox) -> None:
    words = ["ops", "ann@example.com", "--from", "2030-12-24 22:00", "--to", "06:00"]
    status, stdout, stderr = await type_in(account, *words, TZ="America/New_York")

    assert status == 0, stderr
    assert stderr.splitlines() == [
        "ann@example.com on call for Ops",
        "  from  Tue 24 Dec 2030 22:00 CET (21:00 UTC)",
        "  to    Wed 25 Dec 2030 06:00 CET (05:00 UTC)  (8 h)",
    ]
    (result,) = overrides(account)
    assert stdout == f"override {result['alias']} was created\n"
    assert (moment(result["startDate"]), moment(result["endDate"])) == (
        datetime(2030, 12, 24, 21, tzinfo=UTC),
        datetime(2030, 12, 25, 5, tzinfo=UTC),
    )


async def test_for_machines(account: Sandbox) -> None:
    words = ["Ops", "ben@example.com", "--from", "2030-07-01T08:00-05:00", "--to", "+36h", "--alias", "mine", "--json"]
    status, stdout, _ = await type_in(account, *words)
    document = json.loads(stdout)

    assert (status, document["complete"], document["alias"]) == (0, True, "mine")
    assert (document["start"], document["end"]) == ("2030-07-01T13:00:00Z", "2030-07-03T01:00:00Z")
    assert document["localStart"] == "2030-07-01T15:00:00+02:00"
    assert [each["alias"] for each in overrides(account)] == ["mine"]


async def test_nobody_and_a_dry_run(account: Sandbox) -> None:
    words = ["Ops", "none", "--to", "+8h"]
    status, stdout, stderr = await type_in(account, *words, "--dry-run")
    assert (status, stdout, overrides(account)) == (0, "nothing was created\n", [])
    assert stderr.startswith("nobody on call for Ops\n")

    status, _, stderr = await type_in(account, *words)
    assert status == 0, stderr
    assert [each["user"]["type"] for each in overrides(account)] == ["none"]


async def test_one_rotation_alone(account: Sandbox) -> None:
    (schedule,) = (each for each in account.account.schedules.values() if each["name"] == "Ops")
    (rotation,) = account.account.rotations[schedule["id"]]
    words = ["Ops", "ann@example.com", "--to", "+8h", "--rotation"]
    status, _, stderr = await type_in(account, *words, rotation["name"].upper())

    assert status == 0, stderr
    assert f", {rotation['name']} alone" in stderr
    assert [[part["id"] for part in each["rotations"]] for each in overrides(account)] == [[rotation["id"]]]

    status, _, stderr = await type_in(account, *words, "nowhere")
    assert (status, f"--rotation: there is no 'nowhere'; expected {rotation['name']!r}" in stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Opps", "ann@example.com", "--to", "+8h"], "SCHEDULE: no schedule matches 'Opps'; did you mean 'Ops'"),
        (["ops*", "ann@example.com", "--to", "+8h"], "SCHEDULE: 'ops*' matches 2 schedules, expected one"),
        (
            ["Ops", "ann@exmple.com", "--to", "+8h"],
            "USER: there is no 'ann@exmple.com'; did you mean 'ann@example.com'",
        ),
        (["Ops", "ann@example.com"], "required: --to"),
        (["Ops", "ann@example.com", "--to", "later"], "--to: expected a time such as"),
        (["Ops", "ann@example.com", "--from", "bla", "--to", "+8h"], "--from: expected a time such as"),
        (
            ["Ops", "ann@example.com", "--from", "2031-03-30 02:30", "--to", "+8h"],
            "--from: 2031-03-30 02:30 does not exist",
        ),
        (["Ops", "ann@example.com", "--from", "2030-01-02", "--to", "2030-01-01"], "--to: Tue 01 Jan 2030 00:00 CET"),
        (["Ops", "ann@example.com", "--from", "2020-01-01", "--to", "+8h"], "is over"),
    ],
)
async def test_an_error_names_the_argument(account: Sandbox, words: list[str], text: str) -> None:
    status, stdout, stderr = await type_in(account, *words)

    assert (status, stdout, text in stderr) == (2, "", True), stderr
    assert overrides(account) == []


async def test_a_key_that_may_not_read_users_can_still_make_one(account: Sandbox) -> None:
    key = account.add_key(forbidden=["GET /v2/users*"])
    words = ["Ops", "ann@example.com", "--to", "+8h"]
    status, _, stderr = await type_in(account, *words, OPSGENIE_API_KEY=key)
    assert (status, len(overrides(account))) == (0, 1), stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
@pytest.mark.parametrize(("answer", "status", "count"), [("yes", 0, 1), ("", 1, 0)])
async def test_on_a_terminal_it_asks(account: Sandbox, answer: str, status: int, count: int) -> None:
    process, main, output = await ask(account, "override", "Ops", "ann@example.com", "--to", "+8h")
    assert overrides(account) == []
    os.write(main, f"{answer}\n".encode())
    assert await asyncio.wait_for(process.wait(), 30) == status
    os.close(main)
    assert b"ann@example.com on call for Ops" in output
    assert len(overrides(account)) == count
