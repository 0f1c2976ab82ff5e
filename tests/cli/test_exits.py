"""Which error of a command has which exit status and which line."""

from __future__ import annotations

import argparse
import json

import pytest

from opsgenie_async.archive import ArchiveError
from opsgenie_async.cli.exits import Exit, Failure, WrongUsage, exit_on_error
from opsgenie_async.dx.checkpoint import CheckpointError
from opsgenie_async.errors import NotFound, OpsgenieError, Throttled
from opsgenie_async.oncall import ScheduleError
from opsgenie_async.sync import DanglingReference, JournalError, MovingAccount, StoreError, TooManyDeletions


def end_with(error: BaseException, *, as_json: bool = False) -> int:
    with (
        pytest.raises(Exit) as info,
        exit_on_error(
            "pull",
            argparse.Namespace(json=as_json),
            interrupted=lambda: "nothing was changed",
            remainder=lambda: "go on",
        ),
    ):
        raise error
    return info.value.status


@pytest.mark.parametrize(
    "error_class",
    [WrongUsage, StoreError, JournalError, DanglingReference, ArchiveError, CheckpointError, ScheduleError],
)
def test_what_was_given_is_wrong_usage(error_class: type[Exception], capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(error_class("x.json: is no snapshot")) == 2
    assert capsys.readouterr() == ("", "opsgenie-async pull: x.json: is no snapshot\n")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Failure("no room"), "no room; go on"),
        (NotFound("no such team", status=404), "NotFound: 404 no such team; go on"),
        (Throttled("too long", status=429), "Throttled: 429 too long; go on"),
        (MovingAccount("moves"), "MovingAccount: moves; go on"),
        (PermissionError(13, "Permission denied", "x"), "PermissionError: [Errno 13] Permission denied: 'x'; go on"),
        (TimeoutError("late"), "TimeoutError: late; go on"),
    ],
)
def test_what_failed_is_one(error: Exception, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(error) == 1
    assert capsys.readouterr().err == f"opsgenie-async pull: {line}\n"


def test_an_interrupt_says_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(KeyboardInterrupt(), as_json=True) == 130
    out, err = capsys.readouterr()
    assert err == "opsgenie-async pull: interrupted: nothing was changed\n"
    assert json.loads(out) == {"complete": False, "error": "interrupted: nothing was changed"}


def test_a_library_of_an_extra_is_wrong_usage_and_says_the_extra(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(ModuleNotFoundError("no", name="rich.table")) == 2
    assert capsys.readouterr().err == "opsgenie-async pull: this needs rich: pip install 'opsgenie-async[cli]'\n"


@pytest.mark.parametrize("error", [KeyError("x"), ModuleNotFoundError("no", name="opsgenie_async.x"), ValueError("x")])
def test_a_fault_of_the_program_goes_on_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), exit_on_error("pull", argparse.Namespace(json=False)):
        raise error


def test_all_that_sync_raises_on_purpose_is_of_the_package() -> None:
    assert issubclass(TooManyDeletions, OpsgenieError)
    assert issubclass(DanglingReference, OpsgenieError)
