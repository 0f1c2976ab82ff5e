"""What connects an account with other systems, and the policies and windows that hold them back."""

from opsgenie_async.models import (
    Condition,
    CreateAction,
    DayInterval,
    DeduplicationAction,
    DelayAction,
    Duration,
    IgnoreAction,
    IntegrationFilter,
    MaintenanceEntity,
    MaintenanceRule,
    MaintenanceTime,
    MatchAll,
    PolicyMeta,
    RestChannel,
    TeamMeta,
    TeamRef,
    TimeOfDay,
)
from tests.resources.reading import unread_fields
from tests.routes.calls.story import END, START, Calls, Story

FILTER = IntegrationFilter(
    condition_match_type="match-any-condition",
    conditions=[Condition(field="message", operation="contains", expected_value="till", not_=False)],
)
NIGHT = TimeOfDay(restriction=DayInterval(start_hour=22, end_hour=6))

CALLS: Calls = {
    "integration.create": lambda s: s.og.integrations.create(
        type="API",
        name="till watch",
        enabled=True,
        owner_team=TeamMeta(name="market"),
        allow_read_access=True,
        allow_write_access=True,
        suppress_notifications=False,
        responders=[TeamRef(name="market")],
    ),
    "integration.list": lambda s: s.og.integrations.list(type="API"),
    "integration.update": lambda s: s.og.integrations.update(
        s["integration.create"], type="API", name="till watch", enabled=True, allow_write_access=True
    ),
    "integration.disable": lambda s: s.og.integrations.disable(s["integration.create"]),
    "integration.enable": lambda s: s.og.integrations.enable(s["integration.create"]),
    "integration.authenticate": lambda s: s.og.integrations.authenticate(type="API"),
    "integration.get": lambda s: s.og.integrations.get(s["integration.create"]),
    "integration_action.create": lambda s: s.og.integration_actions.create(
        s["integration.create"],
        type="create",
        name="a till is stuck",
        alias="{{alias}}",
        filter=FILTER,
        order=1,
        user="{{user}}",
        note="from the till",
        source="till watch",
        message="{{message}}",
        description="{{description}}",
        entity="till",
        tags=["till"],
        extra_properties={"floor": "1"},
        responders=[TeamRef(name="market")],
    ),
    "integration_action.update_all": lambda s: s.og.integration_actions.update_all(
        s["integration.create"],
        ignore=[IgnoreAction(name="tests", order=1, filter=FILTER)],
        create=[CreateAction(name="a till is stuck", order=2, filter=FILTER, alias="{{alias}}", message="{{message}}")],
    ),
    "integration_action.list": lambda s: s.og.integration_actions.list(s["integration.create"]),
    "heartbeat.create": lambda s: s.og.heartbeats.create(
        name="till 4",
        interval=10,
        interval_unit="minutes",
        enabled=False,
        description="opens every ten minutes",
        owner_team=TeamMeta(name="market"),
        alert_message="till 4 is silent",
        alert_tags=["till"],
        alert_priority="P2",
    ),
    "heartbeat.enable": lambda s: s.og.heartbeats.enable("till 4"),
    "heartbeat.ping": lambda s: s.og.heartbeats.ping("till 4"),
    "heartbeat.list": lambda s: s.og.heartbeats.list(),
    "heartbeat.update": lambda s: s.og.heartbeats.update("till 4", interval=1, interval_unit="hours"),
    "heartbeat.get": lambda s: s.og.heartbeats.get("till 4"),
    "heartbeat.disable": lambda s: s.og.heartbeats.disable("till 4"),
    "policy.create": lambda s: s.og.policies.create(
        type="alert",
        name="tills are urgent",
        enabled=True,
        policy_description="for the market",
        filter=MatchAll(),
        time_restrictions=NIGHT,
        message="{{message}} at night",
        continue_=True,
        tags=["night"],
        details={"shift": "night"},
        responders=[TeamRef(name="market")],
        priority="P1",
    ),
    "policy.list_alert_policies": lambda s: s.og.policies.list_alert_policies(),
    "policy.list_notification_policies": lambda s: _notification_policies(s),
    "policy.update": lambda s: s.og.policies.update(
        s["policy.create"], type="alert", name="tills are very urgent", enabled=True, message="{{message}}!"
    ),
    "policy.disable": lambda s: s.og.policies.disable(s["policy.create"]),
    "policy.enable": lambda s: s.og.policies.enable(s["policy.create"]),
    "policy.change_order": lambda s: s.og.policies.change_order(s["policy.create"], target_index=0),
    "policy.get": lambda s: s.og.policies.get(s["policy.create"]),
    "maintenance.create": lambda s: s.og.maintenances.create(
        time=MaintenanceTime(type="schedule", start_date=START, end_date=END.replace(year=2098)),
        rules=[
            MaintenanceRule(entity=MaintenanceEntity(id=s["integration.create"].id, type="integration")),
            MaintenanceRule(entity=MaintenanceEntity(id=s["policy.create"].id, type="policy"), state="disabled"),
        ],
        description="new tills",
    ),
    "maintenance.list": lambda s: s.og.maintenances.list(),
    "maintenance.update": lambda s: s.og.maintenances.update(
        s["maintenance.create"],
        time=MaintenanceTime(type="for-1-hour"),
        rules=[MaintenanceRule(entity=MaintenanceEntity(id=s["integration.create"].id, type="integration"))],
        description="newer tills",
    ),
    "maintenance.change_end_date": lambda s: s.og.maintenances.change_end_date(
        s["maintenance.create"], end_date=END.replace(year=2099)
    ),
    "maintenance.get": lambda s: s.og.maintenances.get(s["maintenance.create"]),
    "maintenance.cancel": lambda s: s.og.maintenances.cancel(s["maintenance.create"]),
    "log.list_files": lambda s: s.og.logs.list_files("2018-10-24-07-30-00", page_size=1),
    "log.get_download_link": lambda s: s.og.logs.get_download_link(s["log.list_files"][0].filename),
    "action_channel.create": lambda s: s.og.action_channels.create(
        name="restart", action_type="rest", rest_action_channel=RestChannel(url="https://till.corp.example/restart")
    ),
}


async def _notification_policies(s: Story) -> list[PolicyMeta]:
    team = s["team.create"].id
    policy = await s.og.policies.create(
        type="notification",
        name="till alarms wait",
        enabled=True,
        team_id=team,
        filter=MatchAll(),
        deduplication_action=DeduplicationAction(deduplication_action_type="value-based", count=2),
        delay_action=DelayAction(delay_option="for-duration", duration=Duration(time_amount=5)),
    )
    assert list(unread_fields(await s.og.policies.get(policy, team_id=team))) == []
    return await s.og.policies.list_notification_policies(team_id=team)


REMOVALS: Calls = {
    "maintenance.delete": lambda s: s.og.maintenances.delete(s["maintenance.create"]),
    "policy.delete": lambda s: s.og.policies.delete(s["policy.create"]),
    "heartbeat.delete": lambda s: s.og.heartbeats.delete("till 4"),
    "integration.delete": lambda s: s.og.integrations.delete(s["integration.create"]),
}
