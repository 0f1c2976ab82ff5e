"""Paths without what belongs to an account: a few dozen, whatever the account holds."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["IDENTIFIER", "split_call", "template_of"]

IDENTIFIER = "{identifier}"

PATHS = """
v1 v1.1 v2 json api account acknowledge actions alert alerts assign associated-alert-ids attachments
audience-templates authenticate cancel change-end-date change-order channels close contacts copy-to count create
deployments description details disable download enable entries escalate escalations export forwarding-rules
heartbeats hide incident-rules incident-templates incident-timelines incidents incidents.upsert integrations list
logs maintenance members message next-on-calls notes notification notification-rules on-calls overrides ping
policies postmortem priority recipients reopen requests resolve responder-alert-ids responders roles rotations
routing-rules saved-searches schedule schedules services snooze steps tags teams timeline unacknowledge unhide
updateState users whoIsOnCall whoIsOnCallNext
"""
WORDS = frozenset(PATHS.split())
"""The words of the API's own paths, by its pages; a segment that is none of them belongs to an account."""


def template_of(path: str) -> str:
    """Return *path* with a slash in front and `{identifier}` for every id, name and other text of an account."""
    return "/" + "/".join(map(_segment, path.strip("/").split("/")))


def _segment(text: str) -> str:
    if text in WORDS:
        return text
    return f"{IDENTIFIER}.ics" if text.endswith(".ics") else IDENTIFIER


@lru_cache(maxsize=512)
def split_call(call: str) -> tuple[str, str, str]:
    """Return method, path and template of an event's `call`."""
    method, _, path = call.partition(" ")
    return method, path, template_of(path)
