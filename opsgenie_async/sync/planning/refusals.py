"""Steps that the API refused permanently: the journal of an earlier run has them, and a plan leaves them out.

A refusal for the content, a missing permission or the account's plan would be repeated. An edited file gives another
step, which is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.sync.model.snapshot import Key, Target
from opsgenie_async.sync.planning.changes import Change, parent_key

__all__ = ["Refusal", "is_permanent", "split_refused_steps"]

PERMANENT = frozenset({402, 403, 422})
"""Not in the account's plan, not allowed, not acceptable: the same request gets the same response."""


@attrs.frozen(kw_only=True)
class Refusal:
    """A refusal of a step, which would be repeated for the same step.

    Attributes:
        fingerprint: `Change.fingerprint` of the step.
        step: The step in words, as "create team ops".
        status: The HTTP status of the response.
        message: The API's message.
        parent_id: For a 404, the id of the parent that was not found; with another parent the step is tried again.
    """

    fingerprint: str
    step: str
    status: int
    message: str
    parent_id: str = ""

    def applies_to(self, change: Change, ids: Mapping[Key, str]) -> bool:
        """Whether *change* is that step; *ids* as in `Plan.ids`."""
        if change.fingerprint != self.fingerprint:
            return False
        return self.status != HTTPStatus.NOT_FOUND or ids.get(parent_key(change), "") == self.parent_id


def is_permanent(change: Change, error: OpsgenieError) -> bool:
    """Whether the API would refuse *change* with the same *error* again."""
    if error.status == HTTPStatus.NOT_FOUND:
        return change.action == "create" and change.parent != ""
    return error.status in PERMANENT


def split_refused_steps(
    changes: Sequence[Change], refusals: Iterable[Refusal], ids: Mapping[Key, str]
) -> tuple[list[Change], list[str]]:
    """Split off the steps that were refused before, and those that depend on them.

    Args:
        changes: The steps in the order in which they are applied.
        refusals: The refusals of earlier runs.
        ids: The ids as in `Plan.ids`.

    Returns:
        The steps that remain, and a line for each of the others with the reason.
    """
    refusals_by_fingerprint = {refusal.fingerprint: refusal for refusal in refusals}
    remaining: list[Change] = []
    reasons: list[str] = []
    blocked = _BlockedSteps()
    for change in changes:
        refusal = refusals_by_fingerprint.get(change.fingerprint)
        if refusal is not None and refusal.applies_to(change, ids):
            reason = f"the API refused it before: {refusal.status} {refusal.message}"
        else:
            reason = blocked.reason(change)
        if reason:
            blocked.add(change)
            reasons.append(f"{change.path}: {change.description}: {reason}")
        elif not blocked.is_in_order(change):
            remaining.append(change)
    return remaining, reasons


class _BlockedSteps:
    """The steps that are left out, and the effect on later ones."""

    def __init__(self) -> None:
        self._groups: dict[str, Change] = {}
        self._targets: set[Target] = set()

    def add(self, change: Change) -> None:
        self._groups.setdefault(change.group, change)
        if change.action == "create":
            self._targets.add(change.target)

    def reason(self, change: Change) -> str:
        """Why *change* must wait, "" if it need not: an alert must not lose its present route."""
        for target in (change.target, *change.needs()):
            if target in self._targets:
                return f"needs {target.kind} {target.name!r}, which the API refused"
        if change.action == "delete" and change.group in self._groups:
            return f"waits for a step that the API refused: {self._groups[change.group].description}"
        return ""

    def is_in_order(self, change: Change) -> bool:
        """Whether the existing entities of an order are in that order."""
        if change.action != "order":
            return False
        return all(
            list(self._present(change, each.have)) == list(self._present(change, each.want))
            for each in change.differences
        )

    def _present(self, change: Change, names: object) -> Iterator[str]:
        for name in names if isinstance(names, list) else ():
            if Target.to(change.kind, str(name), change.parent) not in self._targets:
                yield name
