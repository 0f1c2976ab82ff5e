"""OpenTelemetry: a span for every call and every run, metrics, and the trace context in every request.

    telemetry = Telemetry()
    async with Opsgenie(config=Config(hooks=(log_event, telemetry))) as og: ...

It needs the extra `otel`, which is the API of OpenTelemetry and nothing else: what is done with spans and metrics is
for the program's own SDK to say.
"""

try:
    import opentelemetry.metrics
    import opentelemetry.trace  # noqa: F401
except ImportError as error:
    raise ImportError("opsgenie_async.telemetry needs OpenTelemetry: pip install 'opsgenie-async[otel]'") from error

from opsgenie_async.telemetry.observer import Telemetry

__all__ = ["Telemetry"]
