"""The description of a kind of entity: one table drives pull, plan and apply."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import attrs

from opsgenie_async.http.request import join_path
from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.identity import identity

__all__ = ["Complaint", "Fields", "Kind", "Reference", "Rule", "to"]

Complaint: TypeAlias = tuple[str, str]
"""A path in a document, and what is wrong there."""
Fields: TypeAlias = Mapping[str, Json]
Rule: TypeAlias = Callable[[Json], str]
"""The error of a value, "" where it is valid; values of another type than the rule's are not checked."""
Check: TypeAlias = Callable[[Fields, str], Iterator[Complaint]]
"""What is wrong between fields, given those and their path."""

BY_NAME = identity("name")


@attrs.frozen
class Reference:
    """A place where a document points at another entity.

    Attributes:
        path: Members on the way, "[]" for each item of a list: `("rules", "[]", "recipient")`.
        to: The type of the kind it points at (`Kind.reference_type`), "" where `type` beside it says so.
        bare: The API has an id there and no object around it.
    """

    path: tuple[str, ...]
    to: str = ""
    bare: bool = False


def to(path: str, to: str = "", *, bare: bool = False) -> Reference:
    """A reference at a path such as `rules[].recipient`."""
    return Reference(tuple(path.replace("[]", ".[]").split(".")), to, bare)


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
        deferred: Fields that are written in `deferred_stage`, when the entities that they need exist.

        params: Of the listing.
        normal_order: Paths of what the parts are sorted by, where their order does not act and is promised nowhere.
        null_is_absent: Fields that listings answer with null where there is nothing.
        team_only: Parts that only a team's have, and not those of the account itself.
        bare_types: Types of what it may point at by id and type alone; it is read last.
        counted_fields: Lists whose items a manifest counts, too.
        data_key: The member of `data` that holds the list, "*" for all lists in it.
        summary_only: The listing has summaries; each entity is read by a request of its own, with `expand`.
        embedded: The member of the parent's document that already holds the parts.
        single: There is always exactly one; it is read and written at `path` itself.
        read_only: Fields that the server alone writes; a snapshot leaves them out.
        normalize: What else makes an answer a document of a snapshot.

        identity: The name by which one is matched.
        label: The field, or the path of it, that holds that name.
        unique: The API takes a name once.
        optional_name: The name may be empty.
        defaults: What an absent field means.
        server_default: Fields that the server fills in: absent means unchanged.
        immutable: Fields that no update changes.
        member_defaults: What absent members of an object mean, by its field; "[]" behind it for those in a list.
        ignored_members: Members, by field, that follow from something else.
        sets: Fields with lists whose order does not act, beside those of every kind.
        equal: By field, what else makes an existing and a desired value the same.
        empty_is_absent: False, "", [] and {} say of a field that there is nothing in it.
        empty_members_are_absent: The same for the members of the items of its lists.
        half_hours: Dates and restrictions snap to the nearest half hour.
        order_field: The field of the body of `change-order`; "" where order does not act or cannot be changed.
        order_group: The field by which siblings stand in several rows, each with an order of its own.
        references: Where a document points at others.
        reference_type: What a reference calls it, where that is not its name: policies of both kinds are a `policy`.
        typed: `type` in a reference may say its reference type.
        reference_label: The member of a reference that holds its name.
        built_in: Names, in lower case, that every account has.

        rules: What the API takes in a field, by its path.
        required: Members without which an object is none, by path; null is as good as absent.
        required_when_new: Fields without which nothing new is made; a file may leave them out of what exists.
        check: Errors of fields that are valid alone, but not together.
        check_siblings: The same between parts of one entity.
        check_file: The same between the sections of a file, given all of them.
        open_fields: It has fields of its own for each of hundreds of types.
        extra_fields: Fields that a snapshot has and the model does not.

        update: The method of an update.
        key: What the last step of its path is.
        toggled: `enabled` is set by calls of its own.
        item_defaults: By field, what its items say where a file does not: the API does not do without.
        client_key: It is created under a key of ours, so that a repeated request makes no second one.
        name_lookup: One request finds it by its name: its path takes that.
        companion_suffix: Opsgenie creates one with each new team, named after the team with this suffix.
        companion_fields: What such a one has, beside defaults, that is to be taken away where nothing is desired.
        blocked_by_reference: It cannot be deleted while something that `blocks_deletion` points at it.
        blocks_deletion: What it points at cannot be deleted before it.
        undeletable: Whether nobody can delete this one.
        impossible: Why no call can bring about what is desired, given its fields, whether it exists, and the moment.
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
    normal_order: tuple[str, ...] = ()
    null_is_absent: frozenset[str] = frozenset()
    team_only: bool = False
    bare_types: frozenset[str] = frozenset()
    counted_fields: tuple[str, ...] = ()
    summary_only: bool = False
    expand: Mapping[str, str] = attrs.field(factory=dict)
    embedded: str = ""
    single: bool = False
    read_only: frozenset[str] = frozenset()
    normalize: Callable[[dict[str, Json]], dict[str, Json]] | None = None

    identity: Callable[[Mapping[str, Json]], str] = BY_NAME
    label: str = "name"
    unique: bool = False
    optional_name: bool = False
    defaults: Mapping[str, Json] = attrs.field(factory=dict)
    server_default: frozenset[str] = frozenset()
    immutable: frozenset[str] = frozenset()
    member_defaults: Mapping[str, Mapping[str, Json]] = attrs.field(factory=dict)
    ignored_members: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    sets: frozenset[str] = frozenset()
    equal: Mapping[str, Callable[[Json, Json], bool]] = attrs.field(factory=dict)
    empty_is_absent: bool = False
    empty_members_are_absent: bool = False
    half_hours: bool = False
    order_field: str = ""
    order_group: str = ""
    references: tuple[Reference, ...] = ()
    reference_type: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))
    typed: bool = False
    reference_label: str = "name"
    built_in: frozenset[str] = frozenset()

    rules: Mapping[str, Rule] = attrs.field(factory=dict)
    required: tuple[str, ...] = ()
    required_when_new: tuple[str, ...] = ()
    check: Check | None = None
    check_siblings: Callable[[str, Sequence[Fields]], Iterator[Complaint]] | None = None
    check_file: Callable[[Fields], Iterator[Complaint]] | None = None
    open_fields: bool = False
    extra_fields: Mapping[str, type] = attrs.field(factory=dict)

    update: str = "PATCH"
    key: str = "id"
    toggled: bool = False
    item_defaults: Mapping[str, Mapping[str, Json]] = attrs.field(factory=dict)
    client_key: bool = False
    name_lookup: bool = False
    companion_suffix: str = ""
    companion_fields: tuple[str, ...] = ()
    blocked_by_reference: bool = False
    blocks_deletion: bool = False
    undeletable: Callable[[Fields], bool] | None = None
    impossible: Callable[[Fields, bool, datetime], str] | None = None
    owner: str = ""

    def __repr__(self) -> str:
        return f"kind_of({self.name!r})"

    @functools.cached_property
    def noun(self) -> str:
        """What people call one of them: `team routing rule`."""
        return self.name.replace("_", " ")

    @functools.cached_property
    def plural(self) -> str:
        """What people call several of them: `alert policies`."""
        if self.noun.endswith("s"):
            return self.noun
        return f"{self.noun[:-1]}ies" if self.noun.endswith("y") else f"{self.noun}s"

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
