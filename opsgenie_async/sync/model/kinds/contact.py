"""The ways to reach a user (Contact API)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsgenie_async.json_text import Json
from opsgenie_async.models.contact import Contact
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind
from opsgenie_async.sync.model.rules import METHOD

PHONE = re.compile(r"\+?\d[\d -]*")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _normalize(document: dict[str, Json]) -> dict[str, Json]:
    """A contact as its own page and as an expanded user have it: method, address, and whether it is in use."""
    status = document.get("status")
    holder = status if isinstance(status, dict) else document
    method = document.get("method", document.get("contactMethod"))
    return {
        "id": document.get("id"),
        "method": method,
        "to": document.get("to"),
        "enabled": holder.get("enabled", True),
    }


def _check(fields: Fields, at: str) -> Iterator[Complaint]:
    to, form = fields.get("to"), EMAIL if fields.get("method") == "email" else PHONE
    if isinstance(to, str) and fields.get("method") in ("email", "sms", "voice") and not form.fullmatch(to):
        yield f"{at}.to", "expected an e-mail address" if form is EMAIL else "expected a phone number"


CONTACT = Kind(
    name="contact",
    parent="user",
    section="contacts",
    path="/v2/users/{parent}/contacts",
    model=Contact,
    stage=2,
    embedded="userContacts",
    normalize=_normalize,
    identity=("method", "to"),
    caseless=True,
    defaults={"enabled": True},
    immutable=frozenset({"method"}),
    toggled=True,
    initial=lambda user: {"method": "email", "to": user},
    label="to",
    normal_order=("method", "to"),
    extra_fields={"enabled": bool},
    check=_check,
    rules={"method": METHOD},
    required_when_new=("method", "to"),
)
