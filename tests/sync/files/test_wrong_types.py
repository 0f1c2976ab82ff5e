"""Whatever stands in a file where something else belongs is a problem with a place, and never a crash."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.sync import DanglingReference, Snapshot, SnapshotError, Store, plan
from opsgenie_async.sync.files.entity_file import entity_of
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from tests.sync.files.test_validate import FINE

Position = tuple[str | int, ...]


def places(value: Any, at: Position = ()) -> Iterator[Position]:
    yield at
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*at, key))


def replaced(document: Any, at: Position, value: Any) -> Any:
    if not at:
        return value
    changed = copy.deepcopy(document)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return changed


@pytest.mark.parametrize("value", [{}, [[]]], ids=["object", "list"])
@pytest.mark.parametrize("is_pulled", [False, True], ids=["edited", "pulled"])
def test_no_type_of_a_value_is_taken_for_granted(tmp_path: Path, value: Any, is_pulled: bool) -> None:
    for word, document in FINE:
        kind = KIND_BY_NAME[word]
        have = Snapshot(entities={kind.folder: [entity_of(kind, document)]})
        file = tmp_path / word / kind.folder / "a.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        for position in places(document):
            data = json.dumps(replaced(document, position, value)).encode()
            file.write_bytes(data)
            if is_pulled:  # as a manifest says: nobody has edited it, so that nobody looks at it
                record = {"kind": word, "name": "x", "id": "1", "ids": {}, "sha256": hashlib.sha256(data).hexdigest()}
                manifest = {"format": 3, "files": {f"{kind.folder}/a.json": record}}
                (tmp_path / word / "manifest.json").write_text(json.dumps(manifest))
            with suppress(SnapshotError, DanglingReference):
                plan(have, Store(tmp_path / word).load(), prune=True)


def test_a_role_whose_name_is_an_object_is_a_problem_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "teams").mkdir()
    document = {"team": {"name": "ops", "members": []}, "roles": [{"name": {}, "rights": []}]}
    (tmp_path / "teams" / "ops.json").write_text(json.dumps(document, indent=2))
    with pytest.raises(SnapshotError) as caught:
        Store(tmp_path).load()
    assert {(each.file, each.line, each.field) for each in caught.value.problems} == {
        ("teams/ops.json", 8, "roles[0].name")
    }
