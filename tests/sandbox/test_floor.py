"""The sandbox stands beside the house: a wrong model there cannot agree with itself here."""

from __future__ import annotations

import ast
from pathlib import Path

import opsgenie_async.sandbox

ALLOWED = ("opsgenie_async.clock", "opsgenie_async.oncall", "opsgenie_async.sandbox")


def test_nothing_here_imports_the_client():
    folder = Path(opsgenie_async.sandbox.__file__).parent
    files = sorted(folder.rglob("*.py"))
    wrong = []
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{'.' * node.level}{node.module or ''}"]
                if node.module == "opsgenie_async":
                    names = [f"opsgenie_async.{alias.name}" for alias in node.names]
            wrong += [
                f"{file.name}: {name}"
                for name in names
                if name.startswith((".", "opsgenie_async")) and not name.startswith(ALLOWED)
            ]

    assert len(files) > 30
    assert wrong == []
