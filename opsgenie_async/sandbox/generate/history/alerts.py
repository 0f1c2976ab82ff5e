"""Generated alerts of several years, each rendered on demand from the seed and its position."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from opsgenie_async.clock import EPOCH
from opsgenie_async.sandbox.account import dates
from opsgenie_async.sandbox.account.random import Draw
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.generate.history.people import Cast

__all__ = ["AlertHistory", "moment"]

_CHECKS = (
    ("CPU load on {host} is above {number} %", "cpu"),
    ("Disk /var on {host} is {number} % full", "disk"),
    ("Memory of {host} is used up to {number} %", "memory"),
    ("{number} requests to {host} failed within 5 minutes", "errors"),
    ("Latency of {host} is above {number}00 ms", "latency"),
    ("Certificate of {host} expires in {number} days", "certificate"),
    ("Replica {host} is {number} s behind", "replication"),
    ("Queue on {host} holds {number}000 messages", "queue"),
    ("{host} does not answer to ping", "ping"),
    ("Backup of {host} did not finish", "backup"),
    ("Pod on {host} restarted {number} times", "kubernetes"),
    ("Synthetic check of {host} failed from {number} places", "synthetic"),
)
_ROLES = ("web", "api", "db", "cache", "worker", "edge", "search", "mail")
_REGIONS = ("eu", "us", "ap", "sa")
_PRIORITIES = ("P1", *["P2"] * 2, *["P3"] * 9, *["P4"] * 5, *["P5"] * 3)
_SOURCES = ("prometheus", "datadog", "cloudwatch", "zabbix", "grafana", "sentry", "198.51.100.7")
_OPEN_FOR = 7 * 86_400_000
"""Milliseconds after which hardly any alert is still open."""


def moment(milliseconds: int) -> datetime:
    """The time at *milliseconds* since 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


class AlertHistory:
    """Generated alerts by position, oldest first.

    Args:
        cast: The entities that they refer to.
        moments: The creation times in milliseconds since 1970, ascending.
        first: The tiny id of the first one.
    """

    def __init__(self, cast: Cast, moments: array[int], first: int = 1) -> None:
        self._cast = cast
        self._moments = moments
        self._first = first
        self._end = moments[-1] if moments else 0

    def __len__(self) -> int:
        return len(self._moments)

    def ids(self) -> Iterator[str]:
        """The ids of all alerts, oldest first."""
        return map(self.id, range(len(self)))

    def id(self, position: int) -> str:
        """The id of the alert at *position*."""
        return f"{Draw(self._cast.seed, 'alert', position).uuid()}-{self._moments[position]}"

    def creation_time(self, position: int) -> int:
        """The creation time of the alert at *position*, in milliseconds since 1970."""
        return self._moments[position]

    def owner(self, position: int) -> str:
        """The username of the owner of the alert at *position*, "" if it has none."""
        return self._lifecycle(position)[2]

    def around(self, start: int, end: int) -> range:
        """The positions of the alerts created from *start* to *end*, in milliseconds since 1970."""
        return range(bisect_left(self._moments, start), bisect_right(self._moments, end))

    def position(self, key: str) -> int | None:
        """The position of an alert by tiny id or, while it is open, by alias: `tiny 7`, `alias cpu-12`."""
        kind, _, value = key.partition(" ")
        number = value if kind == "tiny" else value.rpartition("-")[2]
        if not number.isascii() or not number.isdecimal() or len(number) > 12:
            return None
        position = int(number) - self._first
        if not 0 <= position < len(self):
            return None
        if kind == "tiny":
            return position if str(position + self._first) == value else None
        alert = self.document(position)
        return position if alert["alias"] == value and alert["status"] == "open" else None

    def document(self, position: int) -> Doc:
        """The alert at *position* in the form of `get`, without later changes."""
        draw, cast = Draw(self._cast.seed, "alert facts", position), self._cast
        created = self._moments[position]
        template, check = draw.choice(_CHECKS)
        region = draw.choice(_REGIONS)
        host = f"{draw.choice(_ROLES)}-{draw.below(40) + 1:02d}.{region}.corp.example"
        team = draw.choice(cast.teams) if cast.teams else ""
        count = 1 + draw.below(40) if draw.chance(0.1) else 1
        created_at = dates.trim(moment(created))
        last_occurrence = created_at if count == 1 else dates.trim(moment(created + count * 60_000))
        report, updated, owner = self._lifecycle(position)
        closed, acknowledged = "closeTime" in report, "ackTime" in report
        return {
            "id": self.id(position),
            "tinyId": str(position + self._first),
            "alias": f"{check}-{host}-{position + self._first}",
            "message": template.format(host=host, number=draw.below(90) + 9),
            "status": "closed" if closed else "open",
            "acknowledged": acknowledged and not closed,
            "isSeen": acknowledged or closed,
            "seen": acknowledged or closed,
            "tags": [region, check, *(("night",) if draw.chance(0.2) else ())],
            "snoozed": False,
            "count": count,
            "lastOccurredAt": last_occurrence,
            "createdAt": created_at,
            "updatedAt": dates.trim(moment(updated)),
            "source": draw.choice(_SOURCES),
            "owner": owner,
            "ownerTeamId": team,
            "priority": draw.choice(_PRIORITIES),
            "teams": [{"id": team}] if team else [],
            "responders": self._responders(draw, team),
            "integration": {**draw.choice(cast.integrations)} if cast.integrations else {},
            "report": report,
            "actions": ["Restart", "Drain"] if draw.chance(0.05) else [],
            "entity": host,
            "description": self._description(draw, check, host),
            "details": {"region": region, "check": check, "runbook": f"https://wiki.corp.example/{check}"},
        }

    def _responders(self, draw: Draw, team: str) -> list[Doc]:
        responders: list[Doc] = [{"type": "team", "id": team}] if team else []
        if self._cast.users and draw.chance(0.2):
            responders.append({"type": "user", "id": draw.choice(self._cast.users)[0]})
        return responders

    def _lifecycle(self, position: int) -> tuple[Doc, int, str]:
        """The report, the time of the last event, and the owner."""
        draw, created = Draw(self._cast.seed, "alert life", position), self._moments[position]
        report: Doc = {}
        owner = ""
        updated = created
        recent = created > self._end - _OPEN_FOR
        if draw.chance(0.6):
            owner = draw.choice(self._cast.users)[1] if self._cast.users else "ops@corp.example"
            wait = 5_000 + draw.below(30 * 60_000)
            report |= {"ackTime": wait, "acknowledgedBy": owner}
            updated = created + wait
        if draw.chance(0.6 if recent else 0.999):
            wait = updated - created + 10_000 + draw.below(4 * 3_600_000)
            closer = owner if owner and draw.chance(0.5) else "System"
            report = {"ackTime": wait} | report | {"closeTime": wait, "closedBy": closer}
            updated = created + wait
        return report, updated, owner

    @staticmethod
    def _description(draw: Draw, check: str, host: str) -> str:
        lines = 60 + draw.below(100) if draw.chance(0.01) else 1 + draw.below(4)
        return "\n".join(f"{check} of {host}, sample {line}: see the runbook" for line in range(1, lines + 1))
