"""Wrong arguments are reported in Python's own words, method and all; a wrong declaration fails when it is declared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypedDict, Unpack

import pytest

from opsgenie_async import Opsgenie, OpsgenieError
from opsgenie_async.models import Team
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import endpoint, operation
from opsgenie_async.resources.operation.wrong_arguments import PAGE_SIZE_NOTE
from opsgenie_async.resources.path import ById


@pytest.mark.parametrize(
    ("method", "args", "fields", "words"),
    [
        (
            "team_routing_rules.create",
            ("ops",),
            {"notfy": None},
            "TeamRoutingRules.create() got an unexpected keyword argument 'notfy'; did you mean 'notify'?",
        ),
        (
            "alerts.create",
            (),
            {"message": "m", "colour": "red"},
            "Alerts.create() got an unexpected keyword argument 'colour'",
        ),
        (
            "alerts.close",
            ("a",),
            {"notes": "x"},
            "Alerts.close() got an unexpected keyword argument 'notes'; did you mean 'note'?",
        ),
        (
            "escalations.update",
            ("e",),
            {"ownerTeam": None},
            "Escalations.update() got an unexpected keyword argument 'ownerTeam'; did you mean 'owner_team'?",
        ),
        (
            "alerts.list",
            (),
            {"limit": 5},
            "Alerts.list() got an unexpected keyword argument 'limit'; did you mean 'page_size'?",
        ),
        (
            "teams.list",
            (),
            {"limit": 5},
            "Teams.list() got an unexpected keyword argument 'limit'",
        ),
        ("alerts.create", (), {}, "Alerts.create() missing 1 required keyword-only argument: 'message'"),
        (
            "schedule_overrides.create",
            ("s",),
            {},
            (
                "ScheduleOverrides.create() missing 3 required keyword-only arguments: "
                "'user', 'start_date', and 'end_date'"
            ),
        ),
        ("teams.get", (), {}, "Teams.get() missing 1 required positional argument: 'team'"),
        (
            "team_routing_rules.get",
            (),
            {},
            "TeamRoutingRules.get() missing 2 required positional arguments: 'team' and 'rule'",
        ),
        ("teams.get", ("a", "b"), {}, "Teams.get() takes 2 positional arguments but 3 were given"),
        ("alerts.create", ("disk full",), {}, "Alerts.create() takes 1 positional argument but 2 were given"),
        ("teams.get", ("a",), {"team": "b"}, "Teams.get() got multiple values for argument 'team'"),
        ("teams.list", (), {"self": 1}, "Teams.list() got multiple values for argument 'self'"),
        (
            "legacy.policies.get",
            ("p",),
            {"policies": 1},
            "Policies.get() got an unexpected keyword argument 'policies'; did you mean 'policy'?",
        ),
    ],
)
async def test_the_words(method, args, fields, words):
    resource, _, name = method.rpartition(".")
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        owner: Any = og
        for part in resource.split("."):
            owner = getattr(owner, part)
        with pytest.raises(TypeError) as caught:
            await getattr(owner, name)(*args, **fields)
    assert str(caught.value) == words
    assert "self" in fields or isinstance(caught.value, OpsgenieError)


class Shared(TypedDict, total=False):
    colour: str


class Things(Resource):
    __slots__ = ()

    @operation("PUT", "v2/things/{thing}/{part}")
    async def update(
        self, thing: ById, part: ById, *, size: int, weight: int, price: int = 3, **shared: Unpack[Shared]
    ) -> None:
        """Update a thing."""
        ...

    @operation("GET", "v2/things")
    def list(self, city: str = "", street: str = "") -> Pager[Team]:
        """List the things."""
        ...


class Plain:
    """The same signatures, written for Python alone."""

    async def update(
        self, thing: object, part: object, *, size: int, weight: int, price: int = 3, colour: str = ""
    ) -> None: ...

    def list(self, city: str = "", street: str = "") -> None: ...


CALLS: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("update", (), {}),
    ("update", ("a",), {}),
    ("update", ("a", "b"), {}),
    ("update", ("a", "b"), {"size": 1}),
    ("update", ("a", "b", "c"), {}),
    ("update", ("a", "b", "c"), {"size": 1, "weight": 2}),
    ("update", ("a", "b", "c", "d"), {"size": 1}),
    ("update", ("a",), {"thing": "b"}),
    ("update", ("a", "b"), {"part": "c", "size": 1, "weight": 1}),
    ("update", (), {"colour": "red"}),
    ("list", ("a", "b", "c"), {}),
    ("list", ("a",), {"city": "b"}),
]


@pytest.mark.parametrize(("name", "args", "fields"), CALLS)
async def test_they_are_python_s_own(name: str, args: tuple[object, ...], fields: dict[str, object]):
    def words(call: Callable[..., object]) -> str:
        with pytest.raises(TypeError) as caught:
            call(*args, **fields)
        return str(caught.value).replace("Plain.", "Things.")

    async with Opsgenie("key") as og:
        method = getattr(Things(og._transport), name)
        if name == "list":
            local = words(method)
        else:
            with pytest.raises(TypeError) as caught:
                await method(*args, **fields)
            local = str(caught.value)
    assert local == words(getattr(Plain(), name))


@pytest.mark.parametrize(
    ("path", "query"),
    [("v2/things/{thng}", ()), ("v2/things/{thing}/{part:partType}", ()), ("v2/things/{size}", ()), ("v2", ["tem"])],
)
def test_a_wrong_declaration_fails_when_it_is_declared(path: str, query: list[str]):
    """A placeholder needs an argument that every call must give; what goes into the query is an argument, too."""
    name = re.findall(r"\{(\w+)", path)[-1:] or query

    async def update(self: Resource, thing: ById, *, size: int = 1) -> None: ...

    with pytest.raises(TypeError, match=rf"update\(\): .*'{name[0]}'"):
        operation("PUT", path, query=query)(update)


@pytest.mark.parametrize("path", ["v2/{thing", "v2/thing}", "v2/{}/{thing}", "v2/{thing:}", "v2/{{thing}}"])
@pytest.mark.parametrize("declare", [operation, endpoint])
def test_a_brace_that_is_no_placeholder_s_fails_when_it_is_declared(declare: Callable[..., Any], path: str):
    async def update(self: Resource, thing: ById) -> None: ...

    with pytest.raises(TypeError, match=r"update\(\): v2/.* has a brace that belongs to no placeholder"):
        declare("PUT", path)(update)


@pytest.mark.parametrize("declare", [operation, endpoint])
def test_a_placeholder_for_what_is_no_identifier_fails_when_it_is_declared(declare: Callable[..., Any]):
    async def update(self: Resource, size: int) -> None: ...

    with pytest.raises(TypeError, match=r"update\(\): the path has \{size\}, and 'size' takes no str"):
        declare("PUT", "v2/{size}")(update)


async def test_a_method_with_a_body_checks_its_arguments_as_the_others():
    async with Opsgenie("key") as og:
        with pytest.raises(
            TypeError, match=r"OnCalls\.get\(\) got an unexpected keyword argument .*; did you mean .flat"
        ):
            await og.on_calls.get("ops", flt=True)  # type: ignore[call-overload]
        with pytest.raises(TypeError, match=r"on_calls\.list: flat: expected a bool"):
            og.on_calls.list(flat="yes")  # type: ignore[call-overload]
        with pytest.raises(ValueError, match=r"alerts\.add_attachment|file name") as caught:
            await og.alerts.add_attachment("a", file=b"x")
    assert isinstance(caught.value, OpsgenieError)


PLAIN_CALLS: list[tuple[str, tuple[object, ...], dict[str, object], str]] = [
    ("alerts.history", (), {"quary": ""}, "got an unexpected keyword argument 'quary'; did you mean 'query'?"),
    ("incidents.history", (), {"start": 1}, "got an unexpected keyword argument 'start'"),
    ("incidents.history", (), {"sel": 1}, "got an unexpected keyword argument 'sel'"),
    ("incidents.history", (), {"self": 1}, "got multiple values for argument 'self'"),
    ("incidents.history", ("", None), {}, "takes from 1 to 2 positional arguments but 3 were given"),
    ("services.history", (), {"querry": ""}, "got an unexpected keyword argument 'querry'; did you mean 'query'?"),
    (
        "on_calls.board",
        (),
        {"schedule": []},
        "got an unexpected keyword argument 'schedule'; did you mean 'schedules'?",
    ),
]


@pytest.mark.parametrize(("method", "args", "fields", "words"), PLAIN_CALLS)
async def test_a_method_that_is_written_out_has_the_same_words(method, args, fields, words):
    resource, name = method.split(".")
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(TypeError) as caught:
            getattr(getattr(og, resource), name)(*args, **fields)
    assert str(caught.value) == f"{type(getattr(og, resource)).__name__}.{name}() {words}"
    assert "self" in fields or isinstance(caught.value, OpsgenieError)


@pytest.mark.parametrize(
    ("listing", "notes"),
    [("teams", ["The first n of all are `.first(n)` of the listing."]), ("alerts", [PAGE_SIZE_NOTE])],
)
async def test_who_wants_some_items_of_a_listing_is_shown_how(listing: str, notes: list[str]):
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(TypeError) as caught:
            getattr(og, listing).list(limit=5)
    assert caught.value.__notes__ == notes
