"""Every example does what it says, started as a program, over real sockets."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from datetime import UTC, datetime

import aiohttp
import pytest

from opsgenie_async import Alias
from opsgenie_async.sandbox import Sandbox, Webhook
from tests.cli.processes import python
from tests.examples.conftest import FOLDER
from tests.throttle.shared.redis_server import MISSING, RedisServer, program


def count_pings(sandbox) -> int:
    return sum(received.path == "/v2/heartbeats/shop/ping" for received in sandbox.received)


@pytest.mark.parametrize("framework", ["aiohttp", "asgi"])
async def test_the_shop(sandbox, serve, framework):
    sandbox.add_schedule("Ops", participants=("ann@example.com",))
    process, url = await serve(f"{framework}_service.py")

    async with aiohttp.ClientSession(url) as shop:
        async with shop.get("/orders/7") as answer:
            assert await answer.json() == {"id": 7, "item": "item 7"}
        async with shop.get("/on-call/Ops") as answer:
            assert await answer.json() == ["ann@example.com"]
        if framework == "aiohttp":
            async with shop.get("/on-call/Nobody") as answer:
                assert answer.status == 404
        for _ in range(3):
            async with shop.get("/orders/1000") as answer:
                assert answer.status == 500
        sandbox.webhook = Webhook(url=f"{url}/opsgenie", headers={"X-Shop-Secret": "geheim"})
        assert await sandbox.send_webhook("AddNote", user="ann@example.com", note="on it") == 200
        assert await sandbox.send_webhook("Restart") == 200
        async with shop.get("/feed") as answer:
            assert await answer.json() == ["ann@example.com on 'Made up': on it", "Restart: 'Made up'"]
        sandbox.webhook = Webhook(url=f"{url}/opsgenie")
        assert await sandbox.send_webhook("Create") == 401
    process.send_signal(signal.SIGINT)
    _, output = await process.communicate()

    assert process.returncode == 0, output
    (alert,) = [alert for alert in sandbox.account.alerts.values() if alert["source"] == "shop"]
    assert (alert["count"], alert["tags"]) == (3, ["shop"])
    assert "KeyError" in alert["message"]
    assert count_pings(sandbox) == 1


async def test_the_service_on_fastapi(sandbox, serve):
    sandbox.add_schedule("Ops", participants=("ann@example.com",))
    process, url = await serve("fastapi_service.py")

    async with aiohttp.ClientSession(url) as service:
        async with service.get("/on-call/Ops") as answer:
            assert await answer.json() == ["ann@example.com"]
        async with service.get("/on-call/Nobody") as answer:
            assert answer.status == 404
        async with service.post("/problems", json={"message": "no coffee", "priority": "P1"}) as answer:
            assert answer.status == 201
            id = (await answer.json())["alert"]
        async with service.post("/problems", json={"message": "no coffee", "priority": "P9"}) as answer:
            assert answer.status == 422  # FastAPI knows the priorities from the enumeration
        async with service.post("/problems", json={"message": ""}) as answer:
            assert answer.status == 502
    process.terminate()
    _, output = await process.communicate()

    assert sandbox.account.alerts[id]["message"] == "no coffee"
    assert b"Traceback" not in output


async def test_a_service_that_is_seen_from_outside(sandbox, serve):
    sandbox.add_schedule("Ops", participants=("ann@example.com",))
    process, url = await serve("observed_service.py")

    async with aiohttp.ClientSession(url) as service:
        async with service.get("/on-call/Ops") as answer:
            assert await answer.json() == ["ann@example.com"]
        async with service.get("/metrics") as answer:
            metrics = await answer.text()
    process.send_signal(signal.SIGINT)
    _, output = await process.communicate()

    assert process.returncode == 0, output
    assert 'url_template="/v2/schedules/{identifier}/on-calls"' in metrics
    assert 'opsgenie_client_calls_total{opsgenie_rate_limit_domain="schedule-oncalls"' in metrics
    lines = output.decode()
    assert '"opsgenie_template": "/v2/schedules/{identifier}/on-calls"' in lines
    assert '"name": "GET /v2/schedules/{identifier}/on-calls"' in lines
    assert sandbox.api_key not in lines + metrics


async def test_who_is_on_call_over_fifty_schedules(sandbox, start):
    """Fifty schedules are asked for in one go and once; a second question costs nothing."""
    sandbox.account.schedules.clear()
    for number in range(50):
        sandbox.add_schedule(f"Team {number:02d}", participants=(f"user{number}@example.com",))
    process = await start("who_is_on_call.py")

    process.stdin.write(b"who is on call?\n")
    output = [(await process.stdout.readline()).decode().rstrip() for _ in range(50)]
    requests = sandbox.requests
    process.stdin.write(b"who is on call for Team 07?\nwho is on call for Nobody?\n")
    again = [(await process.stdout.readline()).decode().rstrip() for _ in range(2)]
    process.stdin.write_eof()
    _, errors = await process.communicate()

    assert output == [f"Team {number:02d}: user{number}@example.com" for number in range(50)]
    assert again == ["Team 07: user7@example.com", "I know no schedule called Nobody"]
    assert (requests, sandbox.requests) == (51, 51)
    assert sandbox.connections > 10  # many at a time
    assert (process.returncode, errors) == (0, b"")


async def test_the_answer_holds_until_the_next_hand_over(sandbox, og, clock):
    """The week's turn ends on Monday at 8:00; until then nobody is asked, from then on somebody else is on call."""
    sandbox.account.schedules.clear()
    sandbox.account.timezone = "UTC"
    sandbox.add_schedule("Ops", participants=("ann@example.com", "ben@example.com"))
    board = og.on_calls.board(now=clock.utc)

    first = (await board.all())["Ops"]
    assert first.until == datetime(2026, 1, 5, 8, tzinfo=UTC)
    requests = sandbox.requests
    await clock.advance((first.until - clock.utc()).total_seconds() - 1)
    assert (await board.all())["Ops"] == first
    assert sandbox.requests == requests

    await clock.advance(1)
    second = (await board.all())["Ops"]

    assert sandbox.requests == requests + 1
    assert {first.who, second.who} == {("ann@example.com",), ("ben@example.com",)}
    assert second.until == datetime(2026, 1, 12, 8, tzinfo=UTC)


