"""Error responses, raised as exceptions."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):
    """An error response; raise it anywhere below a route.

    Args:
        status: The HTTP status.
        message: The API's message.
        code: The internal code of a 403 (40301, 40302) or of v1.
        errors: Problems by field, for a 422.
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
