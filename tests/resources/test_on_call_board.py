"""`og.on_calls.board()`: many schedules at once, asked for again when somebody else comes on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsgenie_async import ArgumentTypeError, Name, NotFound
from opsgenie_async.models import ScheduleTimeline
from opsgenie_async.resources.on_call_board import OnCallTurn, read_turn

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def schedules(sandbox):
    sandbox.account.schedules.clear()
    sandbox.account.timezone = "UTC"
    sandbox.add_schedule("Ops", participants=("ann@example.com", "ben@example.com"))
    sandbox.add_schedule("Night", participants=("cay@example.com",))


async def test_only_the_chosen_ones(og, sandbox, clock):
    board = og.on_calls.board([Name("Night")], now=clock.utc)

    assert {name: turn.who for name, turn in (await board.all()).items()} == {"Night": ("cay@example.com",)}
    assert sandbox.requests == 2


@pytest.mark.parametrize("selection", ["Night", b"Night", Name("Night"), {"Night": 1}, iter(["Night"])])
def test_what_is_not_a_list_of_schedules_is_refused(og, selection):
    """A str was asked for letter by letter, and what can be read only once was no selection the second time."""
    with pytest.raises(ArgumentTypeError, match=r"^on_calls\.board: schedules: expected a list of schedules, got "):
        og.on_calls.board(selection)


async def test_a_missing_schedule_is_raised_by_itself(og, clock):
    with pytest.raises(NotFound):
        await og.on_calls.board([Name("Night"), Name("Day")], now=clock.utc).all()


async def test_forget_and_age_ask_anew(og, sandbox, clock):
    board = og.on_calls.board(now=clock.utc, max_age=timedelta(hours=1))
    await board.all()
    await board.all()
    assert sandbox.requests == 3
    board.forget()
    await board.all()
    assert sandbox.requests == 6
    sandbox.add_schedule("New", participants=("dan@example.com",))
    await clock.advance(3600)
    assert set(await board.all()) == {"Ops", "Night", "New"}


async def test_the_clock_is_that_of_the_client(timed_og, clock):
    turn = (await timed_og.on_calls.board().all())["Ops"]

    assert turn.until == turn.next_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert {*turn.who, *turn.next_who} == {"ann@example.com", "ben@example.com"}
    assert clock.utc() < turn.until


def periods(*rows):
    return ScheduleTimeline.from_dict(
        {
            "startDate": "2025-12-29T00:00:00Z",
            "endDate": "2026-01-12T00:00:00Z",
            "finalTimeline": {
                "rotations": [
                    {
                        "periods": [
                            {
                                "startDate": f"2026-01-{start:02d}T00:00:00Z",
                                "endDate": f"2026-01-{end:02d}T00:00:00Z",
                                "recipient": {"type": "user", "name": user},
                            }
                        ]
                    }
                    for user, start, end in rows
                ]
            },
        }
    )


@pytest.mark.parametrize(
    ("rows", "turn"),
    [
        ([("a", 1, 2), ("a", 2, 4), ("b", 4, 5)], (("a",), 4, ("b",), 4)),  # two turns of one person are one
        ([("a", 1, 2), ("b", 3, 4)], (("a",), 2, ("b",), 3)),  # nobody in between
        ([("a", 1, 12)], (("a",), 12, (), None)),
        ([("b", 3, 4)], ((), 3, ("b",), 3)),
        ([("a", 1, 5), ("b", 2, 3)], (("a",), 2, ("a", "b"), 2)),
        ([], ((), 12, (), None)),
    ],
)
def test_a_turn_ends_when_somebody_comes_or_goes(rows, turn):
    user, until, next_user, next_at = turn

    def day(number):
        return datetime(2026, 1, number, tzinfo=UTC)

    assert read_turn(periods(*rows), NOW) == OnCallTurn(user, day(until), next_user, next_at and day(next_at))
