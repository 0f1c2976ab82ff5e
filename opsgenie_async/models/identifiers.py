"""Kinds of identifiers: a plain `str` is an id, all others have a class here."""

from __future__ import annotations

import attrs

from opsgenie_async.errors import ArgumentTypeError

__all__ = ["Alias", "ExternalId", "Name", "PipelineId", "TinyId"]


def _text(identifier: object, _: attrs.Attribute[str], value: str) -> None:
    text: object = value
    if not isinstance(text, str):
        raise ArgumentTypeError(f"{type(identifier).__name__}: expected a str, got {text!r}")


@attrs.frozen
class Name:
    """The name of a team, schedule, escalation..."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class Alias:
    """The alias of a forwarding rule or of an open alert."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class TinyId:
    """The short number of an alert or incident, as shown to people."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class ExternalId:
    """The creator's own id of a deployment."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class PipelineId:
    """The UUID of a deployment in Bitbucket Pipelines."""

    value: str = attrs.field(validator=_text)
