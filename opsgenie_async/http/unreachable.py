"""The reason for a missing response, in the words of other tools; no error of aiohttp gets beyond this.

Such errors can contain URLs and headers, and so the key.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable

import aiohttp
from yarl import URL

from opsgenie_async.http.outcome import NoAnswer

__all__ = ["connection_failure", "no_answer"]

USUAL_PORTS = (80, 443, None)


def no_answer(
    error: BaseException, redact: Callable[[str], str], status: int | None = None, proxy: object = None
) -> NoAnswer:
    """The outcome for an *error* of aiohttp.

    Args:
        error: The error that ended the attempt.
        redact: Redacts the key in a text.
        status: The status of an incomplete response.
        proxy: The address of the proxy of the connection.
    """
    if isinstance(error, aiohttp.ClientHttpProxyError):
        is_refusal = 400 <= error.status < 500
        reason = f"the proxy refused the connection: {error.status} {error.message}"
        return NoAnswer(reason=redact(reason), may_have_arrived=False, status=error.status, final=is_refusal)
    if isinstance(error, aiohttp.ClientConnectorError):
        return NoAnswer(reason=redact(connection_failure(error, proxy)), may_have_arrived=False)
    # A ClientResponseError prints the whole URL, and v1 has the key in it.
    text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    was_connected = not isinstance(error, aiohttp.ConnectionTimeoutError)
    return NoAnswer(reason=redact(reason), may_have_arrived=was_connected, status=status)


def connection_failure(error: aiohttp.ClientConnectorError, proxy: object = None) -> str:
    """Return a line as `cannot reach api.opsgenie.com: connection refused`; aiohttp's texts are for developers."""
    place = error.host if error.port in USUAL_PORTS else f"{error.host}:{error.port}"
    if isinstance(error, aiohttp.ClientProxyConnectionError) or (
        isinstance(proxy, URL) and (error.host, error.port) == (proxy.host, proxy.port)  # its name is unknown
    ):
        place = f"the proxy {place}"
    return f"cannot reach {place}: {_reason(error)}"


def _reason(error: aiohttp.ClientConnectorError) -> str:
    cause: Exception | OSError = error.os_error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {cause.verify_message or cause.reason}"
    if isinstance(cause, ssl.SSLError):
        return f"not a TLS server: {(cause.reason or str(cause)).replace('_', ' ').lower()}"
    if isinstance(cause, socket.gaierror):
        return (cause.strerror or "unknown host").lower()
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()
    return str(cause) or type(cause).__name__
