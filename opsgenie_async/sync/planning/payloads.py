"""Payloads of creates and updates, with references still by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.read_only import writable
from opsgenie_async.sync.planning.changes import Difference
from opsgenie_async.sync.planning.diff import hidden_fields, with_defaults

__all__ = ["create_payload", "deferred_payload", "update_payload"]


def create_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """The payload of a create, without the fields of `deferred_payload`."""
    excluded = kind.deferred | {"enabled"} if kind.toggled else kind.deferred
    return {field: value for field, value in _writable_fields(kind, want).items() if field not in excluded}


def deferred_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """What something new gets by an update of its own: late fields that are not empty, and that it is switched off."""
    deferred = {field: want[field] for field in want if field in kind.deferred and want[field]}
    return {**deferred, "enabled": False} if kind.toggled and want.get("enabled") is False else deferred


def update_payload(
    kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json], differences: Iterable[Difference]
) -> dict[str, Json]:
    """The payload of the update method that removes *differences*."""
    if kind.update == "PATCH":
        item_fields, fields = kind.item_defaults, _writable_fields(kind, want)
        return {
            each.field: fields[each.field]
            if each.field in item_fields and each.field in fields
            else with_defaults(kind, each.field, each.want)
            for each in differences
        }
    immutable = {field: have[field] for field in kind.immutable if field in have}
    return {
        **{field: value for field, value in _writable_fields(kind, want).items() if field not in kind.immutable},
        **immutable,
    }


def _writable_fields(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    excluded = hidden_fields(kind)
    if want.get("isDefault") is True:
        excluded |= {"timezone"}  # the default routing rule takes none
    fields = writable(kind, want)
    body: dict[str, Json] = {
        field: value for field, value in fields.items() if value is not None and field not in excluded
    }
    for field, members in kind.item_defaults.items():
        if isinstance(items := body.get(field), list):
            body[field] = [{**members, **item} if isinstance(item, dict) else item for item in items]
    return body
