"""The dice that a generated account is thrown with."""

from __future__ import annotations

import random
import uuid

__all__ = ["SeededRandom"]


class SeededRandom(random.Random):
    """Seeded random choices, with the two that a generated account needs most."""

    def uuid(self) -> str:
        """An id in the shape of the API's own."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.random() < share
