"""The bar: how far, since when and for how long still at any width; statistics where there is room."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from opsgenie_async.cli.bar import Bar
from opsgenie_async.cli.meter import Meter
from opsgenie_async.events import AttemptEnded, Waiting
from tests.clocks import FakeClock


def answered(status: int) -> AttemptEnded:
    return AttemptEnded(call="GET x", domain="d", attempt=1, status=status, reason="", request_id="", elapsed=0.1)


async def draw(width: int, *, refused: int = 0, total: int = 5000, is_terminal: bool = True) -> list[str]:
    """What a terminal of that width shows after ten of a hundred seconds."""
    clock = FakeClock()
    meter = Meter(clock)
    output = io.StringIO()
    console = Console(file=output, width=width, force_terminal=is_terminal, color_system=None, legacy_windows=False)
    with Bar(meter, "pulling", console=console) as bar:
        for step in range(11):
            bar.draw(step * total // 100, total, "3/25 teams")
            await clock.advance(1)
        for _ in range(refused):
            meter(answered(429))
        bar.draw(total // 10, total, "3/25 teams")
    return output.getvalue().replace("\r", "\n").replace("\x1b[2K", "").splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_it_shows_how_far_since_when_and_for_how_long_still(width: int) -> None:
    line = next(line for line in reversed(await draw(width)) if "pulling" in line)

    assert line.count("━") + line.count("╸") > 0
    assert "500/5,000  0:00:1" in line
    assert " left" in line
    assert len(line) <= width


@pytest.mark.parametrize(("width", "count"), [(60, 0), (80, 2), (120, 3)])
async def test_statistics_go_first_when_there_is_no_room(width: int, count: int) -> None:
    line = next(line for line in reversed(await draw(width, refused=2)) if "pulling" in line)

    statistics = ["3/25 teams", "requests/s", "2 refused"]
    assert [each for each in statistics if each in line] == statistics[:count]


async def test_a_perfect_run_has_no_word_of_refusals_and_waits() -> None:
    clock = FakeClock()
    meter = Meter(clock)
    meter(Waiting(call="GET x", domain="d", attempt=1, cause="throttle", seconds=1.0))
    meter(answered(200))

    assert meter.totals(" in 3 s") == "1 request in 3 s"

    meter(answered(429))
    meter(Waiting(call="GET x", domain="d", attempt=1, cause="backoff", seconds=1.0))
    assert meter.totals(" in 3 s") == "2 requests in 3 s, 1 refused with 429, 1 retried"


async def test_a_file_gets_the_last_state_alone() -> None:
    lines = [line for line in await draw(80, is_terminal=False) if line.strip()]

    assert len(lines) == 1
    assert lines[0].startswith("pulling ")


async def test_quiet_draws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar(Meter(FakeClock()), "pulling", is_quiet=True) as bar:
        bar.draw(1, 2)
    assert capsys.readouterr() == ("", "")


async def test_what_never_came_to_anything_leaves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar(Meter(FakeClock()), "pulling"):
        pass
    assert capsys.readouterr() == ("", "")


async def test_a_rate_that_nobody_asks_for_needs_no_memory() -> None:
    meter = Meter(clock := FakeClock())
    for _ in range(100):
        meter(answered(200))
        await clock.advance(1.0)

    assert meter.requests == 100
    assert len(meter._recent) <= 3
