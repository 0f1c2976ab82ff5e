"""`run` as cron starts it: output, signals and status of the command pass through, whatever becomes of Opsgenie."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opsgenie_async.sandbox import Fault, Sandbox
from tests.cli.processes import Process, python
from tests.cli.terminal import Ended, start
from tests.waiting import LIMIT, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="its commands are those of POSIX")


def count_pings(sandbox: Sandbox) -> int:
    return sum(received.path == "/v2/heartbeats/backup/ping" for received in sandbox.received)


def alerts(sandbox: Sandbox) -> list[dict]:
    return list(sandbox.account.alerts.values())


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, str]:
    return {"OPSGENIE_API_KEY": sandbox.api_key, "OPSGENIE_BASE_URL": sandbox.url}


async def run(settings: dict[str, str], *words: str) -> Ended:
    return await start("run", *words, **settings)


async def test_a_success_pings_and_the_output_passes_through(sandbox, settings):
    ended = await run(settings, "--heartbeat", "backup", "--", "sh", "-c", "echo out; echo err >&2; echo --json")

    assert ended == (0, "out\n--json\n", "err\n")
    assert (count_pings(sandbox), alerts(sandbox)) == (1, [])


async def test_a_failure_is_an_alert_when_asked_for(sandbox, settings):
    sandbox.add_team("Ops")
    options = ("--heartbeat", "backup", "--alert", "--priority", "P1", "--tag", "nightly", "--team", "Ops")
    for _ in range(2):
        status, _, stderr = await run(settings, *options, "--", "sh", "-c", "echo geheim >&2; exit 7")
        assert (status, stderr) == (7, "geheim\n")

    (alert,) = alerts(sandbox)
    assert (alert["message"], alert["alias"], alert["count"]) == ("backup: exit status 7", "job: backup", 2)
    assert (alert["priority"], alert["tags"], len(alert["responders"])) == ("P1", ["nightly"], 1)
    assert "geheim" not in str(alert)
    assert count_pings(sandbox) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
async def test_the_status_stands_wherever_the_output_goes(sandbox, settings):
    """In one shell, and at the same time, as each start of Python takes its time."""
    program = shlex.join([sys.executable, "-m", "opsgenie_async", "run", "--alert", "--name"])
    noisy = "sh -c 'head -c 200000 /dev/zero >&2; exit 5'"
    script = (
        f"{program} a -- sh -c 'exit 3' >&- & a=$!; {program} b --json -- sh -c 'exit 4' >/dev/full & b=$!;"
        f" {program} c --json --stderr-lines 2 -- {noisy} <&- >&- 2>&-; echo $?; wait $a; echo $?; wait $b; echo $?"
    )
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", script, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(LIMIT):
        stdout, stderr = await process.communicate()

    assert stdout.decode().split() == ["5", "3", "4"]
    assert b"No space left" in stderr
    assert len(alerts(sandbox)) == 3


async def test_a_failure_without_alert(sandbox, settings):
    assert await run(settings, "--heartbeat", "backup", "--", "false") == (1, "", "")
    assert sandbox.received == []


async def test_the_last_lines_of_stderr_when_asked_for(sandbox, settings):
    script = "i=0; while [ $i -lt 30 ]; do echo line $i >&2; i=$((i+1)); done; printf 'no end' >&2; exit 1"
    status, _, stderr = await run(
        settings, "--alert", "--stderr-lines", "3", "--name", "a job", "--", "sh", "-c", script
    )

    assert (status, stderr.count("\n"), stderr[-6:]) == (1, 30, "no end")
    assert alerts(sandbox)[0]["description"] == "line 28\nline 29\nno end"
    assert alerts(sandbox)[0]["message"] == "a job: exit status 1"


async def test_a_process_in_the_background_that_holds_stderr_delays_nothing(settings):
    async with asyncio.timeout(LIMIT):
        status, _, _ = await run(
            settings, "--alert", "--stderr-lines", "3", "--", "sh", "-c", "sleep 45 >/dev/null & exit 3"
        )

    assert status == 3


@pytest.mark.parametrize(
    ("command", "status", "summary"),
    [("/nowhere/backup", 127, "No such file or directory"), ("/", 126, "Permission denied")],
)
async def test_a_command_that_cannot_be_started(sandbox, settings, command, status, summary):
    ended, _, stderr = await run(settings, "--alert", "--", command)

    assert ended == status
    assert stderr == f"opsgenie-async run: {command}: {summary}\n"
    assert summary in alerts(sandbox)[0]["message"]


async def test_the_next_success_closes_the_alert_when_asked_for(sandbox, settings):
    await run(settings, "--alert", "--close", "--name", "x", "--", "false")
    await run(settings, "--alert", "--close", "--name", "x", "--", "true")

    assert [alert["status"] for alert in alerts(sandbox)] == ["closed"]


async def test_another_status_may_be_a_success(sandbox, settings):
    assert (await run(settings, "--heartbeat", "backup", "--ok", "3", "--", "sh", "-c", "exit 3"))[0] == 3
    assert count_pings(sandbox) == 1


async def test_pings_while_it_runs(sandbox, settings, tmp_path):
    end = tmp_path / "end"
    os.mkfifo(end)
    words = ("--heartbeat", "backup", "--every", "0.05", "--", "sh", "-c", f"echo ready; cat {shlex.quote(str(end))}")
    process = await running(settings, *words)
    await until(lambda: count_pings(sandbox) >= 4)
    await asyncio.to_thread(end.write_text, "")
    await process.communicate()

    assert process.returncode == 0


@pytest.mark.parametrize("failure", ["no key", "region", "refused", "401", "silent", "proxy"])
async def test_it_never_changes_the_status(sandbox, settings, failure, unused_tcp_port):
    options: tuple[str, ...] = ("--heartbeat", "backup", "--alert", "--every", "60", "--timeout", "0.5")
    match failure:
        case "no key":
            del settings["OPSGENIE_API_KEY"]
        case "region":
            settings |= {"OPSGENIE_REGION": "mars", "OPSGENIE_BASE_URL": ""}
        case "refused":
            settings["OPSGENIE_BASE_URL"] = f"http://127.0.0.1:{unused_tcp_port}"
        case "401":
            settings["OPSGENIE_API_KEY"] = "wrong"
        case "silent":
            sandbox.faults.add(Fault(route="*", delay=60))
        case "proxy":
            options += ("--proxy", "no proxy")
    status, stdout, stderr = await run(settings, *options, "--", "echo", "fine")
    assert (status, stdout) == (0, "fine\n")
    assert stderr.startswith("opsgenie-async run: the ping could not be sent: ")
    assert stderr.count("\n") == 1
    status, _, stderr = await run(settings, *options, "--", "false")
    assert status == 1
    assert stderr.startswith("opsgenie-async run: the alert could not be sent: ")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--heartbeat", "backup"], "no command"),
        (["--", "true"], "give --heartbeat"),
        (["--alert", "--every", "60", "--", "true"], "--every"),
        (["--alert", "--timeout", "0", "--", "true"], "--timeout"),
        (["--alert", "--ok", "256", "--", "true"], "--ok"),
        (["--alert", "--priority", "P9", "--", "true"], "--priority"),
        (["--alert", "--stderr-lines", "10000", "--", "true"], "--stderr-lines"),
        (["--alert", "--sandbox", "--region", "eu", "--", "true"], "--sandbox"),
        (["--heartbeat", "", "--", "true"], "--heartbeat: expected a name, got ''"),
        (["--heartbeat", " ", "--alert", "--", "true"], "--heartbeat: expected a name"),
        (["--alert", "--name", "", "--", "true"], "--name: expected a name"),
    ],
)
async def test_wrong_usage(settings, words, text):
    status, stdout, stderr = await run(settings, *words)

    assert (status, stdout) == (2, "")
    assert text in stderr


async def test_command_without_a_name_cannot_be_started(settings):
    status, _, stderr = await run(settings, "--alert", "--", "")
    assert status in {126, 127}
    assert "opsgenie-async run: : " in stderr


async def test_the_dashes_may_be_left_out(sandbox, settings):
    assert await run(settings, "--heartbeat", "backup", "echo", "--alert") == (0, "--alert\n", "")
    assert count_pings(sandbox) == 1


async def test_for_machines(settings):
    status, stdout, _ = await run(settings, "--heartbeat", "backup", "--json", "--", "echo", "fine")
    line, document = stdout.splitlines()

    assert (status, line) == (0, "fine")
    assert json.loads(document) == {"complete": True, "status": 0, "problems": []} | {
        "seconds": json.loads(document)["seconds"]
    }


async def test_it_runs_beside_a_sandbox_of_its_own(settings):
    assert await run(settings, "--sandbox", "--heartbeat", "backup", "--", "echo", "fine") == (0, "fine\n", "")


SCRIPT = "trap 'echo caught; exit 9' {signal}; echo ready; while :; do sleep 0.05; done"


async def running(settings: dict[str, str], *words: str) -> Process:
    process = await python(
        *("-m", "opsgenie_async", "run", *words),
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "USR1"])
async def test_signals_pass_through(sandbox, settings, name):
    words = ("--alert", "--name", "x", "--", "sh", "-c", SCRIPT.format(signal=name))
    process = await running(settings, *words)

    process.send_signal(getattr(signal, f"SIG{name}"))
    stdout, _ = await process.communicate()

    assert (process.returncode, stdout) == (9, b"caught\n")
    assert [alert["message"] for alert in alerts(sandbox)] == ([] if name == "INT" else ["x: exit status 9"])


async def test_a_command_that_a_signal_ends(sandbox, settings):
    process = await running(settings, "--alert", "--name", "x", "--", "sh", "-c", "echo ready; exec sleep 60")

    process.send_signal(signal.SIGTERM)
    await process.communicate()

    assert process.returncode == 128 + signal.SIGTERM
    assert alerts(sandbox)[0]["message"] == "x: ended by SIGTERM"


async def test_ctrl_c_in_a_terminal_reaches_the_command_once(sandbox, settings):
    """The terminal sends it to both; passed on, it would come twice."""
    count = "import signal, time; got = []; signal.signal(2, lambda *_: got.append(1)); print('ready', flush=True);"
    count += "[time.sleep(0.05) for _ in range(600) if not got]; time.sleep(0.3); print(len(got), 'times', flush=True)"
    pid, terminal = pty.fork()
    if pid == 0:
        words = ["-m", "opsgenie_async", "run", "--heartbeat", "backup", "--", sys.executable, "-c", count]
        os.execve(sys.executable, [sys.executable, *words], os.environ | settings)
    try:
        text = b""
        while b"ready" not in text:
            text += await asyncio.to_thread(os.read, terminal, 1000)
        os.write(terminal, b"\x03")
        while b"times" not in text:
            text += await asyncio.to_thread(os.read, terminal, 1000)
        _, status = await asyncio.to_thread(os.waitpid, pid, 0)
    finally:
        os.close(terminal)

    assert b"1 times" in text.replace(b"^C", b"")
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize(("script", "path"), [("exit 0", "/v2/heartbeats/backup/ping"), ("exit 6", "/v2/alerts")])
async def test_a_signal_ends_the_report_with_the_status_of_the_command(sandbox, settings, number, script, path):
    sandbox.faults.add(Fault(route="*", delay=60))
    words = ("--heartbeat", "backup", "--alert", "--timeout", "60", "--json", "--", "sh", "-c", script)
    process = await python(
        *("-m", "opsgenie_async", "run", *words),
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    await until(lambda: [received.path for received in sandbox.received] == [path])
    process.send_signal(number)
    async with asyncio.timeout(LIMIT):
        stdout, stderr = await process.communicate()

    problem = f"the end of the command was not reported to Opsgenie: interrupted by {number.name}"
    assert process.returncode == int(script[-1])
    assert stderr.decode() == f"opsgenie-async run: {problem}\n"
    assert json.loads(stdout)["problems"] == [problem]


@pytest.mark.parametrize("source", ["--share-limits", "OPSGENIE_SHARED_LIMITS"])
async def test_limits_that_cannot_be_shared_keep_no_command_from_running(sandbox, settings, source):
    options = (source, "foo") if source.startswith("--") else ()
    more = {} if options else {source: "foo"}

    status, stdout, stderr = await run(settings | more, *options, "--heartbeat", "backup", "--", "echo", "fine")

    assert (status, stdout, count_pings(sandbox)) == (0, "fine\n", 1)
    assert stderr.startswith(f"opsgenie-async run: rate limits are not shared: {source}: expected redis://")
    assert stderr.count("\n") == 1