async def test_closing_alerts_in_bulk(sandbox, start, clock):
    for number in range(150):
        sandbox.add_alert(clock.utc(), message=f"migration {number}")["tags"] = ["migration"]
    other_alert = sandbox.add_alert(clock.utc(), message="something other than")

    process = await start("close_alerts.py", "status: open AND tag: migration")
    output, errors = await asyncio.wait_for(process.communicate(), 30)

    assert (process.returncode, output, errors) == (0, b"150 closed, 0 failed\n", b"")
    assert other_alert["status"] == "open"
    assert sum(alert["status"] == "open" for alert in sandbox.account.alerts.values()) == 1


async def test_copying_a_team_to_another_account(sandbox, tmp_path, monkeypatch):
    """First without its people, then with them, then once more."""
    async with Sandbox(teams=3, seed=3) as us:
        team = next(iter(us.account.teams.values()))
        name = team["name"]

        async def copy():
            process = await python(
                str(FOLDER / "copy_team.py"),
                name,
                stdout=PIPE,
                stderr=PIPE,
                cwd=tmp_path,
                env=os.environ
                | {
                    "US_API_KEY": us.api_key,
                    "US_BASE_URL": us.url,
                    "EU_API_KEY": sandbox.api_key,
                    "EU_BASE_URL": sandbox.url,
                },
            )
            output, errors = await asyncio.wait_for(process.communicate(), 30)
            return process.returncode, output.decode(), errors.decode()

        sandbox.account.teams.clear()
        status, output, errors = await copy()
        assert (status, output) == (1, "")
        assert "is not in the account" in errors
        assert not sandbox.account.teams

        for user in us.account.users.values():
            sandbox.add_user(user["username"])
        status, output, errors = await copy()
        assert (status, errors) == (0, "")
        assert f"create team  {name}\n" in output
        (copied,) = sandbox.account.teams.values()
        assert len(copied["members"]) == len(team["members"])
        assert {each["name"] for each in sandbox.account.schedules.values()} >= {
            each["name"] for each in us.account.schedules.values() if each.get("ownerTeam", {}).get("name") == name
        }

        assert await copy() == (0, "", "")


async def test_copying_teams_with_their_people(sandbox, tmp_path):
    async with Sandbox(teams=4, seed=4) as us, Sandbox(teams=0, seed=9) as eu:
        names = [team["name"] for team in us.account.teams.values()][:2]

        async def copy(*teams):
            accounts = {
                "US_API_KEY": us.api_key,
                "US_BASE_URL": us.url,
                "EU_API_KEY": eu.api_key,
                "EU_BASE_URL": eu.url,
            }
            process = await python(
                *(str(FOLDER / "copy_teams.py"), *teams),
                stdout=PIPE,
                stderr=PIPE,
                cwd=tmp_path,
                env=os.environ | accounts,
            )
            printed, errors = await asyncio.wait_for(process.communicate(), 30)
            return process.returncode, printed.decode(), errors.decode()

        status, _, errors = await copy(names[0], "nobody")
        assert (status, errors, eu.account.teams) == (1, "there is no team 'nobody'\n", {})
        status, printed, errors = await copy(*names)
        assert (status, errors) == (0, "")
        assert "create user  " in printed
        assert sorted(team["name"] for team in eu.account.teams.values()) == sorted(names)
        assert await copy(*names) == (0, "", "")
        assert list(tmp_path.iterdir()) == []


