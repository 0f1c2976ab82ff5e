"""Failures on order, over a real socket."""

from __future__ import annotations

import errno
import time
from contextlib import nullcontext

import aiohttp
import pytest

from opsgenie_async.sandbox import Fault


async def test_a_status_brings_the_apis_own_body(api, sandbox):
    sandbox.faults.add(Fault(status=503, headers={"Retry-After": "3"}))

    reply = await api("GET", "/v2/teams")
    assert (reply.status, reply.json["message"], reply.headers["Retry-After"]) == (503, "Service Unavailable", "3")
    assert reply.headers["X-Request-ID"] == reply.json["requestId"]


async def test_an_unsupported_request_is_403_with_40302(api, sandbox):
    sandbox.faults.add(Fault(status=403, code=40302, route="POST /v2/teams"))

    reply = await api("POST", "/v2/teams", {"name": "x"})
    assert (reply.status, reply.json["code"]) == (403, 40302)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_gateway_answers_html(api, sandbox, status):
    sandbox.faults.add(Fault(status=status, html=True))

    reply = await api("GET", "/v2/teams")
    assert (reply.status, reply.headers["Content-Type"], reply.json) == (status, "text/html", None)
    assert "nginx" in reply.text
    assert str(status) in reply.text


async def test_an_empty_body(api, sandbox):
    sandbox.faults.add(Fault(empty=True))

    reply = await api("GET", "/v2/teams")
    assert (reply.status, reply.text) == (504, "")


@pytest.mark.parametrize(("body", "text"), [({"a": 1}, '{"a": 1}'), ("plain", "plain")])
async def test_a_body_of_ones_own(api, sandbox, body, text):
    sandbox.faults.add(Fault(status=400, body=body))

    assert (await api("GET", "/v2/teams")).text == text


@pytest.mark.parametrize("html", [False, True])
async def test_a_large_error_body(api, sandbox, html):
    sandbox.faults.add(Fault(status=500, size=10_000_000, html=html))

    reply = await api("GET", "/v2/teams")
    assert reply.status == 500
    assert 10_000_000 <= len(reply.text) < 10_000_200


async def test_a_reset_cuts_the_connection(api, sandbox):
    sandbox.faults.add(Fault(reset=True, route="POST *"))

    with pytest.raises(aiohttp.ClientOSError) as caught:
        await api("POST", "/v2/teams", {"name": "x"})
    assert caught.value.errno == errno.ECONNRESET
    assert not sandbox.account.teams
    assert (await api("GET", "/v2/teams")).status == 200


@pytest.mark.parametrize("fault", [Fault(reset=True, after_state=True), Fault(status=500, after_state=True)])
async def test_the_work_may_be_done_before_it_fails(api, sandbox, fault):
    sandbox.faults.add(fault)

    try:
        assert (await api("POST", "/v2/teams", {"name": "x"})).status == 500
    except aiohttp.ClientOSError:
        assert fault.reset
    assert [team["name"] for team in sandbox.account.teams.values()] == ["x"]


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (Fault(reset=True, share=0.5), False),
        (Fault(reset=True, share=0.5, after_state=True), True),
        (Fault(truncate=True, share=0.5), True),
        (Fault(truncate=True, share=0.5, status=502), False),
        (Fault(truncate=True, share=0.5, status=502, after_state=True), True),
        (Fault(status=503, share=0.5), False),
    ],
)
async def test_a_lost_answer_may_be_one_to_work_that_was_done(api, sandbox, fault, done):
    sandbox.faults.add(fault)

    failures = set()
    for number in range(30):
        try:
            reply = await api("POST", "/v2/teams", {"name": f"team-{number}"})
        except aiohttp.ClientError:
            failures.add(f"team-{number}")
        else:
            assert reply.status in (201, fault.status)
            failures |= {f"team-{number}"} if reply.status != 201 else set()

    names = {team["name"] for team in sandbox.account.teams.values()}
    assert 5 < len(failures) < 25
    assert failures <= names if done else not failures & names
    assert len(names | failures) == 30


async def test_a_status_alone_does_no_work(api, sandbox):
    sandbox.faults.add(Fault(status=500))

    await api("POST", "/v2/teams", {"name": "x"})
    assert not sandbox.account.teams


