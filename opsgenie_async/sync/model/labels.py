"""Labels for entities with the same name: the second "night" is "night#2"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["base_names", "is_label", "labels"]


def labels(names: Iterable[str]) -> list[str]:
    """The same names, each once."""
    originals = list(names)
    reserved = set(originals)
    if len(reserved) == len(originals):
        return originals
    used: set[str] = set()
    result = []
    for name in originals:
        label, number = name, 1
        while label in used or (number > 1 and label in reserved):
            number += 1
            label = f"{name}#{number}"
        used.add(label)
        result.append(label)
    return result


def is_label(label: str, name: str) -> bool:
    """Whether *label* is what `labels` may make of *name*."""
    return label == name or (label.startswith(f"{name}#") and label[len(name) + 1 :].isdecimal())


def base_names(labels: Sequence[str]) -> list[str]:
    """The names that `labels` were made of: "night#2" is a "night" where there is one beside it."""
    known = set(labels)
    bases = []
    for label in labels:
        base, mark, number = label.rpartition("#")
        bases.append(base if mark and number.isdecimal() and base in known else label)
    return bases
