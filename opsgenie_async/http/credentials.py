"""The API key: the only module that can read it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import quote, urlencode

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.http.redaction import Redactor
from opsgenie_async.http.request import Auth, Request
from opsgenie_async.json_text import dump

__all__ = ["Credential", "Signed", "auth_of"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@attrs.define(repr=False)
class Signed:
    """A request ready to be sent; holds the key, so it is never printed."""

    query_string: str
    headers: Mapping[str, str]
    body: bytes | None


def _encoded(body: object) -> bytes:
    try:
        return dump(body)
    except TypeError as error:
        raise ArgumentTypeError(f"json: {error}") from None
    except ValueError as error:
        raise ArgumentValueError(f"json: {error}") from None
    except RecursionError:
        raise ArgumentValueError("json: nested without an end") from None


def auth_of(method: str, path: str) -> Auth:
    """Where a path wants the key, for calls that do not say so themselves: of old, in the query or the body."""
    if not path.lstrip("/").startswith(("v1/json/", "v1.1/json/")):
        return Auth.HEADER
    return Auth.QUERY if method in ("GET", "DELETE") else Auth.BODY


class Credential:
    """A key or token and the word that goes before it in `Authorization`."""

    __slots__ = ("_authorization", "redact", "secret")

    redact: Redactor
    """Redacts the key in a text, in every encoding."""

    def __init__(self, scheme: str, secret: object, name: str = "api_key") -> None:
        """Raise `ValueError` naming *name*, and not its value, when *secret* cannot be a key."""
        key = secret.strip() if isinstance(secret, str) else ""
        if not key or not key.isascii() or not key.isprintable():
            reason = "expected a key of printable ASCII letters"
            if isinstance(secret, str) and not key:
                reason = "it is empty"
            del secret, key  # who shows the variables of an error's frames shows no key
            raise ArgumentValueError(f"{name}: {reason}")
        if key.lower().startswith(f"{scheme.lower()} "):
            del secret, key
            raise ArgumentValueError(f"{name}: leave out {scheme!r} before the key: it is added here")
        self.secret = key
        self._authorization = {"Authorization": f"{scheme} {key}"}
        self.redact = Redactor((key,))

    def __repr__(self) -> str:
        return "Credential(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is not written to anything")

    def digest(self) -> str:
        """Tell this key from others without telling it: a hash that nobody can turn back."""
        return sha256(f"opsgenie-async\n{self.secret}".encode()).hexdigest()

    def sign(self, request: Request) -> Signed:
        """Put the key where the request wants it: header, query or body."""
        query_string = request.query_string
        body = request.json
        headers = NOTHING
        match request.auth:
            case Auth.HEADER:
                headers = self._authorization
            case Auth.QUERY:
                pair = urlencode({"apiKey": self.secret}, quote_via=quote, safe="")
                query_string = f"{query_string}&{pair}" if query_string else pair
            case Auth.BODY:
                if body is not None and not isinstance(body, Mapping):
                    raise ArgumentTypeError("json: expected an object: v1 has the key in it")
                body = {**(body or {}), "apiKey": self.secret}
            case Auth.NONE:
                pass
        return Signed(query_string, headers, None if body is None else _encoded(body))
