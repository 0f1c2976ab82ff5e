"""The API key: the only module that can read it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import NoReturn
from urllib.parse import quote, urlencode

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.http.redaction import Redactor
from opsgenie_async.http.request import Auth, JsonBody

__all__ = ["Credential", "auth_of"]


def auth_of(method: str, path: str) -> Auth:
    """The place of the key for a path, unless the call has one: in v1 the query or the body."""
    if not path.lstrip("/").startswith(("v1/json/", "v1.1/json/")):
        return Auth.HEADER
    return Auth.QUERY if method in ("GET", "DELETE") else Auth.BODY


class Credential:
    """A key or token, with its scheme in `Authorization`."""

    __slots__ = ("headers", "redact", "secret")

    headers: Mapping[str, str]
    """What says who asks, where it is a header that says it."""
    redact: Redactor
    """Redacts the key in a text, in every encoding."""

    def __init__(self, scheme: str, secret: object, name: str = "api_key") -> None:
        """Raise `ValueError` with *name*, but not the value, if *secret* cannot be a key."""
        key = secret.strip() if isinstance(secret, str) else ""
        if not key or not key.isascii() or not key.isprintable():
            reason = "expected a key of printable ASCII letters"
            if not isinstance(secret, str):
                reason = f"expected a str, got one of class {type(secret).__name__}"
            elif not key:
                reason = "it is empty"
            del secret, key  # who shows the variables of an error's frames shows no key
            raise ArgumentValueError(f"{name}: {reason}")
        if key.lower().startswith(f"{scheme.lower()} "):
            del secret, key
            raise ArgumentValueError(f"{name}: leave out {scheme!r} before the key: it is added automatically")
        self.secret = key
        self.headers = {"Authorization": f"{scheme} {key}"}
        self.redact = Redactor((key,))

    def __repr__(self) -> str:
        return "Credential(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is not written to anything")

    def digest(self) -> str:
        """A hash that distinguishes this key from others without revealing it."""
        return sha256(f"opsgenie-async\n{self.secret}".encode()).hexdigest()

    def sign(self, auth: Auth, query_string: str, body: JsonBody | None) -> tuple[str, JsonBody | None]:
        """Add the key for v1: to the query or to the body."""
        if auth is Auth.QUERY:
            pair = urlencode({"apiKey": self.secret}, quote_via=quote, safe="")
            return f"{query_string}&{pair}" if query_string else pair, body
        if body is not None and not isinstance(body, Mapping):
            raise ArgumentTypeError("json: expected an object: v1 sends the key in it")
        return query_string, {**(body or {}), "apiKey": self.secret}
