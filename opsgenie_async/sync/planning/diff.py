"""The diff of two documents, which ignores server defaults, the order of sets, and equivalent values.

Documents are compared in a canonical form, field by field: null is the same as absent; defaults are filled in, also in
nested objects; lists without a significant order are sets; dates are times; restrictions and dates are rounded to half
hours where the server does so; usernames, names of built-in roles and words of enumerations are case-insensitive; names
of the same time zone are equal.

What removes a diff is a payload of the API's create or update.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import attrs

from opsgenie_async.json_text import Json
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.custom_user_role import BUILT_IN
from opsgenie_async.sync.model.normalize import MAPS, writable
from opsgenie_async.sync.model.rules import DAYS, load_timezones, moment

__all__ = [
    "Difference",
    "create_payload",
    "deferred_payload",
    "differences",
    "hidden_fields",
    "ignored_members",
    "is_set",
    "meaning",
    "member_key",
    "members_of",
    "same",
    "update_payload",
    "with_defaults",
]

SETS = frozenset({"tags", "conditions", "restrictions", "responders", "recipients"})
"""Lists whose order does not act, nor that something is in them twice, of several kinds."""

CONDITION_DEFAULTS: Mapping[str, Json] = {"not": False, "expectedValue": ""}
"""What absent members of a condition mean, in every kind."""
CONDITION_ORDER = frozenset({"order"})
"""The member of a condition that only repeats its place in the list."""

_ZONES = frozenset({"timezone", "timeZone"})
_WORDS = frozenset(
    {
        *("type", "method", "conditionMatchType", "operation", "field", "matchField", "state", "condition"),
        *("notifyType", "actionType", "priority", "alertPriority", "timeUnit", "intervalUnit", "startDay", "endDay"),
        *("locale", "right", "rights", "grantedRights[]", "disallowedRights[]", "notificationTime[]", "extendedRole"),
        *("delayOption", "deduplicationActionType", "visibility"),
    }
)
"""Fields whose values come from lists of words of the API, no two of which differ in case alone."""
_UNITS = frozenset({"timeUnit", "intervalUnit"})

_ZONES_SINCE, _ZONES_UNTIL = datetime(1973, 1, 1, 6, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
_ZONES_STEP = timedelta(days=1)


@attrs.frozen
class Difference:
    """One field that differs; None means that it is absent."""

    field: str
    have: Json
    want: Json


def differences(kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json]) -> tuple[Difference, ...]:
    """The fields in which *have* differs from *want*, those that would have to be removed included."""
    if have == want:
        return ()
    have, want = writable(kind, have), writable(kind, want)
    excluded = hidden_fields(kind)
    return tuple(
        Difference(field, have.get(field), want.get(field))
        for field in {**want, **have}
        if field not in excluded and not _agrees(kind, field, have, want)
    )


def same(kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json]) -> bool:
    """Whether there is no difference."""
    return not differences(kind, have, want)


@functools.cache
def hidden_fields(kind: Kind) -> frozenset[str]:
    """Fields that are not compared: the server alone writes them, or they follow from others."""
    return kind.read_only | {"id", "isDefault", "isGlobal"}


@functools.cache
def members_of(kind: Kind, field: str) -> Mapping[str, Json]:
    """What absent members of the object in a field mean; "[]" behind the field for those in a list."""
    whole = kind.defaults.get(field)
    return {
        **(whole if isinstance(whole, dict) else {}),
        **(CONDITION_DEFAULTS if field == "conditions[]" else {}),
        **kind.member_defaults.get(field, {}),
    }


def with_defaults(kind: Kind, field: str, value: Json) -> Json:
    """A desired value with its defaults filled in, since a PATCH leaves absent members unchanged."""
    if value is None:
        return kind.defaults.get(field)
    if isinstance(value, dict):
        return {**members_of(kind, field), **{name: each for name, each in value.items() if each is not None}}
    return value


def _agrees(kind: Kind, field: str, have: Mapping[str, Json], want: Mapping[str, Json]) -> bool:
    existing, desired = have.get(field), want.get(field)
    if existing == desired:
        return True
    if desired is None and (field in kind.omissible or _names_default_rule(field, want)):
        return True
    if field in kind.default_lacks and want.get("isDefault") is True:
        return True
    if field in kind.equal and kind.equal[field](existing, desired):
        return True
    return _field(kind, field, have) == _field(kind, field, want)


def _names_default_rule(field: str, want: Mapping[str, Json]) -> bool:
    """Whether it is about what the default routing rule is called, which means nothing."""
    return field == "name" and want.get("isDefault") is True


def _field(kind: Kind, field: str, fields: Mapping[str, Json]) -> Hashable:
    if field == "conditions" and (fields.get("conditionMatchType") or "match-all") == "match-all":
        return frozenset()
    value = fields.get(field)
    value = kind.defaults.get(field) if value is None else value
    if kind.empty_is_absent and (value is False or value in ("", [], {})):
        return None  # some two hundred types, and each says of other fields that there is nothing in them
    return meaning(kind, field, value)


def is_set(kind: Kind, field: str) -> bool:
    """Whether the field is a list without a significant order."""
    return field in SETS or field in kind.sets


def meaning(kind: Kind, at: str, value: Json) -> Hashable:
    """The canonical form of the value in the field *at*; for an item of a list, with "[]" behind that."""
    if isinstance(value, str):
        return _text(kind, at, value)
    if isinstance(value, dict):
        return _object(kind, at, value)
    if isinstance(value, list):
        items: Iterable[Hashable] = (meaning(kind, f"{at}[]", each) for each in value)
        return frozenset(items) if is_set(kind, at) else ("[", *items)
    return value


def ignored_members(kind: Kind, at: str) -> frozenset[str]:
    """Members of the object in the field *at* that add no information."""
    return CONDITION_ORDER if at == "conditions[]" else kind.ignored_members.get(at, frozenset())


def _object(kind: Kind, at: str, value: Mapping[str, Json]) -> Hashable:
    members: dict[str, Json] = {**members_of(kind, at)}
    members |= {name: each for name, each in value.items() if each is not None}
    for name in ignored_members(kind, at):
        members.pop(name, None)
    if "match-all" in (members.get("type"), members.get("conditionMatchType")):
        members.pop("conditions", None)
    if at == "conditions[]" and (
        not members.get("key") or members.get("field", "extra-properties") != "extra-properties"
    ):
        members.pop("key", None)  # of an alert's fields only this one has keys
    if "timeAmount" in members:
        members.setdefault("timeUnit", "minutes")
    if at == "userAddress":
        members = {name: each for name, each in members.items() if each != ""}
    elif kind.empty_members_are_absent and at.endswith("[]"):
        members = {name: each for name, each in members.items() if not _empty(name, each)}
    if kind.half_hours and at in ("restriction", "restrictions[]"):
        members = _snap(members)
    return ("{", *sorted((name, meaning(kind, member_key(at, name), each)) for name, each in members.items()))


def member_key(at: str, name: str) -> str:
    """What a member of an object is known by: those of a map that users fill mean nothing to us."""
    if at == "role" and name == "name":
        return at
    return "" if at in MAPS else name


def _empty(name: str, value: Json) -> bool:
    """Whether a member of an integration's action means the same as its absence."""
    return value in ("", []) or (value == {} and name in MAPS) or (value is False and name.startswith("ignore"))


