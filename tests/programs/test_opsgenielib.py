"""opsgenielib, call by call."""

from __future__ import annotations

import pytest
from opsgenielib import Opsgenie
from opsgenielib.opsgenielibexceptions import InvalidApiKey

ANN = "ann@corp.example"


@pytest.fixture
def lib(served):
    """Without an address, as its own calls for users have it written into them."""
    return Opsgenie(served.key)


@pytest.fixture
def policy(lib, team):
    return lib.create_alert_policy("quiet", "disk.*", "d", team, enabled=True)["data"]["id"]


def test_a_wrong_key(served):
    with pytest.raises(InvalidApiKey):
        Opsgenie("wrong", url=served.url)


def test_alerts(served, lib):
    lib.create_alert(
        "disk full", alias="disk", responders=[{"type": "team", "name": "ops"}], details={"n": 1, "b": True}
    )
    lib.create_alert("cpu", tags=["x"], priority="P1")
    (disk,) = lib.query_alerts("alias: disk")

    assert (disk.message, disk.status, disk.acknowledged) == ("disk full", "open", False)
    assert lib.get_alert_by_id(disk.id).alias == "disk"
    assert lib.count_alerts_by_query("status: open")["data"]["count"] == 2
    assert [alert.message for alert in lib.list_alerts_by_team("ops", 10)] == ["disk full"]
    assert served.alerts()["disk full"]["details"] == {"n": "1", "b": "true"}

    lib.acknowledge_alerts(disk.id)
    lib.close_alerts(disk.id)
    assert served.alerts()["disk full"]["status"] == "closed"


def test_more_than_a_page_of_alerts(lib):
    """It asks for 2,000 at once, and follows the links."""
    for number in range(105):
        lib.create_alert(f"alert {number}")

    assert len(lib.query_alerts("status: open")) == 105


def test_teams(lib, team):
    (ops,) = lib.list_teams()

    assert (ops.id, ops.name, lib.get_team_by_name("ops").id, lib.get_team_by_id(team).name) == (
        team,
        "ops",
        team,
        "ops",
    )
    assert [member["user"]["username"] for member in lib.get_team_by_id(team).members] == [ANN]
    assert lib.get_team_logs_by_id(team)["data"]
    assert lib.get_team_logs_by_name("ops")["data"]
    assert lib.get_routing_rules_by_id(team)["data"][0]["isDefault"]
    assert lib.get_routing_rules_by_name("ops")["data"][0]["notify"]["name"] == "ops_escalation"
    assert [each.name for each in lib.teams] == ["ops"]
    assert ops.integrations == []


def test_schedules_and_escalations(served, lib):
    schedule = lib.list_schedules()["data"][0]
    escalation = lib.list_escalations()["data"][0]

    assert lib.get_schedules_by_id(schedule["id"])["data"]["name"] == "ops_schedule"
    assert lib.get_schedules_by_name("ops_schedule")["data"]["id"] == schedule["id"]
    assert lib.get_escalations_by_id(escalation["id"])["data"]["name"] == "ops_escalation"
    assert lib.get_escalations_by_name("ops_escalation")["data"]["id"] == escalation["id"]
    assert lib.list_schedule_timeline_by_team_name("ops_schedule", interval=2)["data"]["finalTimeline"]
    (on_call,) = lib.get_users_on_call()
    assert (on_call.name, [person.name for person in on_call.onCallParticipants]) == ("ops_schedule", [ANN])

    assert lib.set_override_for_hours("ops_schedule", ANN, 2).status_code == 201
    lib.set_override_scheduled("ops_schedule", "2030-03-15T14:00:00Z", "2030-03-15T22:00:00Z", ANN)
    overrides = served.get("/v2/schedules/ops_schedule/overrides?scheduleIdentifierType=name")
    assert "2030-03-15T14:00:00Z" in {each["startDate"] for each in overrides}
    assert len(overrides) == 2


