"""The error that a request is answered with."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):
    """A request that is answered with an error; raise it anywhere below a route.

    Args:
        status: The HTTP status.
        message: The API's own words.
        code: The internal code beside a 403 (40301, 40302) or of v1.
        errors: Field to problem, beside a 422.
        headers: Further headers of the response.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: int | None = None,
        errors: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.errors = errors
        self.headers = headers or {}
