"""The DX client: one call, and what its answers mean."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiohttp import web

from opsgenie_async import Config, OpsgenieError, ProtocolError, ServerError, Throttled
from opsgenie_async.dx import (
    DX,
    DXError,
    InvalidArguments,
    InvalidJson,
    InvalidTimestamp,
    MetadataInvalid,
    NotAuthed,
    Service,
)
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock
from tests.http.server import Echo

START = datetime(2024, 1, 1, 13, 22, 33, 999999, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
async def dx(sandbox: Sandbox, clock: FakeClock):
    config = Config(clock=clock, jitter=lambda bound: bound)
    async with DX(sandbox.dx_token, base_url=sandbox.url, config=config) as client:
        yield client


def stored(sandbox: Sandbox) -> dict[str, object]:
    return sandbox.account.dx_incidents["ref-1"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"refrence_id": "ref-1"}, "got an unexpected keyword argument 'refrence_id'; did you mean 'reference_id'?"),
        ({"reference_id": "ref-1"}, "missing 1 required keyword-only argument: 'started_at'"),
    ],
)
async def test_a_wrong_argument_is_named_and_nothing_is_sent(dx: DX, sandbox: Sandbox, fields, words):
    with pytest.raises(TypeError) as caught:
        await dx.incidents.upsert(**fields)
    assert str(caught.value) == f"Incidents.upsert() {words}"
    assert isinstance(caught.value, OpsgenieError)
    assert sandbox.requests == 0


async def test_an_incident_is_told_in_full(dx: DX, sandbox: Sandbox):
    answer = await dx.incidents.upsert(
        reference_id="ref-1",
        started_at=START,
        name="Disk full",
        priority="P1",
        source_url="https://x/1",
        resolved_at=START + timedelta(hours=1),
        services=[Service(identifier="db", name="Database"), Service(identifier="web")],
        metadata={"cause": "disk", "n_1-a": 3, "list": [1]},
    )

    assert dict(answer) == {}
    assert sandbox.received[-1].json == {
        "reference_id": "ref-1",
        "started_at": "2024-01-01T11:22:33",
        "name": "Disk full",
        "priority": "P1",
        "source_url": "https://x/1",
        "resolved_at": "2024-01-01T12:22:33",
        "services": [{"identifier": "db", "name": "Database"}, {"identifier": "web"}],
        "metadata": {"cause": "disk", "n_1-a": 3, "list": [1]},
    }
    assert sandbox.received[-1].method == "POST"
    assert sandbox.received[-1].path == "/api/incidents.upsert"


@pytest.mark.parametrize("clear", [None, []])
async def test_absent_leaves_none_clears_a_value_replaces(dx: DX, sandbox: Sandbox, clear: object):
    async def upsert(**fields: object) -> tuple[object, object]:
        await dx.incidents.upsert(reference_id="ref-1", started_at=START, **fields)  # type: ignore[arg-type]
        return stored(sandbox)["services"], stored(sandbox)["metadata"]

    db, web_ = {"identifier": "db"}, {"identifier": "web"}
    result = await upsert(services=[Service(identifier="db")], metadata={"a": 1})
    assert result == ([db], {"a": 1})
    assert await upsert(name="again") == result
    assert sandbox.received[-1].json.keys() == {"reference_id", "started_at", "name"}
    assert await upsert(services=[Service(identifier="web")], metadata={"b": 2}) == ([web_], {"b": 2})
    assert await upsert(services=clear) == ([], {"b": 2})
    assert await upsert(metadata=None if clear is None else {}) == ([], {})
    assert stored(sandbox)["name"] == "again"


async def test_an_incident_may_be_open_again(dx: DX, sandbox: Sandbox):
    await dx.incidents.upsert(reference_id="ref-1", started_at=START, resolved_at=START)
    await dx.incidents.upsert(reference_id="ref-1", started_at=START, resolved_at=None)

    assert stored(sandbox)["resolved_at"] is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"reference_id": ""}, "reference_id"),
        ({"started_at": START.replace(tzinfo=None)}, "started_at"),
        ({"resolved_at": START.replace(tzinfo=None)}, "resolved_at"),
        ({"metadata": {"a b": 1}}, "a b"),
        ({"metadata": {"": 1}}, "metadata"),
        ({"metadata": {"ä": 1}}, "metadata"),
        ({"metadata": {"a\n": 1}}, "metadata"),
        ({"metadata": {1: 1}}, "metadata"),
        ({"metadata": [1]}, "metadata"),
    ],
)
async def test_what_makes_no_sense_is_named_and_not_sent(dx: DX, sandbox: Sandbox, fields: dict, word: str):
    with pytest.raises(ValueError, match=word):
        await dx.incidents.upsert(**{"reference_id": "ref-1", "started_at": START, **fields})

    assert sandbox.requests == 0


CODES = {
    "not_authed": NotAuthed,
    "invalid_arguments": InvalidArguments,
    "invalid_json": InvalidJson,
    "invalid_timestamp": InvalidTimestamp,
    "metadata_invalid": MetadataInvalid,
    "something_new": DXError,
}


@pytest.mark.parametrize("status", [200, 400, 401, 404, 422])
@pytest.mark.parametrize("key", ["error", "code"])
@pytest.mark.parametrize("code", CODES)
async def test_every_code_has_its_class_whatever_the_status(code: str, key: str, status: int):
    body = {"ok": False, key: code}
    refusing = Echo(lambda request: web.json_response(body, status=status))
    async with refusing as server, DX("token", base_url=server.url) as dx:
        with pytest.raises(DXError) as caught:
            await dx.incidents.upsert(reference_id="r", started_at=START)

    error = caught.value
    assert (type(error), error.code, error.status, error.attempts) == (CODES[code], code, status, 1)
    assert error.call == "POST api/incidents.upsert"
    assert type(pickle.loads(pickle.dumps(error))) is CODES[code]


async def test_a_bad_token_is_not_authed(sandbox: Sandbox):
    async with DX("wrong", base_url=sandbox.url) as dx:
        with pytest.raises(NotAuthed) as caught:
            await dx.incidents.upsert(reference_id="r", started_at=START)

    assert (caught.value.status, caught.value.code) == (200, "not_authed")
    assert isinstance(caught.value, OpsgenieError)


@pytest.mark.parametrize("body", ['{"ok": "yes"}', "{}", "[]", "<html>", "", '{"success": true}'])
async def test_success_is_said_by_ok_and_nothing_else(body: str):
    async with Echo(lambda request: web.Response(text=body)) as server, DX("token", base_url=server.url) as dx:
        with pytest.raises(ProtocolError) as caught:
            await dx.incidents.upsert(reference_id="r", started_at=START)

    assert (caught.value.status, caught.value.attempts) == (200, 1)


async def test_a_refusal_without_a_code_is_a_refusal():
    async with Echo(lambda request: web.json_response({"ok": False})) as server, DX("token", base_url=server.url) as dx:
        with pytest.raises(DXError, match="refused") as caught:
            await dx.incidents.upsert(reference_id="r", started_at=START)

    assert caught.value.code is None


async def test_fields_beside_ok_are_handed_on():
    kind = Echo(lambda request: web.json_response({"ok": True, "id": 7}))
    async with kind as server, DX("token", base_url=server.url) as dx:
        assert await dx.incidents.upsert(reference_id="r", started_at=START) == {"id": 7}

    assert server.received[0].headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize(
    "fault", [Fault(html=True), Fault(reset=True, after_state=True), Fault(empty=True), Fault(status=429)]
)
async def test_an_upsert_is_sent_again(dx: DX, sandbox: Sandbox, fault: Fault):
    sandbox.faults.add(replace(fault, times=2))

    await dx.incidents.upsert(reference_id="ref-1", started_at=START)

    assert sandbox.requests == 3
    assert list(sandbox.account.dx_incidents) == ["ref-1"]


@pytest.mark.parametrize(("fault", "kind"), [(Fault(html=True), ServerError), (Fault(status=429), Throttled)])
async def test_an_upsert_that_never_arrives_is_raised(dx: DX, sandbox: Sandbox, fault: Fault, kind: type):
    sandbox.faults.add(fault)

    with pytest.raises(kind) as caught:
        await dx.incidents.upsert(reference_id="ref-1", started_at=START)

    assert caught.value.attempts == sandbox.requests == 5


async def test_moments_are_told_in_utc(dx: DX, sandbox: Sandbox):
    await dx.incidents.upsert(reference_id="ref-1", started_at=datetime(2024, 6, 1, tzinfo=UTC))

    assert stored(sandbox)["started_at"] == "2024-06-01T00:00:00"
