"""What other people's code may hold on to."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import opsgenie_async
from opsgenie_async import Alias, Config, Name, Opsgenie, OpsgenieError, Pager, Pending, TinyId, errors, models
from opsgenie_async.dx import DX
from opsgenie_async.dx.incidents import Incidents as DXIncidents
from opsgenie_async.events import AttemptEnded, CallEnded, LaneChanged, Waiting

# fmt: off
NAMES = [
    "Alias", "ApiError", "ArgumentTypeError", "ArgumentValueError", "BadRequest", "ClientMisused", "Config", "Conflict",
    "Envelope", "Forbidden", "Gone",
    "Listing", "ListingTooLong", "MethodNotAllowed", "Name", "NotAcceptable", "NotFound", "NotImplementedByServer",
    "Opsgenie", "OpsgenieError", "OutcomeUnknown", "Page", "Pager", "PaymentRequired", "Pending",
    "PreconditionRequired", "ProtocolError", "RangeNotSatisfiable", "RequestFailed", "ServerError",
    "ServiceUnavailable", "Throttled", "TinyId", "TransportError", "UNSET", "Unauthorized", "UnprocessableEntity",
    "Unset", "UnsupportedMediaType",
]
# fmt: on


def test_the_public_names_are_these():
    assert sorted({*opsgenie_async.__all__}) == sorted({*NAMES, *models.__all__})
    assert all(hasattr(opsgenie_async, name) for name in NAMES)


def test_every_error_is_at_the_top():
    assert set(errors.__all__) - {"error_class"} <= set(NAMES)


async def test_the_client_is_made_as_promised():
    parameters = inspect.signature(Opsgenie).parameters

    assert list(parameters) == ["api_key", "region", "base_url", "session", "config"]
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in list(parameters)[1:])
    assert all(parameter.default is None for parameter in parameters.values())


RESOURCES = {
    "alerts": "create get list delete acknowledge close get_request_status",
    "incidents": "create close get_request_status",
    "teams": "get list",
    "team_roles": "get list",
    "team_routing_rules": "create get update delete list change_order",
    "schedules": "get list",
    "schedule_rotations": "get list",
    "schedule_overrides": "create get update delete list",
    "escalations": "get list",
}
LEGACY = "create update delete get list timeline who_is_on_call list_who_is_on_call who_is_on_call_next export"


@pytest.mark.parametrize(("resource", "operation"), [(r, o) for r, all_ in RESOURCES.items() for o in all_.split()])
async def test_every_operation_is_a_coroutine_but_a_listing(resource: str, operation: str):
    async with Opsgenie("key") as og:
        method = getattr(getattr(og, resource), operation)

        assert inspect.iscoroutinefunction(method) is (operation != "list")
        if operation == "list":
            required = sum(p.default is p.empty for p in inspect.signature(method).parameters.values())
            assert isinstance(method(*["parent"] * required), Pager)


@pytest.mark.parametrize("operation", LEGACY.split())
async def test_the_old_schedules_have_their_ten_operations(operation: str):
    async with Opsgenie("key") as og:
        method = getattr(og.legacy.schedules, operation)

        assert inspect.iscoroutinefunction(method) is not operation.startswith("list")


@pytest.mark.parametrize(
    ("method", "positional", "keywords"),
    [
        (Opsgenie.request, ["self", "method", "path"], ["params", "json", "domain", "repeatable"]),
        (Pending.wait, ["self", "timeout"], []),
        (
            DXIncidents.upsert,
            ["self"],
            ["reference_id", "started_at", "name", "priority", "source_url", "resolved_at", "services", "metadata"],
        ),
        (DX.__init__, ["self", "token"], ["instance", "base_url", "session", "config"]),
    ],
)
def test_signatures_of_the_contract(method: object, positional: list[str], keywords: list[str]):
    parameters = inspect.signature(method).parameters.values()  # type: ignore[arg-type]

    assert [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == positional
    assert [p.name for p in parameters if p.kind is p.KEYWORD_ONLY] == keywords


async def test_identities_come_first_and_fields_by_keyword():
    async with Opsgenie("key") as og:
        for method in (og.team_routing_rules.create, og.schedule_overrides.create, og.schedule_overrides.update):
            kinds = [p.kind for p in inspect.signature(method).parameters.values()]
            assert kinds == sorted(kinds)
            assert kinds[0] is inspect.Parameter.POSITIONAL_OR_KEYWORD
            assert kinds[-1] is inspect.Parameter.KEYWORD_ONLY


async def test_an_unknown_page_is_an_attribute_error():
    async with Opsgenie("key") as og:
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            _ = og.nonsense


async def test_a_resource_is_made_once():
    async with Opsgenie("key") as og:
        assert og.teams is og.teams
        assert og.with_config(total_timeout=5).teams is not og.teams


def test_settings_and_events_are_frozen():
    assert Config().total_timeout == 300
    with pytest.raises(AttributeError):
        Config().total_timeout = 1  # type: ignore[misc]
    for kind in (AttemptEnded, CallEnded, LaneChanged, Waiting):
        assert kind.__setattr__ is not object.__setattr__


LOADED = """
import sys
from pathlib import Path
import opsgenie_async
print(*sorted(name for name in sys.modules if name.startswith(("opsgenie_async", "cattrs"))))
"""


def test_importing_the_package_loads_no_page_of_the_api():
    process = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(process.stdout.split())

    assert not any(name.split(".")[0] == "cattrs" for name in loaded)
    models = {name for name in loaded if name.startswith("opsgenie_async.models")}
    pages = models - {f"opsgenie_async.models.{name}" for name in ("identifiers", "mismatch", "wire_types")}
    assert pages == {"opsgenie_async.models"}
    areas = {"resources", "legacy", "dx", "sandbox", "sync", "cli"}
    assert [name for name in loaded if name.split(".")[1:2] and name.split(".")[1] in areas] == []


@pytest.mark.parametrize("kind", [Name, Alias, TinyId])
def test_an_identifier_is_a_text(kind: type) -> None:
    with pytest.raises(TypeError, match=f"^{kind.__name__}: expected a str, got 17$"):
        kind(17)


async def test_an_empty_identifier_is_named() -> None:
    async with Opsgenie("k", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(ValueError, match=r"^schedule: an identifier must not be empty"):
            await og.schedules.delete("")


def test_errors_of_the_errors_page_are_where_it_says():
    page = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
    rows = [
        line.split("|")[1:3] for line in page.partition("## Errors of files")[2].splitlines() if line.startswith("| `")
    ]

    assert len(rows) > 10
    for names, package in rows:
        module = importlib.import_module(f"opsgenie_async.{package.strip(' `')}")
        for name in re.findall(r"\w+", names):
            assert name in module.__all__, (name, package)
            assert issubclass(getattr(module, name), OpsgenieError)
            assert issubclass(getattr(module, name), ValueError)
