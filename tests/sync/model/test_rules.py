"""The file check and the sandbox have rules of their own: neither takes what the other refuses."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.errors import OpsgenieError, UnprocessableEntity
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync.files.validate import complaints_of
from opsgenie_async.sync.model.kinds import KIND_BY_NAME
from opsgenie_async.sync.model.rules import load_timezones, missing
from opsgenie_async.sync.reading.fetch import collection_of, item_of

HOURS = {"startHour": 8, "startMin": 0, "endHour": 18, "endMin": 30}
DAILY = {"type": "time-of-day", "restriction": HOURS}
WEEKLY = {
    "type": "weekday-and-time-of-day",
    "restrictions": [{"startDay": "monday", "endDay": "friday", **HOURS}],
}
CRITERIA = {
    "type": "match-any-condition",
    "conditions": [
        {"field": "message", "operation": "contains", "expectedValue": "x", "not": True, "order": 0},
        {"field": "extra-properties", "key": "k", "operation": "equals", "expectedValue": "x"},
        {"field": "priority", "operation": "less-than", "expectedValue": "P2"},
    ],
}
DATES = {"startDate": "2031-01-01T08:00:00Z", "endDate": "2031-02-01T08:00:00Z"}
NOTICE = {"message": "m", "enable": True, "description": "d"}
INCIDENT = {"message": "m", "priority": "P1", "description": "d", "tags": ["t"], "details": {"a": "b"}}
DURATION = {"timeAmount": 5, "timeUnit": "minutes"}
MAIL = {"name": "m", "type": "Email", "emailUsername": "m"}
MEMBER = {"user": {"username": "ann@x.org"}, "role": "admin"}
IGNORED = {
    "name": "a",
    "filter": {"conditionMatchType": "match-all"},
}
ACTION = {
    "name": "a",
    "alias": "x",
    "filter": {
        "conditionMatchType": "match-all-conditions",
        "conditions": [{"field": "message", "operation": "contains", "expectedValue": "x"}],
    },
}


def bodies() -> dict[str, list[dict[str, Any]]]:
    """By the word of a kind, bodies that the API takes; `{}` of a kind stands for nothing that is to be said."""
    return {
        "custom_user_role": [{"name": "r", "extendedRole": "user", "grantedRights": ["a"]}],
        "user": [{"username": "new@x.org", "fullName": "N", "role": {"name": "user"}, "timeZone": "Asia/Tokyo"}],
        "contact": [{"method": "email", "to": "c@x.org"}, {"method": "sms", "to": "+1 5550100"}],
        "notification_rule": [
            {
                "name": "n",
                "actionType": "create-alert",
                "enabled": True,
                "criteria": CRITERIA,
                "timeRestriction": WEEKLY,
                "notificationTime": ["just-before"],
                "steps": [{"contact": {"method": "email", "to": "c@x.org"}, "sendAfter": DURATION, "enabled": True}],
                "repeat": {"loopAfter": 5, "enabled": True},
            },
            {
                "name": "shift",
                "actionType": "schedule-start",
                "enabled": True,
                "notificationTime": ["just-before"],
                "steps": [{"contact": {"method": "email", "to": "c@x.org"}, "enabled": True}],
            },
        ],
        "team": [
            {"name": "new", "description": "d", "members": [{"user": {"username": "ann@x.org"}, "role": "admin"}]}
        ],
        "team_role": [{"name": "lead", "rights": [{"right": "manage-members", "granted": True}]}],
        "team_routing_rule": [
            {"name": "r", "timezone": "UTC", "criteria": CRITERIA, "timeRestriction": DAILY, "notify": {"type": "none"}}
        ],
        "schedule": [{"name": "new", "description": "d", "timezone": "UTC", "enabled": True}],
        "schedule_rotation": [
            {
                "name": "r",
                "type": "weekly",
                "length": 1,
                "participants": [{"type": "user", "username": "ann@x.org"}, {"type": "none"}],
                "timeRestriction": WEEKLY,
                **DATES,
            }
        ],
        "schedule_override": [{"alias": "o", "user": {"type": "user", "username": "ann@x.org"}, **DATES}],
        "escalation": [
            {
                "name": "new",
                "description": "d",
                "rules": [
                    {
                        "condition": "if-not-acked",
                        "notifyType": "default",
                        "delay": DURATION,
                        "recipient": {"type": "team", "name": "ops"},
                    }
                ],
                "repeat": {"waitInterval": 1, "count": 2, "resetRecipientStates": True, "closeAlertAfterAll": False},
            }
        ],
        "forwarding_rule": [
            {"alias": "f", "fromUser": {"username": "ann@x.org"}, "toUser": {"username": "bo@x.org"}, **DATES}
        ],
        "heartbeat": [
            {
                "name": "new",
                "description": "d",
                "interval": 5,
                "intervalUnit": "minutes",
                "enabled": True,
                "alertMessage": "m",
                "alertTags": ["t"],
                "alertPriority": "P1",
            }
        ],
        "alert_policy": [
            {
                "type": "alert",
                "name": "p",
                "enabled": True,
                "message": "m",
                "policyDescription": "d",
                "filter": CRITERIA,
                "timeRestrictions": DAILY,
                "responders": [{"type": "team", "name": "ops"}],
                "tags": ["t"],
                "priority": "P1",
                "details": {"a": "b"},
            }
        ],
        "notification_policy": [
            {
                "type": "notification",
                "name": "p",
                "enabled": True,
                "filter": CRITERIA,
                "autoRestartAction": {"duration": DURATION, "maxRepeatCount": 2},
                "autoCloseAction": {"duration": DURATION},
                "deduplicationAction": {"deduplicationActionType": "value-based", "count": 2},
                "delayAction": {"delayOption": "next-monday", "untilHour": 1, "untilMinute": 2},
                "suppress": False,
            },
            {
                "type": "notification",
                "name": "q",
                "enabled": True,
                "delayAction": {"delayOption": "for-duration", "duration": DURATION},
            },
        ],
        "service": [{"name": "new", "teamId": "TEAM", "description": "d", "tags": ["t"]}],
        "service_incident_rule": [
            {
                "conditionMatchType": "match-any-condition",
                "conditions": CRITERIA["conditions"],
                "incidentProperties": {**INCIDENT, "stakeholderProperties": NOTICE},
            }
        ],
        "service_audience_template": [
            {
                "responder": {"teams": ["TEAM"], "individuals": []},
                "stakeholder": {
                    "conditionMatchType": "match-any-condition",
                    "conditions": [{"matchField": "customProperty", "key": "k", "value": "x"}],
                },
            }
        ],
        "incident_template": [{"name": "t", **INCIDENT, "stakeholderProperties": NOTICE}],
        "integration": [
            {"name": "new", "type": "API", "enabled": True},
            {"name": "m", "type": "Email", "emailUsername": "m"},
        ],
        "integration_action": [
            {
                "create": [{**ACTION, "priority": "P1", "tags": ["t"]}],
                "close": [ACTION],
                "ignore": [{name: ACTION[name] for name in ("name", "filter")}],
            }
        ],
        "maintenance": [
            {
                "description": "m",
                "time": {"type": "schedule", **DATES},
                "rules": [
                    {"state": "disabled", "entity": {"type": "integration", "id": "INTEGRATION"}},
                    {"state": "enabled", "entity": {"type": "policy", "id": "POLICY"}},
                ],
            }
        ],
    }


load_timezones()  # a test may not wait for the disk within its loop
DROP = object()
REFERENCES = (
    r".*(username|participants.0.username|recipient.name|responders.0.name|entity.id|teamId|role.name|members.0.role)"
)
"""Fields that name something else: whether it is there, a look at the whole snapshot tells."""
STRICTER = {
    "schedule_override": r"alias=(absent|'')",
    "forwarding_rule": r"alias=(absent|'')",
    "service_incident_rule": r"conditionMatchType=(\[\]|\{\})",
    "service_audience_template": r"responder.teams.0=''",
}
"""What only the check refuses: an override is found again by its alias, a type is a type, and "" is nobody's id."""
LAXER = {
    "integration": r"type=.*",
    "notification_rule": r"steps.0.enabled=absent",
    "maintenance": r"rules.1.state=(absent|'')",
    "schedule_rotation": r"length=1000000",
    "heartbeat": r"interval=1000000",
}
"""What only the API can tell, since it has some two hundred types of integrations; and what a plan fills in.

No page bounds the length of a turn or the interval of a heartbeat from above: the sandbox does, to stay within its
means, and the check does not, since a file must not be refused for what Opsgenie takes.
"""
WRONG: dict[type, tuple[Any, ...]] = {
    bool: (1, "maybe", [], "False", "true"),
    int: (-1, 10**6, "many"),
    str: ("", "Nobody knows this word", 5, {}, "x" * 16_000),
    list: ([], {}, [5]),
    dict: ({}, [], "x"),
}


