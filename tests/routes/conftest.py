"""The calls of the table are made once; every test of this folder looks at what came of them."""

import asyncio

import pytest

from tests.routes.runner import Outcome, call_all


@pytest.fixture(scope="package")
def outcomes() -> dict[str, Outcome]:
    """Key of the row to what its call came to."""
    return asyncio.run(call_all())
