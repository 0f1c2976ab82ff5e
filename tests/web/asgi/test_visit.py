"""The route of a request, from the scopes that frameworks leave behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Mount, Route, Router

from opsgenie_async.web.asgi.visit import headers_of, route_of


def endpoint(request):
    """A handler."""


def mounted(scope, receive, send):
    """An application below a mount."""


ORDER = Route("/orders/{id:int}", endpoint)
AT_ACME = {"path": "/acme/orders/7", "path_params": {"tenant": "acme", "id": 7}}
OLD = Router([Mount("/{tenant}", routes=[ORDER])])


@pytest.mark.parametrize(
    ("scope", "root", "route"),
    [
        ({}, "", ""),
        ({"route": ORDER, "path_params": {"id": 7}}, "", "/orders/{id}"),
        ({"path_template": "/a/{b:int}"}, "", "/a/{b:int}"),
        ({"router": OLD, "endpoint": endpoint, **AT_ACME}, "", "/{tenant}/orders/{id}"),
        ({"router": OLD, "endpoint": mounted, "path": "/acme/secret", "path_params": {"tenant": "acme"}}, "", ""),
        ({"endpoint": mounted, "path": "/files/secret", "root_path": "/files"}, "", "/files"),
        ({"route": ORDER, "path": "/r/m/orders/7", "path_params": {"id": 7}}, "/r", "/m/orders/{id}"),
        ({"route": ORDER, "path": "/m/orders/7", "path_params": {"id": 7}}, "/r", "/m/orders/{id}"),
        ({"route": Route("/f/{p:path}", endpoint), "path": "/m/f/a/b", "path_params": {"p": "a/b"}}, "", "/m/f/{p}"),
        ({"route": Route("/", endpoint), "path": "/"}, "", "/"),
        ({"route": object(), "path": "/secret"}, "", ""),
    ],
)
def test_the_route(scope, root, route):
    assert route_of({"path": "/orders/7", **scope}, root) == route


@given(tenant=st.from_regex(r"[^/]+", fullmatch=True), id=st.integers(0, 10**6))
def test_no_value_of_a_parameter_is_in_the_route(tenant, id):
    scope = {"route": ORDER, "path": f"/{tenant}/orders/{id}", "path_params": {"tenant": tenant, "id": id}}

    assert route_of(scope, "") == "/{tenant}/orders/{id}"


def test_headers_that_come_twice_are_joined():
    assert headers_of({"headers": [(b"Accept", b"a"), (b"accept", b"b"), (b"x", b"\xff")]}) == {
        "accept": "a, b",
        "x": "ÿ",
    }
