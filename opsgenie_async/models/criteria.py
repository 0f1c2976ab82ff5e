"""Which alerts something applies to: criteria and their conditions (the routing rule page, and filters elsewhere)."""

from __future__ import annotations

import enum
from typing import ClassVar, Literal, TypeAlias

import attrs

from opsgenie_async.models.base import Model, Tagged, Unknown

__all__ = [
    "Condition",
    "ConditionField",
    "ConditionMatchType",
    "ConditionOperation",
    "Criteria",
    "MatchAll",
    "MatchAllConditions",
    "MatchAnyCondition",
]


class ConditionField(enum.StrEnum):
    """The field of an alert that a condition compares."""

    MESSAGE = "message"
    ALIAS = "alias"
    DESCRIPTION = "description"
    SOURCE = "source"
    ENTITY = "entity"
    TAGS = "tags"
    ACTIONS = "actions"
    EXTRA_PROPERTIES = "extra-properties"
    RECIPIENTS = "recipients"
    TEAMS = "teams"
    PRIORITY = "priority"
    DETAILS = "details"
    RESPONDERS = "responders"
    EVENT_TYPE = "eventType"
    CONVERSATION_SUBJECT = "conversationSubject"
    FROM_ADDRESS = "from_address"
    FROM_NAME = "from_name"
    SUBJECT = "subject"


class ConditionOperation(enum.StrEnum):
    """The comparison of a condition."""

    MATCHES = "matches"
    CONTAINS = "contains"
    STARTS_WITH = "starts-with"
    ENDS_WITH = "ends-with"
    EQUALS = "equals"
    CONTAINS_KEY = "contains-key"
    CONTAINS_VALUE = "contains-value"
    GREATER_THAN = "greater-than"
    LESS_THAN = "less-than"
    IS_EMPTY = "is-empty"
    EQUALS_IGNORE_WHITESPACE = "equals-ignore-whitespace"


class ConditionMatchType(enum.StrEnum):
    """The number of conditions that must be met, on pages where this is a field of its own."""

    MATCH_ALL = "match-all"
    MATCH_ANY_CONDITION = "match-any-condition"
    MATCH_ALL_CONDITIONS = "match-all-conditions"


@attrs.define(kw_only=True)
class Condition(Model):
    """One comparison with a field of the alert.

    Attributes:
        key: The name of the extra property, for that field only.
    """

    field: ConditionField | str
    operation: ConditionOperation | str
    key: str | None = None
    not_: bool = False
    expected_value: str = ""
    order: int | None = None


@attrs.define(kw_only=True)
class MatchAll(Tagged):
    """Every alert."""

    type: ClassVar[Literal["match-all"]] = "match-all"


@attrs.define(kw_only=True)
class MatchAnyCondition(Tagged):
    """Alerts that meet at least one of the conditions."""

    type: ClassVar[Literal["match-any-condition"]] = "match-any-condition"
    conditions: list[Condition] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class MatchAllConditions(Tagged):
    """Alerts that meet every one of the conditions."""

    type: ClassVar[Literal["match-all-conditions"]] = "match-all-conditions"
    conditions: list[Condition] = attrs.field(factory=list)


Criteria: TypeAlias = MatchAll | MatchAnyCondition | MatchAllConditions | Unknown
