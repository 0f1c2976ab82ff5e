"""The description of a kind of entity, which drives pull, plan and apply."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

import attrs

from opsgenie_async.json_text import Json

__all__ = ["Choice", "Complaint", "Fields", "Kind", "Reference", "Rule", "to"]

Complaint: TypeAlias = tuple[str, str]
"""A path in a document, and what is wrong there."""
Fields: TypeAlias = Mapping[str, Json]
Rule: TypeAlias = Callable[[Json], str]
"""The error of a value, "" where it is valid; values of another type than the rule's are not checked."""
Check: TypeAlias = Callable[[Fields, str], Iterator[Complaint]]
"""What is wrong between fields, given those and their path."""


@attrs.frozen
class Reference:
    """A reference in a document to another entity.

    Attributes:
        path: The members of its path, "[]" for each item of a list: `("rules", "[]", "recipient")`.
        to: The type of the target (`Kind.reference_type`), "" if it is in the reference's `type`.
        bare: The API has an id there, without an object around it.
    """

    path: tuple[str, ...]
    to: str = ""
    bare: bool = False


def to(path: str, to: str = "", *, bare: bool = False) -> Reference:
    """A reference at a path such as `rules[].recipient`."""
    return Reference(tuple(path.replace("[]", ".[]").split(".")), to, bare)


