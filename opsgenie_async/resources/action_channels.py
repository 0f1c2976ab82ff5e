"""Channels through which actions reach other systems (Actions API page)."""

from __future__ import annotations

from opsgenie_async.models import ActionChannelType, AwsSnsChannel, AwsSystemsManagerChannel, Reference, RestChannel
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.unset import UNSET, Unset

__all__ = ["ActionChannels"]


class ActionChannels(Resource):
    """`og.action_channels`."""

    __slots__ = ()

    @operation("POST", "v1/actions/channels", query=("team_id",))
    async def create(
        self,
        *,
        name: str,
        action_type: ActionChannelType | str,
        team_id: str | Unset = UNSET,
        aws_sm_action_channel: AwsSystemsManagerChannel | Unset = UNSET,
        aws_sns_action_channel: AwsSnsChannel | Unset = UNSET,
        rest_action_channel: RestChannel | Unset = UNSET,
    ) -> Reference:
        """Create a channel; every type except `oec` needs its settings.

        Args:
            name: The name of the channel.
            action_type: `rest`, `aws-systems-manager`, `aws-sns` or `oec`.
            team_id: The id of the team that owns it; sent in the query.
            aws_sm_action_channel: The settings of an `aws-systems-manager` channel.
            aws_sns_action_channel: The settings of an `aws-sns` channel.
            rest_action_channel: The settings of a `rest` channel. The field is named as in the page's sample; its table
                calls it `restChannel`.
        """
        ...
