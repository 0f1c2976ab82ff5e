"""The models of `incidents.upsert`."""

from __future__ import annotations

import attrs

from opsgenie_async.models.base import Model

__all__ = ["Service"]


@attrs.define(kw_only=True)
class Service(Model):
    """A service that an incident concerns; the name is optional."""

    identifier: str
    name: str = ""
