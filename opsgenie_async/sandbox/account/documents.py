"""The type of everything that the sandbox stores and returns."""

from __future__ import annotations

from typing import Any

__all__ = ["Doc"]

Doc = dict[str, Any]
"""A JSON object in the words of the API."""
