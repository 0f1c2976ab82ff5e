"""Requests that are known up to their ids are those that `og.request` would make of the kind's path and query."""

from __future__ import annotations

import pytest

from opsgenie_async.client import _request
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.reading.fetch import ask_for_item, ask_for_listing, item_of, listing_of

IDS = ("0f9d7a3e-1111-4222-8333-1234567890ab", "night/day @ 100%")
LISTED_KINDS = [kind for kind in KINDS if not kind.virtual]


@pytest.mark.parametrize("parent", IDS)
@pytest.mark.parametrize("kind", LISTED_KINDS, ids=lambda kind: kind.name)
def test_a_listing_is_asked_for_where_the_kind_has_it(kind: Kind, parent: str) -> None:
    path, query = listing_of(kind, parent)
    assert ask_for_listing(kind, parent) == _request("GET", path, query, None, None, None)


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("kind", [kind for kind in LISTED_KINDS if not kind.single], ids=lambda kind: kind.name)
def test_an_entity_is_asked_for_where_the_kind_has_it(kind: Kind, id: str) -> None:
    path, query = item_of(kind, id, "p/1")
    assert ask_for_item(kind, id, "p/1") == _request("GET", path, {**query, **kind.expand}, None, None, None)


def test_without_a_parent_nothing_is_said_of_one() -> None:
    assert ask_for_listing(KIND_BY_NAME["alert_policy"], "").query == ()
