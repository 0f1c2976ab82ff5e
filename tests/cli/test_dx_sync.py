"""`dx-sync` as a user starts it: another process, killed in the middle as well."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.processes import python
from tests.cli.terminal import run

UPSERT = "POST /api/incidents.upsert"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """An account with three hundred incidents that are over."""
    async with Sandbox() as running:
        for number in range(1, 301):
            moment = f"2025-03-{1 + number // 24:02}T{number % 24:02}:00:00.000Z"
            running.account.incidents[f"i-{number}"] = {
                "id": f"i-{number}",
                "tinyId": str(number),
                "message": f"Trouble {number}",
                "status": "closed",
                "tags": [],
                "createdAt": moment,
                "updatedAt": moment,
                "priority": "P2",
                "responders": [],
                "impactedServices": [],
                "extraProperties": {},
            }
        yield running


def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url, "DX_TOKEN": sandbox.dx_token}


def upserted_ids(sandbox: Sandbox) -> list[str]:
    return [each.json["reference_id"] for each in sandbox.received if each.path == "/api/incidents.upsert"]


async def test_with_the_embedded_sandbox_no_account_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "dx.json"
    status, stdout, stderr = await run("dx-sync", "--sandbox", "--sandbox-teams", "5", "--checkpoint", str(file))
    assert status == 0, stderr
    request = int(stdout.split()[0])
    assert request >= 1
    assert len(json.loads(file.read_bytes())["digests"]) == request


async def test_the_second_run_sends_what_changed(sandbox: Sandbox, tmp_path: Path) -> None:
    arguments = ["dx-sync", "--json", "--dx-base-url", sandbox.url, "--checkpoint", str(tmp_path / "c")]
    status, stdout, stderr = await run(*arguments, "--since", "2025-03-02", **account(sandbox))
    output = json.loads(stdout)
    assert (status, output["sent"], output["complete"], output["dryRun"]) == (0, 277, True, False), stderr
    assert output["requests"] == sandbox.requests

    sandbox.account.incidents["i-200"]["priority"] = "P1"
    status, stdout, _ = await run(*arguments, **account(sandbox))
    output = json.loads(stdout)
    assert (status, output["sent"], output["unchanged"]) == (0, 24, 276)
    assert sandbox.dx_token not in stdout + stderr + (tmp_path / "c").read_text()


async def test_a_dry_run_prints_one_payload_a_line(sandbox: Sandbox) -> None:
    status, stdout, stderr = await run("dx-sync", "--dry-run", "--dx-base-url", sandbox.url, **account(sandbox))
    payloads = [json.loads(line) for line in stdout.splitlines()]
    assert (status, len(payloads), upserted_ids(sandbox)) == (0, 300, [])
    assert (payloads[0]["reference_id"], payloads[0]["priority"]) == ("i-1", "p2")
    assert "300 would be sent" in stderr

    _, stdout, _ = await run("dx-sync", "--dry-run", "--json", "--dx-base-url", sandbox.url, **account(sandbox))
    assert json.loads(stdout)["payloads"] == payloads


async def test_a_dry_run_needs_no_token(sandbox: Sandbox) -> None:
    settings = {name: value for name, value in account(sandbox).items() if name != "DX_TOKEN"}
    status, stdout, stderr = await run("dx-sync", "--dry-run", "--dx-instance", "x", **settings)
    assert (status, len(stdout.splitlines())) == (0, 300), stderr

    status, _, stderr = await run("dx-sync", "--dx-instance", "x", **settings)
    assert (status, stderr) == (2, "opsgenie-async dx-sync: DX_TOKEN is not set\n")


@pytest.mark.parametrize("words", [[], ["--checkpoint", "c"], ["--checkpoint", "c", "--dry-run"]], ids=" ".join)
async def test_an_interrupt_says_how_to_resume_only_with_a_checkpoint(
    sandbox: Sandbox, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "c").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("opsgenie_async.cli.dx_sync._sync", interrupt)
    status, _, stderr = await run("dx-sync", "--dx-base-url", sandbox.url, *words, **account(sandbox))
    resume = ": run the same command again to resume" if words == ["--checkpoint", "c"] else ""
    assert (status, stderr) == (130, f"opsgenie-async dx-sync: interrupted{resume}\n")


async def test_what_failed_is_named_and_the_status_is_1(sandbox: Sandbox) -> None:
    sandbox.faults.add(
        Fault(route=UPSERT, status=200, body={"ok": False, "error": "invalid_arguments"}, after=7, times=1)
    )
    arguments = ["dx-sync", "--json", "--concurrency", "1", "--dx-base-url", sandbox.url]
    status, stdout, stderr = await run(*arguments, **account(sandbox))
    output = json.loads(stdout)
    assert (status, output["sent"], output["complete"]) == (1, 299, False)
    assert [(each["id"], each["error"]) for each in output["failures"]] == [("i-8", "InvalidArguments")]
    assert "Trouble 8: " in stderr


@pytest.mark.parametrize("wrong", ["OPSGENIE_API_KEY", "DX_TOKEN"])
async def test_a_key_that_is_not_taken_ends_with_1_and_is_not_shown(sandbox: Sandbox, wrong: str) -> None:
    environment = account(sandbox) | {wrong: "11111111-wrong"}
    status, stdout, stderr = await run("dx-sync", "--dx-base-url", sandbox.url, **environment)
    assert (status, stdout) == (1, "")
    assert "Unauthorized" in stderr or "NotAuthed" in stderr
    assert "11111111-wrong" not in stderr
    assert "Traceback" not in stderr


def count_incidents(file: Path) -> int:
    """How many incidents the checkpoint has, 0 while one is being written."""
    names = [path.name for path in file.parent.iterdir()]
    return len(json.loads(file.read_bytes())["digests"]) if names == [file.name] else 0


async def test_killed_it_goes_on_from_its_checkpoint(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "dx.json"
    arguments = ["dx-sync", "--dx-base-url", sandbox.url, "--checkpoint", str(file), "--concurrency", "4"]
    sandbox.faults.add(Fault(route=UPSERT, delay=60, after=250))  # it hangs there until it is killed
    process = await python(
        *("-m", "opsgenie_async", *arguments),
        env=os.environ | account(sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # Another process sends them, and writes what it has sent a little later.
    while process.returncode is None and (len(upserted_ids(sandbox)) < 254 or count_incidents(file) < 200):  # noqa: ASYNC110  # it is another process
        await asyncio.sleep(0.01)
    process.kill()
    await process.communicate()
    rest = json.loads(file.read_bytes())["digests"]
    assert 200 <= len(rest) <= 250
    assert {path.name for path in tmp_path.iterdir()} == {"dx.json"}

    sandbox.faults.clear()
    sandbox.reset_counters()
    status, stdout, stderr = await run(*arguments, **account(sandbox))

    assert (status, stdout.split(";")[0]) == (0, f"{300 - len(rest)} sent, {len(rest)} unchanged, 0 failed"), stderr
    assert not set(upserted_ids(sandbox)) & set(rest)
    assert len(sandbox.account.dx_incidents) == 300


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        ([], {}, "DX_TOKEN"),
        ([], {"DX_TOKEN": "t"}, "--dx-instance"),
        (["--dx-instance", "a/b"], {"DX_TOKEN": "t"}, "instance"),
        (["--dx-base-url", "ftp://x"], {"DX_TOKEN": "t"}, "--dx-base-url"),
        (["--dx-instance", "a", "--dx-base-url", "http://x"], {"DX_TOKEN": "t"}, "not allowed with"),
        (["--dx-instance", "a"], {"DX_TOKEN": "t"}, "OPSGENIE_API_KEY"),
        (["--dx-instance", "a", "--since", "yesterday"], {}, "2025-03-01"),
        (["--sandbox", "--concurrency", "0"], {}, "1 or more"),
        (["--sandbox", "--checkpoint", "broken"], {}, "not JSON"),
        (["--sandbox", "--checkpoint", "link"], {}, "link"),
        (["--sandbox", "--checkpoint", "fifo"], {}, "regular"),
        (["--sandbox", "--checkpoint", "list"], {}, "not a checkpoint"),
        (["--sandbox-load", "nowhere"], {}, "nowhere"),
    ],
)
async def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], message: str
) -> None:
    (tmp_path / "broken").write_text('{"format": 2, "digests')
    (tmp_path / "link").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "list").write_text("[1]")
    places = ("broken", "nowhere", "link", "fifo", "list")
    arguments = [str(tmp_path / word) if word in places else word for word in arguments]
    status, stdout, stderr = await run("dx-sync", *arguments, **environment)
    assert (status, stdout) == (2, "")
    assert message in stderr
    assert "Traceback" not in stderr
