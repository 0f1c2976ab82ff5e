"""Proxies, from a setting or the environment, with the password separate from the address.

A password in an address may contain `#`, `@`, `/` or `?` unescaped, as in many environments: everything before the
last `@` belongs to it, and no part of it is taken for a host.
"""

from __future__ import annotations

import base64
import re
from ipaddress import ip_address, ip_network
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import attrs
from yarl import URL

from opsgenie_async.errors import ArgumentValueError

__all__ = ["Proxy", "environment_proxy", "proxy_of"]

EXPECTED = "expected an http or https URL such as http://proxy.example:3128"
SCHEME = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(.*)", re.DOTALL)
HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\\\[\]]+)(?::(\d{1,5}))?(?:[/?#].*)?", re.DOTALL)


@attrs.frozen(kw_only=True)
class Proxy:
    """A proxy: its address, the value of its authorization header, and the secrets to redact in any text."""

    url: URL
    authorization: str = attrs.field(default="", repr=False)
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)


def proxy_of(address: object, name: str = "proxy", *, bare: bool = False) -> Proxy:
    """Parse the address of a proxy.

    Args:
        address: A str or a `URL`, with or without user and password.
        name: The name of the setting, for errors.
        bare: Whether a str with a user may lack its scheme, as in environment variables.

    Raises:
        ValueError: The address is invalid; the message does not contain it, since it may have a password.
    """
    proxy = _proxy(address, bare=bare)
    if proxy is None:
        del address
        raise ArgumentValueError(f"{name}: {EXPECTED}")
    return proxy


def environment_proxy(address: str) -> Proxy | None:
    """The proxy for *address* in the environment, None if there is none.

    Reads `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, in upper or lower case, as other programs do.

    Raises:
        ValueError: The proxy cannot be used, such as SOCKS; nothing is sent without it.
    """
    url = URL(address)
    if _is_exempt(url):
        return None
    proxies = getproxies()
    for scheme in (url.scheme, "all"):
        if proxy := proxies.get(scheme):
            return proxy_of(proxy, f"{scheme}_proxy", bare=True)
    return None


def _is_exempt(url: URL) -> bool:
    host = url.host or ""
    if proxy_bypass(host) or proxy_bypass(f"{host}:{url.port}"):
        return True
    try:
        ip = ip_address(host)
    except ValueError:
        return False
    return any(_holds(network.strip(), ip) for network in getproxies().get("no", "").split(","))


def _holds(network: str, ip: object) -> bool:
    try:
        return "/" in network and ip in ip_network(network, strict=False)
    except ValueError:
        return False


def _proxy(address: object, *, bare: bool) -> Proxy | None:
    if isinstance(address, URL):
        address = str(address)
    if not isinstance(address, str):
        return None
    parts = SCHEME.fullmatch(address.strip())
    assert parts is not None  # noqa: S101  # any text has this form
    user, at, place = parts[2].rpartition("@")
    host_and_port = HOST_AND_PORT.fullmatch(place)
    scheme = (parts[1] or "").lower()
    if not scheme:  # with a port it can be nothing else
        scheme = "http" if host_and_port and (bare or (host_and_port[2] and not at)) else ""
    if scheme not in ("http", "https") or host_and_port is None:
        return None
    try:
        url = URL(f"{scheme}://{host_and_port[1]}{':' + host_and_port[2] if host_and_port[2] else ''}")
        return (_with_user(url, user) if at else Proxy(url=url)) if url.host else None
    except ValueError:
        return None


def _with_user(url: URL, user: str) -> Proxy:
    name, _, password = user.partition(":")
    pair = f"{unquote(name)}:{unquote(password)}".encode(errors="surrogateescape")
    token = base64.b64encode(pair).decode()
    return Proxy(
        url=url,
        authorization=f"Basic {token}",
        secrets=tuple(word for word in (token, unquote(password), password) if len(word) > 3),
    )
