"""A second client that nobody here wrote, `opsgenie-sdk` from PyPI, does all it can do against the sandbox."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import opsgenie_sdk
import pytest

from tests.official.calls import CALLS

APIS = {
    "account": opsgenie_sdk.AccountApi,
    "alert": opsgenie_sdk.AlertApi,
    "heartbeat": opsgenie_sdk.HeartbeatApi,
    "incident": opsgenie_sdk.IncidentApi,
}
ACTIONS = (
    "create_alert add_note add_tags remove_tags add_details remove_details add_responder add_team assign_alert "
    "escalate_alert execute_custom_alert_action update_alert_message update_alert_description update_alert_priority "
    "acknowledge_alert un_acknowledge_alert snooze_alert close_alert delete_alert"
)


def test_it_makes_every_call_that_it_has():
    documents = {
        f"{api}.{name}"
        for api, kind in APIS.items()
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and not name.endswith("_with_http_info")
    }

    assert set(CALLS) == documents
    assert len(documents) == 50


@pytest.mark.parametrize("call", CALLS)
def test_no_call_fails(call: str, results: dict[str, Any]):
    if isinstance(results[call], Exception):
        raise results[call]
    assert results[call].request_id


@pytest.mark.parametrize("call", [f"alert.{name}" for name in ACTIONS.split()])
def test_writes_of_alerts_are_accepted(call: str, results: dict[str, Any]):
    assert results[call].result == "Request will be processed"


def test_the_account(results: dict[str, Any]):
    account = results["account.get_info"].data

    assert (account.name, account.user_count, account.plan.name) == ("sandbox", 1, "Enterprise")


def test_an_alert_as_the_writes_left_it(results: dict[str, Any]):
    alert = results["alert.get_alert"].data

    assert (alert.alias, alert.message, alert.priority) == ("till/4", "till 4 is stuck again", "P1")
    assert (alert.description, alert.entity, alert.source) == ("It does not close.", "till 4", "till watch")
    assert (alert.status, alert.acknowledged, alert.snoozed) == ("open", False, True)
    assert alert.snoozed_until == datetime(2099, 1, 1, tzinfo=UTC)
    assert sorted(alert.tags) == ["cash", "till"]
    assert alert.details == {"till": "4", "cash": "100"}
    assert alert.owner == "ann@corp.example"
    assert {responder.type for responder in alert.responders} == {"escalation", "team", "user"}


def test_its_outcome_and_its_listings(results: dict[str, Any]):
    status = results["alert.get_request_status"].data

    assert (status.is_success, status.alias) == (True, "till/4")
    assert [alert.id for alert in results["alert.list_alerts"].data] == [status.alert_id]
    assert results["alert.count_alerts"].data.count == 1
    assert "Ann went there." in [note.note for note in results["alert.list_notes"].data]
    assert len(results["alert.list_logs"].data) == 3
    assert results["alert.list_logs"].paging.next
    assert results["alert.list_recipients"].data[0].user.username == "ann@corp.example"


def test_an_attachment(results: dict[str, Any]):
    (listed,) = results["alert.list_attachments"].data

    assert listed.name == "till.txt"
    assert results["alert.get_attachment"].data.name == "till.txt"
    assert results["alert.get_attachment"].data.url.startswith("http")


def test_a_saved_search(results: dict[str, Any]):
    search = results["alert.get_saved_search"].data

    assert (search.name, search.query) == ("stuck tills", "tag: till")
    assert [one.name for one in results["alert.list_saved_searches"].data] == ["stuck tills"]


def test_a_heartbeat(results: dict[str, Any]):
    heartbeat = results["heartbeat.get_heartbeat"].data

    assert (heartbeat.name, heartbeat.interval, heartbeat.interval_unit) == ("till/4", 1, "hours")
    assert (heartbeat.enabled, heartbeat.expired, heartbeat.description) == (True, False, "opens every hour")
    assert heartbeat.last_ping_time is not None
    assert [one.name for one in results["heartbeat.list_heart_beats"].data.heartbeats] == ["till/4"]
    assert results["heartbeat.disable_heartbeat"].data.enabled is False
    assert results["heartbeat.ping"].result == "PONG - Heartbeat received"


def test_an_incident(results: dict[str, Any]):
    status = results["incident.get_incident_request_status"].data
    incident = results["incident.get_incident"].data

    assert (status.is_success, status.incident_id) == (True, incident.id)
    assert (incident.message, incident.status, incident.priority) == ("the shop is on fire", "open", "P1")
    assert (incident.tags, incident.extra_properties) == (["fire"], {"floor": "1"})
    assert [one.id for one in results["incident.list_incidents"].data] == [incident.id]
    assert results["incident.close_incident"].result == "Request will be processed"
    assert results["incident.delete_incident"].result == "Request will be processed"
