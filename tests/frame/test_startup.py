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


CALLS = """
import sys
from opsgenie_async.models import Alert
from opsgenie_async.resources.alerts import Alerts
print("\\n".join(sys.modules))
"""


def test_no_model_and_no_resource_loads_what_only_mistakes_need() -> None:
    run = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=True, timeout=60)
    modules = set(run.stdout.split())

    assert {"opsgenie_async.models.base", "opsgenie_async.suggestion"} <= modules
    assert "difflib" not in modules


HELP = """
import sys
from opsgenie_async.cli.parser import main_parser, options_of, subcommands_of
for parser in subcommands_of(main_parser("1")).values():
    assert "--json" in options_of(parser)
print("\\n".join(sys.modules))
"""


def test_no_help_loads_what_only_runs_need() -> None:
    run = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True, timeout=60)
    modules = set(run.stdout.split())

    assert {"opsgenie_async.cli.arguments.pull", "opsgenie_async.sandbox.command"} <= modules
    rooms = {"archive", "converters", "history", "oncall", "sync"}
    assert not {name for name in modules if name.startswith("opsgenie_async.") and name.split(".")[1] in rooms}
    assert not {name for name in modules if name.startswith("opsgenie_async.sandbox.")} - {
        "opsgenie_async.sandbox.command"
    }
    assert not modules & {"cattrs", "difflib", "jinja2", "rich", "sqlite3"}


DOORS = """
import opsgenie_async
print(opsgenie_async.events.CallEnded, opsgenie_async.http.request.Request, opsgenie_async.config.Config)
from opsgenie_async import *
print(Opsgenie, Config, Pager, Page, Envelope, Listing, Pending)
"""


def test_the_package_loads_its_parts_when_they_are_named() -> None:
    run = subprocess.run([sys.executable, "-c", DOORS], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.count("<class") == 10
