"""Random choices and ids that follow from a seed."""

from __future__ import annotations

import random
import uuid

__all__ = ["Ids", "SeededRandom"]


class SeededRandom(random.Random):
    """Random choices that follow from a seed, with the two that a generated account needs most."""

    def uuid(self) -> str:
        """An id in the shape of the API's own."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.random() < share


class Ids:
    """Ids of what is created through the API: the same seed and the same requests give the same ones.

    A generated account of the same seed has none of them.
    """

    def __init__(self, seed: int) -> None:
        self._random = SeededRandom(f"created later {seed}")

    def new(self) -> str:
        """An id in the shape of the API's own."""
        return self._random.uuid()

    def number(self) -> int:
        """An id for the few things that are numbered."""
        return self._random.randrange(10**12, 10**13)