def _text(kind: Kind, at: str, text: str) -> Hashable:
    if at == "username":
        return text.casefold()
    if at in _ZONES:
        return _clock_of(text)
    if at in _WORDS:
        word = text.casefold()
        return word.removesuffix("s") if at in _UNITS else word
    if at == "to" and "@" in text:
        return text.casefold()
    if at == "role":
        return text.casefold() if text.casefold() in BUILT_IN else text
    if at in ("startDate", "endDate"):
        return moment(text, half_hours=kind.half_hours) or text
    return text


@functools.cache
def _clock_of(name: str) -> Hashable:
    """The same for every name of one zone; the name itself where there is no such zone.

    Opsgenie may answer with another name of the zone that it was given: `UTC` comes back as `Africa/Monrovia`. The zone
    database has no list of such names at hand, so the clocks decide: what showed the same time ever since 1973 is the
    same.
    """
    zone = load_timezones().get(name.casefold())
    if zone is None:
        return name.casefold()
    changes: list[tuple[int, timedelta | None]] = []
    last: timedelta | None = None
    for day in range((_ZONES_UNTIL - _ZONES_SINCE) // _ZONES_STEP):
        offset = (_ZONES_SINCE + day * _ZONES_STEP).astimezone(zone).utcoffset()
        if offset != last:
            changes.append((day, offset))
            last = offset
    return tuple(changes)


def _snap(hours: Mapping[str, Json]) -> dict[str, Json]:
    """A restriction with both ends at the nearest half hour, on the next day where that is behind midnight."""
    snapped = dict(hours)
    for side in ("start", "end"):
        hour, minute = hours.get(f"{side}Hour"), hours.get(f"{side}Min", 0)
        if not isinstance(hour, int) or not isinstance(minute, int):
            continue
        halves = (minute + 15) // 30
        hour, half = divmod(2 * hour + halves, 2)
        if halves == 2 and hour >= 24:
            hour -= 24
            day = hours.get(f"{side}Day")
            if day in DAYS:
                snapped[f"{side}Day"] = DAYS[(DAYS.index(str(day)) + 1) % 7]
        snapped[f"{side}Hour"], snapped[f"{side}Min"] = hour, half * 30
    return snapped


def create_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """The payload of a create, without the fields of `deferred_payload`."""
    excluded = kind.deferred | {"enabled"} if kind.toggled else kind.deferred
    return {field: value for field, value in _writable_fields(kind, want).items() if field not in excluded}


def deferred_payload(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    """What something new gets by an update of its own: late fields that are not empty, and that it is switched off."""
    deferred = {field: want[field] for field in want if field in kind.deferred and want[field]}
    return {**deferred, "enabled": False} if kind.toggled and want.get("enabled") is False else deferred


def update_payload(
    kind: Kind, have: Mapping[str, Json], want: Mapping[str, Json], differences: Iterable[Difference]
) -> dict[str, Json]:
    """The payload of the update method that removes *differences*."""
    if kind.update == "PATCH":
        item_fields, fields = kind.item_defaults, _writable_fields(kind, want)
        return {
            each.field: fields[each.field]
            if each.field in item_fields and each.field in fields
            else with_defaults(kind, each.field, each.want)
            for each in differences
        }
    immutable = {field: have[field] for field in kind.immutable if field in have}
    removed = (each.field for each in differences if each.want is None)
    empty = {field: kind.defaults[field] for field in removed if field in kind.defaults}
    omitted = {field: have[field] for field in kind.omissible if field in have and want.get(field) is None}
    return {
        **empty,  # said, since a body with nothing in it is not sent
        **omitted,
        **{field: value for field, value in _writable_fields(kind, want).items() if field not in kind.immutable},
        **immutable,
    }


def _writable_fields(kind: Kind, want: Mapping[str, Json]) -> dict[str, Json]:
    excluded = hidden_fields(kind)
    if want.get("isDefault") is True:
        excluded |= kind.default_lacks
    fields = writable(kind, want)
    body: dict[str, Json] = {
        field: value for field, value in fields.items() if value is not None and field not in excluded
    }
    for field, members in kind.item_defaults.items():
        if isinstance(items := body.get(field), list):
            body[field] = [{**members, **item} if isinstance(item, dict) else item for item in items]
    return body
