"""The arguments of a call: bound to a signature, and checked against its types before anything is sent."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.models import Model, Priority, Unknown
from opsgenie_async.models.base import BOOKKEEPING, Tagged
from opsgenie_async.models.mismatch import NotAWord, NotJson, Unwritable, one_of
from opsgenie_async.resources.operation.method import Declare
from opsgenie_async.resources.path import entity_of
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Expectation", "Fields", "Parameters", "check_arguments", "refusal"]

Fields = dict[str, Any]
"""Arguments by their names in the signature."""

SYNONYMS = {"limit": "page_size"}
"""Words of the API for what a parameter has another name for here."""
LIKENESS = 0.7
"""How much alike two names are, from 0 to 1, for one to be a slip of the pen for the other."""

CLOSED = (Priority,)
"""Enumerations that do not grow: another word than theirs is refused, unless it is a placeholder as `{{priority}}`."""
SCALARS = {str: "a str", int: "an int", bool: "a bool", float: "a number", datetime: "a datetime"}
NO_LIST = (str, bytes, bytearray, memoryview)


@attrs.frozen
class Parameters:
    """The parameters of a declared method, the fields of a shared `TypedDict` among them.

    Attributes:
        function: The method, whose body is empty.
        positional: What may be given without its name, in order.
        accepted: What may be given.
        required: What has to be given.
        defaults: What is sent unless the caller gives something else.
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

    def bind(self, args: tuple[object, ...], keywords: Fields) -> Fields:
        """Return the arguments of a call by their names, defaults among them.

        Raises:
            ArgumentTypeError: One is missing, unknown, or given twice, in Python's own words.
        """
        placed = self.positional[: len(args)]
        arguments = {**self.defaults, **dict(zip(placed, args, strict=False)), **keywords}
        if (
            len(args) <= len(self.positional)
            and self.required <= arguments.keys() <= self.accepted
            and keywords.keys().isdisjoint(placed)
        ):
            return arguments
        raise self._mismatch(args, keywords)

    def _mismatch(self, args: tuple[object, ...], keywords: Fields) -> ArgumentTypeError:
        for name in keywords:
            if name not in self.accepted:
                method = self.function.__qualname__
                return ArgumentTypeError(
                    f"{method}() got an unexpected keyword argument {name!r}{self._hint(name, keywords)}"
                )
        try:
            self.function(None, *args, **keywords)  # never gets to its body: Python says what is wrong
        except TypeError as error:
            return ArgumentTypeError(str(error))
        raise AssertionError(f"{self.function.__qualname__} takes these arguments")

    def _hint(self, name: str, keywords: Fields) -> str:
        candidates = sorted(self.accepted - keywords.keys())
        likely = [SYNONYMS[name]] if SYNONYMS.get(name) in candidates else []
        likely += get_close_matches(name, candidates, n=1, cutoff=LIKENESS)
        return f"; did you mean {likely[0]!r}?" if likely else ""


class Expectation:
    """Tells whether a value is what a type in a signature promises.

    A dict passes for a model, and any JSON value within a mapping of texts, which is how the API takes them. What is
    not known here (files, identifiers) is left to whoever reads it.

    Args:
        kind: The type.
        nullable: Whether None passes, whatever *kind* says.
        closed: Whether only the words of an enumeration pass where it is one that does not grow.
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
        lists = [arm for arm in arms if get_origin(arm) in (list, Sequence)]
        maps = [arm for arm in arms if get_origin(arm) in (dict, Mapping)]
        known = len(scalars) + len(enums) + len(models) + len(lists) + len(maps)
        self.anything = known < len([arm for arm in arms if arm not in (NoneType, Unset)])
        self.items = Expectation(get_args(lists[0])[0], closed=closed) if lists else None
        values = get_args(maps[0])[1] if maps else None
        self.values = Expectation(values) if get_origin(values) in (list, Sequence) else None
        self.classes: tuple[type, ...] = (*scalars, *enums, *_models(models), *([Mapping] if maps or models else []))
        self.entities = {entity_of(cast("Any", model)) for model in models}
        plain = {scalar for scalar in scalars if not (self.choices and scalar is str)}
        self.at_a_glance = {*plain, *enums, Unset, *([NoneType] if nullable or NoneType in arms else [])}
        self.words = one_of(self.choices) if self.choices else _words(scalars, enums, models, self.items, bool(maps))

    def check(self, value: Any) -> None:
        """Raise `Unwritable`, which names the place within *value*, where it does not fit."""
        if self.anything or value.__class__ in self.at_a_glance:
            return
        if self.items is not None and _is_list(value):
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
        """Whether *value* is an instance of one of the classes; a bool is no number here, a schedule no team."""
        if isinstance(value, bool):
            return bool in self.classes
        kind: Any = type(value)  # which can be hashed, whatever its instances can
        if isinstance(value, Model) and entity_of(kind) not in {"", *self.entities}:
            return False
        return isinstance(value, self.classes) or (isinstance(value, int) and float in self.classes)


def check_arguments(*query: str) -> Declare:
    """Check the arguments of a method that is written out, as those of a declared one are checked.

    Args:
        query: The arguments that go into the query, where None is no value.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        types = get_type_hints(function)
        parameters = Parameters.of(function, types)
        label = f"{function.__module__.removeprefix('opsgenie_async.')}.{function.__name__}"
        expectations = {
            name: Expectation(types[name], nullable=name not in parameters.required) for name in parameters.accepted
        }

        def check(args: tuple[object, ...], keywords: Fields) -> Fields:
            arguments = parameters.bind(args, keywords)
            for name, value in arguments.items():
                if value is None and name in query:
                    arguments[name] = UNSET
                    continue
                try:
                    expectations[name].check(value)
                except Unwritable as error:
                    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
                    raise kind(str(error.under(name)), call=label) from None
            return arguments

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call(self: object, *args: object, **keywords: object) -> object:
                return await function(self, **check(args, keywords))

            return call

        @functools.wraps(function)
        def start(self: object, *args: object, **keywords: object) -> object:
            return function(self, **check(args, keywords))

        return start

    return cast("Declare", decorate)


def refusal(label: str, error: Unwritable) -> ArgumentTypeError | ArgumentValueError:
    """Turn what does not fit into an error of ours that names the method *label*."""
    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
    return kind(f"{label}: {error}")


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
    """What the fields of a model must hold; a word that the server may have sent passes."""
    attrs.resolve_types(kind)
    fields = [field for field in attrs.fields(kind) if field.name not in BOOKKEEPING]
    return tuple((field.name, Expectation(field.type, nullable=True, closed=False)) for field in fields)


def _choices(arms: Sequence[Any]) -> tuple[str, ...]:
    literals = [word for arm in arms if get_origin(arm) is Literal for word in get_args(arm)]
    closed = [word.value for arm in arms if arm in CLOSED for word in arm]
    return tuple(literals or closed)


def _is_list(value: object) -> bool:
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
