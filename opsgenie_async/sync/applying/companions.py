"""Entities that Opsgenie creates with new teams: found after the creation, then adopted, deleted or reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.logs import get_logger
from opsgenie_async.sync.applying.executor import Steps
from opsgenie_async.sync.applying.report import StepDone
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.snapshot import Key
from opsgenie_async.sync.planning.automatic import Automatic, companion_parts
from opsgenie_async.sync.planning.changes import Change

__all__ = ["Companions"]

log = get_logger(__name__)


class Companions:
    """The automatic entities of new teams, and the steps that delete undesired ones.

    Attributes:
        appeared: `kind name` of entities that are in no file and are kept.
        uncertain: Whether the listing may be incomplete.
    """

    def __init__(
        self,
        automatic: Sequence[Automatic],
        steps: Steps,
        in_flight: asyncio.Semaphore,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.appeared: list[str] = []
        self.uncertain = False
        self._automatic = automatic
        self._steps = steps
        self._in_flight = in_flight
        self._is_stopping = is_stopping
        self._deletions: list[Change] = []

    async def find(self, done: Iterable[StepDone], planned: Collection[Change]) -> Sequence[Change]:
        """Find the entities that were created with the new teams.

        Args:
            done: The steps that were done.
            planned: All steps of the run.

        Returns:
            The steps that delete undesired ones.
        """
        creations = {step.change.key: step.how for step in done if step.change.action == "create"}
        present = [
            each
            for each in self._automatic
            if (TEAM.name, "", each.team) in creations
            and (each.decision != "adopt" or creations.get(each.key) == "adopted")
        ]
        async with asyncio.TaskGroup() as group:
            inspections = [group.create_task(self._inspect(each, planned)) for each in present]
        self._deletions = [change for task in inspections for change in task.result()]
        return self._deletions

    def are_settled(self, done: Collection[Key]) -> bool:
        """Whether all of them are deleted or adopted, given the entities whose steps were done."""
        adoptions = [
            each.key for each in self._automatic if each.decision == "adopt" and (TEAM.name, "", each.team) in done
        ]
        return {*done}.issuperset([*(change.key for change in self._deletions), *adoptions])

    async def _inspect(self, each: Automatic, planned: Collection[Change]) -> list[Change]:
        """The steps that delete an automatic entity, or those of its parts that no file has."""
        if each.decision == "delete":
            detachments = [step for step in _detachments(each) if all(step.key != change.key for change in planned)]
            return [*detachments, _deletion(each)]
        if self._is_stopping() or (each.decision == "adopt" and not each.whole):
            return []
        try:
            async with self._in_flight:
                if each.decision == "adopt":
                    return [
                        _part_deletion(each, part, name, id)
                        for part in companion_parts(each.kind)
                        for id, name in await self._steps.unknown_parts(part, each.name)
                    ]
                if not await self._steps.by_name(each.kind, each.name):
                    return []
        except OpsgenieError as error:
            log.warning("cannot tell what came with the team %s: %s", each.team, error)
            self.uncertain = True
        self.appeared.append(f"{each.kind.name} {each.name}")
        return []


def _deletion(each: Automatic) -> Change:
    """The step that deletes an entity, by name."""
    path = f"{each.kind.folder}/{each.name}"
    return Change(action="delete", kind=each.kind, name=each.name, path=path, stage=each.kind.stage, team=each.team)


def _detachments(each: Automatic) -> Iterator[Change]:
    """The step that makes what refers to it, the team's default rule, refer to nothing."""
    if referrer := KIND_BY_NAME.get(each.kind.companion_referrer):
        yield Change(
            action="update",
            kind=referrer,
            name=referrer.default_name,
            path=f"{TEAM.folder}/{each.team}",
            stage=referrer.stage,
            parent=each.team,
            team=each.team,
            fields=referrer.detachment,
        )


def _part_deletion(each: Automatic, part: Kind, name: str, id: str) -> Change:
    """The step that deletes one of its parts."""
    return attrs.evolve(_deletion(each), kind=part, name=name, stage=part.stage, parent=each.name, id=id)
