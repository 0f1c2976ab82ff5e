"""Changes of a plan by hand."""

from __future__ import annotations

from typing import Any

from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.snapshot import Key
from opsgenie_async.sync.planning.changes import Action, Change
from opsgenie_async.sync.planning.plan import Plan


def change(
    action: Action,
    word: str,
    name: str,
    fields: dict[str, Any] | None = None,
    *,
    parent: str = "",
    team: str = "",
    path: str = "",
    id: str = "",
    stage: int | None = None,
) -> Change:
    kind = KIND_BY_NAME[word]
    folder = kind.folder or KIND_BY_NAME[kind.parent].folder
    return Change(
        action=action,
        kind=kind,
        name=name,
        path=path or f"{folder}/{parent or name}",
        stage=kind.stage if stage is None else stage,
        parent=parent,
        team=team or (name if word == "team" else parent if kind.parent == "team" else ""),
        fields=fields or {},
        id=id,
    )


def create(word: str, name: str, fields: dict[str, Any] | None = None, **more: Any) -> Change:
    return change("create", word, name, {"name": name} if fields is None else fields, **more)


def planned(*changes: Change, ids: dict[Key, str] | None = None) -> Plan:
    return Plan(changes=changes, ids=ids or {})
