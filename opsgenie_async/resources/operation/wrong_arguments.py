"""Errors for wrong arguments of a call, with suggestions; loaded only if there is such an error.

Most are habits from the official SDK, which has named identifiers, bodies, and settings for single calls.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, get_args, get_type_hints

from opsgenie_async.config import CallSettings
from opsgenie_async.errors import ArgumentTypeError
from opsgenie_async.resources.operation.arguments import Fields, Parameters
from opsgenie_async.resources.path import NOUNS
from opsgenie_async.signatures import likely_argument, mismatch

__all__ = ["operation_mismatch"]

SYNONYMS: Final = {"limit": "page_size"}
"""Words of the API for what a parameter has another name for here."""
PAGE_SIZE_NOTE = "page_size is the size of a page: the first n of all are `.first(n)` of the listing."
FIRST_NOTE = "The first n of all are `.first(n)` of the listing."
IDENTIFIER = re.compile(r"(?:\w+_)?(?:id|identifier)(?:_type)?|identifierType|\w+Identifier(?:Type)?")
BODY = re.compile(r"(?:\w+_)?(?:body|payload)|data|json")
TIMEOUT = re.compile(r"_?(?:request_)?timeout")


def operation_mismatch(parameters: Parameters, args: tuple[object, ...], keywords: Fields) -> ArgumentTypeError:
    """Return the error for a missing, unknown or duplicated argument, in Python's own words."""
    function = parameters.function
    note = ""

    def hint(name: str, candidates: Collection[str]) -> str:
        nonlocal note
        text = _hint(name, candidates, function)
        note = _note_on_size(name, text, function)
        return text

    failure = mismatch(function, parameters.accepted, args, keywords, hint)
    if keywords.keys() <= parameters.accepted:
        note = _note_on_places(function, args, keywords)
    if note:
        failure.add_note(note)
    return failure


def _hint(name: str, candidates: Collection[str], function: Callable[..., object]) -> str:
    """Return a hint for the unknown argument *name*, "" if there is none.

    Args:
        name: The argument of the call.
        candidates: The remaining valid arguments.
        function: The method.
    """
    if SYNONYMS.get(name) in candidates:
        return f"; did you mean {SYNONYMS[name]!r}?"
    if likely := likely_argument(name, candidates):
        return likely
    places, fields = _parameters(function)
    if IDENTIFIER.fullmatch(name) and places:
        return f"; the first argument is the {places[0]}: a str is an id{_other_kinds(function, places[0])}"
    if BODY.fullmatch(name) and fields:
        return f"; the fields are arguments of the call, as {fields[0]}=..."
    if TIMEOUT.fullmatch(name):
        return "; give it to a client for such calls: og.with_config(total_timeout=...)"
    if name in CallSettings.__annotations__:
        return f"; give it to a client for such calls: og.with_config({name}=...)"
    if name == "async_req":
        return "; calls run at once as tasks of a TaskGroup, with the blocking client in threads"
    return ""


def _note_on_size(name: str, hint: str, function: Callable[..., object]) -> str:
    """Return a note for an argument *name* with *hint* that was to limit a listing, otherwise ""."""
    if "page_size" in hint:
        return PAGE_SIZE_NOTE
    is_listing = str(function.__annotations__.get("return", "")).startswith("Pager")
    return FIRST_NOTE if name in SYNONYMS and is_listing else ""


def _note_on_places(function: Callable[..., object], args: Sequence[object], keywords: Mapping[str, object]) -> str:
    """Return a note for too many positional arguments, otherwise ""."""
    places, fields = _parameters(function)
    free = [field for field in fields if field not in keywords]
    if len(args) <= len(places) or not free:
        return ""
    return f"Fields are given by their names, as {free[0]}=..."


def _parameters(function: Callable[..., object]) -> tuple[list[str], list[str]]:
    """The positional parameters, and the keyword-only ones."""
    _, *parameters = inspect.signature(function).parameters.values()
    places = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    fields = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    for each in parameters:
        if each.kind is each.VAR_KEYWORD:
            fields += get_args(get_type_hints(function)[each.name])[0].__annotations__
    return places, fields


def _other_kinds(function: Callable[..., object], place: str) -> str:
    kinds = [kind for kind in get_args(get_type_hints(function)[place]) if kind in NOUNS]
    return "".join(f", {kind.__name__}('...') {NOUNS[kind]}" for kind in kinds)
