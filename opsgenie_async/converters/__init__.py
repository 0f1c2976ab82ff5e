"""JSON values to models and back, without coercing and without losing anything.

    read(envelope.data, TeamRoutingRule)            one model; `ProtocolError` names the place of what does not fit
    read_list(envelope.data, Schedule)              a list of them
    write(value)                                    a model, or plain values around models, as a JSON value
    body(name=name, owner_team=None, order=UNSET)   a request body: camelCase names, None as null, UNSET left out
    query_of({"expand": ["rotation"], "team": None})  a query: None and UNSET left out, several words with commas
    aware("end_date", moment)                       the moment, or `ValueError` naming the field if it has no zone
    instant(moment)                                 where it stands in time, to compare it with others
    moment_text(moment)                             a moment as v2 wants it in a query
    wall_text(moment)                               ... as v1 wants it: the clock on the wall, without a zone
    dx_text(moment)                                 ... as DX shows it: UTC, without a zone
    zone("Europe/Istanbul")                         a `ZoneInfo`, or `ValueError` naming what is not one

What a model promises about absent, null and unknown fields stands with `opsgenie_async.models.base.Model`. Hooks are
built at the first use of a class and shared by every client in the process.
"""

from __future__ import annotations

from opsgenie_async.converters.convert import read, read_list, reader_of
from opsgenie_async.converters.documents import body, write
from opsgenie_async.converters.query import QueryValue, query_of, query_text
from opsgenie_async.models.wire_types import aware, dx_text, instant, moment_text, wall_text, zone

__all__ = [
    "QueryValue",
    "aware",
    "body",
    "dx_text",
    "instant",
    "moment_text",
    "query_of",
    "query_text",
    "read",
    "read_list",
    "reader_of",
    "wall_text",
    "write",
    "zone",
]
