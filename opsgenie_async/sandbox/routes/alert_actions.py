"""Alert API: actions on an alert. All are accepted first; the request status has the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.behaviour.alerts import KINDS, NOBODY
from opsgenie_async.sandbox.checks.shapes import typed_pointer
from opsgenie_async.sandbox.checks.validate import Check, details, items, moment, pointer, semantic, text, validate
from opsgenie_async.sandbox.http.acceptance import process_later
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import ALERT
from opsgenie_async.sandbox.http.responses import Response
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.alerts import ACTION, MOST_TAGS, PRIORITY, TAGS

__all__ = ["routes"]

routes = Routes(domain=ALERT)

MOST_REMOVED_KEYS = 10

Work = Callable[[Call, Doc, str], str]
"""Changes the alert in the name of a user and says what was done; raises `ActionFailure` when it cannot be."""


class ActionFailure(Exception):
    """An accepted request that fails, with the reason."""


def action(
    method: str,
    tail: str,
    word: str,
    fields: Mapping[str, Check] = ACTION,
    *,
    mandatory: tuple[str, ...] = (),
    check: Callable[[Call], None] | None = None,
) -> Callable[[Work], Work]:
    """Accept *method* on the alert's *tail* with 202; the decorated function runs later."""

    def register(work: Work) -> Work:
        @routes.on(method, f"/v2/alerts/{{alert}}/{tail}")
        def endpoint(call: Call) -> Response:
            validate(_fields(call), fields, mandatory=mandatory)
            call.kind(kinds=KINDS)
            if check is not None:
                check(call)
            return process_later(call, ALERT, lambda: _perform(call, word, work))

        return work

    return register


def _fields(call: Call) -> Doc:
    """The fields of the request: a DELETE has them in its query, with comma-separated lists."""
    if call.route.method != "DELETE":
        return call.body
    return {name: value.split(",") if name in ("tags", "keys") else value for name, value in call.query.items()}


def _perform(call: Call, word: str, work: Work) -> Doc:
    alert = alert_records.find(call)
    if alert is None or not alert_records.visible(call, alert):
        return alert_records.request_status(word, "Alert does not exist", None)
    alert_records.end_snooze(call, alert)
    fields = _fields(call) | ({"oldPriority": alert["priority"]} if word == "Update Priority" else {})
    user = fields.get("user") or NOBODY
    try:
        summary = work(call, alert, user)
    except ActionFailure as failure:
        return alert_records.request_status(word, str(failure), alert, success=False)
    alert["updatedAt"] = alert_records.now(call)
    alert_records.log(call, alert, summary, owner=user, kind="alertAction")
    if word != "Add Note" and fields.get("note"):
        alert_records.note(call, alert, fields["note"], user)
    call.world.webhooks.announce(word.replace(" ", ""), alert, user, fields, custom=call.values.get("action", ""))
    return alert_records.request_status(word, summary, alert)


def _age(call: Call, alert: Doc) -> int:
    """Milliseconds since *alert* was created."""
    return int((call.world.clock.utc() - datetime.fromisoformat(alert["createdAt"])).total_seconds() * 1000)


@action("POST", "acknowledge", "Acknowledge")
def acknowledge(call: Call, alert: Doc, user: str) -> str:
    alert["acknowledged"] = True
    alert["report"] |= {"ackTime": _age(call, alert), "acknowledgedBy": user}
    person = lookup.user(call.account, user)
    if person is not None:  # the API itself owns nothing: `owner` stays empty then
        alert["owner"] = alert["owner"] or person["username"]
        for row in call.account.alert_recipients.setdefault(alert["id"], []):
            if row["user"]["id"] == person["id"]:
                row |= {"state": "action", "method": "Acknowledge", "updatedAt": alert_records.now(call)}
    return "Alert acknowledged"


@action("POST", "unacknowledge", "UnAcknowledge")
def unacknowledge(call: Call, alert: Doc, user: str) -> str:
    alert["acknowledged"] = False
    for fact in ("ackTime", "acknowledgedBy"):
        alert["report"].pop(fact, None)
    return "Alert unacknowledged"


@action("POST", "close", "Close")
def close(call: Call, alert: Doc, user: str) -> str:
    alert["status"] = "closed"
    alert["snoozed"] = False
    alert.pop("snoozedUntil", None)
    elapsed = _age(call, alert)
    alert["report"] = {"ackTime": elapsed} | alert["report"] | {"closeTime": elapsed, "closedBy": user}
    return "Alert closed"


def _in_future(call: Call) -> None:
    end = dates.parse(call.body["endTime"])
    if end is None or end <= call.world.clock.utc():
        raise semantic({"endTime": "should be in the future"})


