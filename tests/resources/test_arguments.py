"""An argument that cannot be sent as it is meant is refused, with method and argument, before anything is sent."""

import contextlib
import enum
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from types import UnionType
from typing import Any, Union, Unpack, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from aiohttp import web

import opsgenie_async.legacy
import opsgenie_async.resources
from opsgenie_async import Opsgenie, OpsgenieError
from opsgenie_async.errors import ProtocolError
from opsgenie_async.models import (
    EscalationRef,
    MatchAnyCondition,
    NoRecipient,
    Priority,
    PriorityLike,
    TeamMember,
    TeamMeta,
    Unknown,
    UserMeta,
    UserRef,
)
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.build import build_request, check
from opsgenie_async.sequences import SequenceNotStr
from tests.http.server import Echo, ReceivedRequest
from tests.tables import each_row

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


BEAT = {"name": "b", "interval": 1, "interval_unit": "days", "enabled": True}
MODIFY = {"type": "alert", "name": "p", "enabled": True, "message": "{{message}}"}


class Colour(enum.Enum):
    RED = "red"


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def call(method: str, *args: object, **fields: object) -> Callable[[Opsgenie], Any]:
    resource, name = method.split(".")
    return lambda og: getattr(getattr(og, resource), name)(*args, **fields)


@pytest.mark.parametrize(
    ("method", "args", "fields", "words"),
    [
        (
            "alerts.create",
            (),
            {"message": "m", "tags": "disk"},
            "alerts.create: tags: expected a list of str, got 'disk'",
        ),
        ("alerts.create", (), {"message": "m", "responders": ["ops"]}, "responders[0]: expected UserRef or TeamRef"),
        ("alerts.create", (), {"message": "m", "responders": [TeamMeta(name="x")]}, "got a TeamMeta"),
        ("alerts.create", (), {"message": "m", "responders": UserRef(username="a")}, "responders: expected a list of"),
        ("alerts.create", (), {"message": None}, "alerts.create: message: expected a str, got None"),
        ("alerts.create", (), {"message": b"m"}, "message: expected a str, got a bytes"),
        ("alerts.create", (), {"message": "m", "alias": 7}, "alias: expected a str, got 7"),
        ("alerts.create", (), {"message": "m", "details": {"k": object()}}, "details.k: expected a JSON value"),
        (
            "alerts.create",
            (),
            {"message": "m", "details": {"k": Decimal("1.5")}},
            "details.k: expected a JSON value, got a",
        ),
        ("alerts.create", (), {"message": "m", "details": {"k": b"x"}}, "details.k"),
        ("alerts.create", (), {"message": "m", "details": {"k": [{"x": {1, UUID(int=1)}}]}}, "details.k[0].x["),
        ("alerts.create", (), {"message": "m", "details": [("a", "b")]}, "details: expected a mapping, got a list"),
        (
            "alerts.create",
            (),
            {"message": "m", "details": {b"k": "x"}},
            "details: expected a str as the name of a member",
        ),
        (
            "alerts.create",
            (),
            {"message": "m", "details": {"k": deep(100_000)}},
            "details: expected a value that is not",
        ),
        ("alerts.add_tags", ("1",), {"tags": ["a", None]}, "alerts.add_tags: tags[1]: expected a str, got None"),
        ("alerts.add_tags", ("1",), {"tags": {"a": 1}}, "tags: expected a list of str, got a dict"),
        ("alerts.list", (), {"page_size": "20"}, "alerts.list: page_size: expected an int, got '20'"),
        ("alerts.list", (), {"page_size": True}, "page_size: expected an int, got True"),
        ("alerts.list", (), {"sort": b"x"}, "sort: expected AlertSort, got a bytes"),
        ("alerts.snooze", ("1",), {"end_time": "2026-11-28"}, "end_time: expected a datetime, got '2026-11-28'"),
        ("alerts.add_team", ("1",), {"team": UserRef(id="1")}, "team: expected TeamRef, got an UserRef"),
        ("alerts.close", ("1",), {"note": 3}, "alerts.close: note: expected a str, got 3"),
        (
            "users.create",
            (),
            {"username": "a", "full_name": "A", "role": "user"},
            "role: expected UserRole, got 'user'",
        ),
        ("users.update", ("u",), {"details": {"k": "v"}}, "users.update: details.k: expected a list of str, got 'v'"),
        ("users.list", (), {"page_size": 2.5}, "page_size: expected an int, got 2.5"),
        ("teams.create", (), {"name": "t", "members": "ann"}, "teams.create: members: expected a list of TeamMember"),
        ("policies.enable", ("p",), {"team_id": 7}, "policies.enable: team_id: expected a str, got 7"),
        (
            "schedules.create",
            (),
            {"name": "s", "enabled": "yes"},
            "schedules.create: enabled: expected a bool, got 'yes'",
        ),
        ("team_routing_rules.create", ("t",), {"notify": "none"}, "notify: expected UserRef or TeamRef"),
        (
            "team_routing_rules.create",
            ("t",),
            {"notify": NoRecipient(), "criteria": MatchAnyCondition(conditions="abc")},  # type: ignore[arg-type]
            "team_routing_rules.create: criteria.conditions: expected a list, got 'abc'",
        ),
        (
            "alerts.create",
            (),
            {"message": "m", "responders": [UserRef(id="1"), UserRef(username=7)]},  # type: ignore[arg-type]
            "alerts.create: responders[1].username: expected a str, got 7",
        ),
        (
            "teams.create",
            (),
            {"name": "t", "members": [TeamMember(user=UserMeta(username=["ann"]))]},  # type: ignore[arg-type]
            "teams.create: members[0].user.username: expected a str, got a list",
        ),
        (
            "team_routing_rules.create",
            ("t",),
            {"notify": NoRecipient(), "criteria": MatchAnyCondition(conditions=["x"])},  # type: ignore[list-item]
            "criteria.conditions[0]: expected Condition, got 'x'",
        ),
        (
            "heartbeats.create",
            (),
            {**BEAT, "alert_priority": 1},
            "alert_priority: expected P1, P2, P3, P4 or P5, got 1",
        ),
        ("alerts.get", (None,), {}, "alert: "),
    ],
)
async def test_a_wrong_type_names_method_and_argument(method, args, fields, words):
    async with Echo(fail) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(TypeError) as caught:
            await call(method, *args, **fields)(og)
    assert isinstance(caught.value, OpsgenieError)
    assert words in str(caught.value)
    assert method in str(caught.value)


