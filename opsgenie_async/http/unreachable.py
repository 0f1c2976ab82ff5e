"""Why a connection failed, in the words of other tools."""

from __future__ import annotations

import os
import socket
import ssl

import aiohttp

__all__ = ["connection_failure"]

USUAL_PORTS = (80, 443, None)


def connection_failure(error: aiohttp.ClientConnectorError) -> str:
    """Return a line as `cannot reach api.opsgenie.com: connection refused`; aiohttp's own is for its developers."""
    place = error.host if error.port in USUAL_PORTS else f"{error.host}:{error.port}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        place = f"the proxy {place}"
    return f"cannot reach {place}: {_reason(error)}"


def _reason(error: aiohttp.ClientConnectorError) -> str:
    cause: Exception | OSError = error.os_error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message or cause.reason}"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS there: {(cause.reason or str(cause)).replace('_', ' ').lower()}"
    if isinstance(cause, socket.gaierror):
        return (cause.strerror or "unknown host").lower()
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()
    return str(cause) or type(cause).__name__
