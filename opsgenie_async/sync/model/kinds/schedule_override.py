"""Who takes over in a schedule, and when (Schedule Override API)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsgenie_async.models.schedule_override import ScheduleOverride
from opsgenie_async.sync.model.kind import Complaint, Fields, Kind, to
from opsgenie_async.sync.model.rules import date, longest, reference_to


def _check_siblings(at: str, overrides: Sequence[Fields]) -> Iterator[Complaint]:
    aliases: set[str] = set()
    for index, override in enumerate(overrides):
        alias = override.get("alias")
        if not isinstance(alias, str):
            continue
        if alias in aliases:
            yield f"{at}[{index}].alias", f"{alias!r} is there already"
        aliases.add(alias)


SCHEDULE_OVERRIDE = Kind(
    name="schedule_override",
    parent="schedule",
    section="overrides",
    path="/v2/schedules/{parent}/overrides",
    model=ScheduleOverride,
    stage=6,
    key="alias",
    identity=("alias",),
    defaults={"rotations": []},
    sets=frozenset({"rotations"}),
    update="PUT",
    references=(to("user"), to("rotations[]", "schedule_rotation")),
    unique=True,
    label="alias",
    client_key=True,
    normal_order=("startDate", "alias"),
    check_siblings=_check_siblings,
    rules={
        "alias": longest(512),
        "user": reference_to("user", "none"),
        "startDate": date,
        "endDate": date,
    },
    required_when_new=("user", "startDate", "endDate"),
)
