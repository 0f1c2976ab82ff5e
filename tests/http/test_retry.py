"""What happens to a failed attempt: the table, over real sockets, with nobody really waiting."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from opsgenie_async import (
    UNSET,
    Alias,
    Config,
    Conflict,
    NotFound,
    NotImplementedByServer,
    Opsgenie,
    OpsgenieError,
    OutcomeUnknown,
    ServerError,
    ServiceUnavailable,
    Throttled,
    TransportError,
    UnprocessableEntity,
    Unset,
)
from opsgenie_async.models import NoRecipient, RotationMeta, UserRef
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.throttle import ThrottleGate, Ticket
from tests.clocks import FakeClock
from tests.http.calls import call

API_503 = Fault(status=503)


WAITS = [0.25, 0.5, 1.0, 2.0]


UNCLEAR = {
    "500 api": (Fault(status=500), ServerError, 500),
    "500 html": (Fault(html=True, status=500), ServerError, 500),
    "502 html": (Fault(html=True), ServerError, 502),
    "503 html": (Fault(html=True, status=503), ServiceUnavailable, 503),
    "503 empty": (Fault(empty=True, status=503), ServiceUnavailable, 503),
    "504 empty": (Fault(empty=True), ServerError, 504),
    "599": (Fault(status=599), ServerError, 599),
    "reset": (Fault(reset=True), TransportError, None),
    "reset after the work": (Fault(reset=True, after_state=True), TransportError, None),
    "truncated": (Fault(truncate=True), TransportError, 200),
}


CLEAR = {
    "503 api": (API_503, ServiceUnavailable, 503),
}


REFUSED = {
    "501": (Fault(status=501), NotImplementedByServer, 501),
    "404": (Fault(status=404), NotFound, 404),
    "409": (Fault(status=409), Conflict, 409),
    "422": (Fault(status=422), UnprocessableEntity, 422),
}


def cases(table: dict[str, tuple[Fault, type[OpsgenieError], int | None]]) -> object:
    return pytest.mark.parametrize(("fault", "kind", "status"), table.values(), ids=table)


@cases(UNCLEAR | CLEAR)
async def test_a_repeatable_call_is_made_again_until_it_works(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, fault: Fault, kind: type, status: int | None
):
    sandbox.faults.add(changed(fault, times=4))

    envelope = await timed_og.request("GET", "/v2/teams")

    assert isinstance(envelope.data, list)
    assert (len(envelope.data), envelope.attempts, sandbox.requests) == (3, 5, 5)
    assert clock.slept == WAITS


@cases(UNCLEAR | CLEAR)
async def test_a_repeatable_call_that_never_works_raises_its_last_failure(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, fault: Fault, kind: type, status: int | None
):
    sandbox.faults.add(fault)

    with pytest.raises(OpsgenieError) as caught:
        await timed_og.request("GET", "/v2/teams")

    error = caught.value
    assert (type(error), error.status, error.attempts, error.waited) == (kind, status, 5, sum(WAITS))
    assert (sandbox.requests, clock.slept) == (5, WAITS)


@cases(UNCLEAR)
async def test_any_other_call_is_unknown_at_once(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, fault: Fault, kind: type, status: int | None
):
    sandbox.faults.add(fault)

    with pytest.raises(OutcomeUnknown) as caught:
        await call(timed_og, repeatable=False)

    request = 201 if fault.truncate else status
    assert (caught.value.status, caught.value.attempts, caught.value.waited) == (request, 1, 0)
    assert (sandbox.requests, clock.slept) == (1, [])


@pytest.mark.parametrize("repeatable", [True, False])
async def test_503_in_the_apis_own_words_is_tried_again_whatever_it_was(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, repeatable: bool
):
    sandbox.faults.add(Fault(status=503, times=2))

    await call(timed_og, repeatable=repeatable)

    assert (sandbox.requests, clock.slept) == (3, WAITS[:2])
    assert len(await timed_og.teams.list()) == 4


@pytest.mark.parametrize("repeatable", [True, False])
@cases(REFUSED)
async def test_a_refusal_is_raised_at_once(
    timed_og: Opsgenie,
    sandbox: Sandbox,
    clock: FakeClock,
    fault: Fault,
    kind: type,
    status: int,
    repeatable: bool,
):
    sandbox.faults.add(fault)

    with pytest.raises(kind) as caught:
        await call(timed_og, repeatable=repeatable)

    assert (type(caught.value), caught.value.status, caught.value.attempts) == (kind, status, 1)
    assert (sandbox.requests, clock.slept) == (1, [])


@pytest.mark.parametrize("repeatable", [True, False])
async def test_what_could_not_connect_is_tried_again_whatever_it_was(
    clock: FakeClock, unused_tcp_port: int, repeatable: bool
):
    config = Config(clock=clock, jitter=lambda bound: bound)
    async with Opsgenie("key", base_url=f"http://127.0.0.1:{unused_tcp_port}", config=config) as og:
        with pytest.raises(TransportError) as caught:
            await call(og, repeatable=repeatable)

    assert (type(caught.value), caught.value.status, caught.value.attempts) == (TransportError, None, 5)
    assert clock.slept == WAITS
    assert not caught.value.maybe_done


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_throttled_call_goes_through_when_the_lane_reopens(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, repeatable: bool
):
    sandbox.throttle(on_request=1, period=60, times=3)

    await call(timed_og, repeatable=repeatable)

    assert sandbox.requests == 4
    assert sandbox.refused == {"configuration": 3}
    assert clock.now() - 1000 < 75


async def test_a_limit_that_never_opens_raises_throttled(timed_og: Opsgenie, sandbox: Sandbox):
    sandbox.throttle(period=60, times=1000)

    with pytest.raises(Throttled) as caught:
        await call(timed_og, repeatable=False)

    assert (caught.value.attempts, sandbox.requests) == (5, 5)
    assert caught.value.retry_after == 60
    assert caught.value.waited > 10


@pytest.mark.parametrize(("attempts", "flags"), [(4, [False, False, False, True]), (2, [False, True]), (1, [False])])
async def test_a_throttle_is_told_which_attempt_is_the_last(
    sandbox: Sandbox, clock: FakeClock, attempts: int, flags: list[bool]
):
    events = []

    class Listening(ThrottleGate):
        async def acquire(
            self, domain: str, deadline: float | None = None, max_wait: float = math.inf, *, last: bool = False
        ) -> Ticket:
            events.append(last)
            return await super().acquire(domain, deadline, max_wait, last=last)

    sandbox.faults.add(Fault(status=429))
    config = Config(clock=clock, throttle=Listening(clock), max_attempts=attempts)
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        with pytest.raises(Throttled):
            await og.teams.list()
    assert events == flags


async def test_a_call_that_spends_no_limit_backs_off_from_a_429(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    sandbox.faults.add(Fault(status=429, times=2), Fault(status=429, headers={"Retry-After": "9"}, times=1))

    await timed_og.request("GET", "/v2/teams", domain="")

    assert (sandbox.requests, clock.slept) == (4, [0.25, 0.5, 9])


# --- Retry-After


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["number", "date"])
async def test_retry_after_is_obeyed(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, status: int, form: str):
    value = "17" if form == "number" else format_datetime(clock.utc() + timedelta(seconds=17), usegmt=True)
    sandbox.faults.add(Fault(status=status, headers={"Retry-After": value}, times=1))

    await timed_og.request("GET", "/v2/teams")

    assert sandbox.requests == 2
    assert clock.now() - 1000 == pytest.approx(17, abs=0.01)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_longer_wait_than_allowed_raises_at_once(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock, status: int
):
    sandbox.faults.add(Fault(status=status, headers={"Retry-After": "121"}))

    with pytest.raises(Throttled if status == 429 else ServiceUnavailable) as caught:
        await timed_og.request("GET", "/v2/teams")

    assert (sandbox.requests, clock.slept, caught.value.attempts) == (1, [], 1)
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after == pytest.approx(121)


async def test_other_tasks_in_a_closed_lane_are_refused_as_well(timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock):
    sandbox.faults.add(Fault(status=429, headers={"Retry-After": "500"}))

    outcomes = await asyncio.gather(*(timed_og.request("GET", "/v2/teams") for _ in range(20)), return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {Throttled}
    assert clock.slept == []
    assert sandbox.requests <= 20


async def test_a_view_may_be_less_patient_with_a_closed_lane_than_its_client(
    timed_og: Opsgenie, sandbox: Sandbox, clock: FakeClock
):
    sandbox.faults.add(Fault(status=429, headers={"Retry-After": "50"}, times=1))

    with pytest.raises(Throttled, match=r"closed for another 50\.0 s"):
        await timed_og.with_config(max_wait=10).request("GET", "/v2/teams")
    assert clock.slept == []

    await timed_og.request("GET", "/v2/teams")
    assert clock.slept == [50]


# --- repeats that find their own traces


async def test_a_delete_that_had_arrived_is_done(timed_og: Opsgenie, sandbox: Sandbox):
    [rule] = sandbox.add_routing_rules("ops")
    team = next(each for each in sandbox.account.teams.values() if each["name"] == "ops")
    sandbox.faults.add(Fault(route="DELETE *", reset=True, after_state=True, times=1))

    await timed_og.team_routing_rules.delete(team["id"], rule["id"])

    assert sandbox.requests == 2
    assert len(await timed_og.team_routing_rules.list(team["id"])) == 1


@pytest.mark.parametrize("before", [None, API_503, Fault(status=429, headers={"Retry-After": "1"})])
async def test_a_delete_of_nothing_is_not_found(timed_og: Opsgenie, sandbox: Sandbox, before: Fault | None):
    """429 and the API's 503 say that nothing was done: no excuse for a 404 after them."""
    team = next(iter(sandbox.account.teams))
    if before is not None:
        sandbox.faults.add(changed(before, times=1))

    with pytest.raises(NotFound):
        await timed_og.team_routing_rules.delete(team, "nothing")


