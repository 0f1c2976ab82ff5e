"""The rate limit domains, with the API's names."""

from __future__ import annotations

__all__ = [
    "ALERT",
    "CONFIGURATION",
    "HEARTBEAT",
    "INCIDENT",
    "INTEGRATION_CONFIGURATION",
    "SCHEDULE_ONCALLS",
    "SEARCH",
]

ALERT = "alert"
SEARCH = "search"
HEARTBEAT = "heartbeat"
INCIDENT = "incident"
SCHEDULE_ONCALLS = "schedule-oncalls"
INTEGRATION_CONFIGURATION = "integration-configuration"
CONFIGURATION = "configuration"
