"""One call for every row of the table, as a program might make it, each building on those before it."""

from tests.routes.calls import alerts, incidents, integrations, people, teams, v1
from tests.routes.calls.people import BOB
from tests.routes.calls.story import Call, Calls, Story

__all__ = ["BOB", "CALLS", "Call", "Calls", "Story"]

AREAS = (people, teams, alerts, incidents, integrations, v1)

CALLS: Calls = {
    **{key: call for area in AREAS for key, call in area.CALLS.items()},
    **{key: call for area in reversed(AREAS) for key, call in area.REMOVALS.items()},
}
