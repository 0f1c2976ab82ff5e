"""The parameters of a method, and the validation of arguments by their types."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Self, TypeVar, Union, cast, get_args, get_origin

import attrs

from opsgenie_async.models import Model, Priority, Unknown
from opsgenie_async.models.base import BOOKKEEPING, Tagged
from opsgenie_async.models.mismatch import NotAWord, NotJson, Unwritable, one_of
from opsgenie_async.resources.path import entity_of
from opsgenie_async.sequences import SequenceNotStr
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Expectation", "Fields", "Parameters", "is_list"]

Fields = dict[str, Any]
"""Arguments by their names in the signature."""

CLOSED = (Priority,)
"""Enumerations that do not grow: another word than theirs is refused, unless it is a placeholder as `{{priority}}`."""
SCALARS = {str: "a str", int: "an int", bool: "a bool", float: "a number", datetime: "a datetime"}
LISTS = (list, Sequence, SequenceNotStr, AbstractSet)
NO_LIST = (str, bytes, bytearray, memoryview)


@attrs.frozen
class Parameters:
    """The parameters of a declared method, including the fields of a shared `TypedDict`.

    Attributes:
        function: The method, whose body is empty.
        positional: The positional parameters, in order.
        accepted: All parameters.
        required: The required parameters.
        defaults: The defaults that are sent.
    """

    function: Callable[..., object]
    positional: tuple[str, ...]
    accepted: frozenset[str]
    required: frozenset[str]
    defaults: Fields

    @classmethod
    def of(cls, function: Callable[..., object], types: Mapping[str, Any]) -> Self:
        """Read the signature of *function*, whose annotations are *types*."""
        _, *parameters = inspect.signature(function).parameters.values()
        accepted = {p.name for p in parameters if p.kind is not p.VAR_KEYWORD}
        for parameter in parameters:
            if parameter.kind is parameter.VAR_KEYWORD:
                (shared,) = get_args(types[parameter.name])
                accepted |= shared.__annotations__.keys()
        named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
        return cls(
            function=function,
            positional=tuple(p.name for p in named if p.kind is p.POSITIONAL_OR_KEYWORD),
            accepted=frozenset(accepted),
            required=frozenset(p.name for p in named if p.default is p.empty),
            defaults={p.name: p.default for p in named if p.default is not p.empty and p.default is not UNSET},
        )


class Expectation:
    """A check of a value against a type in a signature.

    A dict is accepted as a model, and any JSON value within a mapping of texts, as in the API. Other types (files,
    identifiers) are validated elsewhere.

    Args:
        kind: The type.
        nullable: Whether None is accepted, regardless of *kind*.
        closed: Whether only the words of a closed enumeration are accepted.
    """

    __slots__ = ("anything", "at_a_glance", "choices", "classes", "entities", "items", "values", "words")

    def __init__(self, kind: Any, *, nullable: bool = False, closed: bool = True) -> None:
        arms = _arms(kind)
        self.choices = _choices(arms) if closed else ()
        if self.choices:
            arms = tuple(dict.fromkeys((*(arm for arm in arms if get_origin(arm) is not Literal), str)))
        scalars = [arm for arm in arms if arm in SCALARS]
        enums = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, enum.Enum) and arm is not Unset]
        models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, Model | Unknown)]
        lists = [arm for arm in arms if get_origin(arm) in LISTS]
        maps = [arm for arm in arms if get_origin(arm) in (dict, Mapping)]
        known = len(scalars) + len(enums) + len(models) + len(lists) + len(maps)
        self.anything = known < len([arm for arm in arms if arm not in (NoneType, Unset)])
        self.items = Expectation(get_args(lists[0])[0], closed=closed) if lists else None
        values = get_args(maps[0])[1] if maps else None
        self.values = Expectation(values) if all(get_origin(arm) in LISTS for arm in _arms(values)) else None
        self.classes: tuple[type, ...] = (*scalars, *enums, *_models(models), *([Mapping] if maps or models else []))
        self.entities = {entity_of(cast("Any", model)) for model in models}
        plain = {scalar for scalar in scalars if not (self.choices and scalar is str)}
        self.at_a_glance = {*plain, *enums, Unset, *([NoneType] if nullable or NoneType in arms else [])}
        self.words = one_of(self.choices) if self.choices else _words(scalars, enums, models, self.items, bool(maps))

    def check(self, value: Any) -> None:
        """Raise `Unwritable` with the path within *value* if it does not match."""
        if self.anything or value.__class__ in self.at_a_glance:
            return
        if self.items is not None and is_list(value):
            _check_each(enumerate(value), self.items)
        elif not self.holds(value):
            raise NotJson(value, self.words)
        elif self.choices and value not in self.choices and "{{" not in value:
            raise NotAWord(value, self.choices)
        elif isinstance(value, Model):
            _check_fields(value)
        elif self.values is not None:
            _check_each(value.items(), self.values)

    def holds(self, value: object) -> bool:
        """Whether *value* is an instance of one of the classes; a bool is not a number, a schedule not a team."""
        if isinstance(value, bool):
            return bool in self.classes
        kind: Any = type(value)  # which can be hashed, whatever its instances can
        if isinstance(value, Model) and entity_of(kind) not in {"", *self.entities}:
            return False
        return isinstance(value, self.classes) or (isinstance(value, int) and float in self.classes)


def _check_fields(model: Model) -> None:
    kind: Any = type(model)
    for name, expectation in _field_expectations(kind):
        value = getattr(model, name)
        try:
            if expectation.items is not None and isinstance(value, str) and str not in expectation.classes:
                raise NotJson(value, "a list")
            expectation.check(value)
        except Unwritable as error:
            raise error.under(name) from None


@functools.cache
def _field_expectations(kind: type[Model]) -> tuple[tuple[str, Expectation], ...]:
    """The checks of the fields of a model; words that the server may have sent are accepted."""
    attrs.resolve_types(kind)
    fields = [field for field in attrs.fields(kind) if field.name not in BOOKKEEPING]
    return tuple((field.name, Expectation(field.type, nullable=True, closed=False)) for field in fields)


def _choices(arms: Sequence[Any]) -> tuple[str, ...]:
    literals = [word for arm in arms if get_origin(arm) is Literal for word in get_args(arm)]
    closed = [word.value for arm in arms if arm in CLOSED for word in arm]
    return tuple(literals or closed)


def is_list(value: object) -> bool:
    """Whether a list argument accepts *value*: a sequence or a set, but not text or bytes."""
    return isinstance(value, Sequence | AbstractSet) and not isinstance(value, NO_LIST)


def _check_each(places: Any, expectation: Expectation) -> None:
    for place, value in places:
        if value.__class__ not in expectation.at_a_glance:
            try:
                expectation.check(value)
            except Unwritable as error:
                raise error.under(place if isinstance(place, int) else str(place)) from None


def _arms(kind: Any) -> tuple[Any, ...]:
    if isinstance(kind, TypeVar):
        return (kind,)
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _models(models: Sequence[type]) -> list[type]:
    """The accepted models: for a union its members, for a single model also others with the same fields."""
    if not models:
        return []
    return [*models, Unknown] if any(issubclass(model, Tagged | Unknown) for model in models) else [Model]


def _words(
    scalars: Sequence[type], enums: Sequence[type], models: Sequence[type], items: Expectation | None, is_map: bool
) -> str:
    words = [model.__name__ for model in models if model is not Unknown] + [each.__name__ for each in enums]
    words += [SCALARS[scalar] for scalar in scalars if not (enums and scalar is str)]
    if items is not None:
        words.append(f"a list of {items.words.removeprefix('a ').removeprefix('an ')}")
    if is_map:
        words.append("a mapping")
    return " or ".join(words)
