"""`og.action_channels`: one operation, one of three settings."""

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.models import ActionChannelType, AwsSnsChannel, AwsSystemsManagerChannel, Reference, RestChannel
from tests.resources.exchange import exchange

SYSTEMS = AwsSystemsManagerChannel(role_name="role", account_id="123", region="us-west-2")
SNS = AwsSnsChannel(topic_name="topic", account_id="123", region="eu-central-1")
REST = RestChannel(url="https://cem.example", headers={"X-Token": "s3cret"})


@pytest.mark.parametrize(
    ("kind", "settings", "body"),
    [
        (
            ActionChannelType.AWS_SYSTEMS_MANAGER,
            {"aws_sm_action_channel": SYSTEMS},
            {"awsSmActionChannel": {"roleName": "role", "accountId": "123", "region": "us-west-2"}},
        ),
        (
            ActionChannelType.AWS_SNS,
            {"aws_sns_action_channel": SNS},
            {"awsSnsActionChannel": {"topicName": "topic", "accountId": "123", "region": "eu-central-1"}},
        ),
        (
            ActionChannelType.REST,
            {"rest_action_channel": REST},
            {"restActionChannel": {"url": "https://cem.example", "headers": {"X-Token": "s3cret"}}},
        ),
        (ActionChannelType.OEC, {}, {}),
    ],
)
async def test_a_channel_is_created_in_its_team(kind: str, settings: dict[str, object], body: dict[str, object]):
    def call(og: Opsgenie) -> object:
        return og.action_channels.create(name="new", action_type=kind, team_id="t1", **settings)

    answer = await exchange(call, data={"id": "c1"})

    assert (answer.line, answer.query) == ("POST /v1/actions/channels", {"teamId": "t1"})
    assert answer.body == {"name": "new", "actionType": str(kind), **body}
    assert answer.result == Reference(id="c1")


def test_the_headers_of_a_channel_are_in_no_repr():
    assert "s3cret" not in repr(REST)
