"""Envelopes, headers and every refusal that does not depend on an entity."""

from __future__ import annotations

import base64
import json

import pytest

from opsgenie_async.sandbox.http import responses as answers

HEADERS = {
    "X-RateLimit-State": "OK",
    "X-RateLimit-Reason": "ACCOUNT",
    "X-RateLimit-Period-In-Sec": "60",
}


async def test_a_success_has_data_took_and_the_request_id_of_its_header(api):
    reply = await api("GET", "/v2/teams")

    assert reply.status == 200
    assert list(reply.json) == ["data", "took", "requestId"]
    assert isinstance(reply.json["took"], float)
    assert reply.headers["X-Request-ID"] == reply.json["requestId"]
    assert float(reply.headers["X-Response-Time"]) >= 0
    assert HEADERS.items() <= dict(reply.headers).items()


async def test_request_ids_differ(api):
    first, second = await api("GET", "/v2/teams"), await api("GET", "/v2/teams")

    assert first.json["requestId"] != second.json["requestId"]


@pytest.mark.parametrize("raw", [b"{", b"nonsense", b'{"name": NaN}', b"\xff\xfe"])
async def test_broken_json_is_400(api, raw):
    reply = await api("POST", "/v2/teams", data=raw, headers={"Content-Type": "application/json"})

    assert reply.status == 400
    assert set(reply.json) == {"message", "took", "requestId"}


async def test_a_body_that_is_no_object_is_422(api):
    reply = await api("POST", "/v2/teams", [1])

    assert (reply.status, reply.json["errors"]) == (422, {"body": "should be an object"})


async def test_an_unknown_key_is_401(api):
    reply = await api("GET", "/v2/teams", key="of-the-other-region")

    assert reply.status == 401
    assert "Could not authenticate" in reply.json["message"]
    assert "of-the-other-region" not in reply.text
    assert "X-RateLimit-State" not in reply.headers


async def test_no_key_is_401(sandbox, session):
    async with session.get(sandbox.url + "/v2/teams") as response:
        assert response.status == 401


async def test_the_key_may_come_in_older_ways(sandbox, session):
    basic = base64.b64encode(sandbox.api_key.encode()).decode()
    async with session.get(sandbox.url + "/v2/teams", headers={"Authorization": f"basic {basic}"}) as response:
        assert response.status == 200
    async with session.get(sandbox.url + "/v2/teams", params={"apiKey": sandbox.api_key}) as response:
        assert response.status == 200
    async with session.get(sandbox.url + "/v2/teams", headers={"Authorization": "basic ###"}) as response:
        assert response.status == 401


async def test_an_unknown_path_is_404(api):
    assert (await api("GET", "/v2/nothing/here")).status == 404
    assert (await api("GET", "/v2/teams//routing-rules")).status == 404


async def test_a_wrong_method_is_405_and_says_which_are_right(api):
    reply = await api("PUT", "/v2/teams")

    assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST")
    assert set(reply.json) == {"message", "took", "requestId"}


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 200), ("text/html, */*;q=0.1", 200), ("application/*", 200), ("text/html", 406)],
)
async def test_only_json_is_acceptable(api, accept, status):
    assert (await api("GET", "/v2/teams", headers={"Accept": accept})).status == status


async def test_a_declared_body_of_another_type_is_415(api):
    body = json.dumps({"name": "ops"})

    assert (await api("POST", "/v2/teams", data=body, headers={"Content-Type": "text/plain"})).status == 415
    declared = {"Content-Type": "application/json; charset=utf-8"}
    assert (await api("POST", "/v2/teams", data=body, headers=declared)).status == 201


async def test_a_body_without_a_content_type_is_taken_for_json(api):
    body = b'{"name": "ops"}'
    reply = await api("POST", "/v2/teams", data=body, skip_auto_headers=["Content-Type"])

    assert reply.status == 201
    assert "Content-Type" not in api.sandbox.received[-1].headers


async def test_a_range_is_416(api):
    assert (await api("GET", "/v2/teams", headers={"Range": "bytes=0-10"})).status == 416


async def test_what_the_plan_lacks_is_402(api):
    api.sandbox.plan_denies("incident")

    assert (await api("POST", "/v1/incidents/create", {"message": "x"})).status == 402
    assert (await api("GET", "/v2/teams")).status == 200


async def test_what_was_withdrawn_is_410(api):
    api.sandbox.withdraw("GET /v2/escalations*")

    assert (await api("GET", "/v2/escalations")).status == 410
    assert (await api("POST", "/v2/escalations", {})).status == 422


async def test_names_are_decoded_after_the_path_is_split(api):
    name = "a/b c@d 100% é +"
    created = await api("POST", "/v2/teams", {"name": name})

    quoted = "a%2Fb%20c%40d%20100%25%20%C3%A9%20+"
    assert (await api.get(f"/v2/teams/{quoted}?identifierType=name"))["id"] == created.data["id"]
    assert len(await api.get(f"/v2/teams/{quoted}/routing-rules?teamIdentifierType=name")) == 1


async def test_an_unknown_kind_of_identifier_is_422(api):
    reply = await api("GET", "/v2/teams/x?identifierType=nickname")

    assert (reply.status, set(reply.json["errors"])) == (422, {"identifierType"})


async def test_a_trailing_slash_changes_nothing(api):
    assert (await api("GET", "/v1/incidents/")).status == 200
    assert (await api("GET", "/v2/request-limits/")).status == 200


async def test_text_that_utf8_cannot_hold_does_not_break_the_answer(api):
    raw = b'{"name": "\\ud800"}'
    reply = await api("POST", "/v2/teams", data=raw, headers={"Content-Type": "application/json"})

    assert reply.status == 201


async def test_answers_are_the_same_without_the_quicker_json(api, monkeypatch):
    quick = await api("POST", "/v2/teams", {"name": "a é \u2028"})
    monkeypatch.setattr(answers, "orjson", None)
    plain = await api("POST", "/v2/teams", {"name": "b é \u2028"})

    assert list(quick.json) == list(plain.json)
    assert [quick.data["name"], plain.data["name"]] == ["a é \u2028", "b é \u2028"]
