"""What people write into the fields of a snapshot, and what they put into another order."""

from __future__ import annotations

from typing import Any

NOBODY = {"type": "none"}
EVENING = {"type": "time-of-day", "restriction": {"startHour": 18, "startMin": 0, "endHour": 22, "endMin": 30}}
WEEKEND = {
    "type": "weekday-and-time-of-day",
    "restrictions": [
        {"startDay": "friday", "endDay": "monday", "startHour": 18, "startMin": 30, "endHour": 8, "endMin": 0}
    ],
}
REPEAT = {"waitInterval": 5, "count": 3, "resetRecipientStates": True, "closeAlertAfterAll": False}
SOME_ALERTS = {
    "type": "match-any-condition",
    "conditions": [
        {"field": "tags", "not": True, "operation": "contains", "expectedValue": "quiet", "order": 0},
        {"field": "message", "not": False, "operation": "starts-with", "expectedValue": "disk", "order": 0},
    ],
}
NEXT_YEARS = {"type": "schedule", "startDate": "2031-01-02T08:00:00Z", "endDate": "2031-01-03T08:00:00Z"}
INCIDENT = {
    "message": "Checkout is down",
    "description": "",
    "tags": ["eu"],
    "details": {},
    "priority": "P1",
    "stakeholderProperties": {"enable": True, "message": "We look into it", "description": ""},
}
VALUES: dict[str, dict[str, tuple[Any, ...]]] = {
    "custom_user_role": {"extendedRole": ("observer", "stakeholder"), "grantedRights": ([], ["profile-edit"])},
    "user": {
        "fullName": ("Ann Other", "Bo Other"),
        "timeZone": ("Europe/Lisbon", "Asia/Tokyo"),
        "locale": ("pt_BR", "en_GB"),
        "tags": (["night"], ["night", "remote"], []),
        "details": ({"floor": ["9"]}, {}),
        "skypeUsername": ("ann.other", ""),
    },
    "contact": {"enabled": (True, False)},
    "notification_rule": {
        "enabled": (True, False),
        "criteria": ({"type": "match-all"}, SOME_ALERTS),
        "timeRestriction": (EVENING, WEEKEND, None),
        "steps": ([],),
    },
    "team": {"description": ("looked after", "")},
    "team_role": {
        "rights": ([{"right": "edit-team-roles", "granted": False}], [{"right": "delete-schedules", "granted": True}])
    },
    "team_routing_rule": {
        "criteria": ({"type": "match-all"}, SOME_ALERTS),
        "timezone": ("Europe/Lisbon", "Asia/Tokyo"),
        "timeRestriction": (EVENING, WEEKEND, None),
        "notify": (NOBODY,),
    },
    "schedule": {
        "description": ("by night", ""),
        "timezone": ("Europe/Lisbon", "Asia/Tokyo"),
        "enabled": (True, False),
    },
    "schedule_rotation": {
        "length": (1, 3),
        "type": ("daily", "weekly", "hourly"),
        "startDate": ("2025-03-03T08:00:00Z", "2025-03-03T07:30:00Z"),
        "endDate": ("2031-03-03T08:00:00Z", None),
        "timeRestriction": (EVENING, WEEKEND, None),
    },
    "schedule_override": {"endDate": ("2031-01-02T08:00:00Z",), "user": (NOBODY,), "rotations": ([],)},
    "escalation": {"description": ("as last year", ""), "repeat": (None, REPEAT)},
    "forwarding_rule": {"endDate": ("2031-01-02T08:00:00Z",)},
    "heartbeat": {
        "description": ("of the backup", ""),
        "interval": (3, 20),
        "intervalUnit": ("minutes", "days"),
        "enabled": (True, False),
        "alertPriority": ("P1", "P4"),
        "alertTags": (["backup"], None),
        "alertMessage": ("no backup", None),
    },
    "integration": {"enabled": (True, False), "tags": (["eu"], ["eu", "us"])},
    "integration_action": {"ignore": ([],), "close": ([],)},
    "alert_policy": {
        "enabled": (True, False),
        "message": ("{{message}}", "[eu] {{message}}"),
        "tags": (["eu"], []),
        "continue": (True, False),
        "filter": ({"type": "match-all"}, SOME_ALERTS),
        "timeRestrictions": (EVENING, None),
    },
    "notification_policy": {"enabled": (True, False), "policyDescription": ("agreed", "")},
    "service": {"description": ("for customers", ""), "tags": (["eu"], []), "visibility": ("TEAM_MEMBERS", None)},
    "service_incident_rule": {
        "incidentProperties": (INCIDENT,),
    },
    "incident_template": {"message": ("It is down",), "priority": ("P1", "P5"), "tags": (["eu"], [])},
    "maintenance": {
        "time": ({"type": "schedule", "startDate": "2031-01-02T08:00:00Z", "endDate": "2031-01-03T08:00:00Z"},)
    },
}
"""What a field may become; None for not being there."""
SHUFFLED: dict[str, tuple[str, ...]] = {
    "schedule_rotation": ("participants",),
    "escalation": ("rules",),
    "integration_action": ("create", "close", "ignore"),
    "notification_rule": ("steps",),
}
"""Lists whose order acts."""
