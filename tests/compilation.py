"""Compiles the tests once for all workers of pytest-xdist.

Each worker imports every module of the tests. In a fresh clone it also rewrites their assertions and compiles them,
half a minute of work that the workers would do side by side in the same order. So each begins at another module, and
reads what the others have compiled in the meantime.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

__all__ = ["import_tests", "modules_in_turn"]


def modules_in_turn(root: Path, worker: int, workers: int) -> Iterator[str]:
    """The names of all modules of tests below *root*; each of the *workers* begins at another one."""
    files = sorted(root.rglob("test_*.py"))
    first = len(files) * worker // workers
    for file in (*files[first:], *files[:first]):
        yield ".".join((root.name, *file.relative_to(root).with_suffix("").parts))


def import_tests(root: Path) -> None:
    """Import all modules of tests, in this worker's turn; who cannot be imported says so when it is collected."""
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER", ""), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers < 2 or not worker.startswith("gw"):
        return
    for name in modules_in_turn(root, int(worker.removeprefix("gw")), workers):
        with suppress(Exception, pytest.skip.Exception):
            import_module(name)
