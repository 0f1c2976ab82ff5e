"""What constructors refuse, and that importing models costs nothing before they are used."""

import ast
import importlib
import inspect
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import opsgenie_async.models as models
from opsgenie_async.converters import read, reader
from opsgenie_async.converters.hooks import build_converter
from opsgenie_async.legacy.models import OnCall, OnCallParticipant
from opsgenie_async.models import (
    Alias,
    DayInterval,
    EscalationRef,
    Model,
    Name,
    RequestStatus,
    RotationMeta,
    ScheduleRef,
    TeamMeta,
    TeamRef,
    TimeOfDay,
    TinyId,
    UserMeta,
    UserRef,
    WeekInterval,
)


@pytest.mark.parametrize("model", [UserRef, UserMeta])
def test_a_user_needs_id_or_username(model):
    assert model(username="a@example.com").username == "a@example.com"
    with pytest.raises(ValueError, match=f"{model.__name__}: give id or username"):
        model()


@pytest.mark.parametrize("model", [TeamRef, ScheduleRef, EscalationRef, TeamMeta, RotationMeta])
def test_others_need_id_or_name(model):
    assert model(id="1").name == ""
    with pytest.raises(ValueError, match=f"{model.__name__}: give id or name"):
        model()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_hour", 25),
        ("end_hour", -1),
        ("start_min", 60),
        ("end_min", 7.5),
        ("start_hour", "8"),
        ("end_hour", True),
    ],
)
def test_clocks(field, value):
    with pytest.raises(ValueError, match=f"^{field}: "):
        DayInterval(**{"start_hour": 0, "end_hour": 24, field: value})


@pytest.mark.parametrize("field", ["start_day", "end_day"])
def test_days(field):
    with pytest.raises(ValueError, match=f"^{field}: 'Monday' is not one of monday, tuesday"):
        WeekInterval(**{"start_day": "monday", "start_hour": 8, "end_day": "friday", "end_hour": 17, field: "Monday"})


def test_reading_does_not_check_more_than_types():
    interval = {"startHour": 99, "startMin": 99, "endHour": -1, "endMin": 0}
    value = read({"type": "time-of-day", "restriction": interval}, TimeOfDay)
    assert value.restriction.start_hour == 99
    assert read({"type": "user"}, UserRef).id == ""


def test_the_outcome_of_a_request_by_either_name():
    assert read({"isSuccess": True}, RequestStatus).succeeded
    assert read({"success": True}, RequestStatus).succeeded
    assert not read({"isSuccess": False, "success": True}, RequestStatus).succeeded
    assert not read({}, RequestStatus).succeeded


def test_identifiers_are_values():
    assert {Name("ops"), Name("ops"), Alias("ops"), TinyId("42")} == {Name("ops"), Alias("ops"), TinyId("42")}
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Name("ops").value = "x"  # type: ignore[misc]


def test_the_lazy_table_agrees_with_the_imports_for_type_checkers():
    tree = ast.parse(Path(models.__file__).read_text())
    prefix = f"{models.__name__}."
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
    assert sorted(models._MODULES) == sorted(imported)
    for home in models._MODULES:
        module = importlib.import_module(f"opsgenie_async.models.{home}")
        own = {name for name in module.__all__ if name != "Json" and not inspect.isfunction(getattr(module, name))}
        assert {name for name, at in models._HOME.items() if at == home} == own
    assert {getattr(models, name) is not None for name in models.__all__} == {True}
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = models.Nonsense
    assert set(models.__all__) <= set(dir(models))


def test_importing_the_converters_and_the_models_loads_neither_cattrs_nor_any_model():
    script = (
        "import sys, opsgenie_async; before = set(sys.modules);"
        "import opsgenie_async.converters, opsgenie_async.models;"
        "print([m for m in {*sys.modules} - before if m.startswith(('cattr', 'opsgenie_async.models.'))])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(result.stdout))
    assert loaded <= {f"opsgenie_async.models.{name}" for name in ("identifiers", "mismatch", "wire_types")}


def test_frozen_models_are_read_as_well():
    @attrs.frozen(kw_only=True)
    class Frozen(Model):
        name: str
        at: datetime | None = None

    value = build_converter().structure({"name": "n", "at": "2020-01-01T00:00Z"}, Frozen)
    assert value == Frozen(name="n", at=datetime(2020, 1, 1, tzinfo=UTC))


def test_hooks_may_be_built_by_many_threads_at_once():
    document = {"id": "1", "name": "s", "participants": [{"name": "e", "participants": [{"name": "u"}]}]}
    for _ in range(5):
        converter = build_converter()
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(converter.structure, [document] * 16, [OnCall] * 16))
        assert all(result == results[0] for result in results)


def test_a_class_that_contains_itself_is_read_by_who_comes_while_its_hook_is_built(monkeypatch):
    compile_reader = reader._Reader.compile
    is_compiled, may_finish = threading.Event(), threading.Event()

    def pause(self):
        hook = compile_reader(self)
        if self.cls is OnCallParticipant:  # its own hook inside itself is in cattrs' cache by now
            is_compiled.set()
            assert may_finish.wait(30)
        return hook

    monkeypatch.setattr(reader._Reader, "compile", pause)
    document = {"name": "e", "participants": [{"name": "u"}]}
    converter = build_converter()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(converter.structure, document, OnCallParticipant)
        assert is_compiled.wait(30)
        second = pool.submit(converter.structure, document, OnCallParticipant)
        wait([second], timeout=0.05)
        may_finish.set()
        assert first.result(30) == second.result(30)
