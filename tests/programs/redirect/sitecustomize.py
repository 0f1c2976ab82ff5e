"""Stands in for the name server: what a program sends to Opsgenie goes to the sandbox, and the program is as it was.

Python imports it at its start when this folder is in PYTHONPATH. `OPSGENIE_SANDBOX` has the address.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

HOSTS = ("https://api.opsgenie.com/", "https://api.eu.opsgenie.com/")


def redirect(send: Callable[..., Any], address: Callable[[], str]) -> Callable[..., Any]:
    """Make of `HTTPAdapter.send` one that goes to *address* in place of Opsgenie."""

    @wraps(send)
    def elsewhere(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        for host in HOSTS:
            if request.url.startswith(host):
                request.url = f"{address().rstrip('/')}/{request.url.removeprefix(host)}"
                break
        if not request.url.startswith(address()):
            raise AssertionError(f"a call to somewhere else: {request.url}")
        kwargs["proxies"] = {}
        return send(self, request, *args, **kwargs)

    return elsewhere


with suppress(ImportError):  # a program that has no use for it
    if "OPSGENIE_SANDBOX" in os.environ:
        from requests.adapters import HTTPAdapter

        HTTPAdapter.send = redirect(HTTPAdapter.send, lambda: os.environ["OPSGENIE_SANDBOX"])
