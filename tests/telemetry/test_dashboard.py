"""The Grafana dashboard of the docs asks for what Prometheus is given, label by label."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.trace import NoOpTracerProvider
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from opsgenie_async import Config, Opsgenie, ServerError
from opsgenie_async.archive import archive
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import Selection, Store, pull
from opsgenie_async.telemetry import Telemetry
from opsgenie_async.web import alert_on_errors, setup

DASHBOARD = Path(__file__).parents[2] / "docs" / "dashboards" / "opsgenie-async.json"
NAME = re.compile(r"\b(?:opsgenie|http)_[a-z_]+(?=\{)")
LABELS = re.compile(r"by \(([a-z_, ]+)\)")


def queries() -> list[tuple[str, str]]:
    """Each query of the dashboard and the legend beside it."""
    document = json.loads(DASHBOARD.read_text())
    return [(target["expr"], target["legendFormat"]) for panel in document["panels"] for target in panel["targets"]]


@pytest.fixture
def provider() -> Iterator[MeterProvider]:
    reader = PrometheusMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    yield provider
    provider.shutdown()


def exported() -> dict[str, set[str]]:
    """The labels of each sample that Prometheus would read, by its name."""
    samples: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(generate_latest(REGISTRY).decode()):
        for sample in family.samples:
            samples.setdefault(sample.name, set()).update(label for label, text in sample.labels.items() if text)
    return samples


async def broken(request: web.Request) -> web.Response:
    raise RuntimeError("no stock")


async def use_everything(telemetry: Telemetry, folder: Path) -> dict[str, set[str]]:
    """Do what has a panel, and return what is exported while the client is still there."""
    async with Sandbox(teams=2, alerts=5, seed=3) as sandbox:
        config = Config(hooks=(telemetry,), jitter=lambda bound: 0.0, max_attempts=2)
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=config) as og:
            sandbox.faults.add(Fault(html=True, times=2))
            with pytest.raises(ServerError):
                await og.teams.list()
            await pull(og, Store(folder / "snapshot"), only=Selection(("teams/*",)))
            await archive(og, folder / "archive", kinds="alerts")
            app = web.Application()
            setup(app, og)
            alert_on_errors(app, service="shop")
            app.router.add_get("/", broken)
            async with TestClient(TestServer(app)) as client:
                await client.get("/")
            sandbox.faults.add(Fault(status=429, headers={"Retry-After": "0"}, times=1))
            await og.users.list()  # last: its rate limit is slow from now on
            return exported()


async def test_every_query_asks_for_what_is_exported(provider: MeterProvider, tmp_path: Path):
    samples = await use_everything(Telemetry(NoOpTracerProvider(), provider), tmp_path)

    used_names = set()
    for query, legend in queries():
        names = NAME.findall(query)
        assert names, query
        labels = {label.strip() for group in LABELS.findall(query) for label in group.split(",")}
        labels |= set(re.findall(r"\{\{(\w+)\}\}", legend)) | set(re.findall(r"(\w+)!=", query))
        for name in names:
            assert name in samples, query
            assert labels <= samples[name] | {"le"}, query
        used_names.update(names)
    exported = {
        re.sub(r"_(bucket|count|sum)$", "", name) for name in samples if name.startswith(("opsgenie_", "http_"))
    }
    assert exported == {re.sub(r"_(bucket|count|sum)$", "", name) for name in used_names}  # no metric without a panel


def test_the_dashboard_is_one_that_grafana_imports():
    document = json.loads(DASHBOARD.read_text())

    assert document["uid"] == "opsgenie-async"
    assert {variable["name"] for variable in document["templating"]["list"]} == {"datasource", "job"}
    ids = [panel["id"] for panel in document["panels"]]
    assert len(ids) == len(set(ids))
    assert all(panel["datasource"]["uid"] == "${datasource}" for panel in document["panels"])
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in document["panels"]}
    assert len(places) == len(ids)
