"""A call as tests of attempts make it."""

from opsgenie_async import (
    Opsgenie,
)


async def call(og: Opsgenie, *, repeatable: bool) -> None:
    await og.request("POST", "/v2/teams", json={"name": "new"}, repeatable=repeatable)
