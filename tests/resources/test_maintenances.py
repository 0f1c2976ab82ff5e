"""`og.maintenances`: the requests it makes, and the answers of the documents it reads."""

from datetime import UTC, datetime

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.models import (
    Maintenance,
    MaintenanceEntity,
    MaintenanceEntityType,
    MaintenanceListing,
    MaintenanceRule,
    MaintenanceState,
    MaintenanceStatus,
    MaintenanceTime,
    MaintenanceTimeType,
)
from tests.resources.exchange import exchange

START, END = datetime(2017, 6, 16, 18, tzinfo=UTC), datetime(2017, 6, 16, 20, tzinfo=UTC)
TIME = {"type": "schedule", "startDate": "2017-06-16T18:00:00Z", "endDate": "2017-06-16T20:00:00Z"}
META = {"id": "m1", "status": "planned", "description": "upgrade", "time": TIME}
RULES = [
    {"entity": {"id": "i1", "type": "integration"}},
    {"state": "enabled", "entity": {"id": "p1", "type": "policy"}},
]
PLANNED = Maintenance(
    id="m1",
    status=MaintenanceStatus.PLANNED,
    description="upgrade",
    time=MaintenanceTime(type=MaintenanceTimeType.SCHEDULE, start_date=START, end_date=END),
)


def rules() -> list[MaintenanceRule]:
    return [
        MaintenanceRule(entity=MaintenanceEntity(id="i1", type=MaintenanceEntityType.INTEGRATION)),
        MaintenanceRule(
            state=MaintenanceState.ENABLED, entity=MaintenanceEntity(id="p1", type=MaintenanceEntityType.POLICY)
        ),
    ]


async def test_a_maintenance_is_planned():
    answer = await exchange(
        lambda og: og.maintenances.create(
            time=MaintenanceTime(type="schedule", start_date=START, end_date=END), rules=rules(), description="upgrade"
        ),
        data=META,
    )

    assert (answer.line, answer.query) == ("POST /v1/maintenance", {})
    assert answer.body == {"time": TIME, "rules": RULES, "description": "upgrade"}
    assert answer.result == PLANNED


async def test_a_maintenance_is_replaced():
    answer = await exchange(
        lambda og: og.maintenances.update(PLANNED, time=MaintenanceTime(type="indefinitely"), rules=rules()), data=META
    )

    assert answer.line == "PUT /v1/maintenance/m1"
    assert answer.body == {"time": {"type": "indefinitely"}, "rules": RULES}


async def test_one_is_read_with_its_rules_and_many_without():
    answer = await exchange(lambda og: og.maintenances.get("m1"), data={**META, "rules": RULES})
    assert answer.line == "GET /v1/maintenance/m1"
    assert isinstance(answer.result, Maintenance)
    assert answer.result.rules == rules()

    answer = await exchange(lambda og: og.maintenances.list(type=MaintenanceListing.NON_EXPIRED), data=[META])
    assert (answer.line, answer.query) == ("GET /v1/maintenance", {"type": "non-expired"})
    assert answer.result == [PLANNED]


async def test_the_end_moves():
    answer = await exchange(lambda og: og.maintenances.change_end_date("m1", end_date=END), data=META)

    assert answer.line == "POST /v1/maintenance/m1/change-end-date"
    assert answer.body == {"endDate": "2017-06-16T20:00:00Z"}
    assert answer.result == PLANNED


async def test_cancelling_and_deleting_answer_nothing():
    answer = await exchange(lambda og: og.maintenances.cancel("m1"), result="Canceled")
    assert (answer.line, answer.result) == ("POST /v1/maintenance/m1/cancel", None)

    answer = await exchange(lambda og: og.maintenances.delete("m1"), result="Deleted")
    assert (answer.line, answer.result) == ("DELETE /v1/maintenance/m1", None)


async def test_moments_that_make_no_sense_are_refused_before_sending():
    with pytest.raises(ValueError, match="needs start_date and end_date"):
        MaintenanceTime(type=MaintenanceTimeType.SCHEDULE, start_date=START)
    async with Opsgenie("key", base_url="http://localhost:1") as og:
        with pytest.raises(ValueError, match="end_date"):
            await og.maintenances.change_end_date("m1", end_date=datetime(2017, 6, 16))
