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
    """One kind of entity, and all that reading, writing to files, planning and applying know of it.

    Attributes:
        name: The API page's, in the singular: `team_routing_rule`.
        section: Where its documents stand in a file; the fields of a file's own entity stand in the first section.
        folder: Of its files; "" for what is a part of something else.
        parent: The name of the kind that it is a part of.
        model: What a document written by hand has to fit.
        path: Of the listing; `{parent}` is the id of what it belongs to.
        collection_path: Where new ones are posted to, where that is another path.
        parent_param: The query parameter that names what it belongs to.
        stage: When it is applied.
        deferred: Fields that are written in `deferred_stage`, when what they need is there.

        params: Of the listing.
        data_key: The member of `data` that holds the list, "*" for all lists in it.
        summary_only: The listing has summaries; each entity is read by a request of its own, with `expand`.
        embedded: The member of the parent's document that already holds the parts.
        single: There is always exactly one; it is read and written at `path` itself.
        read_only: Fields that the server alone writes; a snapshot leaves them out.
        normalize: What else makes an answer a document of a snapshot.

        identity: The name by which one is matched.
        defaults: What an absent field means.
        server_default: Fields that the server fills in itself: absent means as they are.
        immutable: Fields that no update changes.
        half_hours: Dates and restrictions snap to the nearest half hour.
        order_field: The field of the body of `change-order`; "" where order does not act or cannot be changed.
        references: Where a document points at others.

        update: The method of an update.
        key: What the last step of its path is.
        toggled: `enabled` is set by calls of its own.
        owner: The field that names the owning team.
    """

    name: str
    section: str
    path: str
    model: type
    stage: int
    folder: str = ""
    parent: str = ""
    collection_path: str = ""
    parent_param: str = ""
    deferred: frozenset[str] = frozenset()
    deferred_stage: int = 0

    params: Mapping[str, str] = attrs.field(factory=dict)
    data_key: str = ""
    summary_only: bool = False
    expand: Mapping[str, str] = attrs.field(factory=dict)
    embedded: str = ""
    single: bool = False
    read_only: frozenset[str] = frozenset()
    normalize: Callable[[dict[str, Json]], dict[str, Json]] | None = None

    identity: Callable[[Mapping[str, Json]], str] = BY_NAME
    defaults: Mapping[str, Json] = attrs.field(factory=dict)
    server_default: frozenset[str] = frozenset()
    immutable: frozenset[str] = frozenset()
    half_hours: bool = False
    order_field: str = ""
    references: tuple[Reference, ...] = ()

    update: str = "PATCH"
    key: str = "id"
    toggled: bool = False
    owner: str = ""

    def __repr__(self) -> str:
        return f"kind_of({self.name!r})"

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
        return _at(self.collection_path or self.path, parent), self._within(parent)

    def item(self, id: str, parent: str = "", step: str = "") -> tuple[str, dict[str, str]]:
        """Where one of them is, or what can be done with it: *step* is `enable`, `change-order`..."""
        path, query = self.collection(parent)
        if not self.single:
            path = f"{path}/{join_path(id)}"
        return f"{path}/{step}" if step else path, query

    def _within(self, parent: str) -> dict[str, str]:
        return {self.parent_param: parent} if self.parent_param and parent else {}


def _at(path: str, parent: str) -> str:
    return path.replace("{parent}", join_path(parent)) if "{parent}" in path else path


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
