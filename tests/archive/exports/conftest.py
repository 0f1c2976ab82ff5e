"""Archives made of records, without a server: as many and as odd ones as a test wants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async.archive.layout import record_line
from opsgenie_async.archive.manifest import seal
from opsgenie_async.archive.segments import write_segment

Doc = dict[str, Any]
Make = Callable[..., Path]

START = 1_709_280_000_000
"""2024-03-01T08:00:00Z."""
HOSTILE = (
    "</script><script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    "<!-- {{title}} ]]> javascript:document.title='ran' \u2028\u2029\x00\x1b[31m\u202e\ud800 & \" '"
)


def iso(milliseconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def alert(number: int, *, created: int | None = None, **changes: Any) -> Doc:
    """An alert as a get answers it, closed after ten minutes."""
    created = START + number * 60_000 if created is None else created
    return {
        "id": f"alert-{number}", "tinyId": str(number), "alias": f"db-{number % 7}",
        "message": f"disk {number} is full",
        "status": "closed", "acknowledged": True, "tags": ["disk"], "count": 2, "lastOccurredAt": iso(created + 5),
        "createdAt": iso(created), "updatedAt": iso(created + 600_000), "source": "prometheus",
        "owner": "ann@example.com",
        "priority": "P2", "ownerTeamId": "team-1", "teams": [{"id": "team-1"}],
        "responders": [{"type": "team", "id": "team-1"}], "integration": {"id": "i", "name": "Prod", "type": "API"},
        "report": {"ackTime": 60_000, "closeTime": 600_000, "acknowledgedBy": "ann@example.com", "closedBy": "System"},
        "entity": "db", "description": "No space left", "details": {"host": "db-1"}, **changes,
    }  # fmt: skip


def incident(number: int, *, created: int | None = None, **changes: Any) -> Doc:
    """An incident as a get answers it, resolved after an hour."""
    created = START + number * 3_600_000 if created is None else created
    return {
        "id": f"incident-{number}", "tinyId": str(number), "message": f"shop {number} is down", "status": "resolved",
        "tags": [], "createdAt": iso(created), "updatedAt": iso(created + 7_200_000), "priority": "P1",
        "ownerTeam": "team-1", "responders": [{"type": "team", "id": "team-1"}], "impactedServices": ["service-1"],
        "impactStartDate": iso(created), "impactEndDate": iso(created + 3_600_000),
        "extraProperties": {"ticket": "T-1"},
        **changes,
    }  # fmt: skip


def parts(created: int) -> Doc:
    return {
        "recipients": [
            {
                "user": {"id": "u1", "username": "ann@example.com"}, "state": "action", "method": "Acknowledge",
                "createdAt": iso(created + 1000), "updatedAt": iso(created + 2000),
            }
        ],
        "logs": [{"log": "Alert created", "type": "system", "owner": "System", "createdAt": iso(created),
        "offset": "1"}],
        "notes": [{"note": "looked at the disk", "owner": "ann@example.com", "createdAt": iso(created), "offset": "1"}],
        "attachments": [],
    }  # fmt: skip


TIMELINE = {
    "timeline": [
        {
            "id": "1", "group": "incident", "type": "IncidentCreated", "eventTime": iso(START), "hidden": False,
            "actor": {"name": "Ann", "type": "user"}, "title": {"type": "plain_text", "content": "opened by hand"},
        }
    ],
    "responder_alerts": ["alert-1"], "associated_alerts": ["alert-2"], "postmortem": {"title": "Why",
    "body": "The disk"},
}  # fmt: skip


def month(schedule: str, name: str, user: str, start: int, end: int) -> Doc:
    period = {"startDate": iso(start), "endDate": iso(end), "recipient": {"id": "u1", "type": "user", "name": user}}
    layer = {"rotations": [{"id": "r", "name": "Day", "order": 1, "periods": [period]}]}
    return {
        "_parent": {"id": schedule, "name": name}, "startDate": iso(start), "endDate": iso(end),
        "finalTimeline": layer, "baseTimeline": layer,
    }  # fmt: skip


def line(id: str, created: int | None, document: Doc, members: Doc) -> bytes:
    values = [("document", document), *members.items()]
    return record_line(id, created, 1, [(name, json.dumps(each).encode()) for name, each in values])


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write an archive of these alerts and incidents."""

    def make(
        alerts: Iterable[Doc] = (),
        incidents: Iterable[Doc] = (),
        *,
        holes: Iterable[Doc] = (),
        account: str = "Acme",
        alert_parts: Doc | None = None,
        user: Doc | None = None,
        timeline: Doc | None = None,
        configuration: Doc | None = None,
    ) -> Path:
        folder = tmp_path / "archive"
        created = lambda each: START if "createdAt" not in each else _milliseconds(each["createdAt"])  # noqa: E731
        segments = {
            "alerts": (line(each["id"], created(each), each, alert_parts or parts(created(each))) for each in alerts),
            "incidents": (
                line(each["id"], created(each), each, {**parts(created(each)), **TIMELINE}) for each in incidents
            ),
            "services": [line("service-1", None, {"id": "service-1", "name": "Shop", "teamId": "team-1"}, {})],
            "users": [
                line("u1", None, {"id": "u1", "username": "ann@example.com", "fullName": "Ann",
                "role": {"name": "User"}, **(user or {})}, {})
            ],
            "schedules": [
                line("s1", None, timeline or month("s1", "Shop night", "ann@example.com", START,
                START + 31 * 86_400_000), {"month": "2024-03"})
            ],
        }  # fmt: skip
        slices, totals = [], {}
        for kind, lines in segments.items():
            file, count = write_segment(folder, f"segments/{kind}/1-all.jsonl.gz", lines)
            totals[kind] = count
            slices.append(
                {
                    "kind": kind, "unit": "1-all", "run": 1, "stream": "history", "low": None, "high": None,
                    "records": count, "file": {"path": file.path, "size": file.size, "sha256": file.sha256},
                }
            )  # fmt: skip
        files = {
            "configuration/1-end/manifest.json": {
                "files": {
                    "teams/shop.json": {"kind": "team", "name": "Shop team", "id": "team-1"},
                    "schedules/night.json": {"kind": "schedule", "name": "Shop night", "id": "s1"},
                }
            },
            "configuration/1-end/schedules/night.json": {
                "schedule": {"name": "Shop night", "timezone": "Europe/Berlin", "ownerTeam": {"name": "Shop team"}}
            },
        }
        files |= configuration or {}
        for path, document in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(document if isinstance(document, str) else json.dumps(document))
        (folder / "journal.jsonl").write_bytes(b"")
        manifest = {
            "format": 1, "tool": "opsgenie-async", "account": {"name": account, "plan": "Enterprise"},
            "server": "https://api.opsgenie.com/", "runs": [{"number": 1, "started": iso(START),
            "finished": iso(START)}],
            "slices": slices, "totals": totals, "holes": [*holes], "skipped": [], "redacted": [],
            "blobs": {"count": 0, "size": 0}, "configuration": {path: _file(folder / path) for path in files},
            "journal": _file(folder / "journal.jsonl"),
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(seal(manifest)))
        return folder

    return make


def _milliseconds(text: str) -> int:
    from datetime import datetime

    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _file(path: Path) -> Doc:
    content = path.read_bytes()
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