def test_users(served, lib):
    for number in range(3):
        served.post("/v2/users", {"username": f"u{number}@x.example", "fullName": "U", "role": {"name": "User"}})
    users = lib.list_users(2)
    ann = next(user for user in users if user.username == ANN)

    assert (len(users), ann.full_name) == (4, "Ann Ames")
    assert [team["name"] for team in ann.teams] == ["ops"]
    lib.create_user_contact(ANN, "sms", "1-2025550123")
    assert ("sms", "1-2025550123") in {(contact.method, contact.to) for contact in lib.list_users()[0].contacts} | {
        (contact.method, contact.to) for contact in ann.contacts
    }
    for rule in ann.notification_rules:
        assert lib.get_user_notification_rule_steps(ANN, rule.id).ok


def test_heartbeats(served, lib):
    lib.create_heartbeat("backup", "nightly", "minutes", 5, "no backup", "P2", "night", "ops")
    lib.ping_heartbeat("backup")
    lib.disable_heartbeat("backup")
    lib.enable_heartbeat("backup")

    beat = lib.get_heartbeat("backup")
    assert (beat.enabled, beat.interval, beat.intervalUnit, beat.alertPriority) == (True, 5, "minutes", "P2")
    assert [each.name for each in lib.list_heartbeats()] == ["backup"]


def test_integrations(served, lib, team):
    served.post("/v2/integrations", {"type": "API", "name": "shop", "ownerTeam": {"name": "ops"}})
    (shop,) = lib.list_integrations_by_team_name("ops")["data"]

    assert lib.list_integrations_by_team_id(team)["data"] == [shop]
    assert shop["id"] in {each.id for each in lib.integrations}
    assert lib.get_integration_by_id(shop["id"])["data"]["name"] == "shop"
    assert len(lib.list_integrations()["data"]) >= 1
    assert lib.get_integration_actions(shop["id"])["data"] is not None


def test_alert_policies(served, lib, team, policy):
    """Its flags are texts: "True"."""
    assert served.get(f"/v2/policies/{policy}?teamId={team}")["enabled"] is True
    (listed,) = lib.list_alert_policy(team)
    assert (listed.name, lib.get_alert_policy(policy, team).name) == ("quiet", "quiet")
    assert lib.get_alert_policy_by_name("QUIET", team).id == policy

    lib.update_alert_policy("loud", {"type": "match-all"}, "d", policy, team, enabled=False)
    assert served.get(f"/v2/policies/{policy}?teamId={team}")["enabled"] is False
    lib.enable_policy([policy], team)
    lib.disable_policy([policy], team)
    lib.delete_alert_policy([policy], team)
    assert lib.list_alert_policy(team) == []


def test_notification_policies(served, lib, team):
    result = served.post(
        f"/v2/policies?teamId={team}",
        {"type": "notification", "name": "n", "enabled": True, "filter": {"type": "match-all"}, "suppress": True},
    )

    assert lib.get_notification_policy(result["id"], team)["data"]["suppress"] is True
    assert [each["name"] for each in lib.list_notification_policy(team)["data"]] == ["n"]
    lib.delete_notification_policy([result["id"]], team)
    assert served.get(f"/v2/policies/notification?teamId={team}") == []


def test_maintenances(served, lib, team, policy):
    result = lib.set_maintenance_hours(team, 2, "policy", "tonight", "disabled", policy)
    lib.set_maintenance_schedule(
        team, "2030-03-15T14:00:00Z", "2030-03-15T22:00:00Z", "policy", "later", "disabled", [policy]
    )
    by_name = lib.set_maintenance_hours_by_name(team, 1, "policy", "by name", "disabled", "quiet")

    assert {each.description for each in lib.list_maintenance(non_expired=True)} == {"tonight", "later", "by name"}
    assert lib.list_maintenance(past=True) == []
    assert lib.get_maintenance(result.id)["data"]["description"] == "tonight"
    lib.cancel_maintenance(result.id)
    lib.delete_maintenance([by_name.id])
    assert by_name.id not in {each["id"] for each in served.get("/v1/maintenance")}
