"""The requests that read each kind, built once and filled with ids."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import attrs

from opsgenie_async.http.request import Query, Request, join_path
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.throttle.domains import domain_of

__all__ = ["ask_for_item", "ask_for_listing"]

PARENT = "{parent}"


@attrs.frozen
class Endpoint:
    """A GET below some parent, whose id comes between *before* and *after*, and into the query as *within*."""

    before: str
    gap: bool
    after: str
    query: Query
    within: str
    domain: str

    @classmethod
    def at(cls, path: str, query: Mapping[str, str], within: str) -> Endpoint:
        before, gap, after = path.lstrip("/").partition(PARENT)
        return cls(before, bool(gap), after, tuple(query.items()), within, domain_of("GET", path))

    def request(self, parent: str, id: str = "") -> Request:
        path = f"{self.before}{join_path(parent)}{self.after}" if self.gap else self.before
        query = self.query
        if self.within and parent:
            query += ((self.within, parent),)
        return Request(
            method="GET",
            path=f"{path}/{join_path(id)}" if id else path,
            query=query,
            domain=self.domain,
            repeatable=True,
        )


def ask_for_listing(kind: Kind, parent: str) -> Request:
    """What there is of a kind, below *parent*; for a single one: the one itself."""
    return _listing(kind).request(parent)


def ask_for_item(kind: Kind, id: str, parent: str = "") -> Request:
    """One entity; *id* is what its path ends with."""
    return _item(kind).request(parent, id)


@functools.cache
def _listing(kind: Kind) -> Endpoint:
    return Endpoint.at(kind.path, kind.params, kind.parent_param)


@functools.cache
def _item(kind: Kind) -> Endpoint:
    # The domain is that of what stands below the collection.
    return attrs.evolve(
        Endpoint.at(kind.collection_path or kind.path, kind.expand, kind.parent_param),
        domain=domain_of("GET", f"{kind.collection_path or kind.path}/id"),
    )
