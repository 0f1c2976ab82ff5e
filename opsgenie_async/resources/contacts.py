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
    """`og.contacts`: a user's e-mail addresses and phone numbers."""

    __slots__ = ()

    @operation("POST", CONTACTS)
    async def create(self, user: ByUser, *, method: ContactMethod | str, to: str) -> Reference:
        """Add a contact of *user*; returns the id.

        Args:
            user: An id or username, or a model with an id.
            method: `email`, `sms`, `voice` or `mobile`.
            to: An e-mail address, or a number that starts with the country code, such as `1-9999999999`.
        """
        ...

    @operation("GET", CONTACTS)
    def list(self, user: ByUser) -> Pager[Contact]:
        """List the contacts of *user*.

        Args:
            user: An id or username, or a model with an id.
        """
        ...

    @operation("PATCH", CONTACT)
    async def update(self, user: ByUser, contact: ById, *, to: str) -> Reference:
        """Change the address or number; the method stays.

        Args:
            user: An id or username, or a model with an id.
            contact: An id, or a model that has one.
            to: The new address or number.
        """
        ...

    @operation("GET", CONTACT)
    async def get(self, user: ByUser, contact: ById) -> Contact:
        """Get one contact.

        Args:
            user: An id or username, or a model with an id.
            contact: An id, or a model that has one.
        """
        ...

    @operation("DELETE", CONTACT)
    async def delete(self, user: ByUser, contact: ById) -> None:
        """Delete one contact.

        Args:
            user: An id or username, or a model with an id.
            contact: An id, or a model that has one.
        """
        ...

    @operation("POST", CONTACT + "/enable", repeatable=True)
    async def enable(self, user: ByUser, contact: ById) -> Reference:
        """Enable a contact for notifications.

        Args:
            user: An id or username, or a model with an id.
            contact: An id, or a model that has one.
        """
        ...

    @operation("POST", CONTACT + "/disable", repeatable=True)
    async def disable(self, user: ByUser, contact: ById) -> Reference:
        """Disable a contact for notifications.

        Args:
            user: An id or username, or a model with an id.
            contact: An id, or a model that has one.
        """
        ...
