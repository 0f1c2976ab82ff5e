"""The limits of an alert: invalid settings are rejected at once, long values are truncated. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast, get_type_hints

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.resources.alert_limits import MAX_ITEMS, MAX_LENGTHS, TEXT_LISTS, shorten_texts
from opsgenie_async.web.callbacks import check_plain_function
from opsgenie_async.web.request_failure import AlertFields
from opsgenie_async.web.settings import check_texts

__all__ = ["extra_fields", "fit", "merge"]

T = TypeVar("T")


def extra_fields(alert: AlertFields | Callable[[T], AlertFields] | None) -> Callable[[T], AlertFields] | None:
    """Return the function that computes the fields which the caller adds to each alert; fields are validated.

    Raises:
        ArgumentTypeError: They are no mapping, or a value is of another type than its field; or it is a coroutine
            function.
        ArgumentValueError: There is no such field.
    """
    if alert is None:
        return None
    if callable(alert):
        check_plain_function("alert", alert, "failure")
        return alert
    fields = alert
    _check_alert(fields)
    return lambda _: fields


def _check_alert(alert: Mapping[str, Any]) -> None:
    """Validate the fields that the caller adds to each alert; an error names the field.

    Raises:
        ArgumentTypeError: It is no mapping, or a value is of another type than its field.
        ArgumentValueError: There is no such field.
    """
    if not isinstance(alert, Mapping):
        raise ArgumentTypeError(f"alert: expected fields of an alert or a function, got {type(alert).__name__}")
    names = get_type_hints(AlertFields)
    for name, value in alert.items():
        if name not in names:
            hint = "; it is made of the fingerprint" if name == "alias" else ""
            raise ArgumentValueError(f"alert: there is no field {name!r} here{hint}; those are {', '.join(names)}")
        if value is None:
            continue
        if name in MAX_LENGTHS or name == "priority":
            _expect(name, value, str)
        elif name in MAX_ITEMS:
            _expect(name, value, Sequence)
            check_texts(f"alert: {name}", value)
            for index, item in enumerate(value):
                if isinstance(item, str) is not (name in TEXT_LISTS):
                    expected = "a text" if name in TEXT_LISTS else "one of TeamRef, UserRef, EscalationRef, ScheduleRef"
                    raise ArgumentTypeError(f"alert: {name}[{index}]: expected {expected}, got {item!r}")
        else:
            _expect(name, value, Mapping)


def _expect(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise ArgumentTypeError(f"alert: {name}: expected {kind.__name__}, got {type(value).__name__}")


def merge(base: AlertFields, extra: AlertFields) -> AlertFields:
    """Override fields of *base* with those of *extra*; details are merged, None and an empty message change nothing."""
    fields = {name: value for name, value in extra.items() if value is not None}
    if not str(fields.get("message", "")).strip():
        fields.pop("message", None)
    details = dict(extra.get("details") or {})
    if details:  # first: where there are too many, the last ones are cut
        fields["details"] = {
            **details,
            **{name: text for name, text in base.get("details", {}).items() if name not in details},
        }
    return cast("AlertFields", {**base, **fields})


def fit(alert: AlertFields) -> AlertFields:
    """Truncate *alert* to the limits of the API: a shorter alert is better than none."""
    result = dict[str, Any](alert)
    for name, limit in MAX_ITEMS.items():
        if name in result:
            result[name] = list(result[name])[:limit]
    if "visible_to" in result:  # these and the responders are counted together
        result["visible_to"] = result["visible_to"][: MAX_ITEMS["responders"] - len(result.get("responders", ()))]
    return cast("AlertFields", shorten_texts(result))
