"""The deprecated schedules and policies, and the DX call."""

from opsgenie_async import Name
from opsgenie_async.dx import Service
from opsgenie_async.legacy.models import Restriction, Rotation
from opsgenie_async.models import MatchAll
from tests.routes.calls.people import ANN, BOB
from tests.routes.calls.story import END, START, Calls

OLD_WATCH = Name("old watch")

CALLS: Calls = {
    "schedule_v1.create": lambda s: s.og.legacy.schedules.create(
        name="old watch",
        timezone="Europe/Berlin",
        enabled=True,
        team="market",
        description="as it was",
        rotations=[
            Rotation(
                name="all",
                start_date=START,
                participants=[ANN, BOB, "none"],
                rotation_type="weekly",
                rotation_length=1,
                restrictions=[
                    Restriction(start_day="monday", start_hour=8, end_day="friday", end_hour=18, end_minute=30)
                ],
            )
        ],
    ),
    "schedule_v1.update": lambda s: s.og.legacy.schedules.update(s["schedule_v1.create"], description="as it is"),
    "schedule_v1.get": lambda s: s.og.legacy.schedules.get(OLD_WATCH),
    "schedule_v1.list": lambda s: s.og.legacy.schedules.list(),
    "schedule_v1.get_timeline": lambda s: s.og.legacy.schedules.get_timeline(
        OLD_WATCH, date=START, timezone="Europe/Berlin", interval=2, interval_unit="weeks", details=True
    ),
    "schedule_v1.who_is_on_call": lambda s: s.og.legacy.schedules.who_is_on_call(OLD_WATCH, time=START),
    "schedule_v1.who_is_on_call_next": lambda s: s.og.legacy.schedules.who_is_on_call_next(OLD_WATCH, flat=True),
    "schedule_v1.list_who_is_on_call": lambda s: s.og.legacy.schedules.list_who_is_on_call(time=END),
    "schedule_v1.export": lambda s: s.og.legacy.schedules.export(OLD_WATCH),
    "policy_v1.create": lambda s: s.og.legacy.policies.create(
        type="modify",
        name="old tills",
        enabled=True,
        policy_description="as it was",
        filter=MatchAll(),
        message="{{message}}",
        tags=["old"],
        priority="P4",
    ),
    "policy_v1.list": lambda s: s.og.legacy.policies.list(),
    "policy_v1.get": lambda s: s.og.legacy.policies.get(s["policy_v1.create"]),
    "policy_v1.update": lambda s: s.og.legacy.policies.update(
        s["policy_v1.create"], type="modify", name="older tills", message="{{message}}"
    ),
    "policy_v1.disable": lambda s: s.og.legacy.policies.disable(s["policy_v1.create"]),
    "policy_v1.enable": lambda s: s.og.legacy.policies.enable(s["policy_v1.create"]),
    "policy_v1.change_order": lambda s: s.og.legacy.policies.change_order(s["policy_v1.create"], target_index=0),
    "dx_incident.upsert": lambda s: s.dx.incidents.upsert(
        reference_id="36b1f37a",
        started_at=START,
        resolved_at=END,
        name="fire",
        priority="p1",
        source_url="https://corp.app.opsgenie.example/incident/36b1f37a",
        services=[Service(identifier="shop", name="shop")],
        metadata={"floor": 1},
    ),
}

REMOVALS: Calls = {
    "policy_v1.delete": lambda s: s.og.legacy.policies.delete(s["policy_v1.create"]),
    "schedule_v1.delete": lambda s: s.og.legacy.schedules.delete(OLD_WATCH),
}
