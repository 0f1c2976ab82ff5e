"""apprise, as a library and as its command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import apprise
import pytest

REDIRECT = Path(__file__).with_name("redirect")


def notify(url: str, **message: Any) -> bool:
    sender = apprise.Apprise()
    assert sender.add(url)
    return bool(sender.notify(**message))


def test_a_failure_is_an_alert_with_everything(served):
    url = f"opsgenie://{served.key}/%23ops/?priority=p1&tags=shop,till&alias=till-4&entity=till&+floor=1"

    assert notify(url, title="till 4 is stuck", body="It does not open.", notify_type=apprise.NotifyType.FAILURE)

    alert = served.alerts()["till 4 is stuck"]
    assert (alert["alias"], alert["priority"], alert["entity"]) == ("till-4", "P1", "till")
    assert (alert["description"], sorted(alert["tags"])) == ("It does not open.", ["shop", "till"])
    assert alert["details"] == {"floor": "1", "type": "failure"}
    assert alert["source"] == "Apprise Notifications"
    assert [each["type"] for each in alert["responders"]] == ["team"]


@pytest.mark.parametrize(
    ("target", "kind"),
    [("@ann@corp.example", "user"), ("%2Aops_schedule", "schedule"), ("%5Eops_escalation", "escalation")],
)
@pytest.mark.parametrize("region", ["us", "eu"])
def test_every_kind_of_target(served, target, kind, region):
    assert notify(
        f"opsgenie://{served.key}/{target}/?region={region}",
        title="t",
        body="b",
        notify_type=apprise.NotifyType.WARNING,
    )

    (alert,) = served.alerts().values()
    assert [each["type"] for each in alert["responders"]] == [kind]


def test_many_targets_in_batches(served):
    teams = [f"team-{number}" for number in range(60)]
    for name in teams:
        served.post("/v2/teams", {"name": name})
    targets = "/".join(f"%23{name}" for name in teams)

    assert notify(f"opsgenie://{served.key}/{targets}/?batch=yes", title="t", body="b", notify_type="failure")

    assert served.lines().count("POST /v2/alerts") == 2


@pytest.mark.parametrize("action", ["note", "close", "acknowledge", "delete"])
def test_what_follows_is_accepted(served, action):
    url = f"opsgenie://{served.key}/%23ops/?:warning=new&:info={action}"
    sender = apprise.Apprise()
    assert sender.add(url)

    assert sender.notify(title="t", body="b", notify_type=apprise.NotifyType.WARNING)
    assert sender.notify(title="t", body="b", notify_type=apprise.NotifyType.INFO)

    assert len(served.lines()) >= 2
    assert served.sandbox.received[-1].method == ("DELETE" if action == "delete" else "POST")


def test_a_wrong_key_is_a_failure(served):
    assert not notify("opsgenie://11111111-2222-3333-4444-555555555555/", title="t", body="b", notify_type="failure")
    assert served.alerts() == {}


def test_a_team_that_is_not_there_makes_no_noise(served):
    """Opsgenie accepts it with 202; what becomes of it is in the status of the request."""
    assert notify(f"opsgenie://{served.key}/%23nobody/", title="t", body="b", notify_type="failure")


def test_its_command(served):
    command = Path(sys.executable).with_name("apprise")
    done = subprocess.run(
        [command, "-n", "failure", "-t", "disk full", "-b", "on db-1", f"opsgenie://{served.key}/%23ops/"],
        env={**os.environ, "PYTHONPATH": str(REDIRECT), "OPSGENIE_SANDBOX": served.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert served.alerts()["disk full"]["description"] == "on db-1"
