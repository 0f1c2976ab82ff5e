"""Deployment API: writes are accepted first and processed later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import Check, choice, items, moment, one_of, record, text, validate
from opsgenie_async.sandbox.http.acceptance import process_later
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()

FAMILY = "deployment"
KINDS = ("id", "api", "pipelines")


def _release(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """`bbc`, a commit in Bitbucket Cloud, which is the only kind."""
    if isinstance(value, dict) and value.get("type") != "bbc":
        yield f"{name}#type", choice("bbc")
    else:
        yield from _BITBUCKET(value, name)


_BITBUCKET = record(
    {
        "repository": record(
            {
                "workspace": record(
                    {"identifier": text(), "type": one_of("name", "bbcUuid")}, mandatory=("identifier",)
                ),
                "repoSlug": text(),
            },
            mandatory=("workspace", "repoSlug"),
        ),
        "commit": record({"sha": text()}, mandatory=("sha",)),
    },
    mandatory=("repository", "commit"),
)
_FIELDS: dict[str, Check] = {
    "state": one_of("initial", "started", "successful", "failed"),
    "environment": record(
        {"type": one_of("Test", "Staging", "Production"), "id": text(), "displayName": text()}, mandatory=("type", "id")
    ),
    "releases": items(_release, least=1),
    "startedAt": moment,
    "completedAt": moment,
    "message": text(),
    "externalId": text(),
    "description": text(),
    "externalLink": text(),
}
_PLAIN = ("message", "externalId", "description", "externalLink")


@routes.on("POST", "/v2/deployments", configuration=False)
def create(call: Call) -> Response:
    body = call.body
    validate(body, _FIELDS, mandatory=("state", "environment", "releases"))

    def effect() -> Doc:
        deployment: Doc = {
            "id": call.world.ids.new(),
            "type": "api",
            "state": body["state"],
            "environment": body["environment"],
            "releases": body["releases"],
            **{name: body[name] for name in _PLAIN if body.get(name)},
            **{name: dates.normalize(body[name]) for name in ("startedAt", "completedAt") if body.get(name)},
        }
        call.account.deployments[deployment["id"]] = deployment
        return _status("Create", "Created deployment", deployment)

    return process_later(call, FAMILY, effect)


@routes.on("GET", "/v2/deployments/requests/{request}", configuration=False)
def get_request_status(call: Call) -> Response:
    return data(call.world.processing.status(FAMILY, call.values["request"]))


@routes.on("GET", "/v2/deployments/{deployment}", configuration=False)
def get(call: Call) -> Response:
    """The kind of identifier is `type` on the page, and `identifierType` in the Go SDK for `api`."""
    call.world.processing.catch_up()
    deployment = _deployment(call, call.kind("type" if "type" in call.query else "identifierType", KINDS))
    if deployment is None:
        raise Refusal(404, f"Deployment [{call.values['deployment']}] does not exist")
    return data(deployment)


@routes.on("PUT", "/v2/deployments/{deployment}/updateState", configuration=False)
def update_state(call: Call) -> Response:
    body, kind = call.body, call.kind(kinds=KINDS)
    validate(body, {name: _FIELDS[name] for name in ("state", "completedAt")}, mandatory=("state",))

    def effect() -> Doc:
        deployment = _deployment(call, kind)
        if deployment is not None:
            deployment["state"] = body["state"]
            if body.get("completedAt"):
                deployment["completedAt"] = dates.normalize(body["completedAt"])
        return _status("Update", "Updated deployment" if deployment else "Deployment does not exist", deployment)

    return process_later(call, FAMILY, effect)


def _deployment(call: Call, kind: str) -> Doc | None:
    """The deployment by id, by its creator's id, or by the UUID of Bitbucket Pipelines."""
    identifier, deployments = call.values["deployment"], call.account.deployments
    if kind == "id":
        return deployments.get(identifier)
    by_external_id = (each for each in deployments.values() if each.get("externalId") == identifier)
    return next((each for each in by_external_id if each["type"] == kind), None)


def _status(action: str, text: str, deployment: Doc | None) -> Doc:
    id = deployment["id"] if deployment else ""
    return {"action": action, "isSuccess": deployment is not None, "status": text, "deploymentId": id}
