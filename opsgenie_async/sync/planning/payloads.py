"""What is sent to make something as it is wanted: bodies of creates and updates, references still by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.read_only import writable
from opsgenie_async.sync.planning.changes import Difference
from opsgenie_async.sync.planning.diff import filled, hidden

__all__ = ["created", "later", "updated"]


def created(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """All that is wanted of something new, but what `later` tells."""
    apart = kind.deferred | {"enabled"} if kind.toggled else kind.deferred
    return {field: value for field, value in _said(kind, want).items() if field not in apart}


def later(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """What something new gets by an update of its own: late fields that are not empty, and that it is switched off."""
    late = {field: want[field] for field in want if field in kind.deferred and want[field]}
    return {**late, "enabled": False} if kind.toggled and want.get("enabled") is False else late


def updated(
    kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json], differences: Iterable[Difference]
) -> dict[str, Json]:
    """What the update method of the kind needs to do away with *differences*."""
    if kind.update == "PATCH":
        said, whole = kind.item_defaults, _said(kind, want)
        return {
            each.field: whole[each.field]
            if each.field in said and each.field in whole
            else filled(kind, each.field, each.want)
            for each in differences
        }
    kept = {field: have[field] for field in kind.immutable if field in have}
    return {**{field: value for field, value in _said(kind, want).items() if field not in kind.immutable}, **kept}


def _said(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    unseen = hidden(kind)
    if want.get("isDefault") is True:
        unseen |= {"timezone"}  # the default routing rule takes none
    said = writable(kind, want)
    body: dict[str, Json] = {field: value for field, value in said.items() if value is not None and field not in unseen}
    for field, members in kind.item_defaults.items():
        if isinstance(items := body.get(field), list):
            body[field] = [{**members, **item} if isinstance(item, dict) else item for item in items]
    return body
