"""The key: the only module that can read one, and the one that takes it out of any text it got into."""

from __future__ import annotations

import html
from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import quote, urlencode

import attrs

from .json_text import dump
from .wire import Auth, Request

__all__ = ["Credential", "Signed", "auth_of"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@attrs.define(repr=False)
class Signed:
    """A request ready to be sent; holds the key, so it is never printed."""

    query_string: str
    headers: Mapping[str, str]
    body: bytes | None


def auth_of(method: str, path: str) -> Auth:
    """Where a path wants the key, for calls that do not say so themselves: of old, in the query or the body."""
    if not path.lstrip("/").startswith(("v1/json/", "v1.1/json/")):
        return Auth.HEADER
    return Auth.QUERY if method in ("GET", "DELETE") else Auth.BODY


class Credential:
    """A key or token and the word that goes before it in `Authorization`."""

    __slots__ = ("_authorization", "_forms", "_secret")

    def __init__(self, scheme: str, secret: object, name: str = "api_key") -> None:
        """Raise `ValueError` naming *name*, and not its value, when *secret* cannot be a key."""
        secret = secret.strip() if isinstance(secret, str) else ""
        if not secret or not secret.isascii() or not secret.isprintable():
            raise ValueError(f"{name}: expected a key of printable ASCII letters")
        self._secret = secret
        self._authorization = {"Authorization": f"{scheme} {secret}"}
        in_json = dump(secret)[1:-1].decode()
        self._forms = tuple(dict.fromkeys((secret, quote(secret, safe=""), in_json, html.escape(secret))))

    def __repr__(self) -> str:
        return "Credential(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is not written to anything")

    def sign(self, request: Request) -> Signed:
        """Put the key where the request wants it: header, query or body."""
        query_string = request.query_string
        body = request.json
        headers = NOTHING
        match request.auth:
            case Auth.HEADER:
                headers = self._authorization
            case Auth.QUERY:
                pair = urlencode({"apiKey": self._secret}, quote_via=quote, safe="")
                query_string = f"{query_string}&{pair}" if query_string else pair
            case Auth.BODY:
                body = {**body, "apiKey": self._secret} if isinstance(body, Mapping) else {"apiKey": self._secret}
            case Auth.NONE:
                pass
        return Signed(query_string, headers, None if body is None else dump(body))

    def redact_bytes(self, body: bytes) -> bytes:
        """Return *body* with the key replaced, as in `redact`."""
        for form in self._forms:
            body = body.replace(form.encode(), b"***")
        return body

    def redact(self, text: str) -> str:
        """Return *text* with the key (plain, percent-encoded, as JSON or as HTML has it) replaced by stars."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, "***")
        return text
