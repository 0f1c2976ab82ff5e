"""Alerts: lookup, visibility, logs and notes, responders and notifications."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.records.fields import milliseconds
from opsgenie_async.sandbox.account.records.predicates import Range, Word
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.http.context import Call

__all__ = [
    "KINDS",
    "NOBODY",
    "add_responder",
    "all_visible",
    "create",
    "document",
    "end_snooze",
    "end_snoozes",
    "find",
    "log",
    "note",
    "notify",
    "now",
    "remove",
    "render",
    "request_status",
    "require",
    "responder",
    "visible",
]

KINDS = ("id", "alias", "tiny")
NOBODY = "Alert API"
"""Who did what no `user` was named for: the API integration."""


def now(call: Call) -> str:
    """The current time in the form of alerts."""
    return dates.trim(call.world.clock.utc())


def create(call: Call, body: Doc) -> Doc:
    """Create an alert from *body*, without responders and with an empty log."""
    moment = call.world.clock.utc()
    id = f"{call.world.ids.new()}-{epoch_milliseconds(moment)}"
    alert = document(id, dates.trim(moment), {**body, "source": body.get("source") or call.remote})
    alert["tinyId"] = str(call.account.alerts.total + 1)
    alert["integration"] = {"id": call.world.processing.integration_id, "name": "API", "type": "API"}
    call.account.alerts[id] = alert
    return call.account.alerts[id]


def document(id: str, moment: str, body: Doc) -> Doc:
    """The document of an alert created at *moment* from *body*."""
    return {
        "id": id,
        "tinyId": "",
        "alias": body.get("alias") or id,
        "message": body["message"],
        "status": "open",
        "acknowledged": False,
        "isSeen": False,
        "seen": False,
        "tags": body.get("tags") or [],
        "snoozed": False,
        "count": 1,
        "lastOccurredAt": moment,
        "createdAt": moment,
        "updatedAt": moment,
        "source": body.get("source") or "",
        "owner": "",
        "ownerTeamId": "",
        "priority": body.get("priority") or "P3",
        "teams": [],
        "responders": [],
        "integration": {},
        "report": {},
        "actions": body.get("actions") or [],
        "entity": body.get("entity") or "",
        "description": body.get("description") or "",
        "details": body.get("details") or {},
    }


def find(call: Call, parameter: str = "identifierType") -> Doc | None:
    """The alert at `{alert}`; an alias finds open alerts only."""
    identifier, kind = call.values["alert"], call.kind(parameter, KINDS)
    if kind == "id":
        return call.account.alerts.get(identifier)
    return call.account.alerts.lookup(f"{kind} {identifier}")


def require(call: Call, parameter: str = "identifierType") -> Doc:
    """The alert at `{alert}` for reading: 404 if there is none, 40301 if another team owns it."""
    call.world.processing.catch_up()
    alert = find(call, parameter)
    if alert is None:
        raise Refusal(404, f"Alert [{call.values['alert']}] does not exist")
    if not visible(call, alert):
        raise Refusal(403, "You are not authorized to access this alert", code=40301)
    end_snooze(call, alert)
    return alert


def visible(call: Call, alert: Doc) -> bool:
    """Whether the key may see *alert*: a team's key sees alerts that the team responds to or that are visible to it."""
    team = call.key.team
    if team is None or any(each["id"] == team for each in alert["responders"]):
        return True
    return team in call.account.alert_viewers.get(alert["id"], [])


def all_visible(call: Call) -> int:
    """The alerts in the search index that the key may see."""
    alerts, team = call.account.alerts, call.key.team
    if team is None:
        return alerts.everything()
    by_viewer = alerts.having(id for id, viewers in call.account.alert_viewers.items() if team in viewers)
    return by_viewer | alerts.select(Word(alerts.fields["responders"], frozenset({team.casefold()})))


def end_snoozes(call: Call) -> None:
    """End all expired snoozes."""
    alerts = call.account.alerts
    over = Range(alerts.fields["snoozedUntil"], high=milliseconds(call.world.clock.utc()))
    for id in alerts.ids(alerts.select(over)):
        if (alert := alerts.get(id)) is not None:
            end_snooze(call, alert)


