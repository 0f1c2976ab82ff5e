"""The entity in the path of a request: 404 if it does not exist, 40301 if another team owns it."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call

__all__ = ["escalation", "new_owner", "owner_in_body", "schedule", "team", "user"]


def _entity(call: Call, word: str, entities: dict[str, Doc], parameter: str) -> Doc:
    identifier, kind = call.values[word], call.kind(parameter)
    entity = lookup.find(entities, identifier, kind)
    if entity is None:
        raise Refusal(404, f"{word.capitalize()} with {kind} [{identifier}] does not exist")
    return entity


def team(call: Call, parameter: str = "identifierType") -> Doc:
    """The team at `{team}`."""
    entity = _entity(call, "team", call.account.teams, parameter)
    call.require(entity)
    return entity


def schedule(call: Call, parameter: str = "identifierType") -> Doc:
    """The schedule at `{schedule}`."""
    entity = _entity(call, "schedule", call.account.schedules, parameter)
    call.require(entity.get("ownerTeam"))
    return entity


def escalation(call: Call) -> Doc:
    """The escalation at `{escalation}`."""
    entity = _entity(call, "escalation", call.account.escalations, "identifierType")
    call.require(entity.get("ownerTeam"))
    return entity


def user(call: Call) -> Doc:
    """The user at `{user}`, by id or username."""
    entity = lookup.user(call.account, call.values["user"])
    if entity is None:
        raise Refusal(404, f"User with identifier [{call.values['user']}] does not exist")
    return entity


def owner_in_body(call: Call) -> Doc | None:
    """The team in the body's `ownerTeam`, in the form of responses; 422 if it does not exist."""
    pointer = call.body.get("ownerTeam")
    if pointer is None:
        return None
    entity = lookup.target(call.account, "team", pointer)
    if entity is None:
        raise semantic({"ownerTeam": "team does not exist"})
    return lookup.owner_reference(entity)


def new_owner(call: Call) -> Doc | None:
    """The owner of an entity created by this request: the team of a team's key silently replaces `ownerTeam`."""
    if call.key.team is not None:
        return lookup.owner_reference(call.account.teams[call.key.team])
    return owner_in_body(call)
