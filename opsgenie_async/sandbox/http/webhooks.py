"""Webhooks: actions on alerts, posted in order to the URL of the account's webhook integration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import aiohttp

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["Delivery", "Webhook", "Webhooks", "document"]

LONGEST = 1000
"""Characters of a description or a detail, by the Webhook Integration page."""
_MOMENTS = ("createdAt", "updatedAt", "snoozeEndDate")
_NUMBERS: dict[str, Callable[[int], object]] = {"number": int, "text": str, "float": float}
_WORDS = {"Assign": "AssignOwnership", "AddResponder": "AddRecipient"}
"""What the webhook calls an action, where the status of a request calls it otherwise."""
# fmt: off
_BUILT_IN = frozenset(
    [
        "Create", "Acknowledge", "UnAcknowledge", "AddNote", "AddTags", "RemoveTags", "AddRecipient", "AddTeam",
        "AssignOwnership", "TakeOwnership", "Escalate", "Close", "Delete", "Snooze", "AddDetails", "RemoveDetails",
        "UpdateMessage", "UpdateDescription", "UpdatePriority", "SnoozeEnded",
    ]
)
# fmt: on
"""All that are no custom actions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """A webhook integration: its URL and headers, and whether it sends the actions that are off by default."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    description: bool = False
    details: bool = False
    name: str = "Webhook"
    numbers: Literal["number", "text", "float"] = "number"
    """How moments are written: relays on the way make texts or floats of large integers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook that was posted: `status` is that of the response, None if there was none."""

    document: Doc
    status: int | None


class Webhooks:
    """The sender of webhooks, one by one; it has a session only while there is something to send."""

    def __init__(self, account: Account, integration_id: str) -> None:
        self.target: Webhook | None = None
        self.deliveries: list[Delivery] = []
        self._account = account
        self._integration_id = integration_id
        self._queue: list[Doc] = []
        self._task: asyncio.Task[None] | None = None
        self._serial = 0

    def announce(self, word: str, alert: Doc, user: str, payload: Doc, custom: str = "") -> None:
        """Tell the target, if there is one, that *user* did *word* to *alert*; *payload* is what came with it."""
        if self.target is None:
            return
        action = custom or _WORDS.get(word, word)
        if word == "Assign" and alert["owner"] == user:
            action = "TakeOwnership"
        elif word == "AddResponder" and payload["responder"]["type"] == "team":
            action = "AddTeam"
        self._queue.append(self.document(action, alert, user, payload))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._post_all())

    def document(self, action: str, alert: Doc, user: str, payload: Doc) -> Doc:
        """The body for *action*; each is unique, as the nanoseconds of `updatedAt` always increase."""
        self._serial += 1
        target = self.target or Webhook(url="")
        body = document(self._account, action, alert, user, payload, self._serial)
        whole = action == "Create" or action not in _BUILT_IN  # description and details: by the page only for these
        if whole and target.description:
            body["alert"]["description"] = alert["description"][:LONGEST]
        if whole and target.details:
            body["alert"]["details"] = {name: value[:LONGEST] for name, value in alert["details"].items()}
        write = _NUMBERS[target.numbers]
        body["alert"] = {key: write(each) if key in _MOMENTS else each for key, each in body["alert"].items()}
        return {**body, "integrationId": self._integration_id, "integrationName": target.name}

    async def post(self, body: Doc) -> int | None:
        """Post *body* to the target now, and return the status of the response, None if there was none."""
        if self.target is None:
            raise RuntimeError("no webhook is set: sandbox.webhook = Webhook(url=...)")
        status: int | None = None
        with suppress(aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.post(self.target.url, json=body, headers=self.target.headers) as response,
            ):
                status = response.status
        self.deliveries.append(Delivery(body, status))
        return status

    async def settle(self) -> None:
        """Wait until everything that happened so far has been posted."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Stop posting."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._queue.clear()

    async def _post_all(self) -> None:
        while self._queue:
            await self.post(self._queue.pop(0))


def document(account: Account, action: str, alert: Doc, user: str, payload: Doc, serial: int) -> Doc:
    """What every webhook says, and what *action* adds to it (Alert Action Data page)."""
    if action == "Escalate":
        return {"action": action, "alert": {"alertId": alert["id"]}, **_escalation(account, payload)}
    person = lookup.user(account, user)
    body: Doc = {
        "alertId": alert["id"],
        "message": alert["message"],
        "tags": alert["tags"],
        "tinyId": alert["tinyId"],
        "alias": alert["alias"],
        "createdAt": _milliseconds(alert["createdAt"]),
        "updatedAt": _milliseconds(alert["updatedAt"]) * 10**6 + serial,
        "username": user,
        "userId": person["id"] if person is not None else "",
        "userFullName": person["fullName"] if person is not None else user,
        "entity": alert["entity"],
        "source": alert["source"],
        "priority": alert["priority"],
    }
    if action == "Create":
        body["teams"] = [each["id"] for each in alert["teams"]]
        body["recipients"] = [each["user"]["id"] for each in account.alert_recipients.get(alert["id"], [])]
    else:
        body |= _action_fields(action, alert, payload)
    return {"action": action, "alert": body, "source": {"name": payload.get("source") or "", "type": "api"}}


def _action_fields(action: str, alert: Doc, payload: Doc) -> Doc:
    if action == "AddNote":
        return {"note": payload.get("note", "")}
    if action in ("AddTags", "RemoveTags"):
        name = "addedTags" if action == "AddTags" else "removedTags"
        return {name: ",".join(payload.get("tags", []))}
    if action in ("AssignOwnership", "TakeOwnership"):
        return {"owner": alert["owner"]}
    if action in ("AddTeam", "AddRecipient"):
        recipient = payload.get("team") or payload.get("responder") or {}
        name = recipient.get("name") or recipient.get("username") or recipient.get("id", "")
        return {"team" if action == "AddTeam" else "recipient": name}
    if action in ("Snooze", "SnoozeEnded"):
        end = payload.get("endTime") or alert.get("snoozedUntil") or alert["updatedAt"]
        return {"snoozeEndDate": _milliseconds(end)}
    if action == "UpdatePriority":
        return {"oldPriority": payload.get("oldPriority", "")}
    return {}


def _escalation(account: Account, payload: Doc) -> Doc:
    escalation = lookup.target(account, "escalation", payload.get("escalation", {})) or {}
    rules = escalation.get("rules") or [{}]
    recipient = rules[0].get("recipient", {})
    return {
        "escalationId": escalation.get("id", ""),
        "escalationName": escalation.get("name", ""),
        "escalationNotify": {
            "id": recipient.get("id", ""),
            "name": recipient.get("name") or recipient.get("username", ""),
            "type": rules[0].get("notifyType", "default"),
            "entity": recipient.get("type", ""),
        },
        "escalationTime": 0,
        "repeatCount": 0,
    }


def _milliseconds(text: str) -> int:
    return epoch_milliseconds(datetime.fromisoformat(text))
