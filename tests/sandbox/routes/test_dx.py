"""DX incidents.upsert."""

from __future__ import annotations

import json

import pytest

SAMPLE = {
    "reference_id": "36b1f37a-e60f-4ccd-b0c4-878a6d1175fe",
    "name": "Invalid argument broke settings page",
    "priority": "p1",
    "source_url": "https://app.opsgenie.com/incidents/123",
    "services": [{"name": "Payments", "identifier": "payments-service"}, {"identifier": "auth-service"}],
    "started_at": "2024-01-01T11:22:33",
    "resolved_at": None,
}
BARE = {"reference_id": SAMPLE["reference_id"], "started_at": "2024-01-01T11:22:33"}


@pytest.fixture
def upsert(sandbox, session):
    async def call(body, token=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token or sandbox.dx_token}", "Content-Type": "application/json"}
        async with session.post(f"{sandbox.url}/api/incidents.upsert", data=raw, headers=headers) as response:
            assert response.status == 200
            return await response.json()

    return call


@pytest.fixture
def stored(sandbox):
    return lambda: sandbox.account.dx_incidents[SAMPLE["reference_id"]]


async def test_the_sample_is_stored(upsert, stored):
    assert await upsert(SAMPLE) == {"ok": True}
    assert stored() == SAMPLE | {"metadata": {}}


async def test_absent_leaves_null_and_empty_clear_a_value_replaces(upsert, stored):
    await upsert(SAMPLE | {"metadata": {"a": 1, "b": 2}})
    await upsert(BARE)
    assert (len(stored()["services"]), stored()["metadata"], stored()["name"]) == (2, {"a": 1, "b": 2}, SAMPLE["name"])
    await upsert(BARE | {"services": [{"identifier": "b"}], "metadata": {"c": 3}})
    assert (stored()["services"], stored()["metadata"]) == ([{"identifier": "b"}], {"c": 3})
    await upsert(BARE | {"services": [], "metadata": None})
    assert (stored()["services"], stored()["metadata"]) == ([], {})
    await upsert(SAMPLE | {"metadata": {"a": 1}})
    await upsert(BARE | {"services": None, "metadata": []})
    assert (stored()["services"], stored()["metadata"]) == ([], {})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid_json"),
        ([], "invalid_arguments"),
        ({"started_at": "2024-01-01T11:22:33"}, "invalid_arguments"),
        ({"reference_id": "x"}, "invalid_arguments"),
        (BARE | {"name": 7}, "invalid_arguments"),
        (BARE | {"services": {"identifier": "x"}}, "invalid_arguments"),
        (BARE | {"services": [{"name": "x"}]}, "invalid_arguments"),
        (BARE | {"started_at": "yesterday"}, "invalid_timestamp"),
        (BARE | {"resolved_at": 12}, "invalid_timestamp"),
        (BARE | {"metadata": "x"}, "metadata_invalid"),
        (BARE | {"metadata": {"a b": 1}}, "metadata_invalid"),
        (BARE | {"metadata": {"ok-_9\n": 1}}, "metadata_invalid"),
    ],
)
async def test_errors_are_200_with_a_code(upsert, sandbox, body, code):
    assert await upsert(body) == {"ok": False, "error": code}
    assert not sandbox.account.dx_incidents


async def test_a_wrong_token_is_not_authed(upsert, sandbox):
    assert await upsert(SAMPLE, token=sandbox.api_key) == {"ok": False, "error": "not_authed"}
