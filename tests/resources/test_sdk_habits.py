"""What somebody writes who comes from the official SDK is refused with what to write instead, and nothing is sent."""

from __future__ import annotations

import copy
import pickle
import re
import traceback

import pytest

from opsgenie_async import ArgumentTypeError, Name, NotFound, Opsgenie, blocking
from opsgenie_async.lazy_resource import LazyResource
from opsgenie_async.models import Alert, TeamRef
from opsgenie_async.resources.base import Resource
from opsgenie_async.sandbox import Sandbox

ALERT = Alert(id="a", message="m")
KINDS = "the first argument is the alert: a str is an id, Alias('...') an alias, TinyId('...') a tiny id"


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda og: og.alerts.get(identifier="x", identifier_type="alias"), KINDS),
        (lambda og: og.alerts.get("x", identifier_type="alias"), KINDS),
        (lambda og: og.alerts.get("x", identifierType="alias"), KINDS),
        (lambda og: og.alerts.list_attachments("x", alert_identifier_type="alias"), KINDS),
        (lambda og: og.teams.get(identifier="x"), "the team: a str is an id, Name('...') a name"),
        (lambda og: og.services.get(identifier="x"), "the service: a str is an id"),
        (lambda og: og.alerts.create(body={"message": "x"}), "the fields are arguments of the call, as message=..."),
        (lambda og: og.alerts.create(create_alert_payload={}), "the fields are arguments of the call, as message=..."),
        (lambda og: og.alerts.get("x", timeout=5), "og.with_config(total_timeout=...)"),
        (lambda og: og.alerts.list(_request_timeout=5), "og.with_config(total_timeout=...)"),
        (lambda og: og.alerts.list(max_attempts=1), "og.with_config(max_attempts=...)"),
        (lambda og: og.alerts.count(async_req=True), "tasks of a TaskGroup, with the blocking client in threads"),
        (lambda og: og.account.get(identifier="x"), "'identifier'"),  # it takes none: nothing is suggested
    ],
)
async def test_an_argument_of_theirs(og: Opsgenie, sandbox: Sandbox, call, hint):
    sandbox.reset_counters()

    with pytest.raises(ArgumentTypeError, match=re.escape(hint) + "$"):
        await call(og)

    assert sandbox.requests == 0


@pytest.mark.parametrize(
    ("call", "note"),
    [
        (lambda og: og.alerts.create("disk full"), "message=..."),
        (lambda og: og.alerts.create({"message": "disk full"}), "message=..."),
        (lambda og: og.alerts.close("x", "done"), "user=..."),
        (lambda og: og.alerts.list("status: open"), "query=..."),
        (lambda og: og.alerts.list(limit=5), ".first(n)"),
    ],
)
async def test_what_python_says_has_a_note(og: Opsgenie, call, note):
    with pytest.raises(ArgumentTypeError) as caught:
        await call(og)

    (text,) = pickle.loads(pickle.dumps(caught.value)).__notes__
    assert note in text


async def test_a_call_without_fields_has_no_note(og: Opsgenie):
    with pytest.raises(ArgumentTypeError) as caught:
        await og.teams.get("x", "y")  # type: ignore[call-arg]

    assert not hasattr(caught.value, "__notes__")


async def test_an_attribute_of_theirs(og: Opsgenie):
    pending = await og.alerts.create(message="disk")
    (page,) = [page async for page in og.teams.list().pages()]
    with pytest.raises(NotFound) as caught:
        await og.teams.get(Name("nobody"))

    for owner, name, hint in (
        (pending, "data", "`await pending.wait()` returns the outcome"),
        (pending, "retrieve_result", "`await pending.wait()` returns the outcome"),
        (pending, "alert_id", "`await pending.wait()` returns the outcome"),
        (og.teams.list(), "data", "`await ...` gives the items"),
        (og.teams.list(), "sort", "`await ...` gives the items"),
        (og.teams.list(), "paging", "`.pages()` yields pages"),
        (page, "data", "did you mean 'items'?"),
        (ALERT, "data", "a call returns the data itself"),
        (ALERT, "createdAt", "did you mean 'created_at'?"),
        (ALERT, "to_str", "`model.to_json()`"),
        (ALERT, "keys", "`to_dict()` returns one"),
        (caught.value, "body", "`message`, `errors` and `code`"),
        (caught.value, "reason", "did you mean 'message'?"),
        (caught.value, "headers", "`request_id`"),
        (og, "alert", "did you mean 'alerts'?"),
        (og, "heartbeat_api", "did you mean 'heartbeats'?"),
        (og.alerts, "list_with_http_info", "did you mean 'list'? `og.request` gives the status and the headers"),
        (og.alerts, "createAlert", "did you mean 'create'?"),
        (og.alerts, "create_saved_searches", "`og.saved_searches`"),
    ):
        with pytest.raises(AttributeError) as caught_attribute:
            getattr(owner, name)
        assert hint in str(caught_attribute.value)
        text = "".join(traceback.format_exception(caught_attribute.value))
        assert text.lower().count("did you mean") == hint.count("did you mean")  # Python adds no guess of its own


def test_an_attribute_of_theirs_where_calls_block():
    with blocking.Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        for owner, name, hint in (
            (og, "alert", "did you mean 'alerts'?"),
            (og.alerts, "get_alert", "did you mean 'get'?"),
            (og.alerts.list(), "data", r"`list\(...\)` gives the items"),
        ):
            with pytest.raises(AttributeError, match=hint):
                getattr(owner, name)


async def test_what_is_like_nothing_is_left_to_python(og: Opsgenie):
    for owner in (og, og.alerts, og.teams.list(), ALERT):
        with pytest.raises(AttributeError, match=r"object has no attribute 'zyzzyva'$"):
            _ = owner.zyzzyva
        assert not hasattr(owner, "__zyzzyva__")
    assert copy.deepcopy(ALERT) == pickle.loads(pickle.dumps(ALERT)) == ALERT


class Broken(Resource):
    def __init__(self, transport: object) -> None:
        raise AttributeError("the wheel came off")


class Cart(Opsgenie):
    broken = LazyResource(Broken)


class Odd(TeamRef):
    @property
    def message(self) -> str:
        raise AttributeError("the wheel came off")


async def test_an_error_within_a_property_is_not_hidden():
    async with Cart("key") as cart:
        for owner, name in ((cart, "broken"), (Odd(name="ops"), "message")):
            with pytest.raises(AttributeError, match="the wheel came off"):
                getattr(owner, name)
