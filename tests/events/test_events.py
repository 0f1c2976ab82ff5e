"""What hooks hear of a call."""

import logging

import pytest

from opsgenie_async import Config, NotFound, Opsgenie, ServerError, Throttled
from opsgenie_async.events import AttemptEnded, CallEnded, Event, LaneChanged, Waiting
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock


def listening(sandbox: Sandbox, clock: FakeClock, *hooks: object) -> Opsgenie:
    config = Config(clock=clock, jitter=lambda bound: bound, hooks=hooks)  # type: ignore[arg-type]
    return Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config)


async def test_every_attempt_wait_and_outcome_is_told_in_order(sandbox: Sandbox, clock: FakeClock):
    events: list[Event] = []
    sandbox.faults.add(
        Fault(html=True, times=1),
        Fault(reset=True, times=1),
        Fault(status=429, headers={"Retry-After": "3"}, times=1),
    )
    async with listening(sandbox, clock, events.append) as og:
        await og.request("GET", "/v2/teams", params={"secret": "word"})

    assert [type(event) for event in events] == [
        *(AttemptEnded, Waiting),
        *(AttemptEnded, Waiting),
        *(LaneChanged, AttemptEnded, Waiting),
        *(LaneChanged, AttemptEnded, CallEnded),
    ]
    attempts = [event for event in events if isinstance(event, AttemptEnded)]
    waits = [event for event in events if isinstance(event, Waiting)]
    lanes = [event for event in events if isinstance(event, LaneChanged)]
    assert [(event.attempt, event.status) for event in attempts] == [(1, 502), (2, None), (3, 429), (4, 200)]
    assert "reset" in attempts[1].reason
    assert all(event.request_id for event in attempts if event.status)
    assert [(event.attempt, event.cause, event.seconds) for event in waits] == [
        (2, "backoff", 0.25),
        (3, "backoff", 0.5),
        (4, "throttle", pytest.approx(3)),
    ]
    assert [event.state for event in lanes] == ["closed", "opened"]
    assert lanes[0].seconds == pytest.approx(3)
    [end] = [event for event in events if isinstance(event, CallEnded)]
    assert (end.attempts, end.status, end.error, end.domain) == (4, 200, "", "configuration")
    assert end.waited == pytest.approx(3.75)
    assert {event.call for event in events if not isinstance(event, LaneChanged)} == {"GET v2/teams"}
    assert "word" not in repr(events)


async def test_a_back_off_is_told_when_it_begins(sandbox: Sandbox, clock: FakeClock):
    moments: list[float] = []
    sandbox.faults.add(Fault(html=True, times=1))
    async with listening(sandbox, clock, lambda event: moments.append(clock.now())) as og:
        await og.teams.list()

    assert moments == [1000, 1000, 1000.25, 1000.25]


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (Fault(status=404), NotFound, 1),
        (Fault(html=True), ServerError, 5),
        (Fault(status=429, headers={"Retry-After": "999"}), Throttled, 1),
    ],
)
async def test_the_end_names_what_was_raised(
    sandbox: Sandbox, clock: FakeClock, fault: Fault, kind: type[Exception], attempts: int
):
    events: list[Event] = []
    sandbox.faults.add(fault)
    async with listening(sandbox, clock, events.append) as og:
        with pytest.raises(kind) as caught:
            await og.teams.list()

    end = events[-1]
    assert isinstance(end, CallEnded)
    assert (end.error, end.attempts, end.status) == (kind.__name__, attempts, caught.value.status)  # type: ignore[attr-defined]
    assert end.request_id == caught.value.request_id  # type: ignore[attr-defined]


async def test_hooks_hear_in_their_order_and_one_that_fails_breaks_nothing(
    sandbox: Sandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture
):
    events: list[tuple[int, Event]] = []

    def broken(event: Event) -> None:
        raise RuntimeError("a hook of mine")

    hooks = (lambda event: events.append((1, event)), broken, lambda event: events.append((2, event)))
    async with listening(sandbox, clock, *hooks) as og:
        assert len(await og.teams.list()) == 3

    assert [number for number, _ in events] == [1, 2, 1, 2]
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "a hook failed on AttemptEnded",
        "a hook failed on CallEnded",
    ]


async def test_no_hooks_is_silence(sandbox: Sandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "opsgenie_async")
    async with listening(sandbox, clock) as og:
        await og.teams.list()

    assert [record for record in caplog.records if record.name == "opsgenie_async"] == []


async def test_the_log_says_what_a_person_wants_to_know(
    timed_og: Opsgenie, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, "opsgenie_async")
    sandbox.faults.add(Fault(html=True, times=1), Fault(status=429, headers={"Retry-After": "3"}, times=1))

    await timed_og.teams.list()

    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "opsgenie_async"]
    answer = [text for level, text in lines if level == "INFO"]
    assert [text.partition(" in ")[0].partition(",")[0] for text in answer] == [
        "GET v2/teams: attempt 1: 502",
        "GET v2/teams: again",
        "rate limit configuration: closed",
        "GET v2/teams: attempt 2: 429",
        "rate limit configuration: opened",
    ]
    assert answer[1] == "GET v2/teams: again in 0.25 s"
    assert [text.partition(" in ")[0] for level, text in lines if level == "DEBUG"] == [
        "GET v2/teams: held back 3.00 s by the rate limit",
        "GET v2/teams: attempt 3: 200",
        "GET v2/teams: 200 after 3 attempts, 0.000 s, 3.250 s of them waiting",
    ] or lines[-1][1].endswith("3.250 s of them waiting")
