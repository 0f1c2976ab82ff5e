"""Behaviour of Opsgenie that is neither documented nor recorded: a default and a switch for each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Assumptions"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """The behaviour of the sandbox where Opsgenie's is unknown.

    A program that works with the defaults and with each switch changed depends on none of them.

    Raises:
        ValueError: A switch has an invalid value; the message names it.
    """

    deleted_team: Literal["cascade", "orphan"] = "cascade"
    """Whether schedules and escalations are deleted with their team, or stay without an owner."""

    created_user_name: Literal["fullName", "username"] = "fullName"
    """Which field `POST /v2/users` returns as `name`."""

    overlapping_overrides: Literal["newest", "oldest"] = "newest"
    """Which of two overlapping overrides wins, by creation time."""

    hourly_rotations: Literal["elapsed", "wall"] = "elapsed"
    """Whether a rotation's hours count as elapsed or as local time across a clock change."""

    parent_in_override_lists: bool = False
    """Whether the items of an override list carry `_parent`."""

    sent_links: Literal["ignored", "refused"] = "ignored"
    """Whether `links` and `isExternal` in writes of teams and services are ignored or rejected (422)."""

    zone_names: Mapping[str, str] = field(default_factory=dict)
    """Time zones that are returned under another name: `{"UTC": "Africa/Monrovia"}` has been observed."""

    attachment_name: bool = True
    """Whether the response to an upload includes the attachment's name; null has been observed."""

    first_contact: bool = True
    """Whether a new user has an e-mail contact at once, as one program's tests expect."""

    integration_owner: Literal["kept", "changed"] = "kept"
    """Whether an update of an integration changes its `ownerTeam`."""

    def __post_init__(self) -> None:
        for name, words in (
            ("deleted_team", ("cascade", "orphan")),
            ("created_user_name", ("fullName", "username")),
            ("overlapping_overrides", ("newest", "oldest")),
            ("hourly_rotations", ("elapsed", "wall")),
            ("sent_links", ("ignored", "refused")),
            ("integration_owner", ("kept", "changed")),
        ):
            if getattr(self, name) not in words:
                raise ValueError(f"{name}: should be one of {', '.join(words)}, not {getattr(self, name)!r}")
