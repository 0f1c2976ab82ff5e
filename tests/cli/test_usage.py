"""Wrong usage is named for what it is, also where argparse sees something else."""

from __future__ import annotations

import shlex

import pytest

from opsgenie_async.cli import main
from opsgenie_async.cli.commands import COMMANDS
from opsgenie_async.cli.parser import examples_text, main_parser, subcommands_of


def error_of(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the error of a command, without the program."""
    try:
        status = main(words)
    except SystemExit as end:
        status = int(str(end.code))
    assert status == 2
    return capsys.readouterr().err.splitlines()[0].removeprefix("opsgenie-async").removeprefix(":").strip()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--foo", "error: unknown option '--foo'"),
        ("--jsn", "error: unknown option '--jsn'; did you mean '--json'?"),
        ("-x", "error: unknown option '-x'"),
        ("alerts --jsn", "alerts: error: unknown option '--jsn'; did you mean '--json'?"),
        ("override --form 22:00", "override: error: unknown option '--form'; did you mean '--from' or '--to'?"),
        ("plan --detailed-exit=1", "plan: error: argument --detailed-exitcode: ignored explicit argument '1'"),
        ("plan --prun", "plan: error: the following arguments are required: DIR"),
        ("diff --json", "diff: error: the following arguments are required: OLD, NEW"),
    ],
)
def test_an_unknown_option_comes_before_what_is_missing(
    capsys: pytest.CaptureFixture[str], words: str, error: str
) -> None:
    assert error_of(capsys, *words.split()) == error


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("alerts snooze 200 --until -2h", "alerts: --until: expected a time such as "),
        ("on-call --at -2h", "on-call: --at: expected a time such as "),
        ("archive x --since -7d", "archive: error: argument --since: expected a date such as "),
        (
            "alerts snooze 200 --until -x",
            "alerts snooze: error: argument --until: expected a value; one that begins with '-' is ",
        ),
        ("alerts snooze 200 --until --json", "alerts snooze: error: argument --until: expected one argument"),
        ("alerts snooze 200 --until", "alerts snooze: error: argument --until: expected one argument"),
        (
            "api GET /v2/teams --param -x",
            "api: error: argument --param: expected a value; one that begins with '-' ",
        ),
    ],
)
def test_a_value_may_begin_with_a_minus_sign(capsys: pytest.CaptureFixture[str], words: str, error: str) -> None:
    assert error_of(capsys, *words.split()).startswith(error)


def test_words_of_another_command_stay_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--alert", "--", "echo", "--until", "-2h"]) == 0
    assert capfd.readouterr().out == "--until -2h\n"
    assert main(["run", "--alert", "echo", "--region", "-2h"]) == 0
    assert capfd.readouterr().out == "--region -2h\n"


@pytest.mark.parametrize(
    ("word", "hint"), [("GTE", "; did you mean 'GET'?"), ("patsch", "; did you mean 'PATCH'?"), ("HEAD", "")]
)
def test_a_method_that_does_not_exist(capsys: pytest.CaptureFixture[str], word: str, hint: str) -> None:
    error = error_of(capsys, "api", word, "/v2/teams")
    expected = f"METHOD: expected one of GET, POST, PUT, PATCH, DELETE, got '{word.upper()}'{hint}"
    assert error == f"api: error: argument {expected}"


def command_lines() -> list[tuple[str, ...]]:
    """Return every command and subcommand."""
    return [
        (name, *more)
        for name, parser in subcommands_of(main_parser("1")).items()
        for more in [(), *((each,) for each in subcommands_of(parser))]
    ]


@pytest.mark.parametrize("words", [(), *command_lines()], ids=" ".join)
def test_help_fits_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 60] == []


@pytest.mark.parametrize("width", [30, 60, 200])
def test_an_example_can_be_pasted(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for command in COMMANDS.values():
        text = examples_text(command.examples).removeprefix("examples:\n").partition("\n\n")[0]
        lines = text.replace("\\\n", " ").splitlines()
        assert [shlex.split(line)[1:] for line in lines] == [shlex.split(each) for each in command.examples]
