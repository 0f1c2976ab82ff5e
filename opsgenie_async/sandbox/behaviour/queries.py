"""Search by the query of a request, with 422 for an invalid one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opsgenie_async.sandbox.account.records import fields
from opsgenie_async.sandbox.account.records.fields import Field
from opsgenie_async.sandbox.account.records.predicates import Predicate
from opsgenie_async.sandbox.account.records.records import Records
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour.search.binding import bind
from opsgenie_async.sandbox.behaviour.search.syntax import LONGEST, QueryError, parse
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call, Preparation

__all__ = ["LONGEST", "check", "compile_query", "place_by", "select"]


def compile_query(
    call: Call, query: str, searchable: Mapping[str, Field], text: Sequence[str] = ("message",)
) -> Predicate:
    """The predicate of *query* in the account, over the *searchable* fields; bare words are searched in *text*."""
    with _refusing():
        return bind(
            parse(query, searchable),
            searchable,
            call.account,
            text=text,
            boundary_included=call.world.boundary_included,
        )


def select(call: Call, records: Records, *queries: str) -> int:
    """The items of *records* that match all of *queries*.

    Raises:
        Preparation: A field that is rarely searched must be indexed first.
    """
    items = records.everything()
    for query in filter(str.strip, queries):
        test = compile_query(call, query, records.fields)
        steps = records.preparation(test)
        if any(True for _ in steps):  # one step is not enough
            raise Preparation(steps)
        items &= records.select(test)
    return items


def check(call: Call, query: str) -> None:
    """Refuse an invalid query for alerts."""
    compile_query(call, query, fields.ALERT)


def place_by(field: str, document: Doc) -> str:
    """The sort key of *document* by *field*, a text or a flag; documents without a value come first."""
    value: Any = document
    for step in field.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return "" if value is None else str(value)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except QueryError as error:
        raise semantic({"query": str(error)}) from None
