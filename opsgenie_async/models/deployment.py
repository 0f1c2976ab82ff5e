"""Deployments (Deployment API page; bodies and answers by the Go SDK)."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Model, Tagged, Unknown

__all__ = [
    "BitbucketCommit",
    "BitbucketRelease",
    "BitbucketRepository",
    "BitbucketWorkspace",
    "Deployment",
    "DeploymentEnvironment",
    "DeploymentState",
    "EnvironmentType",
    "Release",
]


class DeploymentState(enum.StrEnum):
    """How far a deployment is."""

    INITIAL = "initial"
    STARTED = "started"
    SUCCESSFUL = "successful"
    FAILED = "failed"


class EnvironmentType(enum.StrEnum):
    """What an environment is for."""

    TEST = "Test"
    STAGING = "Staging"
    PRODUCTION = "Production"


@attrs.define(kw_only=True)
class DeploymentEnvironment(Model):
    """Where something is deployed to."""

    type: EnvironmentType | str
    id: str
    display_name: str = ""


@attrs.define(kw_only=True)
class BitbucketWorkspace(Model):
    """A Bitbucket workspace.

    Attributes:
        type: What *identifier* is, `name` (when not given) or `bbcUuid`.
    """

    identifier: str
    type: str = ""


@attrs.define(kw_only=True)
class BitbucketRepository(Model):
    """A repository on Bitbucket Cloud."""

    workspace: BitbucketWorkspace
    repo_slug: str


@attrs.define(kw_only=True)
class BitbucketCommit(Model):
    """One commit, by its hash."""

    sha: str


@attrs.define(kw_only=True)
class BitbucketRelease(Tagged):
    """A commit of a repository on Bitbucket Cloud."""

    type: ClassVar[Literal["bbc"]] = "bbc"
    repository: BitbucketRepository
    commit: BitbucketCommit


Release: TypeAlias = BitbucketRelease | Unknown
"""What is deployed; Bitbucket Cloud is the only source that the documents name."""


@attrs.define(kw_only=True)
class Deployment(Model):
    """Releases on their way to an environment.

    Attributes:
        external_id: The id that its creator gave to it (`ExternalId` finds it).
        type: The tool that deploys.
    """

    id: str
    external_id: str = ""
    state: DeploymentState | str = ""
    environment: DeploymentEnvironment | None = None
    type: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    message: str = ""
    description: str = ""
    external_link: str = ""
    releases: list[Release] = attrs.field(factory=list)