def end_snooze(call: Call, alert: Doc) -> None:
    """End the snooze of an alert if it has expired."""
    if not alert["snoozed"]:
        return
    end = datetime.fromisoformat(alert["snoozedUntil"])
    if end <= call.world.clock.utc():
        alert["snoozed"] = False
        del alert["snoozedUntil"]
        call.world.webhooks.announce("SnoozeEnded", alert, "System", {"endTime": dates.trim(end)})


def render(alert: Doc) -> Doc:
    """An alert in the form of responses: without `report` while there is nothing to report."""
    return alert if alert["report"] else {key: each for key, each in alert.items() if key != "report"}


def log(call: Call, alert: Doc, text: str, *, owner: str = "System", kind: str = "system") -> None:
    """Add a line to the log of *alert*.

    The kind is `system` for events, `alertAction` for actions of users, `alertRecipient` for notifications.
    """
    _append(call, call.account.alert_logs.setdefault(alert["id"], []), {"log": text, "type": kind}, owner)


def note(call: Call, alert: Doc, text: str, owner: str) -> None:
    """Add a note, and a line about it to the log."""
    _append(call, call.account.alert_notes.setdefault(alert["id"], []), {"note": text}, owner)
    log(call, alert, f"Added note: {text}", owner=owner, kind="alertAction")


def _append(call: Call, rows: list[Doc], members: Doc, owner: str) -> None:
    rows.append(row(call.world.clock.utc(), rows, owner, members))


def row(moment: datetime, rows: list[Doc], owner: str, members: Doc) -> Doc:
    """A log line or note after *rows*, with its token for paging."""
    milliseconds = epoch_milliseconds(moment)
    token = f"{milliseconds}_{milliseconds * 1_000_000 + len(rows)}"
    return {**members, "owner": owner, "createdAt": dates.trim(moment), "offset": token}


def remove(account: Account, alert: Doc) -> None:
    """Delete *alert* with everything that belongs to it except its log."""
    for table in (account.alert_notes, account.alert_recipients, account.alert_attachments, account.alert_viewers):
        table.pop(alert["id"], None)
    del account.alerts[alert["id"]]


def responder(call: Call, kind: str, pointer: Doc) -> Doc | None:
    """A responder in the form of responses, by type and id; None if it does not exist."""
    entity = lookup.target(call.account, kind, pointer)
    return None if entity is None else {"type": kind, "id": entity["id"]}


def add_responder(call: Call, alert: Doc, responder: Doc) -> None:
    """Add a responder to *alert*, without duplicates."""
    if responder not in alert["responders"]:
        alert["responders"].append(responder)
    if responder["type"] == "team" and {"id": responder["id"]} not in alert["teams"]:
        alert["teams"].append({"id": responder["id"]})
        alert["ownerTeamId"] = alert["ownerTeamId"] or responder["id"]
    notify(call, alert, [responder])


def notify(call: Call, alert: Doc, responders: Iterable[Doc]) -> None:
    """Add the users that *responders* resolve to now as recipients."""
    recipients = call.account.alert_recipients.setdefault(alert["id"], [])
    known_ids = {row["user"]["id"] for row in recipients}
    references = []
    for each in responders:
        entity = lookup.target(call.account, each["type"], each)
        if entity is not None:
            references.append(lookup.reference(each["type"], entity))
            if each["type"] == "schedule":
                references += on_call.on_call(call.account, entity, call.world.clock.utc())
    for username in on_call.flat(call.account, references, call.world.clock.utc()):
        user = lookup.user(call.account, username)
        if user is not None and user["id"] not in known_ids:
            known_ids.add(user["id"])
            reference = {"id": user["id"], "username": user["username"]}
            at = now(call)
            recipients.append({"user": reference, "state": "notactive", "method": "", "createdAt": at, "updatedAt": at})
            log(call, alert, f"Notifying {user['username']}", kind="alertRecipient")


def request_status(action: str, text: str, alert: Doc | None, *, success: bool = True) -> Doc:
    """The `data` of a request status."""
    success = success and alert is not None
    identity = {"alertId": alert["id"], "alias": alert["alias"]} if success and alert else {"alertId": "", "alias": ""}
    return {"action": action, "isSuccess": success, "status": text, **identity}
