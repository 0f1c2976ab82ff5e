"""Teams, and who is on call in them."""

from opsgenie_async import Name
from opsgenie_async.models import (
    Condition,
    DayInterval,
    Duration,
    EscalationRepeat,
    EscalationRule,
    MatchAnyCondition,
    NoRecipient,
    ScheduleRef,
    ScheduleRotation,
    TeamMember,
    TeamMeta,
    TeamRight,
    TimeOfDay,
    UserMeta,
    UserRef,
)
from tests.routes.calls.people import ANN, BOB
from tests.routes.calls.story import END, START, Calls

OFFICE = TimeOfDay(restriction=DayInterval(start_hour=8, end_hour=18, end_min=30))
MARKET = Name("market")
WATCH = Name("market watch")

CALLS: Calls = {
    "team.create": lambda s: s.og.teams.create(
        name="market", description="of the shop", members=[TeamMember(user=UserMeta(username=ANN), role="admin")]
    ),
    "team.list": lambda s: s.og.teams.list(),
    "team.update": lambda s: s.og.teams.update(s["team.create"], description="of the shops"),
    "team_role.create": lambda s: s.og.team_roles.create(
        MARKET, name="shopkeeper", rights=[TeamRight(right="manage-members", granted=True)]
    ),
    "team_role.list": lambda s: s.og.team_roles.list(MARKET),
    "team_role.update": lambda s: s.og.team_roles.update(
        MARKET, Name("shopkeeper"), rights=[TeamRight(right="edit-team-roles", granted=False)]
    ),
    "team_role.get": lambda s: s.og.team_roles.get(MARKET, s["team_role.create"]),
    "team_member.add": lambda s: s.og.team_members.add(MARKET, user=UserMeta(username=BOB), role="user"),
    "team.get": lambda s: s.og.teams.get(MARKET),
    "schedule.create": lambda s: s.og.schedules.create(
        name="market watch",
        description="day and night",
        timezone="Europe/Berlin",
        enabled=True,
        owner_team=TeamMeta(name="market"),
        rotations=[
            ScheduleRotation(
                name="days",
                start_date=START,
                type="weekly",
                participants=[UserRef(username=ANN), UserRef(username=BOB)],
            )
        ],
    ),
    "schedule.list": lambda s: s.og.schedules.list(expand="rotation"),
    "schedule.update": lambda s: s.og.schedules.update(WATCH, description="by day and night"),
    "schedule_rotation.create": lambda s: s.og.schedule_rotations.create(
        WATCH,
        name="nights",
        start_date=START,
        end_date=END,
        type="daily",
        length=2,
        participants=[UserRef(username=BOB), NoRecipient()],
        time_restriction=OFFICE,
    ),
    "schedule_rotation.list": lambda s: s.og.schedule_rotations.list(WATCH),
    "schedule_rotation.update": lambda s: s.og.schedule_rotations.update(
        WATCH, s["schedule_rotation.create"], length=1
    ),
    "schedule_rotation.get": lambda s: s.og.schedule_rotations.get(WATCH, s["schedule_rotation.create"]),
    "schedule_override.create": lambda s: s.og.schedule_overrides.create(
        WATCH, user=UserRef(username=BOB), start_date=START, end_date=END, alias="market/holiday"
    ),
    "schedule_override.list": lambda s: s.og.schedule_overrides.list(WATCH),
    "schedule_override.update": lambda s: s.og.schedule_overrides.update(
        WATCH, "market/holiday", user=UserRef(username=ANN), start_date=START, end_date=END
    ),
    "schedule_override.get": lambda s: s.og.schedule_overrides.get(WATCH, "market/holiday"),
    "schedule.get": lambda s: s.og.schedules.get(WATCH),
    "schedule.get_timeline": lambda s: s.og.schedules.get_timeline(
        WATCH, expand=["base", "forwarding", "override"], interval=2, interval_unit="weeks", date=START
    ),
    "schedule.export": lambda s: s.og.schedules.export(WATCH),
    "on_call.list": lambda s: s.og.on_calls.list(date=END),
    "on_call.get": lambda s: s.og.on_calls.get(WATCH, date=END),
    "on_call.get_next": lambda s: s.og.on_calls.get_next(WATCH, flat=True, date=END),
    "on_call.export_user": lambda s: s.og.on_calls.export_user(ANN),
    "escalation.create": lambda s: s.og.escalations.create(
        name="market alarm",
        description="wakes people up",
        rules=[
            EscalationRule(
                condition="if-not-acked",
                notify_type="default",
                delay=Duration(time_amount=5),
                recipient=UserRef(username=ANN),
            ),
            EscalationRule(
                condition="if-not-closed",
                notify_type="next",
                delay=Duration(time_amount=10),
                recipient=ScheduleRef(name="market watch"),
            ),
        ],
        owner_team=TeamMeta(name="market"),
        repeat=EscalationRepeat(wait_interval=10, count=2, reset_recipient_states=False, close_alert_after_all=True),
    ),
    "escalation.list": lambda s: s.og.escalations.list(),
    "escalation.update": lambda s: s.og.escalations.update(Name("market alarm"), description="wakes Ann up"),
    "escalation.get": lambda s: s.og.escalations.get(Name("market alarm")),
    "team_routing_rule.create": lambda s: s.og.team_routing_rules.create(
        MARKET,
        name="by day",
        notify=ScheduleRef(name="market watch"),
        order=0,
        timezone="Europe/Berlin",
        criteria=MatchAnyCondition(
            conditions=[Condition(field="message", operation="contains", expected_value="till", not_=True)]
        ),
        time_restriction=OFFICE,
    ),
    "team_routing_rule.list": lambda s: s.og.team_routing_rules.list(MARKET),
    "team_routing_rule.update": lambda s: s.og.team_routing_rules.update(
        MARKET, s["team_routing_rule.create"], name="in office hours"
    ),
    "team_routing_rule.change_order": lambda s: s.og.team_routing_rules.change_order(
        MARKET, s["team_routing_rule.create"], order=0
    ),
    "team_routing_rule.get": lambda s: s.og.team_routing_rules.get(MARKET, s["team_routing_rule.create"]),
    "team.list_logs": lambda s: s.og.teams.list_logs(MARKET, page_size=2),
    "user.list_teams": lambda s: s.og.users.list_teams(ANN),
    "user.list_escalations": lambda s: s.og.users.list_escalations(ANN),
    "user.list_schedules": lambda s: s.og.users.list_schedules(ANN),
}

REMOVALS: Calls = {
    "team_routing_rule.delete": lambda s: s.og.team_routing_rules.delete(MARKET, s["team_routing_rule.create"]),
    "escalation.delete": lambda s: s.og.escalations.delete(Name("market alarm")),
    "schedule_override.delete": lambda s: s.og.schedule_overrides.delete(WATCH, "market/holiday"),
    "schedule_rotation.delete": lambda s: s.og.schedule_rotations.delete(WATCH, s["schedule_rotation.create"]),
    "schedule.delete": lambda s: s.og.schedules.delete(WATCH),
    "team_role.delete": lambda s: s.og.team_roles.delete(MARKET, Name("shopkeeper")),
    "team_member.remove": lambda s: s.og.team_members.remove(MARKET, BOB),
    "team.delete": lambda s: s.og.teams.delete(MARKET),
}
