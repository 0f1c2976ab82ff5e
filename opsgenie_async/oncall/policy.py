"""Options for what the vendor's pages leave open about who is on call, with defaults.

`docs/oncall.md` explains the defaults.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_type_hints

import attrs

from opsgenie_async.errors import ArgumentValueError

__all__ = ["Policy"]


@attrs.frozen(kw_only=True)
class Policy:
    """Options for computed timelines.

    Attributes:
        missing_hour: A hand-over (or the edge of a restriction) at a local time that the clocks skip happens at the
            first instant after the gap, or is shifted by the gap's length (02:30 becomes 03:30).
        repeated_hour: At a local time that occurs twice, it happens the first or the second time.
        hourly: An hourly rotation counts elapsed hours, or hours of local time.
        overlapping_overrides: Of two overlapping overrides, the one listed last by the API wins, the one listed first,
            or the one that starts later.
        equal_edges: A restriction from 09:00 to 09:00 is the whole day (for weekdays: the whole week) or nothing.
        forwarding_chains: Forwarding to somebody who also forwards stops there (one step) or continues.
        forward_overrides: Whether a forwarding rule also applies to somebody who is on call by an override.
    """

    missing_hour: Literal["first_instant_after", "shifted"] = "first_instant_after"
    repeated_hour: Literal["first", "second"] = "first"
    hourly: Literal["elapsed", "local"] = "elapsed"
    overlapping_overrides: Literal["last_listed", "first_listed", "latest_start"] = "last_listed"
    equal_edges: Literal["whole", "nothing"] = "whole"
    forwarding_chains: Literal["one_step", "followed"] = "one_step"
    forward_overrides: bool = True

    def __attrs_post_init__(self) -> None:
        for name, choices in _choices().items():
            if getattr(self, name) not in choices:
                listed = ", ".join(map(str, choices))
                raise ArgumentValueError(f"{name}: expected one of {listed}, got {getattr(self, name)!r}")


@cache
def _choices() -> dict[str, tuple[Any, ...]]:
    return {name: get_args(hint) or (True, False) for name, hint in get_type_hints(Policy).items()}