@pytest.mark.parametrize(
    ("method", "args", "fields", "words"),
    [
        ("alerts.remove_tags", ("1",), {"tags": ["a", "c,d"]}, "alerts.remove_tags: tags[1]: 'c,d' cannot be sent"),
        ("alerts.remove_tags", ("1",), {"tags": [""]}, "alerts.remove_tags: tags[0]: '' cannot be sent"),
        ("alerts.remove_details", ("1",), {"keys": ("x,",)}, "alerts.remove_details: keys[0]: 'x,' cannot be sent"),
        ("incidents.remove_tags", ("1",), {"tags": {","}}, "incidents.remove_tags: tags[0]"),
        ("incidents.remove_details", ("1",), {"keys": ["a,b"]}, "incidents.remove_details: keys[0]"),
        ("incident_timelines.list_entries", ("1",), {"group": ["a,b"]}, "incident_timelines.list_entries: group[0]"),
        ("alerts.create", (), {"message": "m", "details": {"k": float("nan")}}, "alerts.create: details.k: nan is not"),
        ("alerts.create", (), {"message": "m", "details": {"k": [float("inf")]}}, "details.k[0]: inf is not a number"),
        (
            "alerts.snooze",
            ("1",),
            {"end_time": NOON.replace(tzinfo=None)},
            "end_time: 2026-11-28 12:00:00 has no time zone",
        ),
        ("on_calls.list", (), {"date": NOON.replace(tzinfo=None)}, "date: 2026-11-28 12:00:00 has no time zone"),
        ("teams.delete", ("",), {}, "team: an identifier must not be empty"),
        (
            "alerts.create",
            (),
            {"message": "m", "priority": "P9"},
            "alerts.create: priority: expected P1, P2, P3, P4 or P5, got 'P9'",
        ),
        ("alerts.update_priority", ("1",), {"priority": "p1"}, "priority: expected P1, P2, P3, P4 or P5, got 'p1'"),
        ("incidents.update_priority", ("1",), {"priority": ""}, "priority: expected P1, P2, P3, P4 or P5, got ''"),
        ("heartbeats.create", (), {**BEAT, "alert_priority": "high"}, "alert_priority: expected P1, P2, P3, P4 or P5"),
        ("policies.create", (), {**MODIFY, "priority": "P0"}, "policies.create: priority: expected P1"),
    ],
)
async def test_a_value_that_the_wire_cannot_express_names_method_and_argument(method, args, fields, words):
    async with Echo(fail) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(OpsgenieError) as caught:
            await call(method, *args, **fields)(og)
    assert isinstance(caught.value, ValueError)
    assert words in str(caught.value)
    assert method in str(caught.value)


