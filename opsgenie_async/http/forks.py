"""The number of forks: a forked child has the connections of its parent, and must leave them alone."""

from __future__ import annotations

import os

__all__ = ["FORKS", "ForkCounter"]


class ForkCounter:
    """A counter of forks since the import of this module: asking the system for the process id costs 0.3 us a call."""

    def __init__(self) -> None:
        self.count = 0

    def add(self) -> None:
        """Count one more, in the child."""
        self.count += 1


FORKS = ForkCounter()

if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=FORKS.add)
