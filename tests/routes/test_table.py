"""Every row of the route table has a method of the client and a route of the sandbox."""

from __future__ import annotations

import csv
import re
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.converters.names import camel
from opsgenie_async.dx import DX
from opsgenie_async.lazy_resource import lazy_resources
from opsgenie_async.pending import Pending
from opsgenie_async.resources.operation.signature import Operation, Placeholder
from opsgenie_async.resources.path import WORDS
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.routes import router
from tests.routes.table import TABLE, Row, shape
from tests.tables import each_row

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "operations.csv"
BY_HAND = ("schedule_v1", "dx_incident")
"""Their methods are written out: v1 has the key in the query or body and no envelope, DX is another API."""

MANDATORY = {
    "notification_rule.change_order": {"order"},  # optional in the OpenAPI file: a call without it would change nothing
}
"""What a method demands beyond its row."""

ROUTES = router()

every_row = each_row("row", TABLE, ids=attrgetter("key"))
every_declared_row = each_row("row", [row for row in TABLE if row.resource not in BY_HAND], ids=attrgetter("key"))


def client_method(row: Row) -> Any:
    """The method of the client; the test fails by name when it is not there."""
    client = SimpleNamespace(dx=DX("token", instance="corp")) if row.page.startswith("dx.") else Opsgenie("key")
    try:
        return attrgetter(f"{row.page}.{row.name}")(client)
    except AttributeError:
        pytest.fail(f"no client method {row.page}.{row.name}")


def declared(row: Row) -> Operation:
    return client_method(row).operation  # type: ignore[no-any-return]


def test_the_table_is_whole():
    assert len(TABLE) == len({row.key for row in TABLE}) == 235


def test_the_table_says_what_the_reference_says():
    if not REFERENCE.exists():
        pytest.skip("the reference table is not here: that ours still says the same was not checked")
    with REFERENCE.open(newline="") as file:
        reference = [_facts(row) for row in csv.DictReader(file)]

    assert [row for row in TABLE if row not in reference] == []
    assert [row for row in reference if row not in TABLE] == []


def _facts(row: dict[str, str]) -> Row:
    fields = f"{row['body_fields']};{row['query_params']}".split(";")
    starred = [name.removesuffix("*").removeprefix("form:") for name in fields if name.endswith("*")]
    mandatory = [name for name in starred if name != "apiKey"]  # the credential of v1
    return Row(
        resource=row["resource"],
        name=row["name"],
        method=row["method"],
        path=row["path"],
        identifiers=row["identifier_types"],
        status=row["success_status"],
        data=row["data_shape"],
        paged=row["paged"],
        processed=row["request_status"],
        domain=row["rate_domain"],
        mandatory=";".join(mandatory),
    )


def test_no_operation_is_beyond_the_table():
    pages = {row.page for row in TABLE if row.resource not in BY_HAND}
    og = Opsgenie("key")
    declared = {
        f"{page}.{name}"
        for page in [*(set(lazy_resources(Opsgenie)) - {"legacy"}), "legacy.policies"]
        for name, method in vars(type(attrgetter(page)(og))).items()
        if hasattr(method, "operation")
    }

    assert declared == {f"{row.page}.{row.name}" for row in TABLE if row.page in pages}


@every_row
def test_a_client_method(row: Row):
    assert callable(client_method(row))


@every_declared_row
def test_the_method_declares_what_the_row_says(row: Row):
    operation = declared(row)
    resource = type(client_method(row).__self__)

    assert (operation.method, shape(operation.path)) == (row.method, shape(row.path))
    assert (operation.domain or resource.domain) == row.domain
    assert (operation.answer is Pending) is (row.processed == "yes")


@every_declared_row
def test_the_method_takes_every_kind_of_identifier(row: Row):
    placeholders = [piece for piece in declared(row).route if isinstance(piece, Placeholder)]

    assert len(placeholders) == len(row.kinds)
    for placeholder, kinds in zip(placeholders, row.kinds, strict=True):
        if placeholder.parameter:
            assert {placeholder.own, *(WORDS[kind] for kind in placeholder.kinds)} == kinds
        else:  # nothing names the kind: there is one, or the server tells by the text
            assert len(kinds) == 1 or kinds == {"id", "username"}


@every_declared_row
def test_the_method_asks_for_what_is_mandatory(row: Row):
    operation = declared(row)
    demanded = {camel(name) for name in operation.parameters.required - operation.identifiers}

    assert demanded == MANDATORY.get(row.key, set(filter(None, row.mandatory.split(";"))))


@every_row
def test_a_sandbox_route(row: Row):
    example = re.sub(r"\{[^}]*\}", "x", row.path)
    try:
        endpoint, _ = ROUTES.find(row.method, example)
    except Refusal as refusal:
        pytest.fail(f"no sandbox route {row.method} {row.path}: {refusal.message}")

    assert shape(endpoint.route.path) == shape(row.path)
    assert endpoint.route.domain == (None if row.domain == "none" else row.domain)
