"""`probe`: what it finds out of accounts that behave differently, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from opsgenie_async.cli.probe_questions import judge, override_documents, questions, rotation_documents
from opsgenie_async.oncall import Period, Policy, Schedule, timeline
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.account.assumptions import Assumptions
from opsgenie_async.sandbox.http.faults import Fault
from tests.cli.processes import python
from tests.cli.terminal import run
from tests.cli.test_command_line import start
from tests.cli.test_on_call import environment
from tests.waiting import until

PEOPLE = ("ann@example.com", "ben@example.com")
QUESTIONS = questions(datetime(2026, 11, 28, tzinfo=UTC))


def document(now: datetime) -> dict[str, Any]:
    return {
        "id": "s",
        "name": "probe",
        "timezone": "America/Chicago",
        "rotations": rotation_documents(questions(now), PEOPLE),
    }


def recorded(schedule: Schedule, question: Any, policy: Policy) -> dict[str, Any]:
    """What a server with this policy answers."""

    def period(each: Period) -> dict[str, Any]:
        return {
            "startDate": each.start.isoformat(),
            "endDate": each.end.isoformat(),
            "recipient": {"type": "user", "name": each.participant.name},
        }

    layer = timeline(schedule, question.start, question.end, policy=policy).final
    return {
        "startDate": question.start.isoformat(),
        "endDate": question.end.isoformat(),
        "finalTimeline": {
            "rotations": [
                {"name": each.field, "periods": [period(p) for p in layer if p.rotation.name == each.field]}
                for each in QUESTIONS
            ]
        },
    }


@pytest.mark.parametrize(
    ("question", "choice"), [(each, choice) for each in QUESTIONS for choice in each.choices], ids=str
)
@pytest.mark.parametrize("now", [datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)])
def test_every_choice_is_told_from_the_others(now: datetime, question: Any, choice: str) -> None:
    (question,) = (each for each in questions(now) if each.field == question.field)
    whole = document(now)
    overrides = override_documents(questions(now), PEOPLE)
    schedule = Schedule.from_json(whole, overrides=overrides)
    settings: Any = {question.field: choice}
    verdict = judge(question, whole, overrides, recorded(schedule, question, Policy(**settings)))

    assert verdict.choice == choice
    assert verdict.is_default is (choice == getattr(Policy(), question.field))
    assert question.start > now


def test_what_no_choice_predicts_is_shown_as_it_is() -> None:
    question = QUESTIONS[0]
    whole = document(datetime(2026, 11, 28, tzinfo=UTC))
    answer = recorded(Schedule.from_json(whole), question, Policy())
    answer["finalTimeline"]["rotations"][0]["periods"].pop()
    verdict = judge(question, whole, [], answer)

    assert verdict.choice is None
    assert verdict.periods


@pytest.mark.parametrize(
    ("assumptions", "choices"),
    [
        (Assumptions(), {"overlapping_overrides": "last_listed", "hourly": "elapsed"}),
        (Assumptions(overlapping_overrides="oldest"), {"overlapping_overrides": "first_listed", "hourly": "elapsed"}),
        (Assumptions(hourly_rotations="wall"), {"overlapping_overrides": "last_listed", "hourly": "local"}),
    ],
)
async def test_the_account_answers_and_is_as_it_was(assumptions: Assumptions, choices: dict[str, str]) -> None:
    async with Sandbox(teams=2, seed=3, assumptions=assumptions) as account:
        before = json.dumps(account.account.schedules, default=str)
        status, stdout, stderr = await start("probe", "--json", **environment(account))
        after = json.dumps(account.account.schedules, default=str)
        writes = {(call.method, call.path.rsplit("/", 1)[-1]) for call in account.received if call.method != "GET"}

    assert (status, stderr.endswith("was created and deleted\n")) == (0, True)
    answer = json.loads(stdout)
    assert answer["choices"] == {
        "missing_hour": "first_instant_after",
        "repeated_hour": "first",
        "equal_edges": "whole",
        **choices,
    }
    assert answer["deleted"] is True
    assert before == after
    assert {method for method, _ in writes} == {"POST", "DELETE"}
    assert all(part in ("schedules", "overrides") or part.startswith("opsgenie-async-probe-") for _, part in writes)


async def test_what_differs_is_said_in_words() -> None:
    async with Sandbox(teams=2, seed=3, assumptions=Assumptions(hourly_rotations="wall")) as account:
        status, stdout, stderr = await start("probe", **environment(account))
    assert status == 0
    assert "hourly: local  <- not the default" in stdout
    assert 'policy: Policy(hourly="local")' in stdout
    assert "was created and deleted" in stderr


@pytest.mark.parametrize("route", ["GET /v2/schedules/*/timeline", "POST /v2/schedules/*/overrides"])
async def test_it_cleans_up_after_a_failure(route: str) -> None:
    async with Sandbox(teams=2, seed=3) as account:
        names = {schedule["name"] for schedule in account.account.schedules.values()}
        account.faults.add(Fault(route=route, status=403, code=40301))
        status, stdout, stderr = await start("probe", **environment(account))
        assert {schedule["name"] for schedule in account.account.schedules.values()} == names
    assert (status, stdout) == (1, "")
    assert "403" in stderr
    assert "may still be there" not in stderr


async def test_it_says_what_could_not_be_deleted() -> None:
    async with Sandbox(teams=2, seed=3) as account:
        account.faults.add(Fault(route="DELETE /v2/schedules/*", status=403, code=40301))
        status, stdout, stderr = await start("probe", **environment(account))
        (remaining,) = (
            each["name"]
            for each in account.account.schedules.values()
            if each["name"].startswith("opsgenie-async-probe-")
        )
    assert status == 1
    assert "policy: Policy()" in stdout
    assert f"schedule {remaining} may still be there: delete it" in stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
async def test_it_cleans_up_when_it_is_stopped(name: str) -> None:
    async with Sandbox(teams=2, seed=3) as account:
        names = {schedule["name"] for schedule in account.account.schedules.values()}
        account.faults.add(Fault(route="GET /v2/schedules/*/timeline", delay=30))
        process = await python(
            *("-m", "opsgenie_async", "probe"),
            env=os.environ | environment(account),
            stderr=asyncio.subprocess.PIPE,
        )
        await until(lambda: any(call.path.endswith("/timeline") for call in account.received))
        process.send_signal(signal.Signals[name])
        _, stderr = await process.communicate()
        assert {schedule["name"] for schedule in account.account.schedules.values()} == names
    assert process.returncode == 130
    assert stderr == b"opsgenie-async probe: interrupted\n"


async def test_two_different_users() -> None:
    async with Sandbox(teams=2, seed=3) as account:
        status, _, stderr = await start("probe", "--user", "a@example.com", **environment(account))
        assert account.requests == 0
    assert status == 2
    assert "--user" in stderr


@pytest.mark.parametrize(
    ("route", "data", "text"),
    [
        ("POST /v2/schedules", {}, "did not return the id"),
        ("POST /v2/schedules", {"id": 7}, "did not return the id"),
        ("GET /v2/schedules/*", [], "did not send the schedule"),
        ("GET /v2/schedules/*/timeline", [], "did not send a timeline"),
    ],
)
async def test_an_answer_of_another_form_is_named_and_leaves_nothing(route: str, data: Any, text: str) -> None:
    async with Sandbox(teams=2, seed=3) as account:
        account.faults.add(Fault(route=route, status=200, body={"data": data}))
        status, _, stderr = await run("probe", **environment(account))
    assert status == 1
    assert text in stderr
    assert "Traceback" not in stderr


async def test_two_users_are_needed() -> None:
    async with Sandbox(teams=1, seed=3) as account:
        account.faults.add(Fault(route="GET /v2/users", status=200, body={"data": []}))
        status, _, stderr = await run("probe", **environment(account))
    assert status == 2
    assert "fewer than two users" in stderr
