"""Each worker imports all tests, and begins at another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import compilation
from tests.compilation import import_tests, modules_in_turn

TESTS = Path(__file__).parent


@pytest.mark.parametrize("workers", [1, 2, 4, 7])
def test_each_worker_has_all_modules_and_begins_at_another(workers: int) -> None:
    turns = [[*modules_in_turn(TESTS, worker, workers)] for worker in range(workers)]
    assert len({turn[0] for turn in turns}) == workers
    for turn in turns:
        assert sorted(turn) == sorted(turns[0])
        assert len(set(turn)) == len([*TESTS.rglob("test_*.py")])
    assert {__name__, "tests.http.test_transport"} <= set(turns[0])


@pytest.mark.parametrize(
    ("worker", "workers", "imported"),
    [("gw1", "2", ["folder.test_b", "folder.test_a"]), ("gw0", "1", []), ("", "1", [])],
)
def test_a_worker_imports_them_in_its_turn(worker, workers, imported, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("test_a.py", "test_b.py"):
        (folder / name).touch()
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", workers)
    names = []

    def note(name: str) -> None:
        names.append(name)
        if name == "folder.test_b":
            pytest.skip("not here", allow_module_level=True)

    monkeypatch.setattr(compilation, "import_module", note)
    import_tests(folder)
    assert names == imported