def fail(request: ReceivedRequest) -> web.Response:
    raise AssertionError(f"sent: {request}")


def accepted(request: ReceivedRequest) -> web.Response:
    return web.json_response({"result": "", "data": [], "took": 0.1, "requestId": "r"}, status=202)


async def send(method: str, *args: object, **fields: object) -> ReceivedRequest:
    async with Echo(accepted) as server, Opsgenie("key", base_url=server.url) as og:
        with contextlib.suppress(ProtocolError):  # the answer is none of this call's
            await call(method, *args, **fields)(og)
    return server.received[0]


async def test_what_is_right_is_sent():
    """Dicts stand for models, tuples for lists, any JSON for the texts of details, and a word may be a new one."""
    body = (
        await send(
            "alerts.create",
            message="m",
            alias="a",
            tags=("x",),
            responders=[{"type": "user", "username": "u"}, EscalationRef(name="e"), Unknown({"type": "robot"})],
            details={"n": 1, "f": 1.5, "b": True, "z": None, "l": ["x"], 7: Colour.RED},
            priority=Priority.P1,
            description=None,
        )
    ).body
    assert b'"details":{"n":1,"f":1.5,"b":true,"z":null,"l":["x"],"7":"red"}' in body
    assert b'"description":null' in body
    assert b'"priority":"P4"' in (await send("alerts.create", message="m", priority="P4")).body
    assert b'"priority":"{{priority}}"' in (await send("policies.create", **MODIFY, priority="{{priority}}")).body
    odd = UserRef.from_dict({"type": "user", "id": 7, "username": None})
    assert b'"id":7' in (await send("alerts.create", message="m", responders=[odd])).body
    assert (await send("alerts.list", sort="newWord")).raw_path == "/v2/alerts?limit=100&sort=newWord"
    assert b'"ownerTeam":null' in (await send("escalations.update", "e", owner_team=None)).body


@pytest.mark.parametrize(
    ("method", "args", "fields", "path"),
    [
        ("alerts.list", (), {"query": None, "sort": None, "search_identifier": None}, "/v2/alerts?limit=100"),
        ("alerts.list", (), {"page_size": None}, "/v2/alerts"),
        ("alerts.remove_tags", ("1",), {"tags": ["a"], "note": None, "user": None}, "/v2/alerts/1/tags?tags=a"),
        ("alerts.list_logs", ("1",), {"offset": None, "order": None}, "/v2/alerts/1/logs?limit=100"),
        ("schedules.get_timeline", ("1",), {"date": None, "expand": None}, "/v2/schedules/1/timeline"),
        ("on_calls.get", ("1",), {"date": None}, "/v2/schedules/1/on-calls?flat=false"),
        ("policies.enable", ("1",), {"team_id": None}, "/v2/policies/1/enable"),
    ],
)
async def test_none_is_left_out_of_a_query(method, args, fields, path):
    assert (await send(method, *args, **fields)).raw_path == path


