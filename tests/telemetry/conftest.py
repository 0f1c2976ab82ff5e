"""An SDK of OpenTelemetry that keeps spans and metrics in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from opsgenie_async.telemetry import Telemetry

Points = dict[tuple[tuple[str, object], ...], float]
"""What was measured, by attributes; of a histogram, how often."""


@attrs.frozen
class Recording:
    """What came to the SDK."""

    telemetry: Telemetry
    tracer_provider: TracerProvider
    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that ended, in that order."""
        return list(self.exporter.get_finished_spans())

    def metrics(self) -> dict[str, Points]:
        """Every metric that has a value."""
        data = self.reader.get_metrics_data()
        points: dict[str, Points] = {}
        for resource in data.resource_metrics if data is not None else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points[metric.name] = {
                        tuple(sorted((point.attributes or {}).items())): getattr(
                            point, "value", getattr(point, "count", 0)
                        )
                        for point in metric.data.data_points
                    }
        return points

    def total(self, name: str, **attributes: object) -> float:
        """The sum of a metric's points that have these attributes; dots are underscores here."""
        expected = attributes.items()
        return sum(
            value
            for labels, value in self.metrics().get(name, {}).items()
            if expected <= {label.replace(".", "_"): text for label, text in labels}.items()
        )


@pytest.fixture
def recording() -> Iterator[Recording]:
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracer_provider, meter_provider = (
        TracerProvider(shutdown_on_exit=False),
        MeterProvider([reader], shutdown_on_exit=False),
    )
    tracer_provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield Recording(Telemetry(tracer_provider, meter_provider), tracer_provider, exporter, reader)
    tracer_provider.shutdown()
    meter_provider.shutdown()


def events_of(span: ReadableSpan) -> list[tuple[str, Mapping[str, object]]]:
    return [(event.name, dict(event.attributes or {})) for event in span.events]