@action("POST", "snooze", "Snooze", {"endTime": moment, **ACTION}, mandatory=("endTime",), check=_in_future)
def snooze(call: Call, alert: Doc, user: str) -> str:
    if alert["status"] == "closed":
        raise ActionFailure("Alert is already closed")
    end = datetime.fromisoformat(call.body["endTime"])
    alert |= {"snoozed": True, "snoozedUntil": dates.trim(end)}
    return "Alert snoozed"


@action("POST", "escalate", "Escalate", {"escalation": pointer("id", "name"), **ACTION}, mandatory=("escalation",))
def escalate(call: Call, alert: Doc, user: str) -> str:
    alert_records.add_responder(call, alert, _require_target(call, "escalation", call.body["escalation"]))
    return "Alert escalated"


@action("POST", "assign", "Assign", {"owner": pointer("id", "username"), **ACTION}, mandatory=("owner",))
def assign(call: Call, alert: Doc, user: str) -> str:
    target = _require_target(call, "user", call.body["owner"])
    alert["owner"] = call.account.users[target["id"]]["username"]
    alert_records.notify(call, alert, [target])
    return "Alert assigned"


@action(
    "POST",
    "responders",
    "Add Responder",
    {"responder": typed_pointer("user", "team", "escalation", "schedule"), **ACTION},
    mandatory=("responder",),
)
def add_responder(call: Call, alert: Doc, user: str) -> str:
    pointer = call.body["responder"]
    alert_records.add_responder(call, alert, _require_target(call, pointer["type"], pointer))
    return "Responder added"


@action("POST", "teams", "Add Team", {"team": pointer("id", "name"), **ACTION}, mandatory=("team",))
def add_team(call: Call, alert: Doc, user: str) -> str:
    alert_records.add_responder(call, alert, _require_target(call, "team", call.body["team"]))
    return "Team added"


def _require_target(call: Call, kind: str, pointer: Doc) -> Doc:
    target = alert_records.responder(call, kind, pointer)
    if target is None:
        raise ActionFailure(f"{kind.capitalize()} does not exist")
    return target


@action("POST", "actions/{action}", "Execute Custom Action")
def execute_action(call: Call, alert: Doc, user: str) -> str:
    name = call.values["action"]
    if name not in alert["actions"]:
        raise ActionFailure(f"Action [{name}] does not exist")
    return f"Executed [{name}] action"


@action("POST", "tags", "Add Tags", {"tags": TAGS, **ACTION}, mandatory=("tags",))
def add_tags(call: Call, alert: Doc, user: str) -> str:
    alert["tags"] = [*dict.fromkeys([*alert["tags"], *call.body["tags"]])][:MOST_TAGS]
    return "Added tags"


@action("DELETE", "tags", "Remove Tags", {"tags": TAGS, **ACTION}, mandatory=("tags",))
def remove_tags(call: Call, alert: Doc, user: str) -> str:
    alert["tags"] = [tag for tag in alert["tags"] if tag not in _fields(call)["tags"]]
    return "Removed tags"


@action("POST", "details", "Add Details", {"details": details, **ACTION}, mandatory=("details",))
def add_details(call: Call, alert: Doc, user: str) -> str:
    union = alert["details"] | call.body["details"]
    if any(details(union, "details")):
        raise ActionFailure("Details would be too long")
    alert["details"] = union
    return "Added details"


@action(
    "DELETE",
    "details",
    "Remove Details",
    {"keys": items(text(), most=MOST_REMOVED_KEYS), **ACTION},
    mandatory=("keys",),
)
def remove_details(call: Call, alert: Doc, user: str) -> str:
    alert["details"] = {key: value for key, value in alert["details"].items() if key not in _fields(call)["keys"]}
    return "Removed details"


@action("POST", "notes", "Add Note", mandatory=("note",))
def add_note(call: Call, alert: Doc, user: str) -> str:
    alert_records.note(call, alert, call.body["note"], user)
    return "Added note"


def _update(field: str, check: Check, methods: tuple[str, ...]) -> None:
    def work(call: Call, alert: Doc, user: str) -> str:
        alert[field] = call.body[field]
        return f"{field.capitalize()} updated"

    for method in methods:
        action(method, field, f"Update {field.capitalize()}", {field: check}, mandatory=(field,))(work)


# PUT by the OpenAPI file and the Go SDK, POST by an older state of the page, which has PUT for the priority alone.
_update("message", text(130), ("PUT", "POST"))
_update("description", text(15_000), ("PUT", "POST"))
_update("priority", PRIORITY, ("PUT",))
