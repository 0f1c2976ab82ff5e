"""The table of all kinds of configuration, and where to look one up; each file of this folder describes one.

The order of the table is the order in which things are read and written to files; `stage` is the order of applying:
what a kind refers to stands in an earlier stage, but for the cycles between teams, schedules and escalations. Those are
broken by writing teams and schedules as shells: rotations are parts of their own, and members are `deferred`.

To add a kind, write its file and put it into the table, a part behind what it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds.contact import CONTACT
from opsgenie_async.sync.model.kinds.custom_user_role import CUSTOM_USER_ROLE
from opsgenie_async.sync.model.kinds.escalation import ESCALATION
from opsgenie_async.sync.model.kinds.forwarding_rule import FORWARDING_RULE
from opsgenie_async.sync.model.kinds.heartbeat import HEARTBEAT
from opsgenie_async.sync.model.kinds.incident_template import INCIDENT_TEMPLATE
from opsgenie_async.sync.model.kinds.integration import INTEGRATION
from opsgenie_async.sync.model.kinds.integration_action import INTEGRATION_ACTION
from opsgenie_async.sync.model.kinds.maintenance import MAINTENANCE
from opsgenie_async.sync.model.kinds.notification_rule import NOTIFICATION_RULE
from opsgenie_async.sync.model.kinds.policy import ALERT_POLICY, NOTIFICATION_POLICY, POLICIES
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.schedule_override import SCHEDULE_OVERRIDE
from opsgenie_async.sync.model.kinds.schedule_rotation import SCHEDULE_ROTATION
from opsgenie_async.sync.model.kinds.service import SERVICE, SERVICE_AUDIENCE_TEMPLATE, SERVICE_INCIDENT_RULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.sync.model.kinds.team_role import TEAM_ROLE
from opsgenie_async.sync.model.kinds.team_routing_rule import TEAM_ROUTING_RULE
from opsgenie_async.sync.model.kinds.user import USER
from opsgenie_async.sync.model.rules import RECIPIENTS

__all__ = [
    "FOLDERS",
    "KINDS",
    "KINDS_BY_TYPE",
    "KINDS_NEEDED",
    "KINDS_POINTED_AT",
    "KIND_BY_FOLDER",
    "KIND_BY_NAME",
    "KIND_IN_API",
    "LAST_STAGE",
    "OWNER_OF",
    "PARTS_OF",
    "REFERENCED",
    "TYPED",
    "VIRTUAL_KINDS",
    "plural_of_count",
]

KINDS: tuple[Kind, ...] = (
    CUSTOM_USER_ROLE,
    USER,
    CONTACT,
    NOTIFICATION_RULE,
    TEAM,
    TEAM_ROLE,
    TEAM_ROUTING_RULE,
    SCHEDULE,
    SCHEDULE_ROTATION,
    SCHEDULE_OVERRIDE,
    ESCALATION,
    FORWARDING_RULE,
    HEARTBEAT,
    INTEGRATION,
    INTEGRATION_ACTION,
    POLICIES,
    ALERT_POLICY,
    NOTIFICATION_POLICY,
    SERVICE,
    SERVICE_INCIDENT_RULE,
    SERVICE_AUDIENCE_TEMPLATE,
    INCIDENT_TEMPLATE,
    MAINTENANCE,
)
"""Every kind, in the order of a pull: a part follows what it belongs to."""

LAST_STAGE = max(kind.stage for kind in KINDS)

KIND_BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
KIND_BY_FOLDER: Mapping[str, Kind] = {kind.folder: kind for kind in KINDS if kind.folder}

FOLDERS = tuple(KIND_BY_FOLDER)
"""The folders of a snapshot, in the order of a pull."""

PARTS_OF: Mapping[Kind, tuple[Kind, ...]] = {
    kind: tuple(each for each in KINDS if each.parent == kind.name) for kind in KINDS
}
"""The kinds whose entities are parts of one of a kind."""

KINDS_BY_TYPE: Mapping[str, tuple[Kind, ...]] = {
    kind.reference_type: tuple(each for each in KINDS if each.reference_type == kind.reference_type) for kind in KINDS
}
"""The kinds by what references call them: more than one for policies."""

VIRTUAL_KINDS = tuple(kind for kind in KINDS if kind.virtual)

KIND_IN_API: Mapping[Kind, Kind] = {
    kind: KINDS_BY_TYPE[kind.references[0].to][0] if kind.virtual else kind for kind in KINDS
}
"""What an entity of a kind is in the API: a table of policies is a team, or as one without an id the account."""

OWNER_OF: Mapping[Kind, Kind] = {part: KIND_IN_API[owner] for owner, parts in PARTS_OF.items() for part in parts}
"""What the API says that a part belongs to: for policies the team, as it does not know their table."""

TYPED = frozenset(each.reference_type for each in KINDS if each.typed)
"""Valid values of `type` in a reference; groups and unknown ones are left as they are."""

REFERENCED = TYPED.union(reference.to for kind in KINDS for reference in kind.references)
"""What references can call their targets: nothing points at entities of other types."""


def _with_files(types: Iterable[str]) -> frozenset[str]:
    """The names of the kinds with files for the targets of references of these types."""
    kinds = (kind for word in types for kind in KINDS_BY_TYPE.get(word, ()))
    return frozenset(kind.parent or kind.name for kind in kinds)


def _needs(kind: Kind) -> frozenset[str]:
    kinds = (kind, *PARTS_OF[kind])
    bare = {reference.to for each in kinds for reference in each.references if reference.bare or kind.virtual}
    return _with_files(bare.union(*(each.bare_types for each in kinds)))


KINDS_NEEDED: Mapping[Kind, frozenset[str]] = {kind: _needs(kind) for kind in KINDS}
"""The names of the kinds that must be listed for entities of a kind: their references have no names."""


def _targets(kind: Kind) -> frozenset[str]:
    types = {reference.to for each in (kind, *PARTS_OF[kind]) for reference in each.references}
    if "" in types and not kind.bare_types:
        types |= {*RECIPIENTS}
    return KINDS_NEEDED[kind] | _with_files(types)


KINDS_POINTED_AT: Mapping[Kind, frozenset[str]] = {kind: _targets(kind) for kind in KINDS}
"""The names of all kinds that entities of a kind, or their parts, can refer to."""

_PLURAL_BY_COUNT = {each.count: each.plural for each in KINDS if not each.virtual} | {
    field: f"{each.noun} {field}" for each in KINDS for field in each.counted_fields
}


def plural_of_count(count: str) -> str:
    """What people call the things that a manifest counts under this word: `team routing rules`."""
    return _PLURAL_BY_COUNT.get(count) or count.replace("_", " ")  # of an earlier version's manifest
