"""Whatever command meets text from elsewhere: a terminal gets letters, and no line that the command did not begin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.terminal import run

HOSTILE = "\x1b[2J\x1b]0;owned\x07 x\r\nopsgenie-async: all is well\u202e\x9b31m"


@pytest.fixture
def account(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url, "DX_TOKEN": sandbox.dx_token}


def check(*texts: str) -> None:
    lines = [line for text in texts for line in text.split("\n")]
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("opsgenie-async: all is well") for line in lines)
    assert any("\\x1b[2J" in line for line in lines)


def refusal(**more: Any) -> Fault:
    return Fault(status=422, body={"message": HOSTILE, "requestId": HOSTILE, "errors": {HOSTILE: HOSTILE}}, **more)


@pytest.mark.parametrize("verbose", [(), ("-v",)])
async def test_a_message_of_the_api(
    sandbox: Sandbox, account: dict[str, str], tmp_path: Path, verbose: tuple[str, ...]
) -> None:
    sandbox.faults.add(refusal(route="GET /v2/teams*"))
    status, stdout, stderr = await run("pull", *verbose, str(tmp_path / "snapshot"), **account)
    assert status == 1
    check(stdout, stderr)


async def test_an_incident_that_dx_refuses(sandbox: Sandbox, account: dict[str, str]) -> None:
    sandbox.account.incidents["i"] = {
        "id": "i",
        "tinyId": "1",
        "message": HOSTILE,
        "status": "open",
        "createdAt": "2025-03-01T00:00:00Z",
        "priority": "P1",
        "tags": [],
        "responders": [],
        "impactedServices": [],
        "extraProperties": {},
    }
    sandbox.faults.add(refusal(route="POST /api/incidents.upsert"))
    status, stdout, stderr = await run("dx-sync", "--dx-base-url", sandbox.url, **account)
    assert status == 1
    check(stdout, stderr)


@pytest.mark.parametrize("command", [("plan",), ("apply", "--dry-run")])
async def test_names_of_entities_and_files(
    sandbox: Sandbox, account: dict[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "snapshot"
    status, _, stderr = await run("pull", str(folder), **account)
    assert status == 0, stderr
    (folder / "teams" / f"{HOSTILE.replace('/', '')}.json").write_text(json.dumps({"team": {"name": HOSTILE}}))
    status, stdout, stderr = await run(*command, str(folder), **account)
    check(stdout, stderr)


async def test_a_folder_and_an_argument(account: dict[str, str], tmp_path: Path) -> None:
    status, stdout, stderr = await run("plan", str(tmp_path / HOSTILE), **account)
    assert status == 2
    check(stdout, stderr)

    status, stdout, stderr = await run("plan", str(tmp_path), "--max-delete", HOSTILE, **account)
    assert status == 2
    check(stdout, stderr)


async def test_the_name_of_a_detail_of_an_alert(sandbox: Sandbox, account: dict[str, str]) -> None:
    detail = f"{HOSTILE}={HOSTILE}"
    status, stdout, stderr = await run("alerts", "create", "disk", "--alias", "a", "--detail", detail, **account)
    assert status == 0, stderr
    status, stdout, stderr = await run("alerts", "get", "a", "--by", "alias", "-v", **account)
    assert status == 0, stderr
    check(stdout, stderr)
    assert "selector" not in stderr
