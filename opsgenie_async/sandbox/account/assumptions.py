"""What neither documents nor recorded answers tell about the service: one default each, and a switch for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Assumptions"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """How the sandbox behaves where nobody could tell how Opsgenie does.

    A program that passes with the defaults and with each switch turned depends on none of them.
    """

    deleted_team: Literal["cascade", "orphan"] = "cascade"
    """What becomes of the schedules and escalations of a deleted team: they go with it, or they stay without owner."""

    created_user_name: Literal["fullName", "username"] = "fullName"
    """What `POST /v2/users` answers as `name`."""

    overlapping_overrides: Literal["newest", "oldest"] = "newest"
    """Which of two overrides of one moment wins, by when they were created."""

    hourly_rotations: Literal["elapsed", "wall"] = "elapsed"
    """Whether the hours of a rotation are counted as they elapse or on the clock of the zone, over a clock change."""

    parent_in_override_lists: bool = False
    """Whether the items of an override list carry `_parent`."""

    sent_links: Literal["ignored", "refused"] = "ignored"
    """What becomes of `links` and `isExternal` that a write of a team or a service sends back."""

    zone_names: Mapping[str, str] = field(default_factory=dict)
    """Time zones that are answered by another name than they were sent: `{"UTC": "Africa/Monrovia"}` was seen."""

    attachment_name: bool = True
    """Whether the answer to an upload tells the name of the attachment; it was null in some."""

    first_contact: bool = False
    """Whether a new user has a contact for the e-mail address at once; likely, by one program's test."""

    integration_owner: Literal["kept", "changed"] = "changed"
    """What becomes of another `ownerTeam` in the update of an integration."""

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
