"""Without OpenTelemetry the package works, and telemetry says what to install."""

from __future__ import annotations

import subprocess
import sys

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKED + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_import_names_the_extra():
    result = run("import opsgenie_async.telemetry")

    last = result.stderr.strip().splitlines()[-1]
    assert last == "ImportError: opsgenie_async.telemetry needs OpenTelemetry: pip install 'opsgenie-async[otel]'"


def test_everything_else_does_without_it():
    result = run(
        "import opsgenie_async, opsgenie_async.events, opsgenie_async.sync, opsgenie_async.archive\n"
        "import opsgenie_async.web\n"
        "opsgenie_async.events.CallLogger()\n"
        "opsgenie_async.Opsgenie('0123456789')\n"
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_nothing_of_it_is_imported_by_the_client():
    program = (
        "import sys, opsgenie_async; opsgenie_async.Opsgenie; print(any('opentelemetry' in m for m in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert result.stdout.strip() == "False"
