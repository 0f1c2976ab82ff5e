"""A colour for each person: stable between pictures, told apart by the colour-blind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import attrs

__all__ = ["PALETTE", "TEXTURES", "Colour", "assign_colours"]

# Okabe and Ito: "Color Universal Design", https://jfly.uni-koeln.de/color/; grey in place of black.
PALETTE = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00", "#a6a6a6")
TEXTURES = ("plain", "stripes", "dots")
DARK_PAPER = {5}
"""Colours on which white is easier to read than black."""

Key = tuple[str, str]


@attrs.frozen
class Colour:
    """A place in the palette, and a texture for those who are more than it has colours."""

    index: int = 0
    texture: int = 0

    @property
    def fill(self) -> str:
        """As `#56b4e9`."""
        return PALETTE[self.index]

    @property
    def ink(self) -> str:
        """What to write in on it."""
        return "#ffffff" if self.index in DARK_PAPER else "#000000"


CHOICES = tuple(Colour(index, texture) for texture in range(len(TEXTURES)) for index in range(len(PALETTE)))


def assign_colours(groups: Iterable[Iterable[Key]]) -> Mapping[Key, Colour]:
    """Return a colour for everybody, different within each group (a schedule) as far as there are enough.

    It follows from the person's name alone, and moves only where somebody before them in the alphabet has taken it in
    one of their groups.
    """
    neighbours: dict[Key, set[Key]] = {}
    for group in groups:
        members = set(group)
        for member in members:
            neighbours.setdefault(member, set()).update(members)
    colours: dict[Key, Colour] = {}
    for key in sorted(neighbours):
        used = {colours[other] for other in neighbours[key] if other in colours}
        preferred = _preference(key)
        colours[key] = next((each for each in preferred if each not in used), preferred[0])
    return colours


def _preference(key: Key) -> list[Colour]:
    """Return all choices, from the one that the name leads to: plain colours before textures."""
    digest = hashlib.sha256("\0".join(key).encode("utf-8", "backslashreplace")).digest()
    first = digest[0] % len(PALETTE)
    return [
        CHOICES[row * len(PALETTE) + (first + step) % len(PALETTE)]
        for row in range(len(TEXTURES))
        for step in range(len(PALETTE))
    ]
