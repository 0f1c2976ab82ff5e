"""Requests that are known up to their ids are those that `og.request` would make of the kind's path and query."""

from __future__ import annotations

import pytest

from opsgenie_async.client import _request
from opsgenie_async.sync.model.catalog import KINDS, kind_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.reading.fetch import ask_for_item, ask_for_listing

IDS = ("0f9d7a3e-1111-4222-8333-1234567890ab", "night/day @ 100%")
ASKED = [kind for kind in KINDS if not kind.virtual]


@pytest.mark.parametrize("parent", IDS)
@pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.name)
def test_a_listing_is_asked_for_where_the_kind_has_it(kind: Kind, parent: str) -> None:
    path, query = kind.listing(parent)
    assert ask_for_listing(kind, parent) == _request("GET", path, query, None, None, None)


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("kind", [kind for kind in ASKED if not kind.single], ids=lambda kind: kind.name)
def test_an_entity_is_asked_for_where_the_kind_has_it(kind: Kind, id: str) -> None:
    path, query = kind.item(id, "p/1")
    assert ask_for_item(kind, id, "p/1") == _request("GET", path, {**query, **kind.expand}, None, None, None)


def test_without_a_parent_nothing_is_said_of_one() -> None:
    assert ask_for_listing(kind_of("alert_policy"), "").query == ()
