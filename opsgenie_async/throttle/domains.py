"""The rate-limit domain of a call that does not name one (the vendor's rate-limit page)."""

from __future__ import annotations

__all__ = ["domain_of"]

FIRST_MATCH: tuple[tuple[str, str], ...] = (
    ("v2/alerts/", "alert"),
    ("v1/incidents/", "incident"),
    ("v2/heartbeats/", "heartbeat"),
    ("v1.1/json/schedule/whoIsOnCall/", "schedule-oncalls"),
    ("v1/json/schedule/whoIsOnCallNext/", "schedule-oncalls"),
)
"""Beginnings of paths and the domain of everything below them."""


def domain_of(method: str, path: str) -> str:
    """The domain: alert, search, incident, heartbeat, schedule-oncalls, integration-configuration, configuration."""
    path = path.strip("/")
    if method == "GET" and path in ("v2/alerts", "v2/users"):
        return "search"
    if path.startswith("v2/schedules/") and path.endswith(("/on-calls", "/next-on-calls")):
        return "schedule-oncalls"
    if path.startswith("v2/integrations") and method != "GET":
        return "integration-configuration"
    whole = f"{path}/"
    for start, domain in FIRST_MATCH:
        if whole.startswith(start):
            return domain
    return "configuration"
