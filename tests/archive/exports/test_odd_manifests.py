"""A manifest that was edited, with or without its seal, is refused by its field, and never a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.archive import ALL, Archive, ArchiveError, verify
from opsgenie_async.archive.exports import export
from opsgenie_async.archive.manifest import seal
from opsgenie_async.archive.segments import write_segment
from opsgenie_async.sandbox.load import load_account
from opsgenie_async.sandbox.load.files import LoadError
from tests.archive.exports.conftest import Make, alert, incident

VALUES: tuple[Any, ...] = (None, 5, "x", "\0", "\ud800", [], {}, [5], 2**70)
Position = tuple[str | int, ...]


def places(value: Any, at: Position = ()) -> Iterator[Position]:
    """Every member, once for all items of a list."""
    if at:
        yield at
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*at, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*at, 0))


def replaced(document: Any, at: Position, value: Any) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[at[-1]]
    else:
        holder[at[-1]] = value
    return changed


def write(folder: Path, document: Any) -> None:
    (folder / "manifest.json").write_text(json.dumps(document))


def edits(folder: Path) -> Iterator[tuple[Position, Any]]:
    """Edit the manifest in every place, with its seal where that is possible, and now and then without."""
    document = json.loads((folder / "manifest.json").read_text())
    for at in places(document):
        for value in (..., *VALUES):
            changed = replaced(document, at, value)
            if value in (..., 5):  # without a seal it is nearly always the seal that is wrong
                write(folder, changed)
                yield at, value
            with suppress(KeyError, TypeError, ValueError, AttributeError):
                write(folder, seal({name: each for name, each in changed.items() if name != "seal"}))
                yield at, value
    write(folder, document)


def test_nothing_but_an_error_of_an_archive_comes_of_an_edited_manifest(make: Make) -> None:
    folder = make([alert(1), alert(2)], [incident(1)])
    for _ in edits(folder):
        assert verify(folder).status in ("whole", "holes", "altered")
        for salvage in (False, True):
            with suppress(ArchiveError):
                archive = Archive(folder, salvage=salvage)
                for kind in ALL:
                    if kind != "configuration":
                        assert len([*archive.records(kind)]) <= 2
                assert len([*archive.alerts(), *archive.incidents()]) <= 3


def test_nor_of_an_export(make: Make, tmp_path: Path) -> None:
    folder = make([alert(1)], [incident(1)])
    for number, _ in enumerate(edits(folder)):
        if number % 17 == 0:  # it takes its time
            with suppress(ArchiveError):
                export(folder, sqlite=tmp_path / "a.db", csv=tmp_path / "sheets", html=tmp_path / "a.html", anyway=True)


def test_nor_of_a_sandbox_that_loads_it(make: Make) -> None:
    folder = make([alert(1)], [incident(1)])
    for _ in edits(folder):
        with suppress(LoadError):
            load_account(folder)


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (("slices", 0, "kind"), None, "slices[0].kind: expected a string, got null"),
        (("slices", 1, "records"), "2", "slices[1].records: expected a whole number, got a string"),
        (("slices", 0, "file", "path"), ..., "slices[0].file.path: is missing"),
        (("slices", 0, "first"), {}, "slices[0].first: expected a whole number, got an object"),
        (("slices", 0), 7, "slices[0]: expected an object, got a number"),
        (("slices",), None, "slices: expected a list, got null"),
        (("totals", "alerts"), -1, "totals.alerts: is negative"),
        (("format",), 0, "format: expected 1, got 0"),
    ],
)
@pytest.mark.parametrize("is_sealed", [False, True])
def test_the_field_is_named(make: Make, at: Position, value: Any, message: str, is_sealed: bool) -> None:
    folder = make([alert(1)], [incident(1)])
    document = replaced(json.loads((folder / "manifest.json").read_text()), at, value)
    with suppress(TypeError, AttributeError):
        document = seal(document) if is_sealed and isinstance(document["slices"], list) else document
    write(folder, document)

    with pytest.raises(ArchiveError) as caught:
        Archive(folder)

    assert str(caught.value) == f"{folder / 'manifest.json'}: {message}"
    assert [str(each) for each in verify(folder).problems] == [f"manifest.json: {message}"]


def test_what_can_be_saved_of_an_edited_manifest_is_exported(make: Make, tmp_path: Path) -> None:
    folder = make([alert(1)], [incident(1)])
    document = json.loads((folder / "manifest.json").read_text())
    write(folder, {**document, "slices": [7, *document["slices"]], "holes": None, "configuration": []})

    assert export(folder, csv=tmp_path / "sheets", anyway=True).totals == {"alerts": 1, "incidents": 1}


@pytest.mark.parametrize(
    "line",
    [
        b'{"digest":"0123456789abcdef","id":"\\q","created":1,"run":1}',
        b'{"digest":"0123456789abcdef","id":"a","created":' + b"9" * 5000 + b',"run":1}',
        b'{"digest":"0123456789abcdef","id":"a","created":1,"run":1,"document":',
        b'{"digest":"0123456789abcdef","id":{},"created":"1","run":null}',
        b"[]",
        b"5",
    ],
)
@pytest.mark.parametrize("kind", ["alerts", "services", "schedules"])
def test_a_line_that_is_no_record_is_an_error_of_an_archive(make: Make, line: bytes, kind: str) -> None:
    folder = make([alert(1)])
    write_segment(folder, f"segments/{kind}/1-all.jsonl.gz", [line, line])

    with pytest.raises(ArchiveError, match="cannot be read"):
        _ = [*Archive(folder).records(kind)]
