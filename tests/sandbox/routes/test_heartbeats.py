"""Heartbeats: what their last ping makes of them; the rest of them is with alerts."""

from __future__ import annotations

BEAT = {"name": "beat", "interval": 10, "intervalUnit": "minutes", "enabled": True}


async def test_a_heartbeat_expires_when_no_ping_comes(api, watch):
    await api("POST", "/v2/heartbeats", BEAT)
    watch.seconds += 3600
    assert (await api.get("/v2/heartbeats/beat"))["expired"] is False

    await api("GET", "/v2/heartbeats/beat/ping")
    watch.seconds += 600
    assert (await api.get("/v2/heartbeats/beat"))["expired"] is False
    watch.seconds += 1
    assert (await api.get("/v2/heartbeats/beat"))["expired"] is True
    assert (await api.get("/v2/heartbeats"))["heartbeats"][0]["expired"] is True
    assert (await api("POST", "/v2/heartbeats/beat/disable")).data["expired"] is False
    assert (await api("POST", "/v2/heartbeats/beat/enable")).data["expired"] is True
    await api("GET", "/v2/heartbeats/beat/ping")
    assert (await api.get("/v2/heartbeats/beat"))["expired"] is False


async def test_a_heartbeat_has_at_most_twenty_tags(api):
    reply = await api("POST", "/v2/heartbeats", BEAT | {"alertTags": ["t"] * 21})

    assert (reply.status, [*reply.json["errors"]]) == (422, ["alertTags"])