@pytest.mark.parametrize("user", [UserRef(username="ann@corp.example"), NoRecipient()])
async def test_an_override_that_had_arrived_is_created(timed_og: Opsgenie, sandbox: Sandbox, user: UserRef):
    schedule = sandbox.add_schedule("on call", participants=("ann@corp.example", "bob@corp.example"))
    sandbox.faults.add(Fault(route="POST *", html=True, after_state=True, times=1))

    result = await timed_og.schedule_overrides.create(schedule["id"], **night(), user=user)

    assert result.alias == "night"
    assert [request.method for request in sandbox.received] == ["POST", "POST", "GET"]
    assert len(await timed_og.schedule_overrides.list(schedule["id"])) == 1


@pytest.mark.parametrize("other", ["user", "start_date", "end_date", "rotations"])
async def test_another_override_of_that_alias_is_a_conflict(timed_og: Opsgenie, sandbox: Sandbox, other: str):
    schedule = sandbox.add_schedule("on call", participants=("ann@corp.example", "bob@corp.example"))
    desired = {**night(), "user": UserRef(username="ann@corp.example")}
    existing = {
        **desired,
        other: {
            "user": UserRef(username="bob@corp.example"),
            "start_date": desired["start_date"] - timedelta(hours=1),
            "end_date": desired["end_date"] + timedelta(hours=1),
            "rotations": [RotationMeta(name="Rot1")],
        }[other],
    }
    await timed_og.schedule_overrides.create(schedule["id"], **existing)
    sandbox.faults.add(Fault(route="POST *", html=True, times=1))

    with pytest.raises(Conflict) as caught:
        await timed_og.schedule_overrides.create(schedule["id"], **desired)

    assert caught.value.maybe_done
    assert len(await timed_og.schedule_overrides.list(schedule["id"])) == 1


