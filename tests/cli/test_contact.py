"""A host that nobody can reach and a key that nobody knows end any run, with one line."""

from __future__ import annotations

from itertools import repeat
from pathlib import Path

import pytest

from opsgenie_async.cli.contact import Contact, require_contact
from opsgenie_async.cli.exits import Failure
from opsgenie_async.events import AttemptEnded, CallEnded
from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.terminal import run

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
COMMANDS = [
    ["pull", "DIR"],
    ["plan", "SNAPSHOT"],
    ["apply", "SNAPSHOT"],
    ["archive", "DIR"],
    ["archive", "DIR", "--estimate"],
    ["on-call"],
    ["timeline"],
    ["alerts", "close", "1", "2", "3"],
]


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """All attempts are made, one right after the other."""
    monkeypatch.setattr("opsgenie_async.http.retry.exponential_waits", lambda *_: repeat(0.0))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    (tmp_path / "snapshot" / "teams").mkdir(parents=True)
    (tmp_path / "snapshot" / "teams" / "ops.json").write_text('{"team": {"name": "ops"}}')
    return tmp_path / "snapshot"


def typed(words: list[str], snapshot: Path) -> list[str]:
    places = {"DIR": str(snapshot.parent / "new"), "SNAPSHOT": str(snapshot)}
    return [places.get(word, word) for word in words]


READS = [["alerts", "get", "1"], ["whoami"], ["api", "GET", "/v2/teams", "--all"], ["on-call", "--next"], ["probe"]]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
async def test_nobody_listens_there(words: list[str], snapshot: Path, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    status, stdout, stderr = await run(*typed(words, snapshot), "--base-url", url, OPSGENIE_API_KEY=KEY)

    assert (status, stdout) == (1, "")
    (line,) = stderr.splitlines()
    assert f": cannot reach 127.0.0.1:{unused_tcp_port}: connection refused (" in line
    assert " attempts)" in line


@pytest.mark.parametrize("words", [*COMMANDS, *READS], ids=" ".join)
async def test_nobody_knows_the_key(words: list[str], snapshot: Path, sandbox: Sandbox) -> None:
    status, stdout, stderr = await run(*typed(words, snapshot), "--base-url", sandbox.url, OPSGENIE_API_KEY=KEY)

    assert (status, stdout) == (1, "")
    (line,) = stderr.splitlines()
    assert "Unauthorized: 401 Could not authenticate" in line


async def test_a_host_without_a_name(tmp_path: Path) -> None:
    status, _, stderr = await run("on-call", "--base-url", "http://api.invalid", OPSGENIE_API_KEY=KEY)
    assert (status, len(stderr.splitlines())) == (1, 1)
    assert stderr.startswith("opsgenie-async on-call: cannot reach api.invalid: ")
    assert "ssl:default" not in stderr


async def test_a_proxy_that_nobody_runs(unused_tcp_port: int) -> None:
    status, _, stderr = await run(
        *("on-call", "--base-url", "http://api.invalid", "--proxy", f"http://127.0.0.1:{unused_tcp_port}"),
        OPSGENIE_API_KEY=KEY,
    )
    assert status == 1
    assert f"cannot reach the proxy 127.0.0.1:{unused_tcp_port}: connection refused (5 attempts)" in stderr


async def test_a_server_that_speaks_no_tls(sandbox: Sandbox) -> None:
    url = sandbox.url.replace("http://", "https://")
    status, _, stderr = await run("on-call", "--base-url", url, OPSGENIE_API_KEY=KEY)
    assert (status, len(stderr.splitlines())) == (1, 1)
    assert "not a TLS server" in stderr


async def test_one_call_that_nobody_answers_is_one_failure(sandbox: Sandbox, tmp_path: Path) -> None:
    """Others were answered: the run goes on, and says what is missing."""
    sandbox.faults.add(Fault(route="GET /v2/heartbeats", reset=True, after=0))
    environment = {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}
    status, stdout, _ = await run("pull", str(tmp_path / "new"), "--quiet", **environment)

    assert status == 1
    assert stdout.startswith("failed: heartbeats/*: ")
    assert list((tmp_path / "new").rglob("teams/*.json")) or list(tmp_path.rglob("*.json"))


def attempt(reason: str = "") -> AttemptEnded:
    status = None if reason else 200
    return AttemptEnded(call="GET x", domain="d", attempt=1, status=status, reason=reason, request_id="", elapsed=0.0)


def end(error: str) -> CallEnded:
    return CallEnded(
        call="GET x", domain="d", attempts=5, status=None, error=error, request_id="", elapsed=0.0, waited=0.0
    )


def test_only_a_host_that_never_answered_ends_the_run() -> None:
    contact = Contact()
    contact(attempt())
    contact(attempt("cannot reach x"))
    contact(end("TransportError"))

    contact = Contact()
    contact(attempt("cannot reach x"))
    with pytest.raises(Failure, match=r"cannot reach x \(5 attempts\)"), require_contact():
        contact(end("TransportError"))


def test_it_is_found_behind_what_others_raise() -> None:
    contact = Contact()
    contact(attempt("cannot reach x"))

    def fail() -> None:
        try:
            contact(end("TransportError"))
        except BaseException as error:  # noqa: BLE001
            raise BaseExceptionGroup("a", [ValueError(), BaseExceptionGroup("b", [error])]) from None

    with pytest.raises(Failure, match="cannot reach x"), require_contact():
        fail()
