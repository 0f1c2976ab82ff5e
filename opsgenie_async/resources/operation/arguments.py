"""What an argument must be, by its type in the signature: wrong ones are refused before anything is sent."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from opsgenie_async.models import Model, Unknown
from opsgenie_async.models.base import Tagged
from opsgenie_async.models.mismatch import NotJson, Unwritable
from opsgenie_async.unset import Unset

__all__ = ["Expectation"]

SCALARS = {str: "a str", int: "an int", bool: "a bool", float: "a number", datetime: "a datetime"}
NO_LIST = (str, bytes, bytearray, memoryview)


class Expectation:
    """Tells whether a value is what a type in a signature promises.

    A dict passes for a model, and any JSON value within a mapping of texts, which is how the API takes them. What is
    not known here (files, identifiers) is left to whoever reads it.
    """

    __slots__ = ("anything", "at_a_glance", "classes", "items", "values", "words")

    def __init__(self, kind: Any, *, nullable: bool = False) -> None:
        arms = _arms(kind)
        scalars = [arm for arm in arms if arm in SCALARS]
        enums = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, enum.Enum) and arm is not Unset]
        models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, Model | Unknown)]
        lists = [arm for arm in arms if get_origin(arm) in (list, Sequence)]
        maps = [arm for arm in arms if get_origin(arm) in (dict, Mapping)]
        known = len(scalars) + len(enums) + len(models) + len(lists) + len(maps)
        self.anything = known < len([arm for arm in arms if arm not in (NoneType, Unset)])
        self.items = Expectation(get_args(lists[0])[0]) if lists else None
        values = get_args(maps[0])[1] if maps else None
        self.values = Expectation(values) if get_origin(values) in (list, Sequence) else None
        self.classes: tuple[type, ...] = (*scalars, *enums, *_models(models), *([Mapping] if maps or models else []))
        self.at_a_glance = {*scalars, *enums, *models, Unset, *([NoneType] if nullable or NoneType in arms else [])}
        self.words = _words(scalars, enums, models, self.items, bool(maps))

    def check(self, value: Any) -> None:
        """Raise `Unwritable`, which names the place within *value*, where it does not fit."""
        if self.anything or value.__class__ in self.at_a_glance:
            return
        if self.items is not None and isinstance(value, Sequence | AbstractSet) and not isinstance(value, NO_LIST):
            _check_each(enumerate(value), self.items)
        elif not self.holds(value):
            raise NotJson(value, self.words)
        elif self.values is not None:
            _check_each(value.items(), self.values)

    def holds(self, value: object) -> bool:
        """Whether *value* is an instance of one of the classes; a bool is no number here."""
        return isinstance(value, self.classes) and (not isinstance(value, bool) or bool in self.classes)


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
    """The models that pass: members of a union have to be of it, a plain one may be another's with the same fields."""
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
