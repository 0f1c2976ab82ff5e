"""Wire types of webhooks, which are laxer than those of the API.

Relays, queues and workflow tools turn large numbers into strings or floats, so every scalar is read in each of these
forms. Other values, and strings that are not numbers where a number is expected, are errors.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from opsgenie_async.clock import EPOCH
from opsgenie_async.json_text import Json
from opsgenie_async.models import Priority
from opsgenie_async.models.mismatch import Mismatch
from opsgenie_async.models.wire_types import WireType, read_moment, write_epoch

__all__ = ["Count", "Details", "Millis", "Nanos", "PriorityWord", "TagText", "Text", "Texts"]

NANOSECONDS_FROM = 10**15
"""Milliseconds reach this in the year 33658, nanoseconds reached it on the twelfth day."""
LARGEST = 10**25
"""Beyond every moment: an exponent in a text could mean a number without an end."""


def _number(value: object) -> Decimal | None:
    """A number, plain or as text; None for anything else, as for a flag, which Python takes for a number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, float):
        return Decimal(value) if math.isfinite(value) else None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < LARGEST else None
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < 25 else None


def _moment(value: object, _: object) -> datetime | None:
    if value == "":
        return None
    number = _number(value)
    try:
        if number is None:
            return read_moment(value, None)
        ticks = int(number * 1000) if abs(number) < NANOSECONDS_FROM else int(number) // 1000
        return EPOCH + timedelta(microseconds=ticks)
    except (Mismatch, OverflowError):
        raise Mismatch("milliseconds or nanoseconds since 1970, or a date", value) from None


def _nanoseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def _text(value: object, _: object = None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    raise Mismatch("a text", value)


def _texts(value: object, _: object) -> list[str]:
    if not isinstance(value, list):
        raise Mismatch("list", value)
    texts = []
    for index, item in enumerate(value):
        try:
            texts += [] if item is None else [_text(item)]
        except Mismatch as mismatch:
            raise mismatch.under(index) from None
    return texts


def _details(value: object, _: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Mismatch("object", value)
    details = {}
    for name, item in value.items():
        try:
            details[name] = _text(item)
        except Mismatch as mismatch:
            raise mismatch.under(name) from None
    return details


def _tags(value: object, _: object) -> list[str]:
    if isinstance(value, str):
        return [tag for tag in (each.strip() for each in value.split(",")) if tag]
    if isinstance(value, list):
        return _texts(value, None)
    raise Mismatch("tags with commas between", value)


def _priority(value: object, _: object) -> Priority | str:
    number = _number(value)
    text = f"P{int(number)}" if number is not None and number == int(number) else value
    if not isinstance(text, str):
        raise Mismatch("str, or a number", value)
    try:
        return Priority(text.strip().upper())
    except ValueError:
        return text


def _count(value: object, _: object) -> int | None:
    if value == "":
        return None
    number = _number(value)
    if number is None or number != int(number):
        raise Mismatch("int, plain or as text", value)
    return int(number)


def _plain(value: Any) -> Json:
    plain: Json = value
    return plain


Millis = Annotated[datetime, WireType(_moment, write_epoch)]
"""A moment that is sent in milliseconds since 1970."""
Nanos = Annotated[datetime, WireType(_moment, _nanoseconds)]
"""A moment that is sent in nanoseconds since 1970."""
Text = Annotated[str, WireType(_text, _plain)]
Texts = Annotated[list[str], WireType(_texts, _plain)]
TagText = Annotated[list[str], WireType(_tags, ",".join)]
"""Tags with commas between."""
Details = Annotated[dict[str, str], WireType(_details, _plain)]
PriorityWord = Annotated[Priority | str, WireType(_priority, str)]
Count = Annotated[int, WireType(_count, _plain)]
