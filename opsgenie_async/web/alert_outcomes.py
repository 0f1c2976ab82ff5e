"""The outcomes of alerts, for the hooks of the client that sends them."""

from __future__ import annotations

from typing import Literal, TypeVar

from opsgenie_async.events import AlertProcessed
from opsgenie_async.web.backlog import Entry, Occurrence

__all__ = ["announce_drop", "announce_outcome"]

T = TypeVar("T", bound=Occurrence)


def announce_outcome(
    entry: Entry[T], outcome: Literal["sent", "closed", "failed", "dropped"], count: int, waiting: int
) -> None:
    """Announce what became of *count* occurrences of *entry*, while *waiting* others are in the queue."""
    event = AlertProcessed(service=entry.failure.service, outcome=outcome, count=count, waiting=waiting)
    entry.og._transport.announce(event)


def announce_drop(entry: Entry[T], count: int, waiting: int) -> None:
    """Announce that *count* occurrences of *entry* were dropped."""
    announce_outcome(entry, "dropped", count, waiting)