async def test_the_same_override_twice_is_a_conflict_when_all_was_clear(timed_og: Opsgenie, sandbox: Sandbox):
    schedule = sandbox.add_schedule("on call", participants=("ann@corp.example",))
    desired = {**night(), "user": NoRecipient()}
    await timed_og.schedule_overrides.create(schedule["id"], **desired)

    with pytest.raises(Conflict):
        await timed_og.schedule_overrides.create(schedule["id"], **desired)
    sandbox.faults.add(Fault(route="POST *", html=True, after_state=True, times=1))
    with pytest.raises(OutcomeUnknown):
        await timed_og.schedule_overrides.create(schedule["id"], **{**desired, "alias": ""})


@pytest.mark.parametrize("alias", [UNSET, ""])
@pytest.mark.parametrize(
    "fault",
    [Fault(html=True, after_state=True), Fault(reset=True, after_state=True), Fault(truncate=True), API_503],
    ids=["502", "reset", "truncated", "503"],
)
async def test_an_alert_is_raised_once(timed_og: Opsgenie, sandbox: Sandbox, fault: Fault, alias: str | Unset):
    sandbox.faults.add(changed(fault, route="POST /v2/alerts", times=2))

    pending = await timed_og.alerts.create(message="disk full", alias=alias)

    assert len(pending.alias) >= 16
    assert {request.json["alias"] for request in sandbox.received} == {pending.alias}
    assert (await pending.wait()).alias == pending.alias
    assert len(sandbox.account.alerts) == 1
    assert (await timed_og.alerts.get(Alias(pending.alias))).message == "disk full"


async def test_an_incident_is_never_opened_twice(timed_og: Opsgenie, sandbox: Sandbox):
    sandbox.faults.add(Fault(html=True, after_state=True, times=1))

    with pytest.raises(OutcomeUnknown):
        await timed_og.incidents.create(message="down")

    assert sandbox.requests == 1


async def test_a_note_is_never_written_twice(timed_og: Opsgenie, sandbox: Sandbox):
    pending = await timed_og.alerts.create(message="disk full")
    sandbox.faults.add(Fault(route="POST */acknowledge*", html=True, times=1))

    with pytest.raises(OutcomeUnknown):
        await timed_og.alerts.acknowledge(Alias(pending.alias), note="mine")
    sandbox.faults.clear()
    sandbox.faults.add(Fault(route="POST */acknowledge*", html=True, times=1))
    await (await timed_og.alerts.acknowledge(Alias(pending.alias))).wait()

    assert (await timed_og.alerts.get(Alias(pending.alias))).acknowledged


def changed(fault: Fault, **changes: object) -> Fault:
    return replace(fault, **changes)  # type: ignore[arg-type]


def night() -> dict[str, object]:
    return {
        "alias": "night",
        "start_date": datetime(2026, 2, 1, 20, tzinfo=UTC),
        "end_date": datetime(2026, 2, 2, 8, tzinfo=UTC),
    }
