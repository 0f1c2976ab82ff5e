"""A stream that was closed before the command began, as by `2>&-`: Python has None in its place."""

from __future__ import annotations

import sys

import pytest

from opsgenie_async.cli import main
from opsgenie_async.cli.archive_progress import ProgressView
from opsgenie_async.cli.confirmation import is_terminal
from opsgenie_async.cli.meter import Meter
from tests.cli.test_archive_progress import progress
from tests.clocks import FakeClock


async def test_progress_without_stderr_is_nobodys(monkeypatch: pytest.MonkeyPatch, capsys):
    clock = FakeClock()
    monkeypatch.setattr(sys, "stderr", None)
    with ProgressView(Meter(clock), clock, is_full=True, is_quiet=False) as view:
        for done in (1, 2):
            await clock.advance(60)
            view.show(progress(alerts=done))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["stdin", "stderr"])
def test_nobody_is_asked_without_stdin_or_stderr(monkeypatch: pytest.MonkeyPatch, name: str):
    class Terminal:
        def isatty(self) -> bool:
            return True

    for each in ("stdin", "stderr"):
        monkeypatch.setattr(sys, each, Terminal())
    assert is_terminal()
    monkeypatch.setattr(sys, name, None)
    assert not is_terminal()


def test_a_body_of_a_closed_stdin_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["api", "POST", "v2/teams", "--body", "-"]) == 2
    assert "--body: -: Bad file descriptor" in capsys.readouterr().err
