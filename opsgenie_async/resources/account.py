"""The account itself (Account API page)."""

from __future__ import annotations

from opsgenie_async.models import Account as AccountInfo
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation

__all__ = ["Account"]


class Account(Resource):
    """`og.account`."""

    __slots__ = ()

    @operation("GET", "v2/account")
    async def get(self) -> AccountInfo:
        """Get the account's name, its number of users and its plan."""
        ...