def broken(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A body with one thing changed in it, and where."""
    for path in _paths(body, ()):
        value = _value(body, path)
        words = WRONG[type(value)]
        if re.fullmatch(REFERENCES, ".".join(map(str, path))):
            yield from _changed(body, path, (DROP, "", 5, [], {}))
            continue
        if isinstance(value, str):
            words = (*words, value.title())
        yield from _changed(body, path, (DROP, *words))


def _changed(body: dict[str, Any], path: tuple[Any, ...], words: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    value = _value(body, path)
    for each in words:
        if each == value and type(each) is type(value):
            continue
        changed = copy.deepcopy(body)
        holder = _value(changed, path[:-1])
        if each is DROP:
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(each)
        yield f"{'.'.join(map(str, path))}={'absent' if each is DROP else repr(each)[:30]}", changed


def _paths(value: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        yield (*at, name)
        yield from _paths(each, (*at, name))


def _value(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def refused_by_check(word: str, body: Any) -> bool:
    """Whether the check of a file with this entity has something to say."""
    kind = KIND_BY_NAME[word]
    if kind.parent:
        parent = KIND_BY_NAME[kind.parent]
        document = {parent.section: PARENTS_OF[kind.parent], kind.section: body if kind.single else [body]}
        return any(position.startswith(kind.section) for position, _ in complaints_of(parent, document, {}))
    roles: dict[str, Any] = {"roles": []} if word == "team" else {}
    return bool(complaints_of(kind, {kind.section: body, **roles}, {}))


PARENTS_OF: dict[str, dict[str, Any]] = {
    "user": {"username": "ann@x.org", "fullName": "A", "role": {"name": "user"}},
    "team": {"name": "ops"},
    "schedule": {"name": "night"},
    "policies": {"team": {"name": "ops"}},
    "service": {"name": "s", "teamId": {"name": "ops"}},
    "integration": {"name": "i", "type": "API"},
}


async def _places(og: Opsgenie, sandbox: Sandbox) -> dict[str, str]:
    account = sandbox.account
    team = sandbox.add_team("ops")
    ids = {"TEAM": next(iter(account.teams))}
    del team

    async def create(path: str, body: dict[str, Any]) -> str:
        data: Any = (await og.request("POST", path, json=body)).data
        return str(data["id"])

    role = {"role": {"name": "user"}}
    ann = await create("/v2/users", {"username": "ann@x.org", "fullName": "A", **role})
    await create("/v2/users", {"username": "bo@x.org", "fullName": "B", **role})
    ids["USER"] = ann
    ids["SCHEDULE"] = await create("/v2/schedules", {"name": "night"})
    ids["SERVICE"] = await create("/v1/services", {"name": "s", "teamId": ids["TEAM"]})
    ids["INTEGRATION"] = await create("/v2/integrations", {"name": "i", "type": "API"})
    policy = {"type": "alert", "name": "p", "enabled": True, "message": "m"}
    ids["POLICY"] = await create("/v2/policies", policy)
    return ids


PARENTS = {
    "contact": "USER",
    "notification_rule": "USER",
    "team_role": "TEAM",
    "team_routing_rule": "TEAM",
    "schedule_rotation": "SCHEDULE",
    "schedule_override": "SCHEDULE",
    "service_incident_rule": "SERVICE",
    "service_audience_template": "SERVICE",
    "integration_action": "INTEGRATION",
    "alert_policy": "TEAM",
    "notification_policy": "TEAM",
}


def _with_ids(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with_ids(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_ids(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("word", bodies())
async def test_neither_takes_what_the_other_refuses(word: str) -> None:
    kind = KIND_BY_NAME[word]
    apart: list[str] = []
    async with Sandbox(teams=0, bare_teams=True) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        ids = await _places(og, sandbox)
        path, query = collection_of(kind, ids.get(PARENTS.get(word, ""), ""))
        method = kind.update if kind.single else "POST"
        for body in bodies()[word]:
            body = _with_ids(body, ids)
            for position, changed in (("as it is", body), *broken(body)):
                try:
                    request = await og.request(method, path, params=query, json=changed, repeatable=False)
                except UnprocessableEntity:
                    refused = True
                except OpsgenieError:
                    continue
                else:
                    refused = False
                    if not kind.single and isinstance(request.data, dict):
                        item, of = item_of(kind, str(request.data.get(kind.key)), ids.get(PARENTS.get(word, ""), ""))
                        await og.request("DELETE", item, params=of)
                known = (LAXER if refused else STRICTER).get(word)
                checked = refused_by_check(word, changed) or bool(missing(kind, changed))
                if checked != refused and not (known and re.fullmatch(known, position)):
                    apart.append(f"{position}: {'only the sandbox refuses' if refused else 'only the check refuses'}")
    assert apart == []
