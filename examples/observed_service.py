"""A service with telemetry of its calls to Opsgenie: Prometheus metrics, traces, and a log line per call.

    pip install 'opsgenie-async[otel]' opentelemetry-sdk opentelemetry-exporter-prometheus
    OPSGENIE_API_KEY=... python examples/observed_service.py --port 8080

`/on-call/{schedule}` calls Opsgenie, `/metrics` is for Prometheus. Spans go to stderr as JSON; a program in production
uses an OTLP exporter instead. The first line on stdout is a JSON object with the address.
"""

from __future__ import annotations

import argparse
import json
import logging
import socket
import sys

from aiohttp import web
from opentelemetry import metrics, trace
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from prometheus_client import generate_latest

from opsgenie_async import Config, Name
from opsgenie_async.events import CallLogger, log_event
from opsgenie_async.telemetry import Telemetry
from opsgenie_async.web import OPSGENIE, setup

routes = web.RouteTableDef()


class JsonLines(logging.Formatter):
    """A record as one line of JSON, with the fields of `CallLogger`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name.startswith("opsgenie_")}
        return json.dumps({"level": record.levelname, "message": record.getMessage(), **fields})


@routes.get("/on-call/{schedule}")
async def on_call(request: web.Request) -> web.Response:
    og = request.config_dict[OPSGENIE]
    duty = await og.on_calls.get(Name(request.match_info["schedule"]), flat=True)
    return web.json_response(duty.on_call_recipients)


@routes.get("/metrics")
async def for_prometheus(request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def observe() -> None:
    """Set up OpenTelemetry's SDK: once for the whole program, whatever else it observes."""
    resource = Resource.create({"service.name": "rota"})
    tracer_provider = TracerProvider(resource=resource)
    tracer_provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(out=sys.stderr)))
    trace.set_tracer_provider(tracer_provider)
    metrics.set_meter_provider(MeterProvider([PrometheusMetricReader()], resource))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    door = socket.create_server(("127.0.0.1", parser.parse_args().port))
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    observe()
    app = web.Application()
    app.add_routes(routes)
    setup(app, Config(hooks=(log_event, CallLogger(), Telemetry())))
    print(json.dumps({"url": f"http://127.0.0.1:{door.getsockname()[1]}"}), flush=True)
    web.run_app(app, sock=door, print=None, access_log=None)


if __name__ == "__main__":
    main()
