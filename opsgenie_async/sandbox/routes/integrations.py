"""Integration API: the integrations."""

from __future__ import annotations

from opsgenie_async.sandbox.account.references import refuse_duplicate_name
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour.removal import remove_integration
from opsgenie_async.sandbox.checks import shapes
from opsgenie_async.sandbox.checks.integration_types import (
    AUTHENTICATED,
    BY_EMAIL,
    BY_KEY,
    FLAGS,
    TYPES,
    address,
    defaults,
)
from opsgenie_async.sandbox.checks.validate import (
    Check,
    choice,
    flag,
    items,
    one_of,
    pointer,
    record,
    semantic,
    text,
    texts,
    validate,
)
from opsgenie_async.sandbox.http import path_entities
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import CONFIGURATION, INTEGRATION_CONFIGURATION
from opsgenie_async.sandbox.http.keys import Key
from opsgenie_async.sandbox.http.responses import Response, created_response, data, result
from opsgenie_async.sandbox.http.route import Right
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["integration", "meta", "routes"]

routes = Routes(domain=INTEGRATION_CONFIGURATION)

RESPONDER = shapes.typed_pointer("user", "team", "escalation", "schedule", "all", "none")


_ALERT_FILTER = record(
    {
        "conditionMatchType": one_of("match-all", "match-any-condition", "match-all-conditions"),
        "conditions": items(record({"field": text(), "operation": text()}, mandatory=("field", "operation"))),
    }
)
_FIELDS: dict[str, Check] = {
    "type": one_of(*sorted(TYPES)),
    "name": text(),
    "ownerTeam": pointer("id", "name"),
    "responders": items(RESPONDER),
    "recipients": items(RESPONDER),
    "emailUsername": text(),
    "url": text(),
    "headers": texts,
    "tags": items(text()),
    "extraProperties": texts,
    "alertFilter": _ALERT_FILTER,
    **dict.fromkeys(
        (
            "enabled",
            "isGlobal",
            "addAlertDescription",
            "addAlertDetails",
            *FLAGS,
        ),
        flag,
    ),
}
_AUTHENTICATED = frozenset(kind.casefold() for kind in AUTHENTICATED)


@routes.on("GET", "/v2/integrations", domain=CONFIGURATION)
def list_all(call: Call) -> Response:
    kind, team_id, team_name = (call.query.get(name) for name in ("type", "teamId", "teamName"))
    if call.key.team is not None and (filters := [each for each in ("teamId", "teamName") if each in call.query]):
        raise semantic(dict.fromkeys(filters, "is not allowed for the API key of a team"))
    return data(
        [
            meta(each)
            for each in call.account.integrations.values()
            if call.sees(each.get("ownerTeam"))
            and (kind is None or each["type"] == kind)
            and (team_id is None or each.get("ownerTeam", {}).get("id") == team_id)
            and (team_name is None or each.get("ownerTeam", {}).get("name") == team_name)
        ]
    )


@routes.on("POST", "/v2/integrations")
def create(call: Call) -> Response:
    body = _validated_body(call)
    refuse_duplicate_name(call.account.integrations.values(), "integration", body["name"])
    integration: Doc = {"id": call.world.ids.new(), "enabled": True, **_content(call, body)}
    if (owner := path_entities.new_owner(call)) is not None:
        integration["ownerTeam"] = owner
    integration["isGlobal"] = owner is None
    call.account.integrations[integration["id"]] = integration
    call.account.integration_actions[integration["id"]] = {}
    response = meta(integration)
    if "emailAddress" in integration:
        response["emailAddress"] = integration["emailAddress"]
    elif integration["type"] in BY_KEY:
        response["apiKey"] = call.account.integration_keys[integration["id"]] = call.world.ids.new()
        _issue_key(call, integration)
    return created_response(response)


@routes.on("GET", "/v2/integrations/{integration}", domain=CONFIGURATION)
def get(call: Call) -> Response:
    return data(integration(call))


