"""Pulls, plans, applies and archives as spans around their calls, and alerts of a program's own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from opsgenie_async import Config, Opsgenie, Unauthorized
from opsgenie_async.archive import archive
from opsgenie_async.events import AlertProcessed, Event, RunEnded
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import Store, apply, plan, pull, read_account
from opsgenie_async.web import alert_on_errors, setup
from tests.telemetry.conftest import Recording, events_of


@pytest.fixture
async def observed(og: Opsgenie, recording: Recording) -> Opsgenie:
    recording.telemetry.instrument(og)
    return og


def run_span(recording: Recording, name: str) -> ReadableSpan:
    [span] = [span for span in recording.spans if span.name == f"opsgenie {name}"]
    return span


async def test_a_pull_is_a_span_around_its_calls(observed: Opsgenie, recording: Recording, tmp_path: Path):
    report = await pull(observed, Store(tmp_path / "snapshot"))

    span = run_span(recording, "pull")
    assert span.attributes is not None
    assert span.attributes["opsgenie.pull.teams"] == report.counts["teams"] == 3
    assert span.attributes["opsgenie.run.failures"] == 0
    calls = [each for each in recording.spans if each is not span]
    assert span.context is not None
    assert {each.parent.span_id for each in calls if each.parent} == {span.context.span_id}
    assert recording.total("opsgenie.run.items", opsgenie_run_name="pull", opsgenie_run_item="teams") == 3
    assert recording.total("opsgenie.run.duration", opsgenie_run_name="pull") == 1


async def test_read_plan_and_apply_report_what_they_did(observed: Opsgenie, recording: Recording, tmp_path: Path):
    store = Store(tmp_path / "snapshot")
    await pull(observed, store)
    snapshot = await asyncio.to_thread(store.load)
    team = (await observed.teams.list())[0]
    await observed.teams.update(team, description="changed")

    have = await read_account(observed)
    steps = plan(have, snapshot, hooks=(recording.telemetry,))
    report = await apply(observed, steps)

    assert report.complete
    assert (run_span(recording, "read").attributes or {})["opsgenie.read.teams"] == 3
    assert (run_span(recording, "plan").attributes or {})["opsgenie.plan.update"] == 1
    apply_span = run_span(recording, "apply")
    assert (apply_span.attributes or {})["opsgenie.apply.update"] == 1
    [patch] = [span for span in recording.spans if span.name.startswith("PATCH") and span.parent is not None]
    assert apply_span.context is not None
    assert patch.parent is not None
    assert patch.parent.span_id == apply_span.context.span_id
    assert recording.total("opsgenie.run.items", opsgenie_run_name="apply", opsgenie_run_item="update") == 1


async def test_a_run_that_raises_says_so(observed: Opsgenie, sandbox: Sandbox, recording: Recording, tmp_path: Path):
    sandbox.faults.add(Fault(status=401))
    with pytest.raises(Unauthorized):
        await pull(observed, Store(tmp_path / "snapshot"))

    span = run_span(recording, "pull")
    assert (span.status.status_code, (span.attributes or {})["error.type"]) == (StatusCode.ERROR, "Unauthorized")
    assert recording.total("opsgenie.run.duration", error_type="Unauthorized") == 1


async def test_an_archive_counts_slices_and_records(recording: Recording, tmp_path: Path):
    async with (
        Sandbox(teams=1, alerts=30, seed=2) as sandbox,
        Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(hooks=(recording.telemetry,))) as og,
    ):
        report = await archive(og, tmp_path / "archive", kinds="alerts")

    span = run_span(recording, "archive")
    assert report.totals["alerts"] == 30
    assert (span.attributes or {})["opsgenie.archive.alerts"] == 30
    slices = [facts for name, facts in events_of(span) if name == "slice"]
    assert sum(int(str(facts["opsgenie.archive.records"])) for facts in slices) == 30
    assert recording.total("opsgenie.archive.records", opsgenie_archive_kind="alerts") == 30
    assert recording.total("opsgenie.archive.slices") == len(slices) > 0


async def test_alerts_of_an_application_are_counted(sandbox: Sandbox, recording: Recording):
    plain: list[Event] = []
    app = web.Application()
    config = Config(hooks=(recording.telemetry, plain.append), jitter=lambda bound: 0.0)
    setup(app, lambda app: Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config))
    alerts = alert_on_errors(app, service="shop", queue_size=3)

    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError("no stock")

    app.router.add_get("/orders", broken)
    sandbox.faults.add(Fault(status=422, times=1))
    async with TestClient(TestServer(app)) as client:
        for _ in range(8):
            await client.get("/orders")

    outcomes = {
        outcome: recording.total("opsgenie.alerts", service_name="shop", opsgenie_alerts_outcome=outcome)
        for outcome in ("sent", "failed", "dropped")
    }
    assert outcomes["failed"] == 1
    assert outcomes == {"sent": alerts.delivered, "failed": alerts.failed, "dropped": alerts.dropped}
    assert sum(outcomes.values()) == 8
    assert recording.total("opsgenie.alerts.waiting") == 0
    assert {event.outcome for event in plain if isinstance(event, AlertProcessed)} >= {"sent", "failed"}


async def test_a_plain_hook_hears_the_end_of_a_run(sandbox: Sandbox, tmp_path: Path):
    plain: list[Event] = []
    config = Config(hooks=(plain.append,))
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
        await pull(og, Store(tmp_path / "snapshot"))

    ended = plain[-1]
    assert isinstance(ended, RunEnded)
    assert (ended.run, ended.counts["teams"], ended.failures, ended.error) == ("pull", 3, 0, "")
    assert ended.elapsed > 0
    assert "Started" not in {type(event).__name__[-7:] for event in plain}
