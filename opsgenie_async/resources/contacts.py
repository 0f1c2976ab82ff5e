"""Contacts of a user (Contact API page)."""

from __future__ import annotations

from opsgenie_async.models import Contact, ContactMethod, Reference
from opsgenie_async.paging import Pager
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.path import ById, ByUser

__all__ = ["Contacts"]

CONTACTS = "v2/users/{user}/contacts"
CONTACT = CONTACTS + "/{contact}"


class Contacts(Resource):
    """`og.contacts`: the addresses and numbers by which a user is reached."""

    __slots__ = ()

    @operation("POST", CONTACTS)
    async def create(self, user: ByUser, *, method: ContactMethod | str, to: str) -> Reference:
        """Add a contact of *user*; returns the id.

        to: an e-mail address, or a number as the page writes it, country code first: "1-9999999999".
        """
        ...

    @operation("GET", CONTACTS)
    def list(self, user: ByUser) -> Pager[Contact]:
        """List the contacts of *user*."""
        ...

    @operation("PATCH", CONTACT)
    async def update(self, user: ByUser, contact: ById, *, to: str) -> Reference:
        """Change the address or number; the method stays."""
        ...

    @operation("GET", CONTACT)
    async def get(self, user: ByUser, contact: ById) -> Contact:
        """Get one contact."""
        ...

    @operation("DELETE", CONTACT)
    async def delete(self, user: ByUser, contact: ById) -> None:
        """Delete one contact."""
        ...

    @operation("POST", CONTACT + "/enable", repeatable=True)
    async def enable(self, user: ByUser, contact: ById) -> Reference:
        """Let a contact be used."""
        ...

    @operation("POST", CONTACT + "/disable", repeatable=True)
    async def disable(self, user: ByUser, contact: ById) -> Reference:
        """Keep a contact, and do not use it."""
        ...
