"""What a test asks a sandbox afterwards."""

from __future__ import annotations


async def test_alerts_and_incidents_as_they_stand(sandbox, api, watch):
    sandbox.processing_delay = 5
    await api("POST", "/v2/alerts", {"message": "disk", "alias": "d-1"})
    await api("POST", "/v1/incidents/create", {"message": "down"})
    assert (sandbox.alerts, sandbox.incidents) == ([], [])

    watch.seconds += 5
    assert [each["message"] for each in sandbox.alerts] == ["disk"]
    assert [each["message"] for each in sandbox.incidents] == ["down"]

    await api("POST", "/v2/alerts/d-1/close?identifierType=alias", {})
    assert sandbox.alerts[0]["status"] == "open"
    watch.seconds += 5
    assert sandbox.alerts[0]["status"] == "closed"


async def test_incidents_of_dx(sandbox, session):
    body = {"reference_id": "r-1", "started_at": "2025-01-01T00:00:00", "name": "down"}
    headers = {"Authorization": f"Bearer {sandbox.dx_token}"}
    async with session.post(f"{sandbox.url}/api/incidents.upsert", json=body, headers=headers) as answer:
        assert answer.status == 200
    assert [each["name"] for each in sandbox.dx_incidents] == ["down"]


async def test_what_is_changed_there_is_not_changed_here(sandbox, api):
    await api("POST", "/v2/alerts", {"message": "disk", "tags": ["a"]})
    sandbox.alerts[0]["tags"].append("b")
    assert sandbox.alerts[0]["tags"] == ["a"]


async def test_requests_by_their_route(sandbox, api):
    await api("POST", "/v2/alerts", {"message": "disk"})
    await api("GET", "/v2/alerts")
    await api("GET", "/v2/teams")
    assert [each.json for each in sandbox.requests_to("POST /v2/alerts")] == [{"message": "disk"}]
    assert [each.path for each in sandbox.requests_to("GET /v2/*")] == ["/v2/alerts", "/v2/teams"]
    assert (sandbox.requests, len(sandbox.received), sandbox.requests_to("DELETE *")) == (3, 3, [])
