"""Errors of the package in the words of a shell: options and variables, where a program is told names of arguments."""

from __future__ import annotations

import pytest

from opsgenie_async import ArgumentValueError, NotFound
from opsgenie_async.cli import main
from opsgenie_async.cli.advice import error_text


@pytest.mark.parametrize(
    ("words", "environment", "start"),
    [
        ("whoami --base-url x", {}, "--base-url: expected an http"),
        ("whoami", {"OPSGENIE_BASE_URL": "x"}, "OPSGENIE_BASE_URL: expected an http"),
        ("whoami", {"OPSGENIE_REGION": "x"}, "OPSGENIE_REGION: expected one of us, eu"),
        ("whoami", {"OPSGENIE_API_KEY": ""}, "OPSGENIE_API_KEY: is not set"),
        ("whoami", {"OPSGENIE_API_KEY": "GenieKey x"}, "OPSGENIE_API_KEY: leave out 'GenieKey'"),
        ("whoami --ca-file /x", {}, "--ca-file: no certificates"),
        ("whoami", {"SSL_CERT_FILE": "/x"}, "SSL_CERT_FILE: no certificates"),
        ("api GET /v2/teams#x", {}, "PATH: expected a path"),
        ("archive x --full-for ((", {}, "--full-for: '((': unbalanced parentheses"),
        ("archive x --since 2026-02-01 --until 2026-01-01", {}, "--until: 2026-01-01"),
        ("dx-sync --dx-instance a/b", {"DX_TOKEN": "x"}, "--dx-instance: expected the first part"),
        ("dx-sync --dx-base-url x", {"DX_TOKEN": "x"}, "--dx-base-url: expected an http"),
        ("dx-sync --dx-base-url http://x", {"DX_TOKEN": "Bearer x"}, "DX_TOKEN: leave out 'Bearer'"),
    ],
)
def test_what_was_typed_is_named(
    words: str,
    environment: dict[str, str],
    start: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: object,
) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in ("OPSGENIE_REGION", "OPSGENIE_BASE_URL", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"OPSGENIE_API_KEY": "k"} | environment).items():
        monkeypatch.setenv(name, value)

    assert main(words.split()) == 2

    assert capsys.readouterr().err.startswith(f"opsgenie-async {words.partition(' ')[0]}: {start}")


def test_a_job_names_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)

    assert main(["run", "--heartbeat", "x", "--", "true"]) == 0

    error = "opsgenie-async run: the ping could not be sent: OPSGENIE_API_KEY: is not set\n"
    assert capsys.readouterr().err == error


def test_a_hint_for_programs_is_left_out() -> None:
    error = NotFound("no such team", status=404)
    error.hint = "a str is an id; Name('\x1b') is a name"

    assert str(error).endswith(r"Name('\x1b') is a name")
    assert error_text(error) == "404 no such team"
    assert error_text(error, advice="use --by name") == "404 no such team: use --by name"
    assert error_text(ArgumentValueError("since: is over")) == "--since: is over"
    assert error_text(ArgumentValueError("something else: is over")) == "something else: is over"
