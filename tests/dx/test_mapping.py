"""What an incident becomes on its way to DX."""

from datetime import UTC, datetime, timedelta

import pytest

from opsgenie_async import UNSET, ProtocolError
from opsgenie_async.dx import Service, map_incident
from opsgenie_async.models import Incident, IncidentLinks

CREATED = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def incident(**fields) -> Incident:
    return Incident(**{"id": "i-1", "message": "Slow", "created_at": CREATED, **fields})


def test_a_whole_incident():
    answer = map_incident(
        incident(
            priority="P1",
            status="closed",
            tags=["db", "eu"],
            extra_properties={"cause": "disk"},
            links=IncidentLinks(web="https://x/1"),
            impact_start_date=CREATED - HOUR,
            impact_end_date=CREATED + HOUR,
            updated_at=CREATED + 5 * HOUR,
        ),
        [Service(identifier="s-1", name="Payments")],
    )

    assert answer.document() == {
        "reference_id": "i-1",
        "name": "Slow",
        "priority": "p1",
        "source_url": "https://x/1",
        "started_at": "2025-03-01T11:00:00",
        "resolved_at": "2025-03-01T13:00:00",
        "services": [{"identifier": "s-1", "name": "Payments"}],
        "metadata": {"tags": ["db", "eu"], "cause": "disk"},
    }


@pytest.mark.parametrize(
    ("fields", "resolved_at"),
    [
        ({"status": "open"}, None),
        ({"status": "open", "impact_end_date": CREATED + HOUR}, None),
        ({"status": "resolved"}, CREATED + 5 * HOUR),
        ({"status": "resolved", "impact_end_date": CREATED + HOUR}, CREATED + HOUR),
        ({"status": "closed"}, CREATED + 5 * HOUR),
        ({"status": "Closed"}, CREATED + 5 * HOUR),
    ],
)
def test_resolved_while_the_status_says_so(fields: dict, resolved_at: datetime | None):
    assert map_incident(incident(updated_at=CREATED + 5 * HOUR, **fields), []).resolved_at == resolved_at


def test_it_starts_when_it_was_created_unless_its_impact_is_known():
    assert map_incident(incident(), []).started_at == CREATED


def test_without_a_date_it_cannot_be_told():
    with pytest.raises(ProtocolError, match="createdAt"):
        map_incident(incident(created_at=None), [])


def test_what_opsgenie_does_not_say_is_cleared_but_for_the_address():
    answer = map_incident(incident(links=IncidentLinks(api="https://x")), [])

    assert answer.source_url is UNSET
    assert answer.document()["services"] == []
    assert answer.document()["metadata"] == {"tags": []}


def test_every_property_has_a_key_that_dx_takes():
    names = {"root cause": "1", "root/cause": "2", "root_cause": "3", "tags": "4", "ä": "5", "": "6", "a-B_9": "7"}
    answer = map_incident(incident(extra_properties=names), [])

    assert answer.document()["metadata"] == {
        "tags": [],
        "root_cause": "1",
        "root_cause_2": "2",
        "root_cause_3": "3",
        "tags_2": "4",
        "_": "5",
        "__2": "6",
        "a-B_9": "7",
    }
