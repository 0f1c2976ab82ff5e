"""What makes an answer of the API a document of a snapshot, where a kind is not like the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsgenie_async.json_text import Json

__all__ = ["DEFAULT_RULE", "contact", "identity", "maintenance", "notification_rule", "routing_rule", "team", "word_at"]

DEFAULT_RULE = "default"
"""The name of a team's default routing rule, which is always there and may be called anything."""


def word_at(document: Json | Mapping[str, Json], path: str) -> str:
    """The text at a path of members, "" where there is none."""
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict | Mapping) else None
    return value if isinstance(value, str) else ""


def identity(*paths: str, fold: bool = False) -> Callable[[Mapping[str, Json]], str]:
    """Name an entity by the texts at *paths*; *fold*: where upper and lower case are the same."""

    def deep(document: Mapping[str, Json]) -> str:
        text = " ".join([word_at(document, path) for path in paths])
        return text.casefold() if fold else text

    def flat(document: Mapping[str, Json]) -> str:
        text = " ".join([word if isinstance(word := document.get(path), str) else "" for path in paths])
        return text.casefold() if fold else text

    return deep if any("." in path for path in paths) else flat


def routing_rule(document: Mapping[str, Json]) -> str:
    """A routing rule by its name, the default one by what it is."""
    return DEFAULT_RULE if document.get("isDefault") is True else word_at(document, "name")


def contact(document: dict[str, Json]) -> dict[str, Json]:
    """A contact as its own page and as an expanded user tell it: method, address, and whether it is in use."""
    status = document.get("status")
    told = status if isinstance(status, dict) else document
    method = document.get("method", document.get("contactMethod"))
    return {"id": document.get("id"), "method": method, "to": document.get("to"), "enabled": told.get("enabled", True)}


def notification_rule(document: dict[str, Json]) -> dict[str, Json]:
    """A notification rule whose steps are told apart by what they say: their ids are the account's."""
    steps = document.get("steps")
    if not isinstance(steps, list):
        return document
    said: list[Json] = [
        {name: value for name, value in step.items() if name not in ("id", "_parent")}
        if isinstance(step, dict)
        else step
        for step in steps
    ]
    return {**document, "steps": said}


def maintenance(document: dict[str, Json]) -> dict[str, Json]:
    """A maintenance whose time says when it ends, and not for how long it was meant from a moment that is over."""
    time = document.get("time")
    if not isinstance(time, dict):
        return document
    if time.get("startDate") and time.get("endDate"):
        said: dict[str, Json] = {**time, "type": "schedule"}
    else:
        said = {name: value for name, value in time.items() if name != "startDate"}
    return {**document, "time": said}


def team(document: dict[str, Json]) -> dict[str, Json]:
    """A team whose members stand by their usernames: the API promises no order of them."""
    members = document.get("members")
    if not isinstance(members, list):
        return document
    return {**document, "members": sorted(members, key=lambda each: word_at(each, "user.username"))}
