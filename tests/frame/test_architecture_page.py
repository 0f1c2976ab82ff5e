"""The page on the architecture draws every module of the package's root, and names only files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import opsgenie_async

ROOT = Path(__file__).parents[2]
PACKAGE = Path(opsgenie_async.__file__).parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_drawing_has_every_module():
    drawing = PAGE.partition("```text\n")[2].partition("```")[0]
    names = set(re.findall(r"[a-z_]+", " ".join(line[:49] for line in drawing.splitlines())))
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert names - {"bridge"} == modules - {"__init__", "__main__"}


def test_every_file_exists():
    files = set(re.findall(r"`([a-z_0-9/]+\.py|[a-z_0-9/]+/)`", PAGE))

    assert len(files) > 50
    assert [name for name in sorted(files) if not (ROOT / name).exists() and not [*PACKAGE.rglob(name)]] == []
