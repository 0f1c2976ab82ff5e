"""The route table: one row an operation of the API, as the vendor's documents have it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import attrs

__all__ = ["TABLE", "Row", "shape"]

FILE = Path(__file__).with_name("table.csv")
PLACEHOLDER = re.compile(r"\{[^}]*\}")

PLURALS = {
    "account": "account",
    "dx_incident": "dx.incidents",
    "policy": "policies",
    "policy_v1": "legacy.policies",
    "saved_search": "saved_searches",
    "schedule_v1": "legacy.schedules",
    "user_saved_search": "user_saved_searches",
}
"""Where a plural is more than an `s`."""


def shape(path: str) -> str:
    """A path without the names of its placeholders, which every source calls something else."""
    return "/" + PLACEHOLDER.sub("{}", path).strip("/")


@attrs.frozen
class Row:
    """One operation; the members are the columns of the file, as text."""

    resource: str
    name: str
    method: str
    path: str
    identifiers: str
    """The kinds that may stand in the path, `id|name`, or `placeholder:kinds;placeholder:kinds`."""
    status: str
    data: str
    """The JSON type of `data`, of the whole body for v1 and DX; `none` where only `result` is promised."""
    paged: str
    processed: str
    """`yes` where the answer is a 202 whose outcome is asked for later."""
    domain: str
    mandatory: str
    """Fields of body, form or query that must be there, by their names on the wire."""

    @property
    def key(self) -> str:
        return f"{self.resource}.{self.name}"

    @property
    def page(self) -> str:
        """The attribute of the client; DX has a client of its own."""
        return PLURALS.get(self.resource) or f"{self.resource}s"

    @property
    def kinds(self) -> list[set[str]]:
        """What may stand in each placeholder, in the order of the path."""
        words = [part.rpartition(":")[2] for part in self.identifiers.split(";")]
        return [set(word.split("|")) for word in words if PLACEHOLDER.search(self.path)]


def _read() -> tuple[Row, ...]:
    with FILE.open(newline="") as file:
        return tuple(Row(**row) for row in csv.DictReader(file))


TABLE = _read()
