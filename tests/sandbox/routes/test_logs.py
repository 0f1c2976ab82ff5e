"""Log files behind markers and links; action channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.generate.account import generate

BEGIN = datetime(2025, 12, 31, 8, 30, 5, 123_000, tzinfo=UTC)


@pytest.fixture
def files(sandbox: Sandbox) -> list[str]:
    """Five files, a minute apart."""
    return [
        sandbox.add_log_file(BEGIN + timedelta(minutes=number), {"log": f"Ä {number}"})["filename"]
        for number in range(5)
    ]


async def test_files_are_listed_from_a_marker_on(api, files):
    first = await api("GET", "/v2/logs/list/2025-12-31-08-30-05?limit=3")

    assert files[0] == "2025-12-31-08-30-05_123.json"
    assert first.data[0] == {"filename": files[0], "date": 1767169805000, "size": len('{"log": "Ä 0"}\n'.encode())}
    assert [each["filename"] for each in first.data] == files[:3]
    assert first.json["marker"] == "2025-12-31-08-32-05_123"
    rest = await api("GET", f"/v2/logs/list/{first.json['marker']}?limit=3")
    assert [each["filename"] for each in rest.data] == files[3:]
    end = await api("GET", f"/v2/logs/list/{rest.json['marker']}")
    assert (end.data, end.json["marker"]) == ([], rest.json["marker"])


@pytest.mark.parametrize(
    "path", ["yesterday", "2025-12-31", "2025-12-31-08-30-05_1", "2025-12-31-08-30-05?limit=0", "x?limit=1001"]
)
async def test_markers_and_limits_that_are_none(api, path):
    assert (await api("GET", f"/v2/logs/list/{path}")).status == 422


async def test_a_link_needs_no_key_and_ends_after_five_minutes(api, files, session, watch):
    reply = await api("GET", f"/v2/logs/download/{files[1]}")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")

    async with session.get(reply.text) as response:
        assert (response.status, await response.text()) == (200, '{"log": "Ä 1"}\n')
    forged = reply.text.replace(files[1], files[2])
    async with session.get(forged) as response:
        assert response.status == 403
    watch.seconds += 301
    async with session.get(reply.text) as response:
        assert (response.status, (await response.json())["message"]) == (403, "The link has expired")
    assert (await api("GET", "/v2/logs/download/nothing.json")).status == 404


def test_a_made_up_account_has_logs_of_its_last_two_days():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    files = generate(teams=2, seed=3, now=now).log_files

    assert len(files) == 24
    assert files == generate(teams=2, seed=3, now=now).log_files
    assert all("2025-12-30-00-00" < name < "2026-01-01-00-00" for name in files)


# --- action channels

REST = {"url": "https://x", "headers": {"a": "b"}}
SNS = {"topicName": "t", "accountId": "1", "region": "eu-central-1"}


@pytest.mark.parametrize(
    "body",
    [
        {"actionType": "oec"},
        {"actionType": "rest", "restActionChannel": REST},
        {"actionType": "rest", "restChannel": REST},
        {"actionType": "aws-sns", "awsSnsActionChannel": SNS},
        {"actionType": "aws-systems-manager", "awsSmActionChannel": SNS | {"roleName": "r"}},
    ],
)
async def test_a_channel_is_made(api, sandbox: Sandbox, body):
    team = sandbox.add_team("ops")["id"]

    reply = await api("POST", f"/v1/actions/channels?teamId={team}", {"name": "c", **body})

    assert (reply.status, list(reply.json), list(reply.data)) == (201, ["data", "took", "requestId"], ["id"])
    (stored,) = sandbox.account.action_channels.values()
    assert (stored["id"], stored["teamId"], stored["actionType"]) == (reply.data["id"], team, body["actionType"])
    assert stored.get("restActionChannel") in (None, REST)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"actionType": None}, "actionType"),
        ({"actionType": "fax"}, "actionType"),
        ({"actionType": "rest"}, "restActionChannel"),
        (
            {"actionType": "aws-sns", "awsSnsActionChannel": {"topicName": "t", "region": "r"}},
            "awsSnsActionChannel#accountId",
        ),
    ],
)
async def test_what_a_channel_must_be(api, body, field):
    reply = await api("POST", "/v1/actions/channels", {"name": "c", "actionType": "oec", **body})

    assert (reply.status, [*reply.json["errors"]]) == (422, [field])


async def test_a_channel_belongs_to_a_team_that_is_there(api):
    reply = await api("POST", "/v1/actions/channels?teamId=nobody", {"name": "c", "actionType": "oec"})

    assert (reply.status, [*reply.json["errors"]]) == (422, ["teamId"])
