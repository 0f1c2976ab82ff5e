"""What an integration does with what it receives (Integration Action API)."""

from __future__ import annotations

from collections.abc import Mapping

from opsgenie_async.models.integration_action import IntegrationActions
from opsgenie_async.sync.model.kind import Kind, Rule, to
from opsgenie_async.sync.model.rules import ANYBODY, MAP, MATCH, NUMBER, PRIORITY, TEXT, not_empty, under, words

ACTIONS = ("ignore", "create", "close", "acknowledge", "addNote")
ACTION: Mapping[str, Rule] = {
    "name": not_empty,
    "filter.conditionMatchType": words(*MATCH),
    "filter.conditions[].field": not_empty,
    "filter.conditions[].operation": words(*sorted(TEXT | MAP | NUMBER)),
}


INTEGRATION_ACTION = Kind(
    name="integration_action",
    parent="integration",
    section="actions",
    path="/v2/integrations/{parent}/actions",
    model=IntegrationActions,
    stage=9,
    single=True,
    update="PUT",
    read_only=frozenset({"_parent"}),
    defaults={"ignore": [], "create": [], "close": [], "acknowledge": [], "addNote": []},
    references=(to("create[].responders[]"), to("create[].recipients[]")),
    sets=frozenset({"alertActions", "visibleTo"}),
    member_defaults={"filter": {"conditionMatchType": "match-all", "conditions": []}},
    ignored_members=dict.fromkeys((f"{each}[]" for each in ACTIONS), frozenset({"order", "type", "id"})),
    empty_members_are_absent=True,
    rules={
        **{name: rule for kind in ACTIONS for name, rule in under(f"{kind}[]", ACTION).items()},
        **{f"{kind}[].alias": not_empty for kind in ACTIONS[1:]},
        "create[].priority": PRIORITY,
        "create[].responders[]": ANYBODY,
        "create[].recipients[]": ANYBODY,
    },
    required=(
        *(f"{kind}[].{name}" for kind in ACTIONS for name in ("name", "filter")),
        *(f"{kind}[].alias" for kind in ACTIONS[1:]),
    ),
)
