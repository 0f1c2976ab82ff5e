"""The same documents as models of other libraries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import attrs
import cattrs
import msgspec
import orjson
import pydantic
from cattrs.gen import make_dict_structure_fn, override
from cattrs.strategies import configure_tagged_union
from pydantic.alias_generators import to_camel

from opsgenie_async.converters.names import camel
from opsgenie_async.models import ConditionField, ConditionOperation, Day, Priority, RotationType

__all__ = ["variants"]

RECIPIENTS = {"user": "username", "team": "name", "schedule": "name", "escalation": "name", "none": None}
CRITERIA = ("match-all", "match-any-condition", "match-all-conditions")

# Every class as field name to type and default; a class per library is made from it, so that the shapes cannot drift.
REQUIRED = object()
Fields = dict[str, tuple[Any, Any]]


def _shapes(words: Callable[[type], Any]) -> dict[str, Fields]:
    clock: Fields = {
        "start_hour": (int, REQUIRED),
        "start_min": (int, 0),
        "end_hour": (int, REQUIRED),
        "end_min": (int, 0),
    }
    day = words(Day)
    return {
        "Day": clock,
        "Week": {"start_day": (day, REQUIRED), "end_day": (day, REQUIRED), **clock},
        "Condition": {
            "field": (words(ConditionField), REQUIRED),
            "operation": (words(ConditionOperation), REQUIRED),
            "key": (str | None, None),
            "not_": (bool, False),
            "expected_value": (str, ""),
            "order": (int | None, None),
        },
        "TeamMeta": {"id": (str, ""), "name": (str, "")},
    }


def _family(make: Callable[..., Any], words: Callable[[type], Any], union: Callable[[dict[str, Any]], Any]) -> Any:
    """Build all classes with *make(name, fields, tag)*; return what the documents are lists of."""
    shapes = _shapes(words)
    plain = {name: make(name, fields, None) for name, fields in shapes.items()}
    week, condition = plain["Week"], plain["Condition"]
    recipient = union(
        {
            tag: make(f"Ref{tag}", {"id": (str, ""), name: (str, "")} if name else {}, tag)
            for tag, name in RECIPIENTS.items()
        }
    )
    restriction = union(
        {
            "time-of-day": make("TimeOfDay", {"restriction": (plain["Day"], REQUIRED)}, "time-of-day"),
            "weekday-and-time-of-day": make(
                "Weekday", {"restrictions": (list[week], REQUIRED)}, "weekday-and-time-of-day"
            ),
        }
    )
    criteria = union(
        {
            tag: make(f"C{index}", {"conditions": (list[condition], REQUIRED)} if index else {}, tag)
            for index, tag in enumerate(CRITERIA)
        }
    )
    rotation = make(
        "Rotation",
        {
            "start_date": (datetime, REQUIRED),
            "id": (str, ""),
            "name": (str, ""),
            "end_date": (datetime | None, None),
            "type": (words(RotationType), "weekly"),
            "length": (int, 1),
            "participants": (list[recipient], REQUIRED),
            "time_restriction": (restriction | None, None),
        },
        None,
    )
    schedule = make(
        "Schedule",
        {
            "id": (str, REQUIRED),
            "name": (str, REQUIRED),
            "description": (str, ""),
            "timezone": (str, ""),
            "enabled": (bool, True),
            "owner_team": (plain["TeamMeta"] | None, None),
            "rotations": (list[rotation], REQUIRED),
        },
        None,
    )
    rule = make(
        "Rule",
        {
            "id": (str, REQUIRED),
            "name": (str, ""),
            "is_default": (bool, False),
            "order": (int, 0),
            "timezone": (str, ""),
            "criteria": (criteria, REQUIRED),
            "time_restriction": (restriction | None, None),
            "notify": (recipient, REQUIRED),
        },
        None,
    )
    return {
        "schedules": schedule,
        "routing rules": rule,
        "alerts": make("Alert", _alert(make, recipient, words(Priority)), None),
        "incidents": make("Incident", _incident(make, recipient, words(Priority)), None),
    }


def _alert(make: Callable[..., Any], responder: Any, priority: Any) -> Fields:
    team = make("AlertTeam", {"id": (str, REQUIRED)}, None)
    integration = make("Integration", dict.fromkeys(("id", "name", "type"), (str, "")), None)
    report: Fields = {
        "ack_time": (int | None, None),
        "close_time": (int | None, None),
        "acknowledged_by": (str, ""),
        "closed_by": (str, ""),
    }
    return {
        **_event(responder, priority),
        **dict.fromkeys(("alias", "entity", "owner_team_id"), (str, "")),
        **dict.fromkeys(("acknowledged", "seen", "snoozed"), (bool, False)),
        "snoozed_until": (datetime | None, None),
        "last_occurred_at": (datetime | None, None),
        "count": (int, 1),
        "teams": (list[team], REQUIRED),
        "integration": (integration | None, None),
        "report": (make("Report", report, None) | None, None),
    }


def _incident(make: Callable[..., Any], responder: Any, priority: Any) -> Fields:
    links = make("Links", {"api": (str, ""), "web": (str, "")}, None)
    return {
        **_event(responder, priority),
        **dict.fromkeys(("owner_team", "service_id", "request_id"), (str, "")),
        "extra_properties": (dict[str, str], REQUIRED),
        "impacted_services": (list[str], REQUIRED),
        "impact_start_date": (datetime | None, None),
        "actions": (list[str], REQUIRED),
        "links": (links | None, None),
    }


def _event(responder: Any, priority: Any) -> Fields:
    """What alerts and incidents have in common."""
    return {
        "id": (str, REQUIRED),
        **dict.fromkeys(("tiny_id", "message", "description", "status", "source", "owner"), (str, "")),
        "is_seen": (bool, False),
        "priority": (priority, "P3"),
        "created_at": (datetime | None, None),
        "updated_at": (datetime | None, None),
        "tags": (list[str], REQUIRED),
        "responders": (list[responder], REQUIRED),
    }


def _either(members: dict[str, Any]) -> Any:
    first, *rest = members.values()
    for member in rest:
        first = first | member
    return first


def _msgspec() -> Any:
    def make(name: str, fields: Fields, tag: str | None) -> Any:
        required = [(field, kind) for field, (kind, default) in fields.items() if default is REQUIRED]
        optional = [(field, kind, default) for field, (kind, default) in fields.items() if default is not REQUIRED]
        tagged: dict[str, Any] = {} if tag is None else {"tag_field": "type", "tag": tag}
        return msgspec.defstruct(name, [*required, *optional], rename=camel, **tagged)

    kinds = _family(make, lambda enumeration: enumeration, _either)
    return {title: msgspec.defstruct("Body", [("data", list[kind])]) for title, kind in kinds.items()}


def _pydantic(*, same_promises: bool) -> Any:
    config = pydantic.ConfigDict(alias_generator=lambda name: to_camel(name.rstrip("_")), serialize_by_alias=True)
    if same_promises:
        config |= {"strict": True, "extra": "allow"}

    def make(name: str, fields: Fields, tag: str | None) -> Any:
        members: dict[str, Any] = {
            field: (kind, ... if default is REQUIRED else default) for field, (kind, default) in fields.items()
        }
        if tag is not None:
            members["type"] = (Literal[tag], ...)
        return pydantic.create_model(name, __config__=config, **members)

    def words(enumeration: type) -> Any:
        if not same_promises:
            return enumeration
        return Annotated[enumeration | str, pydantic.Field(union_mode="left_to_right")]

    def union(members: dict[str, Any]) -> Any:
        return Annotated[_either(members), pydantic.Field(discriminator="type")]

    kinds = _family(make, words, union)
    return {title: pydantic.create_model("Body", data=(list[kind], ...)) for title, kind in kinds.items()}


def _stock_cattrs() -> Any:
    converter = cattrs.Converter()
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))

    def make(name: str, fields: Fields, tag: str | None) -> Any:
        members = {
            field: attrs.field(type=kind, default=attrs.NOTHING if default is REQUIRED else default)
            for field, (kind, default) in fields.items()
        }
        return attrs.make_class(name, members, kw_only=True, slots=True)

    def union(members: dict[str, Any]) -> Any:
        kind = _either(members)
        tags = {member: tag for tag, member in members.items()}
        configure_tagged_union(kind, converter, tag_name="type", tag_generator=tags.__getitem__)
        return kind

    converter.register_structure_hook_factory(
        attrs.has,
        lambda cls: make_dict_structure_fn(
            cls,
            converter,
            **{field.name: override(rename=camel(field.name)) for field in attrs.fields(cls)},  # type: ignore[arg-type]
        ),
    )
    return converter, _family(make, lambda enumeration: enumeration, union)


def variants(title: str, body: bytes) -> dict[str, Callable[[], object]]:
    """Name to a function that decodes *body* with that library."""
    struct = msgspec.json.Decoder(_msgspec()[title])
    lax = _pydantic(same_promises=False)[title]
    strict = _pydantic(same_promises=True)[title]
    converter, kinds = _stock_cattrs()
    many = list[kinds[title]]
    return {
        "msgspec": lambda: struct.decode(body),
        "pydantic": lambda: lax.model_validate_json(body),
        "pydantic, same promises": lambda: strict.model_validate_json(body),
        "stock cattrs": lambda: converter.structure(orjson.loads(body)["data"], many),
    }