async def test_a_truncated_body_promises_more_than_it_holds(api, sandbox):
    sandbox.faults.add(Fault(truncate=True, times=1))

    with pytest.raises(aiohttp.ClientPayloadError):
        await api("GET", "/v2/teams")
    assert (await api("GET", "/v2/teams")).status == 200


async def test_headers_and_delays_may_come_alone(api, sandbox):
    sandbox.faults.add(Fault(headers={"X-RateLimit-State": "THROTTLED"}, delay=0.02, times=1))

    start = time.perf_counter()
    reply = await api("GET", "/v2/teams")
    assert time.perf_counter() - start >= 0.02
    assert (reply.status, reply.data, reply.headers["X-RateLimit-State"]) == (200, [], "THROTTLED")
    assert (await api("GET", "/v2/teams")).headers["X-RateLimit-State"] == "OK"


async def test_how_often_and_after_how_many(api, sandbox):
    sandbox.faults.add(Fault(status=500, after=2, times=1, route="GET /v2/teams*"))

    assert (await api("GET", "/v2/account")).status == 200
    assert [(await api("GET", "/v2/teams")).status for _ in range(4)] == [200, 200, 500, 200]


async def test_a_share_is_drawn_from_the_seed(api, sandbox):
    sandbox.faults.add(Fault(status=500, share=0.3))
    statuses = [(await api("GET", "/v2/teams")).status for _ in range(200)]

    assert 30 < statuses.count(500) < 90


async def test_the_first_fault_that_applies_wins_and_all_can_be_cleared(api, sandbox):
    sandbox.faults.add(Fault(status=500, times=1), Fault(status=502))

    assert [(await api("GET", "/v2/teams")).status for _ in range(2)] == [500, 502]
    sandbox.faults.clear()
    assert (await api("GET", "/v2/teams")).status == 200


def test_a_fault_from_json():
    document = {"route": "GET *", "status": 500, "share": 0.5, "headers": {"A": "b"}, "after_state": True}

    assert Fault.from_json(document, "x") == Fault(**document)


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ([], "f"),
        ({"colour": "red"}, "f.colour"),
        ({"status": "500"}, "f.status"),
        ({"status": True}, "f.status"),
        ({"reset": 1}, "f.reset"),
        ({"headers": []}, "f.headers"),
        ({"headers": {"A": 5}}, "f.headers"),
        ({"headers": {"A": "b\r\nC: d"}}, "f.headers"),
        ({"status": 5000}, "f.status"),
        ({"share": 1.5}, "f.share"),
        ({"share": float("nan")}, "f.share"),
        ({"delay": -1}, "f.delay"),
        ({"times": -1}, "f.times"),
        ({"after": -1}, "f.after"),
        ({"size": -1}, "f.size"),
        ({"route": "/v2/alerts"}, "f.route"),
    ],
)
def test_a_mistake_names_its_field(document, named):
    with pytest.raises(ValueError) as caught:
        Fault.from_json(document, "f")
    assert str(caught.value).startswith(f"{named}:")


@pytest.mark.parametrize(
    "field",
    [
        {"status": "503"},
        {"times": "2"},
        {"share": None},
        {"delay": "1"},
        {"reset": 1},
        {"status": True},
        {"route": None},
    ],
)
def test_a_field_of_another_type_is_named(field):
    (name,) = field
    with pytest.raises(ValueError, match=f"^{name}: "):
        Fault(**field)


PATTERNS = {
    "/v2/alerts": False,
    "POST v2/alerts": False,
    "post /v2/alerts": False,
    "POST": False,
    "": False,
    "POST /v2/alerts": True,
    "*": True,
    "P*": True,
    "* /v1/incidents*": True,
    "*/v2/alerts": True,
    "GET */requests/*": True,
    "[GP]*": True,
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_no_request_can_match_is_refused_wherever_one_is_given(pattern, sandbox):
    doors = [
        lambda: Fault(route=pattern),
        lambda: sandbox.requests_to(pattern),
        lambda: sandbox.forbid(pattern),
        lambda: sandbox.withdraw(pattern),
        lambda: sandbox.add_key(forbidden=[pattern]),
    ]
    for door in doors:
        with nullcontext() if PATTERNS[pattern] else pytest.raises(ValueError, match="write a method and a path"):
            door()
