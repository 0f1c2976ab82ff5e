"""Which kind of identifier a caller has: a plain `str` is an id, these say otherwise."""

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
    """The alias of an alert or a forwarding rule; of alerts it finds open ones only."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class TinyId:
    """The short number of an alert or incident that people see."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class ExternalId:
    """The id that its creator gave to a deployment."""

    value: str = attrs.field(validator=_text)


@attrs.frozen
class PipelineId:
    """The UUID that Bitbucket Pipelines gave to a deployment."""

    value: str = attrs.field(validator=_text)
