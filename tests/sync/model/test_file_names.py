"""File names: readable, alone in their folder, with no way out of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async.sync.model.file_names import file_names, folded_name, stem


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ops", "ops"),
        ("Network Operations", "Network-Operations"),
        ("R&D / labs", "R-D-labs"),
        ("Überwachung", "Überwachung"),
        ("東京", "東京"),
        ("v1.2_final", "v1.2_final"),
    ],
)
def test_a_name_stays_readable(name: str, expected: str) -> None:
    assert file_names([("1", name)]) == {"1": expected}


@pytest.mark.parametrize(
    "name", ["../../x", "..", ".", "/etc/passwd", "a\0b", "\\\\host\\share", "C:\\x", ".git", "~", ""]
)
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    (file,) = file_names([("1", name)]).values()
    assert (tmp_path / f"{file}.json").resolve().parent == tmp_path.resolve()
    assert not file.startswith(".")
    (tmp_path / f"{file}.json").touch()


@pytest.mark.parametrize("name", ["con", "NUL", "com1"])
def test_names_of_devices_are_marked(name: str) -> None:
    assert file_names([("1", name)])["1"].startswith(f"{name}~")


def test_a_device_is_marked_before_its_ending_which_windows_does_not_look_at() -> None:
    name = file_names([("1", "lpt9.txt")])["1"]

    assert name.startswith("lpt9~")
    assert name.endswith(".txt")


@pytest.mark.parametrize(
    "pair",
    [
        ("ops", "Ops"),
        ("a b", "a-b"),
        ("é", unicodedata.normalize("NFD", "é")),
        ("ﬁx", "fix"),
        ("x" * 150, "x" * 160),
        ("ß", "ss"),
    ],
)
def test_names_that_a_file_system_may_take_for_one_get_a_mark_each(pair: tuple[str, str]) -> None:
    names = file_names(enumerate_ids(pair))
    assert all("~" in name for name in names.values())
    assert len({folded_name(name) for name in names.values()}) == 2


@given(st.lists(st.text(max_size=300), max_size=20))
def test_every_entity_has_one_file_whatever_it_is_called(names: list[str]) -> None:
    entities = enumerate_ids(names)
    files = file_names(entities)
    assert len({folded_name(file) for file in files.values()}) == len(entities)
    assert all(0 < len(f"{file}.json".encode()) <= 255 for file in files.values())
    assert not any(set(file) & set('/\\\0:*?"<>|\n') or file.startswith(".") for file in files.values())


@given(st.text())
def test_a_stem_is_its_own_stem(name: str) -> None:
    assert stem(stem(name)) == stem(name)


def test_the_mark_does_not_depend_on_the_order() -> None:
    entities = [("1", "Ops"), ("2", "ops"), ("3", "db")]
    assert file_names(entities) == file_names(reversed(entities))


def enumerate_ids(names: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    return [(str(index), name) for index, name in enumerate(names)]
