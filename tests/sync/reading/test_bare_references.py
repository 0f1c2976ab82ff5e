"""References that the API answers without names have them in files, also where little was chosen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Selection, Store, pull


def responders(folder: Path) -> Iterator[dict[str, Any]]:
    for file in (folder / "policies").iterdir():
        for policy in json.loads(file.read_text()).get("alertPolicies", []):
            yield from policy.get("responders", [])


@pytest.mark.parametrize("only", ["", "policies/*"])
async def test_responders_of_policies_have_names(account: Sandbox, client: Opsgenie, tmp_path: Path, only: str) -> None:
    team = next(iter(account.account.teams))
    policy = next(each for each in account.account.policies[team] if each["type"] == "alert")
    bare = [
        {"type": "team", "id": team},
        {"type": "user", "id": next(iter(account.account.users))},
        {"type": "schedule", "id": next(iter(account.account.schedules))},
        {"type": "escalation", "id": next(iter(account.account.escalations))},
    ]
    policy["responders"] = bare

    await pull(client, Store(tmp_path), only=Selection.parse(only))

    result = list(responders(tmp_path))
    assert {each["type"] for each in result} >= {"team", "user", "schedule", "escalation"}
    assert [each for each in result if "id" in each or not {"name", "username"} & each.keys()] == []
