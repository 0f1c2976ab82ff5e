"""One line a call, with fields that a JSON formatter writes."""

from __future__ import annotations

import json
import logging

import pytest

from opsgenie_async import Config, Name, NotFound, Opsgenie
from opsgenie_async.events import CallLogger, log_event
from opsgenie_async.sandbox import Fault, Sandbox
from tests.clocks import FakeClock


def fields(record: logging.LogRecord) -> dict[str, object]:
    """What was added to the record, by way of JSON."""
    return dict(
        json.loads(json.dumps({name: value for name, value in vars(record).items() if name.startswith("opsgenie_")}))
    )


def client(sandbox: Sandbox, clock: FakeClock, logger: CallLogger) -> Opsgenie:
    config = Config(clock=clock, jitter=lambda bound: bound, hooks=(logger,))
    return Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config)


async def test_each_call_is_one_line_with_its_facts(
    sandbox: Sandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "opsgenie_async.calls")
    sandbox.faults.add(Fault(html=True, times=1))
    async with client(sandbox, clock, CallLogger()) as og:
        team = (await og.teams.list())[0]
        with pytest.raises(NotFound):
            await og.team_routing_rules.list(Name("nobody at all"))
        await og.teams.get(team)

    first, failed, last = caplog.records
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
    assert first.getMessage().startswith("GET v2/teams: 200 in 0.250 s, 2 attempts, 0.250 s waiting (request ")
    facts = fields(first)
    assert facts.pop("opsgenie_request_id")
    assert facts == {
        "opsgenie_method": "GET",
        "opsgenie_template": "/v2/teams",
        "opsgenie_path": "/v2/teams",
        "opsgenie_domain": "configuration",
        "opsgenie_status": 200,
        "opsgenie_error": "",
        "opsgenie_attempts": 2,
        "opsgenie_seconds": 0.25,
        "opsgenie_waited": 0.25,
    }
    assert (fields(failed)["opsgenie_status"], fields(failed)["opsgenie_error"]) == (404, "NotFound")
    assert fields(failed)["opsgenie_template"] == "/v2/teams/{identifier}/routing-rules"
    assert fields(last)["opsgenie_path"] == f"/v2/teams/{team.id}"
    assert sandbox.api_key not in repr([vars(record) for record in caplog.records])


async def test_logger_and_levels_are_those_that_are_given(
    sandbox: Sandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    hook = CallLogger(logging.getLogger("shop.opsgenie"), level=logging.DEBUG, failure_level=logging.ERROR)
    async with client(sandbox, clock, hook) as og:
        await og.teams.list()
        with pytest.raises(NotFound):
            await og.teams.get(Name("nobody"))

    lines = [(record.name, record.levelname) for record in caplog.records if record.name.startswith("shop")]
    assert lines == [("shop.opsgenie", "DEBUG"), ("shop.opsgenie", "ERROR")]


async def test_the_lines_of_attempts_can_stay(sandbox: Sandbox, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "opsgenie_async")
    sandbox.faults.add(Fault(html=True, times=1))
    config = Config(jitter=lambda bound: 0.0, hooks=(log_event, CallLogger()))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        await og.teams.list()

    assert [record.name for record in caplog.records] == ["opsgenie_async"] * 2 + ["opsgenie_async.calls"]
