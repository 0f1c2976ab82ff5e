"""Everything that the official Python SDK can do, in the order in which a program might do it.

It knows accounts, alerts (with attachments and saved searches), heartbeats and incidents, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import opsgenie_sdk as sdk

__all__ = ["CALLS", "Story", "make_calls"]

ANN = "ann@corp.example"


@attrs.define
class Story:
    """The four clients of the SDK, a file to attach, and what the calls returned by their names."""

    account: Any
    alert: Any
    heartbeat: Any
    incident: Any
    file: Path
    results: dict[str, Any] = attrs.field(factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.results[name]

    @property
    def alert_id(self) -> str:
        return str(self["alert.get_request_status"].data.alert_id)

    @property
    def incident_id(self) -> str:
        return str(self["incident.get_incident_request_status"].data.incident_id)


MARKET = {"type": "team", "name": "market"}
"""A dict, as the SDK's own samples have it: its `TeamRecipient` leaves the type out."""
TILL = {"identifier": "till/4", "identifier_type": "alias"}

CALLS: dict[str, Callable[[Story], Any]] = {
    "account.get_info": lambda s: s.account.get_info(),
    "alert.create_alert": lambda s: s.alert.create_alert(
        sdk.CreateAlertPayload(
            message="till 4 is stuck",
            alias="till/4",
            description="It does not open.",
            responders=[MARKET, {"type": "user", "username": ANN}],
            visible_to=[{"type": "user", "username": ANN}],
            actions=["restart"],
            tags=["till", "shop"],
            details={"till": "4", "floor": "1"},
            entity="till 4",
            source="till watch",
            priority="P2",
            user="till watch",
            note="second time today",
        )
    ),
    "alert.get_request_status": lambda s: s.alert.get_request_status(s["alert.create_alert"].request_id),
    "alert.create_saved_searches": lambda s: s.alert.create_saved_searches(
        sdk.CreateSavedSearchPayload(
            name="stuck tills",
            query="status: open AND tag: till",
            description="what is stuck",
            owner=sdk.UserRecipient(username=ANN),
            teams=[sdk.TeamRecipient(name="market")],
        )
    ),
    "alert.update_saved_search": lambda s: s.alert.update_saved_search(
        "stuck tills",
        sdk.UpdateSavedSearchPayload(name="stuck tills", query="tag: till", owner=sdk.UserRecipient(username=ANN)),
        identifier_type="name",
    ),
    "alert.get_saved_search": lambda s: s.alert.get_saved_search("stuck tills", identifier_type="name"),
    "alert.list_saved_searches": lambda s: s.alert.list_saved_searches(),
    "alert.list_alerts": lambda s: s.alert.list_alerts(
        search_identifier="stuck tills", search_identifier_type="name", limit=5, sort="createdAt", order="asc"
    ),
    "alert.count_alerts": lambda s: s.alert.count_alerts(query="tag: till"),
    "alert.add_note": lambda s: s.alert.add_note(
        add_note_to_alert_payload=sdk.AddNoteToAlertPayload(note="Ann went there.", user="ann"), **TILL
    ),
    "alert.add_tags": lambda s: s.alert.add_tags(
        add_tags_to_alert_payload=sdk.AddTagsToAlertPayload(tags=["cash"]), **TILL
    ),
    "alert.remove_tags": lambda s: s.alert.remove_tags(tags=["shop"], note="it is a till", **TILL),
    "alert.add_details": lambda s: s.alert.add_details(
        add_details_to_alert_payload=sdk.AddDetailsToAlertPayload(details={"cash": "100"}), **TILL
    ),
    "alert.remove_details": lambda s: s.alert.remove_details(keys=["floor"], **TILL),
    "alert.add_responder": lambda s: s.alert.add_responder(
        add_responder_to_alert_payload=sdk.AddResponderToAlertPayload(
            responder={"type": "team", "name": "night shift"}
        ),
        **TILL,
    ),
    "alert.add_team": lambda s: s.alert.add_team(
        add_team_to_alert_payload=sdk.AddTeamToAlertPayload(team=sdk.TeamRecipient(name="night shift")),
        **TILL,
    ),
    "alert.assign_alert": lambda s: s.alert.assign_alert(
        assign_alert_payload=sdk.AssignAlertPayload(owner=sdk.UserRecipient(username=ANN)), **TILL
    ),
    "alert.escalate_alert": lambda s: s.alert.escalate_alert(
        escalate_alert_to_next_payload=sdk.EscalateAlertToNextPayload(
            escalation=sdk.EscalationRecipient(name="market alarm")
        ),
        **TILL,
    ),
    "alert.execute_custom_alert_action": lambda s: s.alert.execute_custom_alert_action(
        action_name="restart",
        execute_custom_alert_action_payload=sdk.ExecuteCustomAlertActionPayload(note="again"),
        **TILL,
    ),
    "alert.update_alert_message": lambda s: s.alert.update_alert_message(
        update_alert_message_payload=sdk.UpdateAlertMessagePayload(message="till 4 is stuck again"), **TILL
    ),
    "alert.update_alert_description": lambda s: s.alert.update_alert_description(
        update_alert_description_payload=sdk.UpdateAlertDescriptionPayload(description="It does not close."), **TILL
    ),
    "alert.update_alert_priority": lambda s: s.alert.update_alert_priority(
        update_alert_priority_payload=sdk.UpdateAlertPriorityPayload(priority="P1"), **TILL
    ),
    "alert.acknowledge_alert": lambda s: s.alert.acknowledge_alert(
        acknowledge_alert_payload=sdk.AcknowledgeAlertPayload(user="ann", note="on it"), **TILL
    ),
    "alert.un_acknowledge_alert": lambda s: s.alert.un_acknowledge_alert(**TILL),
    "alert.snooze_alert": lambda s: s.alert.snooze_alert(
        snooze_alert_payload=sdk.SnoozeAlertPayload(end_time=datetime(2099, 1, 1, tzinfo=UTC)), **TILL
    ),
    "alert.get_alert": lambda s: s.alert.get_alert(**TILL),
    "alert.list_recipients": lambda s: s.alert.list_recipients(**TILL),
    "alert.list_logs": lambda s: s.alert.list_logs(limit=3, **TILL),
    "alert.list_notes": lambda s: s.alert.list_notes(order="asc", **TILL),
    "alert.add_attachment": lambda s: s.alert.add_attachment(
        "till/4", file=str(s.file), alert_identifier_type="alias", user="ann"
    ),
    "alert.list_attachments": lambda s: s.alert.list_attachments("till/4", alert_identifier_type="alias"),
    "alert.get_attachment": lambda s: s.alert.get_attachment(
        "till/4", s["alert.list_attachments"].data[0].id, alert_identifier_type="alias"
    ),
    "alert.remove_attachment": lambda s: s.alert.remove_attachment(
        "till/4", s["alert.list_attachments"].data[0].id, alert_identifier_type="alias", user="ann"
    ),
    "alert.close_alert": lambda s: s.alert.close_alert(
        close_alert_payload=sdk.CloseAlertPayload(note="opened"), **TILL
    ),
    "alert.delete_alert": lambda s: s.alert.delete_alert(s.alert_id, source="till watch"),
    "alert.delete_saved_search": lambda s: s.alert.delete_saved_search("stuck tills", identifier_type="name"),
    "heartbeat.create_heartbeat": lambda s: s.heartbeat.create_heartbeat(
        sdk.CreateHeartbeatPayload(
            name="till/4",
            description="opens every ten minutes",
            interval=10,
            interval_unit="minutes",
            enabled=False,
            owner_team=sdk.CreateHeartbeatPayloadAllOfOwnerTeam(name="market"),
            alert_message="till 4 is silent",
            alert_tags=["till"],
            alert_priority="P2",
        )
    ),
    "heartbeat.enable_heartbeat": lambda s: s.heartbeat.enable_heartbeat("till/4"),
    "heartbeat.ping": lambda s: s.heartbeat.ping("till/4"),
    "heartbeat.update_heartbeat": lambda s: s.heartbeat.update_heartbeat(
        "till/4",
        update_heartbeat_payload=sdk.UpdateHeartbeatPayload(
            description="opens every hour", interval=1, interval_unit="hours", enabled=True
        ),
    ),
    "heartbeat.get_heartbeat": lambda s: s.heartbeat.get_heartbeat("till/4"),
    "heartbeat.list_heart_beats": lambda s: s.heartbeat.list_heart_beats(),
    "heartbeat.disable_heartbeat": lambda s: s.heartbeat.disable_heartbeat("till/4"),
    "heartbeat.delete_heartbeat": lambda s: s.heartbeat.delete_heartbeat("till/4"),
    "incident.create_incident": lambda s: s.incident.create_incident(
        sdk.CreateIncidentPayload(
            message="the shop is on fire",
            description="Smoke on floor 1.",
            responders=[MARKET],
            tags=["fire"],
            details={"floor": "1"},
            priority="P1",
            note="not a drill",
            service_id="2c3b4a6d-2d0c-4f4e-8a4f-6a9a4d3c6f17",
            notify_stakeholders=True,
        )
    ),
    "incident.get_incident_request_status": lambda s: s.incident.get_incident_request_status(
        s["incident.create_incident"].request_id
    ),
    "incident.get_incident": lambda s: s.incident.get_incident(s.incident_id),
    "incident.list_incidents": lambda s: s.incident.list_incidents("status: open", limit=5),
    "incident.close_incident": lambda s: s.incident.close_incident(
        s.incident_id, close_incident_payload=sdk.CloseIncidentPayload(note="It is out.")
    ),
    "incident.delete_incident": lambda s: s.incident.delete_incident(s.incident_id),
}


def make_calls(url: str, api_key: str, file: Path) -> dict[str, Any]:
    """Make all of them, one after the other; an exception stands for a call that failed."""
    settings = sdk.Configuration()
    settings.host = url
    settings.api_key["Authorization"] = api_key
    settings.retry_enabled = False  # it would wait for real
    client = sdk.ApiClient(configuration=settings)
    story = Story(
        account=sdk.AccountApi(client),
        alert=sdk.AlertApi(client),
        heartbeat=sdk.HeartbeatApi(client),
        incident=sdk.IncidentApi(client),
        file=file,
    )
    for name, call in CALLS.items():
        try:
            story.results[name] = call(story)
        except Exception as error:  # noqa: BLE001  # every call has a test of its own, which raises it
            story.results[name] = error
    client.rest_client.pool_manager.clear()
    return story.results
