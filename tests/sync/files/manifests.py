"""The manifest of a folder, as tests of the store look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())
