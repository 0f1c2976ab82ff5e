"""Alerts and the searches for them; the team of `teams.py` is called."""

from datetime import UTC, datetime

from opsgenie_async import Alias, Name
from opsgenie_async.models import EscalationRef, TeamRef, UserRef
from tests.routes.calls.people import ANN, BOB
from tests.routes.calls.story import Calls

TILL = Alias("market/till 4")

CALLS: Calls = {
    "alert.create": lambda s: s.og.alerts.create(
        message="till 4 is stuck",
        alias="market/till 4",
        description="It does not open.",
        responders=[TeamRef(name="market"), UserRef(username=ANN)],
        visible_to=[UserRef(username=BOB)],
        actions=["restart"],
        tags=["till", "shop"],
        details={"till": "4", "floor": "1"},
        entity="till 4",
        source="till watch",
        priority="P2",
        user="till watch",
        note="second time today",
    ),
    "alert.get_request_status": lambda s: s.og.alerts.get_request_status(s.accepted["alert.create"]),
    "saved_search.create": lambda s: s.og.saved_searches.create(
        name="stuck tills",
        query="status: open AND tag: till",
        owner=UserRef(username=ANN),
        description="what is stuck",
        teams=[TeamRef(name="market")],
    ),
    "saved_search.list": lambda s: s.og.saved_searches.list(),
    "saved_search.update": lambda s: s.og.saved_searches.update(
        Name("stuck tills"), name="stuck tills", query="status: open", owner=UserRef(username=BOB)
    ),
    "saved_search.get": lambda s: s.og.saved_searches.get(Name("stuck tills")),
    "alert.list": lambda s: s.og.alerts.list(
        search_identifier=Name("stuck tills"), sort="createdAt", order="asc", page_size=1
    ),
    "alert.count": lambda s: s.og.alerts.count(query="tag: till"),
    "alert.add_note": lambda s: s.og.alerts.add_note(TILL, note="Bob went there.", user="ann", source="test"),
    "alert.add_tags": lambda s: s.og.alerts.add_tags(TILL, tags=["cash", "ann's"]),
    "alert.remove_tags": lambda s: s.og.alerts.remove_tags(TILL, tags=["shop"], note="it is a till"),
    "alert.add_details": lambda s: s.og.alerts.add_details(TILL, details={"cash": "100"}),
    "alert.remove_details": lambda s: s.og.alerts.remove_details(TILL, keys=["floor"]),
    "alert.add_responder": lambda s: s.og.alerts.add_responder(TILL, responder=UserRef(username=BOB)),
    "alert.add_team": lambda s: s.og.alerts.add_team(TILL, team=TeamRef(name="night shift")),
    "alert.assign": lambda s: s.og.alerts.assign(TILL, owner=UserRef(username=BOB)),
    "alert.escalate": lambda s: s.og.alerts.escalate(TILL, escalation=EscalationRef(name="market alarm")),
    "alert.execute_action": lambda s: s.og.alerts.execute_action(TILL, "restart"),
    "alert.update_message": lambda s: s.og.alerts.update_message(TILL, message="till 4 is stuck again"),
    "alert.update_description": lambda s: s.og.alerts.update_description(TILL, description="It does not close."),
    "alert.update_priority": lambda s: s.og.alerts.update_priority(TILL, priority="P1"),
    "alert.acknowledge": lambda s: s.og.alerts.acknowledge(TILL, user="bob", note="on it"),
    "alert.unacknowledge": lambda s: s.og.alerts.unacknowledge(TILL),
    "alert.snooze": lambda s: s.og.alerts.snooze(TILL, end_time=datetime(2099, 1, 1, tzinfo=UTC)),
    "alert.get": lambda s: s.og.alerts.get(TILL),
    "alert.list_recipients": lambda s: s.og.alerts.list_recipients(TILL),
    "alert.list_logs": lambda s: s.og.alerts.list_logs(TILL, page_size=5),
    "alert.list_notes": lambda s: s.og.alerts.list_notes(TILL, order="asc", page_size=2),
    "alert.add_attachment": lambda s: s.og.alerts.add_attachment(
        TILL, file=b"a picture of the till", file_name="till 4.png", user="ann"
    ),
    "alert.list_attachments": lambda s: s.og.alerts.list_attachments(TILL),
    "alert.get_attachment": lambda s: s.og.alerts.get_attachment(TILL, s["alert.add_attachment"]),
}

REMOVALS: Calls = {
    "alert.delete_attachment": lambda s: s.og.alerts.delete_attachment(TILL, s["alert.add_attachment"], user="ann"),
    "alert.close": lambda s: s.og.alerts.close(TILL, note="opened"),
    "alert.delete": lambda s: s.og.alerts.delete(s["alert.get"], source="test"),
    "saved_search.delete": lambda s: s.og.saved_searches.delete(s["saved_search.create"]),
}