async def test_a_page_for_the_wall(sandbox, start, tmp_path):
    pytest.importorskip("jinja2", reason="the extra `pictures` is not installed")
    sandbox.add_schedule("Ops & Co", participants=("ann@example.com", "ben@example.com"))
    process = await start("on_call_wall.py", str(tmp_path / "wall.html"))
    _, errors = await process.communicate()

    assert (process.returncode, errors) == (0, b"")
    page = (tmp_path / "wall.html").read_text()
    assert "Ops &amp; Co" in page
    assert "ann@example.com" in page
    assert [file.name for file in tmp_path.iterdir()] == ["wall.html"]


async def test_the_program_whose_errors_are_alerts(sandbox, start):
    process = await start("log_alerts.py", "--orders", "20")
    _, errors = await process.communicate()

    assert process.returncode == 0, errors
    (alert,) = sandbox.account.alerts.values()
    assert (alert["message"], alert["count"], alert["tags"]) == ("invoice 7 failed", 2, ["billing"])
    assert alert["details"]["tenant"] == "acme"


async def test_the_job_for_cron(sandbox, start, tmp_path):
    process = await start("nightly_job.py", str(tmp_path / "nowhere"))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"FileNotFoundError" in errors
    process = await start("nightly_job.py", str(tmp_path))
    output, errors = await process.communicate()

    assert (process.returncode, output) == (0, b"0 files\n"), errors
    (alert,) = sandbox.account.alerts.values()
    assert (alert["alias"], alert["priority"], alert["status"]) == ("job: count-files", "P2", "closed")
    assert sum(received.path == "/v2/heartbeats/count-files/ping" for received in sandbox.received) == 1


async def test_the_nightly_archive(sandbox, start, tmp_path):
    for number in range(12):
        sandbox.add_alert(datetime.now(UTC), message=f"alert {number}")["source"] = "disk" if number else "cpu"
    arguments = ("nightly_archive.py", str(tmp_path / "archive"), str(tmp_path / "seals.txt"), "--only", "alerts")

    first = await start(*arguments)
    stdout, stderr = await first.communicate()
    assert (first.returncode, stderr) == (0, b"")
    assert stdout.decode().splitlines() == ["12 alerts, 12 of them read tonight", "    11  disk", "     1  cpu"]

    for alert in sandbox.account.alerts.values():
        alert["status"] = "closed"
    second = await start(*arguments)
    stdout, stderr = await second.communicate()
    assert (second.returncode, stderr) == (0, b"")
    assert stdout.startswith(b"12 alerts")

    manifest = tmp_path / "archive" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"alerts": 12', '"alerts": 11'))
    third = await start(*arguments)
    _, stderr = await third.communicate()
    assert third.returncode == 2
    assert b"altered: manifest.json" in stderr
    assert len((tmp_path / "seals.txt").read_text().splitlines()) == 2


async def test_the_script_without_an_event_loop(sandbox, start, og):
    for number in range(2):
        await (await og.alerts.create(message=f"disk {number}", alias=str(number))).wait()
    await (await og.alerts.acknowledge(Alias("1"))).wait()
    process = await start("stale_alerts.py", "--days", "-30000", "--note", "anybody?")
    output, errors = await process.communicate()

    assert process.returncode == 0, errors
    assert output.decode().splitlines()[0].endswith("#1  disk 0")
    assert output.decode().splitlines()[-1] == "1 of 2 open alerts"
    assert [note.note for note in await og.alerts.list_notes(Alias("0"))] == ["anybody?"]


async def test_three_jobs_share_the_limits_of_an_account(sandbox, start):
    if program() is None:
        pytest.skip(MISSING)
    for number in range(9):
        sandbox.add_alert(datetime(2026, 1, 1, number, tzinfo=UTC))
    with RedisServer() as redis:
        jobs = [await start("fleet.py", str(job), "3", redis.url) for job in range(3)]
        ends = await asyncio.gather(*(job.communicate() for job in jobs))

    assert [job.returncode for job in jobs] == [0, 0, 0], ends
    assert [output.decode().split(",")[0] for output, _ in ends] == [f"job {job}: 3 alerts" for job in range(3)]
    assert [errors for _, errors in ends] == [b""] * 3
