"""`timeline` as a user starts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.oncall import Timeline
from opsgenie_async.oncall.documents import read_moment
from opsgenie_async.sandbox import Sandbox
from tests.cli.test_command_line import start
from tests.cli.test_on_call import account, environment

__all__ = ["account"]


async def pull(sandbox: Sandbox, folder: Path) -> None:
    status, _, stderr = await start("pull", str(folder), **environment(sandbox))
    assert status == 0, stderr


async def draw(*arguments: str, **settings: str) -> Any:
    status, stdout, stderr = await start("timeline", *arguments, "--json", **settings)
    assert status == 0, stderr
    return json.loads(stdout)


async def test_account_and_snapshot_agree_with_the_server(account: Sandbox, tmp_path: Path) -> None:
    await pull(account, tmp_path / "a")
    live = await draw("--weeks", "3", "--zone", "UTC", **environment(account))
    offline = await draw("--weeks", "3", "--zone", "UTC", "--from", str(tmp_path / "a"))
    assert len(live["schedules"]) == len(account.account.schedules)

    def facts(document: Any) -> list[Any]:
        return [
            [each["name"], each["gaps"]] + [[p["start"], p["end"], p["participant"]["name"]] for p in each["final"]]
            for each in document["schedules"]
        ]

    assert facts(live) == facts(offline)
    assert live["tzDatabase"].startswith("tz database ")
    first, last = (read_moment(live[edge], edge) for edge in ("start", "end"))
    async with Opsgenie(account.api_key, base_url=account.url) as og:
        for each in live["schedules"]:
            recorded = await og.request(
                "GET", f"/v2/schedules/{each['id']}/timeline?interval=2&intervalUnit=months&date={live['start']}"
            )
            assert isinstance(recorded.data, dict)
            second = Timeline.from_json(recorded.data).final
            cut = {
                (max(p.start, first), min(p.end, last), p.participant.name)
                for p in second
                if p.start < last and p.end > first and p.participant.kind != "none"
            }
            local = {
                (read_moment(p["start"], ""), read_moment(p["end"], ""), p["participant"]["name"])
                for p in each["final"]
            }
            assert local == cut


async def test_bars_files_and_differences(account: Sandbox, tmp_path: Path) -> None:
    account.account.schedules.clear()
    account.add_schedule("Ops", participants=("ann@example.com", "ben@example.com"))
    await pull(account, tmp_path / "a")
    file = tmp_path / "a" / "schedules" / "Ops.json"
    await pull(account, tmp_path / "b")
    other = tmp_path / "b" / "schedules" / "Ops.json"
    other.write_text(other.read_text().replace('"length": 1', '"length": 2'))
    status, stdout, stderr = await start("timeline", "ops", "--from", str(tmp_path / "a"))
    assert (status, stderr) == (0, "")
    assert "▏ann" in stdout
    assert "▏ben" in stdout
    assert "\x1b" not in stdout
    assert max(map(len, stdout.splitlines())) <= 100
    assert "tz database" in stdout

    page, picture = tmp_path / "x.html", tmp_path / "x.svg"
    pytest.importorskip("jinja2")
    document = await draw(
        *("Ops", "--from", str(tmp_path / "a"), "--against", str(tmp_path / "b"), "--weeks", "4"),
        *("--html", str(page), "--svg", str(picture)),
    )
    assert document["schedules"][0]["differences"]
    assert document["files"] == [str(picture), str(page)]
    assert "differences" in page.read_text()
    assert picture.read_text().startswith("<svg")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "b", "x.html", "x.svg"]
    assert file.exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Opss"], "did you mean 'Ops'?"),
        (["--weeks", "0"], "1 or more"),
        (["--weeks", "100000"], "520"),
        (["--at", "9999-12-30"], "calendar"),
        (["--at", "9996-12-30", "--weeks", "520"], "--weeks: only the years 4 to 9996"),
        (["--person", "ann@example.com"], "--person: "),
        (["--against", "DIR/nowhere"], "no such folder"),
        (["--from", "DIR", "--region", "eu"], "--from"),
    ],
)
async def test_wrong_usage(account: Sandbox, tmp_path: Path, arguments: list[str], reason: str) -> None:
    account.account.schedules.clear()
    account.add_schedule("Ops", participants=("ann@example.com",))
    words = [word.replace("DIR", str(tmp_path)) for word in arguments]
    status, stdout, stderr = await start("timeline", *words, **environment(account))

    assert (status, stdout) == (2, "")
    assert reason in " ".join(stderr.split())
    assert "Traceback" not in stderr


async def test_a_file_that_cannot_be_written_leaves_nothing(account: Sandbox, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    status, _, stderr = await start("timeline", "--svg", str(tmp_path / "no" / "x.svg"), **environment(account))
    assert status == 2
    assert "--svg: " in stderr
    assert "x.svg" in stderr
    assert "Traceback" not in stderr


async def test_a_calendar_of_a_person(account: Sandbox, tmp_path: Path) -> None:
    icalendar = pytest.importorskip("icalendar")
    account.account.schedules.clear()
    account.add_schedule("Ops", participants=("ann@example.com", "ben@example.com"))
    file = tmp_path / "ann.ics"
    words = ("timeline", "--ics", str(file), "--person", "Ann@example.com", "--weeks", "8")
    status, stdout, stderr = await start(*words, **environment(account))

    assert (status, stdout, stderr) == (0, f"wrote {file}\n", "")
    events = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"On call: ann (Ops)"}
    assert 4 <= len(events) <= 5
    status, _, stderr = await start(
        "timeline", "--ics", str(file), "--person", "anne@example.com", **environment(account)
    )
    assert (status, "did you mean 'ann@example.com'" in stderr) == (2, True)


@pytest.mark.parametrize("command", ["timeline", "on-call", "report"])
async def test_one_schedule_that_makes_no_sense_does_not_hide_the_others(
    account: Sandbox, tmp_path: Path, command: str
) -> None:
    """As where the tz database of this computer lacks its zone."""
    account.account.schedules.clear()
    for name in ("Ops", "Lost"):
        account.add_schedule(name, participants=("ann@example.com",))
    for schedule in account.account.schedules.values():
        if schedule["name"] == "Lost":
            schedule["timezone"] = "Nowhere/Land"
    await pull(account, tmp_path)
    words = [str(tmp_path)] if command == "report" else ["--from", str(tmp_path)]
    status, stdout, stderr = await start(command, *words, "--json")

    assert status == 1
    assert [each["name"] for each in json.loads(stdout)["schedules"]] == ["Ops"]
    assert stderr.startswith(f"opsgenie-async {command}: schedule 'Lost': timezone: expected")
    if command != "report":
        status, stdout, stderr = await start(command, "lost", *words)
        assert (status, stdout) == (2, "")
        assert "schedule 'Lost': timezone" in stderr
