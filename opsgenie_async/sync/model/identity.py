"""The texts in a document that identify an entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsgenie_async.json_text import Json

__all__ = ["identity", "text_at"]


def text_at(document: Json | Mapping[str, Json], path: str) -> str:
    """The text at a path of members, "" where there is none."""
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict | Mapping) else None
    return value if isinstance(value, str) else ""


def identity(*paths: str, fold: bool = False) -> Callable[[Mapping[str, Json]], str]:
    """Name an entity by the texts at *paths*; *fold*: where upper and lower case are the same."""

    def deep(document: Mapping[str, Json]) -> str:
        text = " ".join([text_at(document, path) for path in paths])
        return text.casefold() if fold else text

    def flat(document: Mapping[str, Json]) -> str:
        text = " ".join([word if isinstance(word := document.get(path), str) else "" for path in paths])
        return text.casefold() if fold else text

    return deep if any("." in path for path in paths) else flat