def operations() -> list[Any]:
    result = []
    packages = (opsgenie_async.resources, opsgenie_async.legacy)
    for module in (
        each for package in packages for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ):
        page = import_module(module.name)
        for kind in vars(page).values():
            if isinstance(kind, type) and issubclass(kind, Resource) and kind.__module__ == page.__name__:
                result += [method.operation for method in vars(kind).values() if hasattr(method, "operation")]
    return result


@each_row("operation", operations(), ids=lambda operation: operation.label)
def test_every_optional_value_of_a_query_may_be_none(operation):
    """Of every operation there is: None for what stands in the query makes the request that leaves it out."""
    source: dict[str, Any] = dict.fromkeys(operation.identifiers, "x")
    for name in operation.parameters.required - operation.identifiers:
        kind = operation.types[name]
        if isinstance(kind, type) and kind not in (str, int, bool, datetime):
            pytest.skip("takes a model")
        source[name] = {int: 1, bool: True, datetime: NOON}.get(kind, ["x"] if "Sequence" in str(kind) else "x")
    if operation.label == "alerts.add_attachment":
        pytest.skip("takes a file")
    if "priority" in source:
        source["priority"] = "P1"
    try:
        plain, _ = build_request(operation, RESOURCE, (), source)
    except OpsgenieError:
        pytest.skip("takes more than placeholders")
    nulls = dict.fromkeys(operation.in_query)
    holed, _ = build_request(operation, RESOURCE, (), {**source, **nulls})
    defaults = {pair[0] for pair in plain.query} - {pair[0] for pair in holed.query}
    assert "None" not in {value for _, value in holed.query}
    assert set(holed.query) <= set(plain.query)
    assert defaults <= {"limit", "flat", "expand", "details", "type"} | {name for name, _ in plain.query}


RESOURCE = object.__new__(Resource)


@each_row("operation", operations(), ids=lambda operation: operation.label)
def test_every_list_refuses_a_str(operation):
    """Of every argument of every operation that is a list and nothing else."""
    for name, expectation in operation.expectations.items():
        if expectation.items is None or expectation.anything or str in expectation.classes:
            continue
        with pytest.raises(TypeError, match=rf"^{operation.label}: {name}: expected .*list of .*, got 'abc'$"):
            check(operation, name, "abc")


PLACEHOLDERS = ("policies", "legacy.policies", "integrations", "integration_actions")
"""The pages whose priorities may be `{{priority}}` and the like, which a type cannot list."""


@each_row("operation", operations(), ids=lambda operation: operation.label)
def test_type_checkers_refuse_what_is_refused(operation):
    """Of every argument of every operation: a list of texts is no `Sequence`, which a str is, too; words are closed."""
    for name, kind in annotations(operation):
        items = [get_args(arm)[0] for arm in arms(kind) if get_origin(arm) in (list, Sequence, Iterable)]
        assert not any(str in arms(item) for item in items), name
        assert not {Priority, str} <= arms(kind) or operation.label.startswith(PLACEHOLDERS), name


def annotations(operation) -> Iterator[tuple[str, Any]]:
    """The arguments and their types, those of a shared `TypedDict` among them, and of the lists in a mapping."""
    for name, kind in operation.types.items():
        fields = get_type_hints(get_args(kind)[0]) if get_origin(kind) is Unpack else {name: kind}
        for field, each in fields.items():
            yield field, each
            yield from ((field, get_args(arm)[1]) for arm in arms(each) if get_origin(arm) is Mapping)


def arms(kind: Any) -> set[Any]:
    return {*get_args(kind)} if get_origin(kind) in (Union, UnionType) else {kind}


def test_the_words_of_a_priority_are_its_members():
    priority, words = get_args(PriorityLike)
    assert (priority, get_args(words)) == (Priority, tuple(each.value for each in Priority))


def test_the_signatures_are_looked_at():
    """The tests above look at something."""
    every = operations()
    assert sum(1 for each in every for _, kind in annotations(each) if SequenceNotStr[str] in arms(kind)) > 30
    assert sum(1 for each in every for _, kind in annotations(each) if Priority in arms(kind)) > 9
    assert len(every) > 200
    assert sum(1 for each in every for it in each.expectations.values() if it.items is not None) > 50
    assert all(inspect.isfunction(each.function) for each in every)
