"""What reading left over: fields of the API that no model has a name for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from opsgenie_async.models import Model, Unknown

__all__ = ["unread_fields"]


def unread_fields(value: object, at: str = "") -> Iterator[str]:
    """Yield the place of every field without a name and of every union member without a class."""
    if isinstance(value, Unknown):
        yield f"{at} {value.document}"
    elif isinstance(value, Model):
        yield from (f"{at}.{name}" for name in value.extra)
        for field in attrs.fields(type(value)):
            if field.name not in ("extra", "_absent"):
                yield from unread_fields(getattr(value, field.name), f"{at}.{field.name}")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from unread_fields(one, f"{at}[{key!r}]")
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, one in enumerate(value):
            yield from unread_fields(one, f"{at}[{index}]")
