"""From the query of a request to the items that pass it, with 422 for what makes no sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opsgenie_async.sandbox.account.records import fields
from opsgenie_async.sandbox.account.records.fields import Field
from opsgenie_async.sandbox.account.records.predicates import Predicate
from opsgenie_async.sandbox.account.records.records import Records
from opsgenie_async.sandbox.behaviour.search.binding import bind
from opsgenie_async.sandbox.behaviour.search.syntax import LONGEST, QueryError, parse
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call, Preparation

__all__ = ["LONGEST", "check", "compile_query", "select"]


def compile_query(
    call: Call, query: str, searchable: Mapping[str, Field], text: Sequence[str] = ("message",)
) -> Predicate:
    """What *query* means in the account, over the *searchable* fields; bare words are looked for in *text*."""
    with _refusing():
        return bind(
            parse(query, searchable),
            searchable,
            call.account,
            text=text,
            boundary_included=call.world.boundary_included,
        )


def select(call: Call, records: Records, *queries: str) -> int:
    """The items of *records* that pass all of *queries*.

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
    """Refuse a query for alerts that makes no sense."""
    compile_query(call, query, fields.ALERT)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except QueryError as error:
        raise semantic({"query": str(error)}) from None
