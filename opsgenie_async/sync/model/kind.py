"""What there is to know of a kind of entity, so that one table drives pull, plan and apply."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import attrs

from opsgenie_async.http.request import join_path
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.normalizers import identity

__all__ = ["Kind", "Reference"]

BY_NAME = identity("name")


@attrs.frozen
class Reference:
    """Where a document points at another entity.

    path: members on the way, "[]" for each item of a list: `("rules", "[]", "recipient")`.
    to: the word of the kind it points at, "" where `type` beside it says so.
    bare: the API has an id there and no object around it.
    """

    path: tuple[str, ...]
    to: str = ""
    bare: bool = False


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Kind:
    """One kind of entity.

    word: the API page's, in the singular: `team_routing_rule`.
    section: where its documents stand in a file; the fields of a file's own entity stand in the first section.
    folder: of its files; "" for what is a part of something else. parent: the word of that something.
    shape: the model that a document written by hand has to fit.
    path: of the listing; `{parent}` is the id of what it belongs to. place: of the collection where that is another
    path. within: the query parameter that names what it belongs to.
    stage: when it is applied. late: fields that are written in `late_stage`, when what they need is there.

    Reading: params: of the listing. at: the member of `data` that holds the list, "*" for all lists in it. short: the
    listing tells only what there is, each is asked for with `expand`. inside: the member of the parent's document that
    already holds the parts. single: there is always exactly one; it is read and written at `path` itself. told: fields
    that the server alone writes, which a snapshot leaves out. tidy: what else makes an answer a document of a snapshot.

    Comparing: identity: the name by which one is found again. defaults: what an absent field means. filled: fields that
    the server fills in itself: absent means as they are. fixed: fields that no update changes. half_hours: dates and
    restrictions snap to the nearest half hour. ordered: the field of the body of `change-order`; "" where order does
    not act or cannot be changed.

    Writing: update: its method. key: what the last step of its path is. switched: `enabled` is set by calls of its own.
    owner: the field that names the owning team.
    """

    word: str
    section: str
    path: str
    shape: type
    stage: int
    folder: str = ""
    parent: str = ""
    place: str = ""
    within: str = ""
    late: frozenset[str] = frozenset()
    late_stage: int = 0

    params: Mapping[str, str] = attrs.field(factory=dict)
    at: str = ""
    short: bool = False
    expand: Mapping[str, str] = attrs.field(factory=dict)
    inside: str = ""
    single: bool = False
    told: frozenset[str] = frozenset()
    tidy: Callable[[dict[str, Json]], dict[str, Json]] | None = None

    identity: Callable[[Mapping[str, Json]], str] = BY_NAME
    defaults: Mapping[str, Json] = attrs.field(factory=dict)
    filled: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    half_hours: bool = False
    ordered: str = ""
    references: tuple[Reference, ...] = ()

    update: str = "PATCH"
    key: str = "id"
    switched: bool = False
    owner: str = ""

    def __repr__(self) -> str:
        return f"kind_of({self.word!r})"

    @functools.cached_property
    def count(self) -> str:
        """What a manifest counts it under."""
        return self.folder.replace("-", "_") if self.folder else _snake(self.section)

    @functools.cached_property
    def virtual(self) -> bool:
        """Whether it only holds parts together, and the API knows nothing of it."""
        return not self.path

    def listing(self, parent: str = "") -> tuple[str, dict[str, str]]:
        """Where its entities are listed (for a single one: is): path and query."""
        return _at(self.path, parent), {**self.params, **self._within(parent)}

    def collection(self, parent: str = "") -> tuple[str, dict[str, str]]:
        """Where new ones are posted to."""
        return _at(self.place or self.path, parent), self._within(parent)

    def item(self, id: str, parent: str = "", step: str = "") -> tuple[str, dict[str, str]]:
        """Where one of them is, or what can be done with it: *step* is `enable`, `change-order`..."""
        path, query = self.collection(parent)
        if not self.single:
            path = f"{path}/{join_path(id)}"
        return f"{path}/{step}" if step else path, query

    def _within(self, parent: str) -> dict[str, str]:
        return {self.within: parent} if self.within and parent else {}


def _at(path: str, parent: str) -> str:
    return path.replace("{parent}", join_path(parent)) if "{parent}" in path else path


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
