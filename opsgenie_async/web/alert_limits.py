"""What an alert may hold: settings that could never be sent are refused at once, and what is too long is cut. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast, get_type_hints

from opsgenie_async.web.request_failure import LONGEST_DESCRIPTION, LONGEST_DETAILS, LONGEST_MESSAGE, AlertFields, cut

__all__ = ["check_alert", "check_words", "fit", "merge"]

LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "message": LONGEST_MESSAGE,
        "description": LONGEST_DESCRIPTION,
        "entity": 512,
        "source": 100,
        "user": 100,
        "note": 25_000,
    }
)
"""Characters of a text, by the Alert API page."""
MOST: Final[Mapping[str, int]] = MappingProxyType({"tags": 20, "actions": 10, "responders": 50, "visible_to": 50})
"""Items of a list, by the same page."""
WORDS = ("tags", "actions")
LONGEST_WORD = 50
"""Characters of a tag and of an action."""


def check_words(name: str, words: Iterable[object]) -> None:
    """Raise `TypeError` naming the setting for a text where several belong: its letters would be taken for them."""
    if isinstance(words, str | bytes):
        raise TypeError(f"{name}: expected a collection of texts, got one text; give [{words!r}]")


def check_alert(alert: Mapping[str, Any]) -> None:
    """Raise `TypeError` or `ValueError` naming the field when no alert could be made with *alert*.

    Raises:
        TypeError: It is no mapping, or a value is of another type than its field.
        ValueError: There is no such field.
    """
    if not isinstance(alert, Mapping):
        raise TypeError(f"alert: expected fields of an alert or a function, got {type(alert).__name__}")
    known = get_type_hints(AlertFields)
    for name, value in alert.items():
        if name not in known:
            more = "; it is made of the fingerprint" if name == "alias" else ""
            raise ValueError(f"alert: there is no field {name!r} here{more}; those are {', '.join(known)}")
        if value is None:
            continue
        if name in LONGEST or name == "priority":
            _expect(name, value, str)
        elif name in MOST:
            _expect(name, value, Sequence)
            check_words(f"alert: {name}", value)
            for index, item in enumerate(value):
                if isinstance(item, str) is not (name in WORDS):
                    what = "a text" if name in WORDS else "one of TeamRef, UserRef, EscalationRef, ScheduleRef"
                    raise TypeError(f"alert: {name}[{index}]: expected {what}, got {item!r}")
        else:
            _expect(name, value, Mapping)


def _expect(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"alert: {name}: expected {kind.__name__}, got {type(value).__name__}")


def merge(own: AlertFields, more: AlertFields) -> AlertFields:
    """Put *more* over *own*: details are added to details, None and an empty message leave what is there."""
    given = {name: value for name, value in more.items() if value is not None}
    if not str(given.get("message", "")).strip():
        given.pop("message", None)
    details = dict(more.get("details") or {})
    if details:  # first, so that they have their place before ours
        given["details"] = {**details, **{name: text for name, text in own["details"].items() if name not in details}}
    return cast("AlertFields", {**own, **given})


def fit(alert: AlertFields) -> AlertFields:
    """Cut *alert* to what the API takes: an alert that says less is better than none."""
    fitted = dict[str, Any](alert)
    for name, longest in LONGEST.items():
        if name in fitted:
            fitted[name] = cut(fitted[name], longest)
    for name, most in MOST.items():
        if name in fitted:
            fitted[name] = list(fitted[name])[:most]
    for name in WORDS:
        if name in fitted:
            fitted[name] = [cut(str(word), LONGEST_WORD) for word in fitted[name]]
    if "visible_to" in fitted:  # these and the responders are counted together
        fitted["visible_to"] = fitted["visible_to"][: MOST["responders"] - len(fitted.get("responders", ()))]
    if "details" in fitted:
        fitted["details"] = _fit_details(fitted["details"])
    return cast("AlertFields", fitted)


def _fit_details(details: Mapping[str, object]) -> dict[str, str]:
    left = LONGEST_DETAILS
    fitted: dict[str, str] = {}
    for name, value in details.items():
        text = "" if value is None else str(value)
        room = left - len(str(name))
        if room <= 0:
            break
        fitted[str(name)] = cut(text, room)
        left = room - len(fitted[str(name)])
    return fitted
