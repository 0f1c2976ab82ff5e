"""Identifiers as the caller has them: which types an argument takes, and what path and query have for each."""

from __future__ import annotations

import functools
import re
from typing import Protocol, TypeAlias

from opsgenie_async.models.base import Model
from opsgenie_async.models.identifiers import Alias, ExternalId, Name, PipelineId, TinyId

__all__ = [
    "ByAlias",
    "ById",
    "ByName",
    "ByNameOnly",
    "ByUser",
    "HasAlias",
    "HasId",
    "HasName",
    "entity_of",
    "hint_of",
    "identify",
]


class HasId(Protocol):
    """Any model with an `id`."""

    @property
    def id(self) -> str: ...


class HasAlias(Protocol):
    """A model whose alias is its identity."""

    @property
    def alias(self) -> str: ...


class HasName(Protocol):
    """A model whose name is its identity."""

    @property
    def name(self) -> str: ...


ById: TypeAlias = str | HasId
"""An id, or a model that has one."""
ByName: TypeAlias = str | Name | HasId
"""An id, a `Name`, or a model with an id."""
ByUser: TypeAlias = str | HasId
"""An id or username, or a model with an id."""
ByAlias: TypeAlias = str | Alias | HasAlias
"""An alias, or a model that has one."""
ByNameOnly: TypeAlias = str | Name | HasName
"""A name, or a model that has one, where there are no ids."""

WORDS: dict[type, str] = {
    Name: "name",
    Alias: "alias",
    TinyId: "tiny",
    ExternalId: "api",
    PipelineId: "pipelines",
}
"""What the query calls each kind of identifier."""


NOUNS: dict[type, str] = {
    Name: "a name",
    Alias: "an alias",
    TinyId: "a tiny id",
    ExternalId: "an external id",
    PipelineId: "a pipeline's id",
}
SUFFIXES = ("Ref", "Meta", "Parent", "Link")
"""What a model's name ends with that is a short form of another."""
ENTITIES = frozenset(
    {
        "alert",
        "attachment",
        "contact",
        "deployment",
        "entry",
        "escalation",
        "heartbeat",
        "incident",
        "integration",
        "maintenance",
        "override",
        "policy",
        "postmortem",
        "role",
        "rotation",
        "rule",
        "schedule",
        "search",
        "service",
        "step",
        "team",
        "template",
        "user",
    }
)
"""What identifiers stand for: names of arguments, and last words of models' names."""
NAMED = frozenset({"integration", "policy", "rotation", "rule", "service", "team", "template"})
"""Of `ENTITIES` those whose name may be taken for an id where the path takes nothing but an id."""
ID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-")
"""How every id of the API begins, those of alerts included, which have milliseconds behind a UUID."""


def identify(
    identifier: object, kinds: tuple[type, ...] = (Name,), *, own: str = "id", argument: str = ""
) -> tuple[str, str]:
    """Return the text of an identifier, and what the query calls its kind.

    Args:
        identifier: A `str`, one of `Name`, `Alias`..., or a model.
        kinds: Which of `Name`, `Alias`, `TinyId`... may stand there beside a plain `str`.
        own: What a plain `str` is, and the attribute that stands for a model.
        argument: What the identifier stands for, as "team": a model of something else is refused.

    Raises:
        TypeError: An identifier of a kind that does not fit here.
        ValueError: A model without an id.
    """
    word = WORDS.get(type(identifier), own)
    if isinstance(identifier, str):
        return identifier, word
    if isinstance(identifier, Name | Alias | TinyId | ExternalId | PipelineId):
        if word != own and not isinstance(identifier, kinds):
            raise TypeError(f"expected {_expectation(own, kinds, argument)}, got {_call(identifier)}")
        return identifier.value, word
    value = None if _is_of_another(identifier, argument) else getattr(identifier, own, None)
    if not isinstance(value, str):
        raise TypeError(f"expected {_expectation(own, kinds, argument)}, got {_kind(identifier)}")
    if not value:
        raise ValueError(f"this {type(identifier).__name__} has no {own}{_way_out(identifier, kinds)}")
    return value, word


def _way_out(identifier: object, kinds: tuple[type, ...]) -> str:
    """What to give in place of a model without an id, "" where it has nothing else."""
    if Name in kinds and (name := getattr(identifier, "name", "")):
        return f"; use Name({name!r})"
    if username := getattr(identifier, "username", ""):
        return f"; use its username, {username!r}"
    return ""


def hint_of(identifier: object, kinds: tuple[type, ...], *, own: str, argument: str) -> str:
    """Return what to write instead of a plain `str` that looks like a name, "" where none does; arguments as above."""
    if not isinstance(identifier, str) or own != "id" or ID.match(identifier):
        return ""
    if Name in kinds:
        kind: type = Name
    elif TinyId in kinds and identifier.isdecimal():
        kind = TinyId
    elif Alias in kinds:
        kind = Alias
    elif not kinds and argument in NAMED:
        return f"a {argument} can only be found by its id, which the listing shows"
    else:
        return ""
    return f"a str is an id; {kind.__name__}({identifier!r}) is {NOUNS[kind]}"


def _expectation(own: str, kinds: tuple[type, ...], argument: str) -> str:
    model = f"a model of one {argument}" if argument in ENTITIES else "a model"
    return ", ".join([f"a str ({own})", *(kind.__name__ for kind in kinds), f"or {model} with {own!r}"])


def _call(identifier: Name | Alias | TinyId | ExternalId | PipelineId) -> str:
    return f"{type(identifier).__name__}({identifier.value!r})"


def _kind(identifier: object) -> str:
    return f"one of class {type(identifier).__name__}" if isinstance(identifier, Model) else repr(identifier)


def _is_of_another(identifier: object, argument: str) -> bool:
    """Whether a model stands for something else than *argument* names, as far as its class says."""
    kind: type = type(identifier)
    return argument in ENTITIES and isinstance(identifier, Model) and entity_of(kind) not in ("", argument)


@functools.cache
def entity_of(kind: type) -> str:
    """What a model stands for: the last word of its class' name, "" when that is none of `ENTITIES`."""
    name = kind.__name__
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    last = re.findall(r"[A-Z][a-z]*", name)[-1:]
    return last[0].lower() if last and last[0].lower() in ENTITIES else ""
