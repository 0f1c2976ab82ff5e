"""Looks up kinds: by name, by folder, by parent, and by the type of a reference."""

from __future__ import annotations

import functools

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KINDS

__all__ = [
    "FOLDERS",
    "KINDS",
    "LAST_STAGE",
    "TYPED",
    "kind_in",
    "kind_of",
    "kinds_called",
    "owner_of",
    "parts_of",
    "plural_of_count",
]

LAST_STAGE = max(kind.stage for kind in KINDS)

_BY_NAME = {kind.name: kind for kind in KINDS}
_BY_FOLDER = {kind.folder: kind for kind in KINDS if kind.folder}

FOLDERS = tuple(_BY_FOLDER)
"""The folders of a snapshot, in the order of a pull."""


def kind_of(name: str) -> Kind:
    """The kind with this name; raises `KeyError`."""
    return _BY_NAME[name]


def kind_in(folder: str) -> Kind:
    """The kind whose files are in *folder*; raises `KeyError`."""
    return _BY_FOLDER[folder]


@functools.cache
def parts_of(kind: Kind) -> tuple[Kind, ...]:
    """The kinds whose entities are parts of one of *kind*."""
    return tuple(each for each in KINDS if each.parent == kind.name)


@functools.cache
def kinds_called(reference_type: str) -> tuple[Kind, ...]:
    """The kinds that references call so: more than one for policies, none for a word that is not known here."""
    return tuple(each for each in KINDS if each.reference_type == reference_type)


_PLURAL_BY_COUNT = {each.count: each.plural for each in KINDS if not each.virtual} | {
    field: f"{each.noun} {field}" for each in KINDS for field in each.counted_fields
}


def plural_of_count(count: str) -> str:
    """What people call the things that a manifest counts under this word: `team routing rules`."""
    return _PLURAL_BY_COUNT.get(count) or count.replace("_", " ")  # of an earlier version's manifest


TYPED = frozenset(each.reference_type for each in KINDS if each.typed)
"""What `type` in a reference may say; groups and whatever comes are left as they are."""


def owner_of(part: Kind) -> Kind:
    """What the API says that a part belongs to: for policies the team, as it does not know their table."""
    owner = kind_of(part.parent)
    return kinds_called(owner.references[0].to)[0] if owner.virtual else owner