@routes.on("PUT", "/v2/integrations/{integration}")
def update(call: Call) -> Response:
    """Update everything except the owner, which is only set at creation."""
    entity = integration(call)
    body = _validated_body(call)
    if body["type"] != entity["type"]:
        raise semantic({"type": f"cannot be changed from {entity['type']}"})
    refuse_duplicate_name(call.account.integrations.values(), "integration", body["name"], but=entity["id"])
    owner = path_entities.new_owner(call)
    if call.account.assumptions.integration_owner == "kept":
        owner = entity.get("ownerTeam")
    base: Doc = {"id": entity["id"], "enabled": entity["enabled"], "isGlobal": owner is None}
    content = _content(call, body)
    entity.clear()
    entity.update(base | content | {"isGlobal": owner is None})
    if owner is not None:
        entity["ownerTeam"] = owner
    _issue_key(call, entity)
    return data(meta(entity), result="Updated")


@routes.on("DELETE", "/v2/integrations/{integration}")
def delete(call: Call) -> Response:
    remove_integration(call.world, integration(call)["id"])
    return result("Deleted")


@routes.on("POST", "/v2/integrations/{integration}/enable")
def enable(call: Call) -> Response:
    return _toggle(call, enabled=True)


@routes.on("POST", "/v2/integrations/{integration}/disable")
def disable(call: Call) -> Response:
    return _toggle(call, enabled=False)


@routes.on("POST", "/v2/integrations/authenticate", domain=CONFIGURATION, configuration=False, right=Right.READ)
def authenticate(call: Call) -> Response:
    """Check a key; the type is case-insensitive, and returned as sent."""
    validate(call.body, {"type": text()}, mandatory=("type",))
    kind = call.body["type"]
    if kind.casefold() not in _AUTHENTICATED:
        raise semantic({"type": choice(*sorted(AUTHENTICATED))})
    return result(f"Integration [{kind}] is valid")


def integration(call: Call) -> Doc:
    """The integration at `{integration}`."""
    entity = call.account.integrations.get(call.values["integration"])
    if entity is None:
        raise Refusal(404, f"Integration with id [{call.values['integration']}] does not exist")
    call.require(entity.get("ownerTeam"))
    return entity


def meta(integration: Doc) -> Doc:
    """An integration in the form of listings and writes; `teamId` only if a team owns it."""
    document: Doc = {key: integration[key] for key in ("id", "name", "enabled", "type")}
    if "ownerTeam" in integration:
        document["teamId"] = integration["ownerTeam"]["id"]
    return document


def _validated_body(call: Call) -> Doc:
    mandatory = ("type", "name", "emailUsername") if str(call.body.get("type")) in BY_EMAIL else ("type", "name")
    validate(call.body, _FIELDS, mandatory=mandatory)
    return call.body


def _content(call: Call, body: Doc) -> Doc:
    """The integration in *body*, with the defaults of its type; fields of a single type are stored as sent."""
    kind = body["type"]
    content = defaults(kind) | {
        key: each for key, each in body.items() if each is not None and key not in ("id", "ownerTeam")
    }
    for key in ("responders", "recipients"):
        if content.get(key):
            content[key] = [shapes.resolve_pointer(call.account, each, key) for each in content[key]]
    if kind in BY_EMAIL:
        content["emailAddress"] = address(call.account, body["emailUsername"])
    content["_readOnly"] = ["type"]
    return content


def _toggle(call: Call, *, enabled: bool) -> Response:
    entity = integration(call)
    entity["enabled"] = enabled
    _issue_key(call, entity)
    return data(meta(entity), result="Enabled" if enabled else "Disabled", status=201)


def _issue_key(call: Call, integration: Doc) -> None:
    """Set the permissions of an integration's key to those of the integration."""
    secret = call.account.integration_keys.get(integration["id"])
    if secret is not None:
        call.world.keys.add(
            Key(
                secret,
                read_only=not integration["allowWriteAccess"],
                configuration_access=integration["allowConfigurationAccess"],
                team=integration.get("ownerTeam", {}).get("id"),
                disabled=not integration["enabled"],
            )
        )
