"""Deployments (Deployment API page; requests and responses by the Go SDK)."""

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
    """The state of a deployment."""

    INITIAL = "initial"
    STARTED = "started"
    SUCCESSFUL = "successful"
    FAILED = "failed"


class EnvironmentType(enum.StrEnum):
    """The type of an environment."""

    TEST = "Test"
    STAGING = "Staging"
    PRODUCTION = "Production"


@attrs.define(kw_only=True)
class DeploymentEnvironment(Model):
    """The target of a deployment."""

    type: EnvironmentType | str
    id: str
    display_name: str = ""


@attrs.define(kw_only=True)
class BitbucketWorkspace(Model):
    """A Bitbucket workspace.

    Attributes:
        type: The type of *identifier*, `name` (when not given) or `bbcUuid`.
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
    """A deployment of releases to an environment.

    Attributes:
        external_id: The creator's own id (see `ExternalId`).
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
