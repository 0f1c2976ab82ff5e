"""The account itself (Account API page)."""

from __future__ import annotations

from ..models import Account as AccountInfo
from .base import Resource
from .operation import operation

__all__ = ["Account"]


class Account(Resource):
    """`og.account`."""

    __slots__ = ()

    @operation("GET", "v2/account")
    async def get(self) -> AccountInfo:
        """Get the account's name, its number of users and its plan."""
