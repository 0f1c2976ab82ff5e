"""`alerts` as a user starts it, of a sandbox that remembers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.cli.alert_actions import LISTED
from opsgenie_async.cli.identifiers import identifier_of
from opsgenie_async.models.identifiers import Alias, TinyId
from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.terminal import Ended, ask, run

ID = "4513b7ea-3b91-438f-b7e4-e3e54af9147c"


@pytest.fixture
async def account() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=2, seed=5) as sandbox:
        yield sandbox


async def type_in(account: Sandbox, *words: str, **settings: str) -> Ended:
    return await run("alerts", *words, OPSGENIE_API_KEY=account.api_key, OPSGENIE_BASE_URL=account.url, **settings)


async def create(account: Sandbox, *words: str) -> dict[str, Any]:
    status, stdout, stderr = await type_in(account, "create", *words, "--json")
    assert status == 0, stderr
    document: dict[str, Any] = json.loads(stdout)
    return document


async def read(account: Sandbox, alert: str, *words: str) -> dict[str, Any]:
    status, stdout, stderr = await type_in(account, "get", alert, *words, "--json")
    assert status == 0, stderr
    document: dict[str, Any] = json.loads(stdout)
    return document


async def titles(account: Sandbox, *words: str) -> list[str]:
    status, stdout, stderr = await type_in(account, "list", *words, "--json")
    assert status == 0, stderr
    return [alert["message"] for alert in json.loads(stdout)["alerts"]]


async def test_an_alert_is_there_when_the_command_is_over(account: Sandbox) -> None:
    words = ["Disk full", "--priority", "p2", "--alias", "disk-1", "--tag", "a", "--tag", "b", "--detail", "host=db=1"]
    team = next(iter(account.account.teams.values()))["name"]
    created = await create(account, *words, "--responder", f"team:{team}", "--description", "all of it")
    alert = await read(account, created["alertId"])

    assert (alert["message"], alert["priority"], alert["tags"]) == ("Disk full", "P2", ["a", "b"])
    assert (alert["details"], alert["description"]) == ({"host": "db=1"}, "all of it")
    assert [each["type"] for each in alert["responders"]] == ["team"]
    assert created["alias"] == "disk-1"


async def test_its_id_is_the_result(account: Sandbox) -> None:
    status, stdout, stderr = await type_in(account, "create", "--message", "Disk full")
    assert (status, stderr) == (0, "created: Disk full\n")
    assert (await read(account, stdout.strip()))["message"] == "Disk full"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["create"], "MESSAGE: expected once"),
        (["create", "a", "-m", "b"], "MESSAGE: expected once"),
        (["create", "a", "--detail", "x"], "--detail: expected KEY=VALUE, got 'x'"),
        (["create", "a", "--responder", "ops"], "--responder: expected TYPE:NAME"),
        (["create", "a", "--priority", "P9"], "--priority: expected one of P1"),
        (["ack"], "ALERT: expected at least one, or --query"),
        (["ack", "1", "--query", "x"], "ALERT: expected at least one, or --query, not both"),
        (["ack", "--query", ""], "or --query with a search such as 'status: open', got ''"),
        (["close", "--query", "tag: x"], "--yes to close all that it finds"),
        (["snooze", "1", "--until", "bla"], "--until: expected a time such as"),
        (["snooze", "1", "--until", "2020-01-01"], "--until: Wed 01 Jan 2020 00:00"),
        (["get", ""], "argument ALERT: expected a name, got ''"),
        (["ack", "1", " "], "argument ALERT: expected a name, got ' '"),
        (["list", "--first", "x"], "--first: expected a whole number, got 'x'"),
        (["list", "--first", "0"], "--first: expected 1 or more"),
        (["lst"], "unknown command 'lst'; did you mean 'list'?"),
        (["show", "1"], "unknown command 'show'; expected one of list, get, create, ack,"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
async def test_wrong_usage(account: Sandbox, words: list[str], text: str) -> None:
    status, stdout, stderr = await type_in(account, *words)
    assert (status, stdout, text in stderr) == (2, "", True), stderr


async def test_every_action_by_every_name(account: Sandbox) -> None:
    by_id = (await create(account, "one"))["alertId"]
    tiny = (await read(account, (await create(account, "two"))["alertId"]))["tinyId"]
    await create(account, "three", "--alias", "three")
    names = [by_id, tiny, "three"]
    user = next(iter(account.account.users.values()))["username"]

    for words, past in (
        (["ack"], "acknowledged"),
        (["unack"], "unacknowledged"),
        (["assign", "--to", user], "assigned"),
        (["snooze", "--until", "+8h"], "snoozed"),
    ):
        status, stdout, stderr = await type_in(account, words[0], *names, *words[1:])
        assert (status, stderr) == (0, "")
        assert sorted(stdout.splitlines()) == sorted(f"{name}: {past}" for name in names)
    status, _, stderr = await type_in(account, "note", *names, "on it")
    assert (status, stderr) == (0, "")

    for name in names:
        alert = await read(account, name)
        assert (alert["owner"], alert["acknowledged"], alert["snoozed"]) == (user, False, True)
        assert [note["note"] for note in alert["notes"]] == ["on it"]
        assert any("snoozed" in line["log"] for line in alert["logs"])

    status, _, _ = await type_in(account, "close", *names, "--note", "fixed")
    assert status == 0
    assert {(await read(account, name))["status"] for name in (by_id, tiny)} == {"closed"}


async def test_one_that_fails_is_named_and_the_others_are_done(account: Sandbox) -> None:
    await create(account, "one", "--alias", "one")
    status, stdout, stderr = await type_in(account, "ack", "one", "nowhere")

    assert (status, stdout) == (1, "one: acknowledged\n")
    assert stderr.startswith("nowhere: RequestFailed: Alert does not exist")
    first, last = stderr.splitlines()
    assert first.endswith("; an alias finds only open alerts")
    assert last == "1 of 2 alerts acknowledged, 1 failed"
    status, _, stderr = await type_in(account, "get", "nowhere")
    assert (status, stderr.endswith("; an alias finds only open alerts\n")) == (1, True)

    status, stdout, _ = await type_in(account, "ack", "one", "nowhere", "--json")
    document = json.loads(stdout)
    assert (status, document["complete"]) == (1, False)
    assert [(each["alert"], each["done"]) for each in document["alerts"]] == [("one", True), ("nowhere", False)]


async def test_a_query_is_shown_and_closed_with_yes_alone(account: Sandbox) -> None:
    for name in ("one", "two", "three"):
        await create(account, name, "--tag", "disk" if name != "two" else "net")

    status, stdout, stderr = await type_in(account, "close", "--query", "tag: disk", "--dry-run")
    assert (status, stderr) == (0, "2 alerts to close: tag: disk\n")
    assert [line.split()[3] for line in stdout.splitlines()[1:]] == ["three", "one"]
    assert len(await titles(account, "--query", "status: open")) == 3

    status, stdout, stderr = await type_in(account, "close", "--query", "tag: disk", "--yes")
    assert status == 0
    assert sorted(line.partition(": ")[2] for line in stdout.splitlines()) == ["closed", "closed"]
    assert await titles(account, "--query", "status: open") == ["two"]

    status, stdout, stderr = await type_in(account, "close", "--query", "tag: disk", "--yes")
    assert (status, stdout, stderr) == (0, "", "0 alerts to close: tag: disk\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
@pytest.mark.parametrize(("answer", "status", "remaining"), [("y", 0, []), ("n", 1, ["one"]), ("", 1, ["one"])])
async def test_on_a_terminal_it_asks(account: Sandbox, answer: str, status: int, remaining: list[str]) -> None:
    await create(account, "one", "--tag", "disk")
    process, main, output = await ask(account, "alerts", "close", "--query", "tag: disk")
    os.write(main, f"{answer}\n".encode())
    assert await asyncio.wait_for(process.wait(), 30) == status
    os.close(main)
    assert b"Close 1 alert? [y/N]" in output
    assert await titles(account, "--query", "status: open") == remaining


async def test_a_list_is_as_long_as_one_wants(account: Sandbox) -> None:
    for number in range(3):
        await create(account, f"alert {number}")

    assert await titles(account) == ["alert 2", "alert 1", "alert 0"]
    assert await titles(account, "--first", "2", "--order", "asc") == ["alert 0", "alert 1"]
    status, stdout, stderr = await type_in(account, "list", "--query", "tag: nowhere")
    assert (status, stdout, stderr) == (0, "", "no alert matches 'tag: nowhere'\n")


async def test_text_of_an_account_is_no_code_for_the_terminal(account: Sandbox) -> None:
    created = await create(account, "a\x1b[2Jb", "--description", "c\x1b]0;x\x07\nd", "--alias", "e\u202e")
    for words in (["list"], ["get", created["alertId"]]):
        _, stdout, _ = await type_in(account, *words)
        assert "a\\x1b[2Jb" in stdout
        assert all(line.isprintable() for line in stdout.splitlines())


async def test_an_alert_with_all_that_belongs_to_it(account: Sandbox) -> None:
    await create(account, "one", "--alias", "one", "--description", "first\nsecond")
    await type_in(account, "note", "one", "on it")
    status, stdout, stderr = await type_in(account, "get", "one", TZ="Europe/Berlin")

    assert (status, stderr) == (0, "")
    lines = stdout.splitlines()
    assert lines[0] == "one"
    assert "  alias:         one" in lines
    assert lines[lines.index("  | first") + 1] == "  | second"
    assert lines[lines.index("notes:") + 1].endswith(": on it")
    assert "recipients: none" in lines
    assert "log:" in lines


async def test_an_alert_from_an_end_of_the_calendar_is_shown(account: Sandbox) -> None:
    created = await create(account, "one")
    account.account.alerts[created["alertId"]]["createdAt"] = "0001-01-01T00:00:00Z"

    status, stdout, stderr = await type_in(account, "list", TZ="America/New_York")
    assert (status, stderr) == (0, "")
    assert "01-01 00:00" in stdout
    assert (await type_in(account, "get", created["alertId"], TZ="America/New_York"))[0] == 0


async def test_an_alert_that_is_not_there(account: Sandbox) -> None:
    status, stdout, stderr = await type_in(account, "get", "99999")
    assert (status, stdout, stderr.startswith("opsgenie-async alerts: NotFound: 404 ")) == (1, "", True)


async def test_processing_that_fails_is_a_failure(account: Sandbox) -> None:
    account.faults.add(Fault(route="POST /v2/alerts", status=422, body={"message": "no", "errors": {"x": "y"}}))
    status, stdout, stderr = await type_in(account, "create", "one")
    assert (status, stdout, "UnprocessableEntity" in stderr) == (1, "", True)


@pytest.mark.parametrize(
    ("text", "by", "identifier"),
    [
        ("1791", None, TinyId("1791")),
        (ID, None, ID),
        (f"{ID}-1700000000000", None, f"{ID}-1700000000000"),
        ("disk-1", None, Alias("disk-1")),
        ("17 91", None, Alias("17 91")),
        ("1791", "alias", Alias("1791")),
        (ID, "alias", Alias(ID)),
        ("disk", "tiny", TinyId("disk")),
        ("disk", "id", "disk"),
    ],
)
def test_what_a_word_identifies(text: str, by: str | None, identifier: object) -> None:
    assert identifier_of(text, by) == identifier


async def test_what_the_library_sees_is_what_was_typed(account: Sandbox) -> None:
    await create(account, "one", "--alias", "1791")
    status, _, _ = await type_in(account, "ack", "1791", "--by", "alias")
    async with Opsgenie(account.api_key, base_url=account.url) as og:
        assert (status, (await og.alerts.get(Alias("1791"))).acknowledged) == (0, True)


@pytest.mark.parametrize("words", [["list"], ["close", "--query", "status: open", "--dry-run"]], ids=" ".join)
async def test_more_than_the_api_lists(account: Sandbox, words: list[str]) -> None:
    body = {"data": [], "paging": {"next": f"{account.url}/v2/alerts?offset=100&limit=100"}, "totalCount": 30000}
    account.faults.add(Fault(route="GET /v2/alerts", status=200, body=body))
    status, stdout, stderr = await type_in(account, *words)

    assert (status, stdout, len(stderr.splitlines())) == (1, "", 1)
    assert "ListingTooLong: there are at least 30,000 items, and the API lists only the first 20,000 (" in stderr
    assert "; narrow the search, for example --query 'createdAt > " in stderr
    assert ("--first" in stderr) == (words == ["list"])
    assert "og." not in stderr


async def test_more_than_the_api_lists_of_any_listing(account: Sandbox) -> None:
    body = {"data": [], "paging": {"next": f"{account.url}/v2/alerts?offset=100&limit=100"}, "totalCount": 30000}
    account.faults.add(Fault(route="GET /v2/alerts", status=200, body=body))
    status, stdout, stderr = await run(
        *("api", "GET", "/v2/alerts", "--all"), OPSGENIE_API_KEY=account.api_key, OPSGENIE_BASE_URL=account.url
    )
    assert (status, stdout, len(stderr.splitlines())) == (1, "", 1)
    assert "; narrow the search, for example --param 'query=createdAt > " in stderr
    assert "og." not in stderr


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("--by id uni", "this is not an id; use --by alias"),
        ("--by id 17", "this is not an id; use --by tiny"),
        ("--by tiny uni", "a tiny id is a number; use --by alias"),
        (f"--by tiny {ID}", "a tiny id is a number; use --by id"),
        ("uni", "an alias finds only open alerts"),
        ("17", ""),
    ],
)
@pytest.mark.parametrize("command", ["get", "close"])
async def test_an_alert_that_is_not_found(account: Sandbox, command: str, words: str, advice: str) -> None:
    status, stdout, stderr = await type_in(account, command, *words.split())

    (line,) = stderr.splitlines()
    assert (status, stdout) == (1, "")
    assert line.endswith(f"; {advice}" if advice else ")")
    assert "str" not in line


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
async def test_ctrl_c_ends_the_question(account: Sandbox) -> None:
    await create(account, "one", "--tag", "disk")
    process, main, _ = await ask(account, "alerts", "close", "--query", "tag: disk")
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 30) == 130
    os.close(main)
    assert await titles(account, "--query", "status: open") == ["one"]


async def test_responders_are_of_four_kinds(account: Sandbox) -> None:
    user = next(iter(account.account.users.values()))["username"]
    team, schedule = account.add_team("Ops"), account.add_schedule("Night")
    account.add_team("Web")
    escalation = next(iter(account.account.escalations.values()), None) or {"name": "nobody"}
    words = (f"user:{user}", "team:Ops", "schedule:Night", f"escalation:{escalation['name']}")
    await type_in(account, "create", "one", *(word for each in words for word in ("--responder", each)))

    [body] = [each.json for each in account.received if each.method == "POST" and each.path == "/v2/alerts"]
    assert body["responders"] == [
        {"type": "user", "username": user}, {"type": "team", "name": team["name"]},
        {"type": "schedule", "name": schedule["name"]}, {"type": "escalation", "name": escalation["name"]},
    ]  # fmt: skip


async def test_a_dry_run_by_name_says_what_would_be_and_sends_nothing(account: Sandbox) -> None:
    account.reset_counters()
    status, stdout, stderr = await type_in(account, "close", "a\x1b", "b", "--dry-run")

    assert (status, stderr) == (0, "")
    assert stdout.splitlines() == ["a\\x1b: would be closed", "b: would be closed"]
    assert not account.received


async def test_a_long_list_to_be_asked_about_is_cut(account: Sandbox) -> None:
    for number in range(LISTED + 2):
        account.add_alert(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number), message=f"alert {number}")

    status, _, stderr = await type_in(account, "close", "--query", "status: open", "--yes")

    assert status == 0
    assert "... and 2 more" in stderr
    assert sum("alert " in line for line in stderr.splitlines()) >= LISTED


@pytest.mark.parametrize("options", [["close"], ["ack"], ["snooze", "--until", "+1h"], ["assign", "--to", "ann@x.org"]])
@pytest.mark.parametrize("choice", [["one"], ["--query", "alias: one"]])
async def test_nothing_is_done_in_a_dry_run(account: Sandbox, options: list[str], choice: list[str]) -> None:
    await create(account, "one", "--alias", "one")
    status, stdout, _ = await type_in(account, *options, *choice, "--dry-run", "--json")

    document = json.loads(stdout)
    assert (status, document["complete"], document["dryRun"]) == (0, True, True)
    ((done, text),) = [(each["done"], each["status"]) for each in document["alerts"]]
    assert (done, text.startswith("would be ")) == (False, True)


@pytest.mark.parametrize(("word", "missing"), [("17", "TEXT"), (ID, "TEXT"), ("the disk is full", "ALERT")])
async def test_a_note_needs_an_alert_and_a_text(account: Sandbox, word: str, missing: str) -> None:
    status, _, stderr = await type_in(account, "note", word)
    assert (status, stderr.partition(": expected")[0]) == (2, f"opsgenie-async alerts: {missing}")
