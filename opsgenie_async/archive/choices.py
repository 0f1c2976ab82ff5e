"""The choices of what to archive, validated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from opsgenie_async.archive.answers import Answers
from opsgenie_async.archive.errors import ArchiveError
from opsgenie_async.archive.kinds import FULL, LIST, parse_kinds
from opsgenie_async.archive.manifest import Doc
from opsgenie_async.archive.parts import ALERT, INCIDENT
from opsgenie_async.errors import BadRequest, UnprocessableEntity
from opsgenie_async.history import Slice, Walk
from opsgenie_async.models.wire_types import aware
from opsgenie_async.sync import Selection
from opsgenie_async.sync.model.kinds import KIND_BY_FOLDER
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.selection import everything_of

__all__ = ["choices_of", "configuration_selection", "refuse_full_for"]

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
PARENTHESES = re.compile(r"[^()]")


def choices_of(
    *,
    since: datetime | None,
    until: datetime | None,
    kinds: str | Iterable[str],
    depth: str,
    full_for: str,
    contacts: bool,
) -> Doc:
    """The choices in the form that the journal has.

    Raises:
        ArchiveError: A choice is invalid; the message begins with its name.
    """
    if depth not in (FULL, LIST):
        raise ArchiveError(f"depth: expected {FULL} or {LIST}, got {depth!r}")
    try:
        names = parse_kinds(kinds)
        low, high = (
            None if each is None else aware(name, each).astimezone(UTC)
            for name, each in (("since", since), ("until", until))
        )
    except ValueError as error:
        raise ArchiveError(str(error)) from None
    if low is not None and high is not None and low >= high:
        raise ArchiveError(f"until: {high.isoformat()} is not later than since, {low.isoformat()}")
    if not _is_balanced(full_for):
        raise ArchiveError(f"full_for: {full_for!r}: unbalanced parentheses")
    return {
        "since": None if low is None else low.isoformat(),
        "until": None if high is None else high.isoformat(),
        "kinds": [*names],
        "depth": depth,
        "full_for": full_for.strip(),
        "contacts": contacts,
    }


def configuration_selection(*, contacts: bool) -> Selection:
    """The configuration to pull: a file of a user has contacts and notification rules."""
    return everything_of(kind for kind in KIND_BY_FOLDER.values() if contacts or kind is not USER)


def _is_balanced(query: str) -> bool:
    """Whether *query* stays one condition when parentheses are put around it."""
    text = PARENTHESES.sub("", QUOTED.sub("", query))
    while "()" in text:
        text = text.replace("()", "")
    return not text


async def refuse_full_for(answers: Answers, choices: Doc) -> None:
    """Check with the API that the query `full_for` is valid, before anything is written.

    Raises:
        ArchiveError: The API refuses the query.
    """
    if not choices["full_for"]:
        return
    for kind in (ALERT, INCIDENT):
        if kind.name in choices["kinds"]:
            try:
                await Walk(answers.send, kind.target).newest(Slice(f"NOT ({choices['full_for']})"))
            except (BadRequest, UnprocessableEntity) as error:
                raise ArchiveError(
                    f"full_for: {choices['full_for']!r} is not a valid search for {kind.name}: {error}"
                ) from None
