"""`on-call` as a user starts it: of an account and of a snapshot, which have to agree."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.cli import table
from opsgenie_async.cli.on_call import Answer, _print_table
from opsgenie_async.sandbox import Sandbox
from tests.cli.terminal import run

AT = "2026-11-30T12:00:00Z"


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=4, seed=3) as sandbox:
        yield sandbox


def environment(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url, "TZ": "Europe/Berlin"}


async def ask(*arguments: str, **settings: str) -> Mapping[str, Any]:
    status, stdout, stderr = await run("on-call", *arguments, "--json", **settings)
    assert status == 0, stderr
    document: Mapping[str, Any] = json.loads(stdout)
    return document


async def test_a_snapshot_gives_the_answer_of_the_account(account: Sandbox, tmp_path: Path) -> None:
    """With nothing but the files: who, until when, who next."""
    status, _, stderr = await run("pull", str(tmp_path), **environment(account))
    assert status == 0, stderr
    live = await ask("--at", AT, "--next", **environment(account))
    offline = await ask("--at", AT, "--next", "--from", str(tmp_path), TZ="Europe/Berlin")

    def sets(document: Mapping[str, Any]) -> list[Any]:
        return [
            each | {"onCall": set(each["onCall"]), "next": each["next"] and each["next"] | {"onCall": None}}
            for each in document["schedules"]
        ]

    assert len(offline["schedules"]) == len(account.account.schedules)
    assert any(each["onCall"] for each in offline["schedules"])
    assert any(each["next"] for each in offline["schedules"])
    assert sets(live) == sets(offline)
    assert offline["at"] == AT
    assert offline["tzDatabase"].startswith("tz database ")


async def test_all_schedules_cost_one_listing(account: Sandbox) -> None:
    """And the listing of the schedules, for their zones and teams."""
    document = await ask(**environment(account))

    assert len(document["schedules"]) == len(account.account.schedules)
    assert sorted(call.path for call in account.received) == ["/v2/schedules", "/v2/schedules/on-calls"]


async def test_the_next_hand_over_in_both_zones(account: Sandbox) -> None:
    account.account.schedules.clear()
    account.account.timezone = "Asia/Tokyo"
    account.add_schedule("Ops", participants=("ann@example.com", "ben@example.com"))
    status, stdout, stderr = await run("on-call", "ops", "--next", "--at", AT, **environment(account))

    assert (status, stderr) == (0, "")
    first, second, third = stdout.splitlines()
    assert first == "On call at Mon 30 Nov 2026 13:00 CET"
    assert second in ("Ops  ann@example.com", "Ops  ben@example.com")
    other = {"ann@example.com", "ben@example.com"} - {second.removeprefix("Ops  ")}
    assert third.strip() == f"until Mon 07 Dec 2026 09:00 CET (17:00 Asia/Tokyo), then {other.pop()}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Opps"], "did you mean 'Ops'?"),
        (["--team", "Plattform"], "did you mean 'Platform'?"),
        (["--at", "yesterday"], "2026-11-28T09:00"),
        (["--zone", "Mars/North"], "Europe/Paris"),
        (["--from", "DIR/nowhere"], "no such folder"),
        (["--from", "DIR"], "no snapshot"),
        (["--from", "DIR", "--sandbox"], "--from"),
    ],
)
async def test_wrong_usage(account: Sandbox, tmp_path: Path, arguments: list[str], reason: str) -> None:
    account.account.schedules.clear()
    account.add_schedule("Ops", participants=("ann@example.com",))
    team = account.add_team("Platform")
    for schedule in account.account.schedules.values():
        schedule["ownerTeam"] = {"id": team["id"], "name": team["name"]}
    words = [word.replace("DIR", str(tmp_path)) for word in arguments]
    status, stdout, stderr = await run("on-call", *words, **environment(account))

    assert (status, stdout) == (2, "")
    assert reason in " ".join(stderr.split())
    assert "Traceback" not in stderr


async def test_names_are_text(account: Sandbox) -> None:
    account.account.schedules.clear()
    account.add_schedule("Ops\x1b[31m\u202e", participants=("ann@example.com",))
    status, stdout, _ = await run("on-call", "--team", "nobody", **environment(account))
    assert status == 2
    status, stdout, _ = await run("on-call", **environment(account))
    assert status == 0
    assert "\\x1b[31m\\u202e" in stdout
    assert "\x1b" not in stdout


async def test_a_moment_without_an_offset_is_the_readers(account: Sandbox) -> None:
    document = await ask("--at", "2026-07-01T12:00", **environment(account))
    assert document["at"] == datetime(2026, 7, 1, 10, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    document = await ask("--at", "2026-07-01 12:00", "--zone", "Asia/Tokyo", **environment(account))
    assert document["at"] == "2026-07-01T03:00:00Z"
    document = await ask("--at", "tomorrow 06:00", "--zone", "UTC", **environment(account))
    assert document["at"].endswith("T06:00:00Z")


def test_nobody_who_shares_a_turn_is_cut_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "terminal_width", lambda stream: 40)
    until = datetime(2026, 12, 24, 18, tzinfo=UTC)
    people = ["ann.of.accounting@example.com", "bob@example.com"]
    answers = [Answer("ops", "1", "", "UTC", True, people, until), Answer("night", "2", "", "UTC", True, ())]
    _print_table(answers, Namespace(next=False, zone=UTC))
    assert capsys.readouterr().out.splitlines() == [
        "SCHEDULE  ON CALL",
        "ops       ann.of.accounting@example.com",
        "          bob@example.com",
        "night     nobody",
    ]


@pytest.mark.parametrize("width", [60, 70, 80])
def test_until_when_is_shown_before_whole_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """`--next` is about the time: names are truncated first."""
    monkeypatch.setattr(table, "terminal_width", lambda stream: width)
    moment = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    name = "a" * 40
    _print_table([Answer(name, "1", "", "UTC", True, [name], moment, [name], moment)], Namespace(next=True, zone=UTC))

    title, line = capsys.readouterr().out.splitlines()
    assert title.split() == ["SCHEDULE", "ON", "CALL", "UNTIL", "NEXT"]
    assert "Mon 30 Nov 09:30" in line
    assert len(line) <= width
