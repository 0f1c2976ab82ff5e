"""Behaviour that neither documents nor recorded answers settle: a default for each question, and a switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Assumptions"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """How the sandbox behaves where it is unknown how Opsgenie does.

    A program that works with the defaults and with each switch turned depends on none of them.

    Raises:
        ValueError: A switch has a value that it does not know; the text names it.
    """

    deleted_team: Literal["cascade", "orphan"] = "cascade"
    """Whether the schedules and escalations of a deleted team are deleted with it, or stay without an owner."""

    created_user_name: Literal["fullName", "username"] = "fullName"
    """Which field `POST /v2/users` returns as `name`."""

    overlapping_overrides: Literal["newest", "oldest"] = "newest"
    """Which of two overrides of one moment wins, by when they were created."""

    hourly_rotations: Literal["elapsed", "wall"] = "elapsed"
    """Whether the hours of a rotation are counted as they elapse or on the clock of the zone, over a clock change."""

    parent_in_override_lists: bool = False
    """Whether the items of an override list carry `_parent`."""

    sent_links: Literal["ignored", "refused"] = "ignored"
    """Whether `links` and `isExternal` in the body of a write to a team or a service are ignored or refused (422)."""

    zone_names: Mapping[str, str] = field(default_factory=dict)
    """Time zones that come back under another name: `{"UTC": "Africa/Monrovia"}` has been observed."""

    attachment_name: bool = True
    """Whether the response to an upload has the name of the attachment; null has been observed."""

    first_contact: bool = True
    """Whether a new user has a contact for the e-mail address at once; one program's tests say so."""

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
