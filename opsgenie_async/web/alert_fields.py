"""Fields that the caller adds to an alert: validated as `og.alerts.create` does it, settings at once.

What is known only when something fails costs no alert: a field that is invalid then is left out, and logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, get_type_hints

from opsgenie_async.converters import body
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.logs import get_logger
from opsgenie_async.models.mismatch import Unwritable
from opsgenie_async.web.alert_limits import fit, merge
from opsgenie_async.web.callbacks import check_plain_function
from opsgenie_async.web.request_failure import AlertFields

if TYPE_CHECKING:
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["ExtraFields", "compose", "extra_fields"]

logger = get_logger(__name__)

T = TypeVar("T")

ExtraFields: TypeAlias = Sequence[Callable[[T], AlertFields]]
"""Functions that compute fields of an alert from a failure; later ones override those of earlier ones."""


def extra_fields(alert: AlertFields | Callable[[T], AlertFields] | None) -> ExtraFields[T]:
    """Return the functions that compute the fields which the caller adds to each alert; fields are validated.

    Raises:
        ArgumentTypeError: They are no mapping, or a value is of another type than its field; or it is a coroutine
            function.
        ArgumentValueError: There is no such field, or no such value of it.
    """
    if alert is None:
        return ()
    if callable(alert):
        check_plain_function("alert", alert, "failure")
        return (alert,)
    fields = alert
    if not isinstance(fields, Mapping):
        raise ArgumentTypeError(f"alert: expected fields of an alert or a function, got {type(fields).__name__}")
    for name, value in fields.items():
        try:
            check_field(name, value)
        except (Unwritable, LookupError) as error:
            kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
            raise kind(f"alert: {_text(error)}") from None
    return (lambda _: fields,)


def check_field(name: str, value: object) -> None:
    """Raise if `og.alerts.create` would not send *value* as the field *name*. None sets no field.

    Raises:
        LookupError: There is no such field.
        Unwritable: The value is invalid.
    """
    from opsgenie_async.resources.alerts import Alerts  # only with fields to check

    names = get_type_hints(AlertFields)
    if name not in names:
        hint = "; it is made of the fingerprint" if name == "alias" else ""
        raise LookupError(f"there is no field {name!r} here{hint}; those are {', '.join(names)}")
    if value is None:
        return
    create: Operation = Alerts.create.operation  # type: ignore[attr-defined]
    try:
        create.expectations[name].check(value)
    except Unwritable as error:
        raise error.under(name) from None
    body(**fit(cast("AlertFields", {name: value})))


def compose(base: AlertFields, failure: T, extra: ExtraFields[T], label: str) -> AlertFields:
    """Return *base* with the *extra* fields for *failure*, cut to the limits of the API.

    A function that fails, and a field that is invalid, is left out, and logged as an error of *label*.
    """
    alert = fit(base)
    for function in extra:
        try:
            fields: object = function(failure)
        except (Exception, SystemExit):  # whatever it is, the failure is worth an alert
            logger.exception("%s: the extra fields of the alert could not be computed", label)
        else:
            alert = fit(merge(alert, _valid_fields(fields, label)))
    return alert


def _valid_fields(fields: object, label: str) -> AlertFields:
    if not isinstance(fields, Mapping):
        logger.error(
            "%s: the alert is sent without extra fields: expected a mapping, got %s", label, type(fields).__name__
        )
        return AlertFields()
    valid: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            check_field(name, value)
        except Exception as error:  # noqa: BLE001  # such as that of a value that has no text
            logger.error("%s: the alert is sent without one field: %s", label, _text(error))
        else:
            valid[name] = value
    return cast("AlertFields", valid)


def _text(error: Exception) -> str:
    text = str(error.args[0]) if isinstance(error, LookupError) and error.args else str(error)
    return text or type(error).__name__
