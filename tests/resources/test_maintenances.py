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
    told = await exchange(
        lambda og: og.maintenances.create(
            time=MaintenanceTime(type="schedule", start_date=START, end_date=END), rules=rules(), description="upgrade"
        ),
        data=META,
    )

    assert (told.line, told.query) == ("POST /v1/maintenance", {})
    assert told.body == {"time": TIME, "rules": RULES, "description": "upgrade"}
    assert told.result == PLANNED


async def test_a_maintenance_is_replaced():
    told = await exchange(
        lambda og: og.maintenances.update(PLANNED, time=MaintenanceTime(type="indefinitely"), rules=rules()), data=META
    )

    assert told.line == "PUT /v1/maintenance/m1"
    assert told.body == {"time": {"type": "indefinitely"}, "rules": RULES}


async def test_one_is_read_with_its_rules_and_many_without():
    told = await exchange(lambda og: og.maintenances.get("m1"), data={**META, "rules": RULES})
    assert told.line == "GET /v1/maintenance/m1"
    assert isinstance(told.result, Maintenance)
    assert told.result.rules == rules()

    told = await exchange(lambda og: og.maintenances.list(type=MaintenanceListing.NON_EXPIRED), data=[META])
    assert (told.line, told.query) == ("GET /v1/maintenance", {"type": "non-expired"})
    assert told.result == [PLANNED]


async def test_the_end_moves():
    told = await exchange(lambda og: og.maintenances.change_end_date("m1", end_date=END), data=META)

    assert told.line == "POST /v1/maintenance/m1/change-end-date"
    assert told.body == {"endDate": "2017-06-16T20:00:00Z"}
    assert told.result == PLANNED


async def test_cancelling_and_deleting_answer_nothing():
    told = await exchange(lambda og: og.maintenances.cancel("m1"), result="Canceled")
    assert (told.line, told.result) == ("POST /v1/maintenance/m1/cancel", None)

    told = await exchange(lambda og: og.maintenances.delete("m1"), result="Deleted")
    assert (told.line, told.result) == ("DELETE /v1/maintenance/m1", None)


async def test_moments_that_make_no_sense_are_refused_before_sending():
    with pytest.raises(ValueError, match="needs start_date and end_date"):
        MaintenanceTime(type=MaintenanceTimeType.SCHEDULE, start_date=START)
    async with Opsgenie("key", base_url="http://localhost:1") as og:
        with pytest.raises(ValueError, match="end_date"):
            await og.maintenances.change_end_date("m1", end_date=datetime(2017, 6, 16))
