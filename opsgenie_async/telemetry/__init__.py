"""OpenTelemetry: a span for every call and every run, metrics, and the trace context in every request.

    telemetry = Telemetry()
    async with Opsgenie(config=Config(hooks=(log_event, telemetry))) as og: ...

It needs the extra `otel`, which installs only the OpenTelemetry API; exporting spans and metrics is up to the program's
SDK.
"""

try:
    import opentelemetry.metrics
    import opentelemetry.trace  # noqa: F401
except ImportError as error:
    raise ImportError("opsgenie_async.telemetry needs OpenTelemetry: pip install 'opsgenie-async[otel]'") from error

from opsgenie_async.telemetry.observer import Telemetry

__all__ = ["Telemetry"]