@attrs.frozen
class Choice:
    """The valid values of a field.

    Attributes:
        section: The section of the parts whose names are valid.
        words: Further valid values.
    """

    section: str
    words: frozenset[str]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Kind:
    """A kind of entity, with everything that reading, files, planning and applying need.

    Attributes:
        name: The name in the API, singular: `team_routing_rule`.
        section: The section of its documents in a file; the file's own entity is in the first section.
        folder: The folder of its files; "" for parts of other entities.
        parent: The name of the kind that it is a part of.
        model: The model that validates edited documents.
        path: The path of the listing; `{parent}` is the id of the parent.
        collection_path: The path for creation, if it differs.
        parent_param: The query parameter for the parent.
        stage: The stage in which it is applied.
        deferred: Fields that are written in `deferred_stage`, when the entities that they refer to exist.

        params: The query of the listing.
        normal_order: Paths of the sort keys of the parts, if their order has no effect and is undocumented.
        item_order: The paths of the sort keys of list items, by field, for the same reason.
        null_is_absent: Fields that are null in listings if there is nothing.
        team_only: Parts that only entities of a team have, not those of the account itself.
        bare_types: Types of references with only id and type; the kind is read last.
        counted_fields: Lists whose items a manifest counts, too.
        data_key: The member of `data` with the list, "*" for all lists in it.
        summary_only: The listing has summaries; each entity is read by its own request, with `expand`.
        embedded: The member of the parent's document that has the parts already.
        personal: They are left out where their parent is only read since something refers to it.
        single: There is always exactly one; it is read and written at `path` itself.
        read_only: Fields that only the server writes; a snapshot leaves them out.
        normalize: Further conversion of a response to a document of a snapshot.

        identity: The paths of the texts that form the name for matching.
        caseless: The name is case-insensitive.
        default_name: The name of the entity with `isDefault`, whatever its name in the API.
        default_lacks: Fields that this entity does not have, even if a response has them.
        label: The field, or its path, with that name.
        unique: The API requires unique names.
        optional_name: The name may be empty.
        defaults: The values of absent fields.
        server_default: Fields that the server fills in: absent means unchanged.
        immutable: Fields that no update changes.
        member_defaults: The values of absent members of an object, by its field; with "[]" for objects in a list.
        ignored_members: Members, by field, that are derived from others.
        sets: Fields with lists whose order has no effect, besides those that several kinds have.
        equal: Further equivalence of existing and desired values, by field.
        empty_is_absent: False, "", [] and {} are the same as an absent field.
        empty_members_are_absent: The same for members of the items of its lists.
        half_hours: Dates and restrictions are rounded to half hours.
        order_field: The field of the body of `change-order`; "" if order has no effect or cannot be changed.
        order_group: The field that divides siblings into groups with separate orders.
        references: The references in a document.
        reference_type: The type in references, if it is not the name: policies of both kinds are a `policy`.
        typed: `type` in a reference may be its reference type.
        reference_label: The member of a reference with the name.
        built_in: Lower-case names that every account has.

        rules: The API's rules for a field, by path.
        required: Required members of an object, by path; null counts as absent.
        required_when_new: Fields required for creation, and never null; a file of an existing entity may omit them.
        check: Errors of fields that are valid alone, but not together.
        check_siblings: The same between parts of one entity.
        choices: Fields with the name of a part in the same file, or one of some words, by path.
        open_fields: It has different fields for each of hundreds of types.
        extra_fields: Fields that a snapshot has and the model does not.

        update: The method of an update.
        key: The field for the last segment of its path.
        toggled: `enabled` is set by separate calls.
        item_defaults: Defaults for list items by field, which the API requires.
        client_key: It is created with a key from the client, so that a repeated request creates no duplicate.
        name_lookup: One request finds it by name: its path accepts names.
        companion_suffix: Opsgenie creates one with each new team, named after the team with this suffix.
        companion_fields: Non-default fields of such a companion, to be removed if they are not desired.
        companion_part: Such a companion has some as parts.
        companion_referrer: The part of the new team whose default one refers to such a companion.
        initial: The fields of the part that a new parent of this name has; it stays as long as the parent.
        blocked_by_reference: It cannot be deleted while a kind with `blocks_deletion` refers to it.
        blocks_deletion: The targets of its references cannot be deleted before it.
        detachment: The fields with which one that cannot be deleted itself refers to nothing.
        undeletable: Whether this entity cannot be deleted.
        impossible: Why the desired state cannot be reached, by fields, existence, and time.
        lasting: Reasons of `impossible` that no run can change, so that nothing is left undone.
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
    item_order: Mapping[str, str] = attrs.field(factory=dict)
    null_is_absent: frozenset[str] = frozenset()
    team_only: bool = False
    bare_types: frozenset[str] = frozenset()
    counted_fields: tuple[str, ...] = ()
    summary_only: bool = False
    expand: Mapping[str, str] = attrs.field(factory=dict)
    embedded: str = ""
    personal: bool = False
    single: bool = False
    read_only: frozenset[str] = frozenset()
    normalize: Callable[[dict[str, Json]], dict[str, Json]] | None = None

    identity: tuple[str, ...] = ("name",)
    caseless: bool = False
    default_name: str = ""
    default_lacks: frozenset[str] = frozenset()
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
    choices: Mapping[str, Choice] = attrs.field(factory=dict)
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
    companion_part: bool = False
    companion_referrer: str = ""
    initial: Callable[[str], Fields] | None = None
    blocked_by_reference: bool = False
    blocks_deletion: bool = False
    detachment: Fields = attrs.field(factory=dict)
    undeletable: Callable[[Fields], bool] | None = None
    impossible: Callable[[Fields, bool, datetime], str] | None = None
    lasting: frozenset[str] = frozenset()
    owner: str = ""

    def __repr__(self) -> str:
        return f"KIND_BY_NAME[{self.name!r}]"

    @functools.cached_property
    def noun(self) -> str:
        """The singular for people: `team routing rule`."""
        return self.name.replace("_", " ")

    @functools.cached_property
    def plural(self) -> str:
        """The plural for people: `alert policies`."""
        if self.noun.endswith("s"):
            return self.noun
        return f"{self.noun[:-1]}ies" if self.noun.endswith("y") else f"{self.noun}s"

    @functools.cached_property
    def count(self) -> str:
        """The key of its count in a manifest."""
        return self.folder.replace("-", "_") if self.folder else _snake(self.section)

    @functools.cached_property
    def omissible(self) -> frozenset[str]:
        """Fields that no update can clear: absent means unchanged."""
        return self.server_default.union(self.required_when_new).difference(self.defaults)

    @functools.cached_property
    def virtual(self) -> bool:
        """Whether it only groups parts, and does not exist in the API."""
        return not self.path


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
