"""A folder to load that somebody else made: what cannot be served is one clear error, and nothing else is opened."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from opsgenie_async.sandbox.generate.account import generate
from opsgenie_async.sandbox.load import LoadError, load_account, regular
from tests.sandbox.load.snapshot2 import snapshot2

NOW = datetime(2025, 3, 30, 12, tzinfo=UTC)
TEAM = {"team": {"name": "ops"}}
VALUES: list[Any] = [
    *(None, True, -1, 10**12, 10**400, 1.5, "", "x", "\ud800", "\0", [], {}, ["x"], [None], {"x": []}, {"type": ["x"]}),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", {"type": "user", "id": 5}, [[]], "../../x"),
]


def _places(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in parts:
        yield from _places(value, (*above, key))


def _with(document: Any, position: tuple[Any, ...], value: Any) -> Any:
    if not position:
        return value
    changed = copy.deepcopy(document)
    inner = changed
    for key in position[:-1]:
        inner = inner[key]
    inner[position[-1]] = value
    return changed


def test_any_part_of_a_snapshot_may_be_anything(tmp_path: Path) -> None:
    files, random, refused = snapshot2(generate(teams=1, seed=4, now=NOW)), Random(7), 0
    for path, document in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(json.dumps(document))
    attacks = [(path, position) for path, document in files.items() for position in _places(document)]
    for path, position in random.choices(attacks, k=120):
        spoiled = tmp_path / path
        spoiled.write_text(json.dumps(_with(files[path], position, random.choice(VALUES))))
        try:
            load_account(tmp_path)
        except LoadError:
            refused += 1
        spoiled.write_text(json.dumps(files[path]))
    assert 20 < refused < 120


def _link(path: Path) -> None:
    aside = path.parent / "aside.txt"
    aside.write_text(json.dumps(TEAM))
    path.symlink_to(aside)


def _large(path: Path) -> None:
    path.touch()
    os.truncate(path, regular.MOST + 1)


@pytest.mark.parametrize("name", ["teams/ops.json", "manifest.json"])
@pytest.mark.parametrize(
    "put",
    [
        _link,
        os.mkfifo,
        Path.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.symlink_to(path.parent / "nowhere"),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_bytes(b"\xff\xfe\xfd"),
        _large,
    ],
    ids=["link", "fifo", "folder", "zero", "outside", "dangling", "deep", "bytes", "large"],
)
def test_only_regular_files_within_bounds_are_opened(tmp_path: Path, name: str, put: Callable[[Path], Any]) -> None:
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "there.json").write_text(json.dumps(TEAM))
    put(tmp_path / name)

    with pytest.raises(LoadError) as refused:
        load_account(tmp_path)
    assert refused.value.file in (name, "manifest.json")


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "ops.json").write_text(json.dumps(TEAM))
    (inside / "teams").symlink_to(outside)

    with pytest.raises(LoadError):
        load_account(inside)
