"""Random choices and ids, determined by a seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["Draw", "Ids", "SeededRandom"]

T = TypeVar("T")


class SeededRandom(random.Random):
    """Random choices determined by a seed, with the two that a generated account needs most."""

    def uuid(self) -> str:
        """An id in the shape of the API's own."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.random() < share


class Ids:
    """Ids for entities created through the API: the same seed and requests give the same ids.

    They differ from the ids of an account generated with the same seed.
    """

    def __init__(self, seed: int) -> None:
        self._random = SeededRandom(f"created later {seed}")

    def new(self) -> str:
        """An id in the shape of the API's own."""
        return self._random.uuid()

    def number(self) -> int:
        """A number as id, for the few numbered entities."""
        return self._random.randrange(10**12, 10**13)


class Draw:
    """Random choices determined by a seed and a key; fast, for documents that are rendered repeatedly."""

    __slots__ = ("_bits",)

    def __init__(self, seed: int, *key: int | str) -> None:
        self._bits = int.from_bytes(blake2b(f"{seed} {key}".encode()).digest(), "little") | 1 << 512

    def below(self, limit: int) -> int:
        """A number from 0 up to *limit*, exclusively."""
        if self._bits < 1 << 32:
            self._bits = int.from_bytes(blake2b(str(self._bits).encode()).digest(), "little") | 1 << 512
        value = (self._bits & 0xFFFFFFFF) * limit >> 32
        self._bits >>= 32
        return value

    def choice(self, values: Sequence[T]) -> T:
        """One of *values*."""
        return values[self.below(len(values))]

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.below(65_536) < share * 65_536

    def uuid(self) -> str:
        """An id in the shape of the API's own."""
        digits = f"{self._bits & (1 << 128) - 1:032x}"
        self._bits = int.from_bytes(blake2b(digits.encode()).digest(), "little") | 1 << 512
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
