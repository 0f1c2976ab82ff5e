"""Channels through which actions reach other systems (Actions API page)."""

from __future__ import annotations

import enum

import attrs

from opsgenie_async.models.base import Model

__all__ = ["ActionChannelType", "AwsSnsChannel", "AwsSystemsManagerChannel", "RestChannel"]


class ActionChannelType(enum.StrEnum):
    """The type of a channel; all except `oec` need their settings."""

    REST = "rest"
    AWS_SYSTEMS_MANAGER = "aws-systems-manager"
    AWS_SNS = "aws-sns"
    OEC = "oec"


@attrs.define(kw_only=True)
class AwsSystemsManagerChannel(Model):
    """The settings of a channel to AWS Systems Manager."""

    role_name: str
    account_id: str
    region: str


@attrs.define(kw_only=True)
class AwsSnsChannel(Model):
    """The settings of a channel to AWS SNS."""

    topic_name: str
    account_id: str
    region: str


@attrs.define(kw_only=True)
class RestChannel(Model):
    """The settings of a channel to an HTTP endpoint; the URL and headers can be secret and are not in the repr."""

    url: str = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(factory=dict, repr=False)
