"""opsgeniecli: every command that works with the library it comes with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from opsgeniecli.cli import app
from typer.testing import CliRunner

ANN = "ann@corp.example"
REDIRECT = Path(__file__).with_name("redirect")


@pytest.fixture
def cli(served, tmp_path):
    """Run a command and return what it prints; it has to end well."""

    def cli(*arguments: str, answer: str = "y\n" * 3) -> str:
        value = ["--config-file", str(tmp_path / "none.json"), "--api-key", served.key, *arguments]
        result = CliRunner(env={"COLUMNS": "240"}).invoke(app, value, input=answer)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        return str(result.output)

    return cli


@pytest.fixture
def policy(served, team, cli):
    cli(
        "alert-policies",
        "set",
        "--name",
        "quiet",
        "--filter",
        "disk.*",
        "--description",
        "d",
        "--team",
        "ops",
        "--enabled",
    )
    (result,) = served.get(f"/v2/policies/alert?teamId={team}")
    return result["id"]


def test_alerts(served, cli):
    cli(
        "alerts",
        "create",
        "--message",
        "disk full",
        "--responders",
        "ops",
        "--priority",
        "P1",
        "--tags",
        "a",
        "--alias",
        "x",
    )
    cli("alerts", "create", "--message", "cpu", "--responders", "ops")
    one = served.alerts()["disk full"]

    assert (one["priority"], one["tags"], one["alias"]) == ("P1", ["a"], "x")
    assert "disk full" in cli("alerts", "list", "--team", "ops")
    assert "Found 2 alerts" in cli("alerts", "count", "--team", "ops")
    assert "cpu" in cli("alerts", "query", "--query", "status: open")
    assert "disk" in cli("alerts", "get", "--id", one["id"])

    cli("alerts", "acknowledge", "--id", one["id"])
    assert {name: alert["acknowledged"] for name, alert in served.alerts().items()} == {"disk full": True, "cpu": False}
    cli("alerts", "acknowledge", "--all", "--team", "ops", "--force")
    assert all(alert["acknowledged"] for alert in served.alerts().values())
    cli("alerts", "close", "--id", one["id"])
    cli("alerts", "close", "--all", "--team", "ops")
    assert {alert["status"] for alert in served.alerts().values()} == {"closed"}


def test_teams_users_escalations_and_routing(served, team, cli):
    assert "ops" in cli("teams", "list")
    assert ANN in cli("teams", "get", "--name", "ops")
    assert ANN in cli("teams", "get", "--id", team)
    assert "ops" in cli("teams", "list", "--json")
    assert "Ann Ames" in cli("users", "list", "--limit", "1")
    assert "ops_escalation" in cli("escalations", "list")
    assert "ops_escalation" in cli("teams-routing-rules", "list", "--team-name", "ops", "--json")


def test_schedules_and_overrides(served, cli):
    assert "ops_schedule" in cli("schedules", "list")
    assert "ops_schedule" in cli("schedules", "get", "--team", "ops")
    assert "ops_schedule" in cli("schedules", "get", "--name", "ops_schedule")
    assert "finalTimeline" in cli("schedules", "timeline", "--team", "ops", "--json")
    cli("schedules", "timeline", "--name", "ops_schedule", "--tz", "Europe/Amsterdam")
    assert ANN in cli("on-call", "on-call")

    cli("on-call", "override", "--team", "ops", "--engineer", ANN, "--hours", "2")
    span = ("--start-date", "2030-03-15T14:00:00", "--end-date", "2030-03-15T22:00:00")
    cli("on-call", "override", "--team", "ops", "--engineer", ANN, *span)
    overrides = served.get("/v2/schedules/ops_schedule/overrides?scheduleIdentifierType=name")
    assert [each["user"]["username"] for each in overrides] == [ANN, ANN]


def test_heartbeats(served, cli):
    served.post("/v2/heartbeats", {"name": "backup", "interval": 5, "intervalUnit": "minutes", "enabled": False})

    assert "PONG" in cli("heartbeat", "ping", "--name", "backup")
    cli("heartbeat", "enable", "--name", "backup")
    assert served.get("/v2/heartbeats/backup")["enabled"] is True
    cli("heartbeat", "disable", "--name", "backup")
    assert served.get("/v2/heartbeats/backup")["enabled"] is False


def test_integrations(served, cli):
    assert "No integrations found" in cli("integrations", "list", "--team", "ops")
    result = served.post("/v2/integrations", {"type": "API", "name": "shop", "ownerTeam": {"name": "ops"}})

    assert "shop" in cli("integrations", "list", "--team", "ops")
    assert result["id"] in cli("integrations", "get", "--id", result["id"])


def test_alert_policies(served, team, cli, policy):
    assert served.get(f"/v2/policies/{policy}?teamId={team}")["enabled"] is True
    assert "quiet" in cli("alert-policies", "list", "--team", "ops")
    assert "quiet" in cli("alert-policies", "get", "--id", policy, "--team", "ops")
    cli("alert-policies", "disable", "--id", policy, "--team", "ops")
    assert served.get(f"/v2/policies/{policy}?teamId={team}")["enabled"] is False
    cli("alert-policies", "enable", "--id", policy, "--team", "ops")
    cli("alert-policies", "validate", "--team", "ops")
    cli("alert-policies", "delete", "--id", policy, "--team", "ops")
    assert served.get(f"/v2/policies/alert?teamId={team}") == []


def test_maintenance_policies(served, cli, policy):
    cli("maintenance-policies", "set", "--description", "tonight", "--team", "ops", "--id", policy, "--hours", "2")
    span = ("--start-date", "2030-03-15T14:00:00Z", "--end-date", "2030-03-15T22:00:00Z")
    cli("maintenance-policies", "set", "--description", "later", "--team", "ops", "--filter", "quiet", *span)
    result = {each["description"]: each["id"] for each in served.get("/v1/maintenance")}

    assert set(result) == {"tonight", "later"}
    assert "tonight" in cli("maintenance-policies", "list", "--json")
    assert "tonight" in cli("maintenance-policies", "get", "--id", result["tonight"])
    cli("maintenance-policies", "cancel", "--id", result["tonight"])
    states = {each["description"]: each["status"] for each in served.get("/v1/maintenance")}
    assert states == {"tonight": "cancelled", "later": "planned"}


def test_notification_policies(served, team, cli):
    body = {"type": "notification", "name": "n", "enabled": True, "filter": {"type": "match-all"}, "suppress": True}
    result = served.post(f"/v2/policies?teamId={team}", body)["id"]

    assert result in cli("notification-policies", "list", "--team", "ops", "--json")
    assert result in cli("notification-policies", "get", "--team", "ops", "--id", result)
    cli("notification-policies", "disable", "--team", "ops", "--id", result)
    assert served.get(f"/v2/policies/{result}?teamId={team}")["enabled"] is False
    cli("notification-policies", "enable", "--team", "ops", "--id", result)
    assert served.get(f"/v2/policies/{result}?teamId={team}")["enabled"] is True


OWN_FAULTS = [
    ["heartbeat", "get", "--name", "backup"],
    ["heartbeat", "list"],
    ["teams-routing-rules", "list", "--team-name", "ops"],
    ["notification-policies", "delete", "--team", "ops", "--all", "--force"],
    ["maintenance-policies", "delete", "--team", "ops", "--all", "--force"],
]


@pytest.mark.parametrize("arguments", OWN_FAULTS, ids=" ".join)
def test_what_fails_by_itself(served, team, tmp_path, arguments):
    """It takes objects of its library for documents, a list for an object, and the letters of an id for ids.

    No answer could make these work; the day one does, it belongs among the others.
    """
    served.post("/v2/heartbeats", {"name": "backup", "interval": 5, "intervalUnit": "minutes", "enabled": False})
    body = {"type": "notification", "name": "n", "enabled": True, "filter": {"type": "match-all"}, "suppress": True}
    served.post(f"/v2/policies?teamId={team}", body)
    entity = served.post("/v2/integrations", {"type": "API", "name": "shop", "ownerTeam": {"name": "ops"}})
    rules = [{"entity": {"id": entity["id"], "type": "integration"}, "state": "disabled"}]
    span = {"type": "schedule", "startDate": "2030-03-15T14:00:00Z", "endDate": "2030-03-15T22:00:00Z"}
    served.post("/v1/maintenance", {"description": "later", "time": span, "rules": rules})

    result = CliRunner().invoke(app, ["--config-file", str(tmp_path / "none"), "--api-key", served.key, *arguments])

    assert result.exit_code == 1


def test_its_command_with_a_profile(served, tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"default": {"name": "ops", "api_key": served.key}}))
    command = Path(sys.executable).with_name("opsgeniecli")
    create = ["alerts", "create", "--message", "disk full", "--responders", "ops"]

    done = subprocess.run(
        [command, "--config-file", config, *create],
        env={**os.environ, "PYTHONPATH": str(REDIRECT), "OPSGENIE_SANDBOX": served.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert list(served.alerts()) == ["disk full"]
