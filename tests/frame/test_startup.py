"""What a program pays for before its first call: nothing that only some programs need."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from opsgenie_async import Config, Opsgenie
Opsgenie("key", config=Config(total_timeout=5))
print("\\n".join(sys.modules))
"""


def test_a_client_loads_no_page_no_converter_and_nothing_for_the_few() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    modules = set(run.stdout.split())

    assert "opsgenie_async.http.transport" in modules
    rooms = {"cli", "converters", "dx", "legacy", "oncall", "resources", "sandbox", "sync", "web", "archive", "history"}
    assert not {name for name in modules if name.startswith("opsgenie_async.") and name.split(".")[1] in rooms}
    rare = ("http.multipart", "models.base", "models.identifiers", "pending", "proxies", "settled")
    assert not modules & {f"opsgenie_async.{name}" for name in rare}
    assert not modules & {"cattrs", "difflib", "html", "zoneinfo"}
