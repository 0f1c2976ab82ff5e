"""Values of the configuration in words: `user ann`, or `user ann, role: "admin"`; secrets are hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.sync.model.kinds.user import USER

__all__ = ["HIDDEN", "is_object", "is_reference", "is_secret", "is_secret_field", "subject_of", "text_of", "words"]

SECRET = re.compile("password|token|secret|key|headers|credential", re.IGNORECASE)
"""Fields of an integration whose values are secret; each type has its own."""
CONDITION_KEY = "key"
"""The member of a condition that names a detail of an alert: no secret, though the pattern fits."""
HIDDEN = "(hidden)"
REFERENCE = frozenset({"type", "name", "username", "of"})
AMBIGUOUS = re.compile(r'["\\,]|^\s|\s$|^at \d| at \d+$|^$')
"""What a name may not have without quotation marks, so that it cannot be read as another name and what follows it."""


def is_secret_field(name: str) -> bool:
    """Whether the values of a field of an entity are secret."""
    return SECRET.search(name) is not None


def is_secret(name: str) -> bool:
    """Whether the values of a member of an object are secret."""
    return name != CONDITION_KEY and is_secret_field(name)


def is_reference(value: Json) -> bool:
    """Whether it is an object that only names another one."""
    return isinstance(value, dict) and bool(_name(value))


def is_object(value: Json) -> bool:
    """Whether it is an object with content of its own."""
    return isinstance(value, dict) and not is_reference(value)


def text_of(value: Json) -> str:
    """A value as JSON; a reference as the name of its target."""
    if value is None:
        return "(none)"
    if isinstance(value, dict) and (name := _name(value)):
        return printable(" ".join([*([str(value["type"])] if "type" in value else []), _quote(name), *_parent(value)]))
    return printable(_quote(_redact(value)))


def words(value: Json, place: int | None = None) -> str:
    """An element of a list in words: `user ann`, or `user ann at 2, role: "admin"`.

    Args:
        value: The element.
        place: Its place in a list whose order acts, from 1.
    """
    at = f" at {place}" if place is not None else ""
    if not isinstance(value, dict):
        return f"{text_of(value)}{at}"
    subject = subject_of(value)
    key = "" if is_reference(value) else _subject_key(value)
    rest = [] if is_reference(value) and subject else [each for each in value if each != key]
    members = ", ".join(
        printable(f"{each}: {HIDDEN if is_secret(each) else text_of(value[each])}")
        for each in rest
        if value[each] is not None
    )
    if not subject:
        return f"{at[1:]}: {members or '{}'}" if at else members or "{}"
    return f"{subject}{at}, {members}" if members else f"{subject}{at}"


def subject_of(value: Json) -> str:
    """What an object is about, as `user ann`; "" where it refers to nothing and has no name."""
    if not isinstance(value, dict):
        return ""
    if is_reference(value) and (name := _name(value)):
        type_name = str(value.get("type", USER.name if USER.reference_label in value else ""))
        parent = _parent(value)
        return printable(" ".join(filter(None, (type_name, _quote(name) if parent else _plain(name), *parent))))
    key = _subject_key(value)
    if not key:
        return ""
    nested = value[key]
    if not isinstance(nested, dict):
        return printable(_plain(str(nested)))
    subject = subject_of(nested)
    return subject if "type" in nested or "username" in nested else f"{printable(key)} {subject}"


def _subject_key(value: Mapping[str, Json]) -> str:
    """The member that identifies the subject of an object: its name, else the first that refers to something."""
    if isinstance(value.get("name"), str) and value["name"]:
        return "name"
    return next((key for key, each in value.items() if isinstance(each, dict) and is_reference(each)), "")


def _name(value: Mapping[str, Json]) -> str:
    if not value.keys() <= REFERENCE or ("username" in value and "name" in value):
        return ""
    name = value.get("username", value.get("name"))
    return name if isinstance(name, str) else ""


def _parent(value: Mapping[str, Json]) -> list[str]:
    """The words for what the target of a reference is a part of, which may be anywhere."""
    return ["of", _quote(value["of"])] if value.get("of") is not None else []


def _plain(name: str) -> str:
    """A name, in quotation marks only where they are needed."""
    return name if printable(name) == name and not AMBIGUOUS.search(name) else _quote(name)


def _redact(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: HIDDEN if is_secret(name) else _redact(each) for name, each in value.items()}
    return [_redact(each) for each in value] if isinstance(value, list) else value


def _quote(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
