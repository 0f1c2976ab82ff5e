"""`og.integration_actions`: the API's lists by kind are one list for the reader."""

from typing import Any

import pytest

from opsgenie_async import Opsgenie, ProtocolError
from opsgenie_async.models import (
    CreateAction,
    IgnoreAction,
    IntegrationActions,
    IntegrationActionType,
    IntegrationFilter,
    IntegrationMeta,
    TeamRef,
)
from tests.resources.exchange import exchange

ACTIONS = "/v2/integrations/i1/actions"
ALL: dict[str, Any] = {"conditionMatchType": "match-all", "conditions": []}
CREATE = {
    "type": "create",
    "name": "Create alert",
    "order": 1,
    "filter": ALL,
    "user": "CI",
    "note": "",
    "alias": "{{alias}}",
    "source": "{{source}}",
    "message": "{{message}}",
    "description": "",
    "entity": "",
    "priority": "P2",
    "customPriority": None,
    "appendAttachments": True,
    "alertActions": [],
    "ignoreAlertActionsFromPayload": False,
    "ignoreRespondersFromPayload": False,
    "ignoreTeamsFromPayload": False,
    "ignoreTagsFromPayload": False,
    "ignoreExtraPropertiesFromPayload": False,
    "responders": [{"type": "team", "id": "t1", "name": "ops"}],
    "recipients": [],
    "tags": ["ci"],
    "extraProperties": {"k": "v"},
}
IGNORE = {"type": "ignore", "name": "Noise", "order": 0, "filter": ALL}
BY_KIND = {
    "_parent": {"id": "i1", "name": "CI", "enabled": True, "type": "API"},
    "ignore": [IGNORE],
    "create": [CREATE],
    "close": [{"type": "close", "name": "Close alert", "filter": ALL, "user": "", "note": "", "alias": "{{alias}}"}],
    "acknowledge": [{"type": "acknowledge", "name": "Ack", "alias": "{{alias}}"}],
    "addNote": [{"type": "addNote", "name": "Note", "alias": "{{alias}}", "note": "{{note}}"}],
}


async def test_a_listing_is_one_list():
    answer = await exchange(lambda og: og.integration_actions.list("i1"), data=BY_KIND)

    assert answer.line == f"GET {ACTIONS}"
    assert isinstance(answer.result, list)
    assert [action.type for action in answer.result] == list(IntegrationActionType)[4:] + list(IntegrationActionType)[
        :4
    ]


async def test_an_action_is_created_and_all_are_answered():
    answer = await exchange(
        lambda og: og.integration_actions.create(
            IntegrationMeta(id="i1"),
            type=IntegrationActionType.CREATE,
            name="Create alert",
            alias="{{alias}}",
            filter=IntegrationFilter(),
            order=0,
            responders=[TeamRef(name="ops")],
            append_attachments=True,
            extra_properties={"k": "v"},
        ),
        data=BY_KIND,
    )

    assert answer.line == f"POST {ACTIONS}"
    assert answer.body == {
        "type": "create",
        "name": "Create alert",
        "alias": "{{alias}}",
        "filter": {"conditionMatchType": "match-all"},
        "order": 0,
        "responders": [{"type": "team", "name": "ops"}],
        "appendAttachments": True,
        "extraProperties": {"k": "v"},
    }
    assert isinstance(answer.result, IntegrationActions)
    assert answer.result.parent == IntegrationMeta(id="i1", name="CI", type="API")
    assert [action.name for action in answer.result.create] == ["Create alert"]


async def test_all_actions_are_replaced_kind_by_kind():
    answer = await exchange(
        lambda og: og.integration_actions.update_all(
            "i1",
            ignore=[IgnoreAction(name="Noise", order=0)],
            create=[CreateAction(name="Create alert", alias="{{alias}}")],
            close=[],
            parent=IntegrationMeta(id="i1", type="API"),
        ),
        data={"ignore": [IGNORE], "create": [CREATE]},
    )

    assert answer.line == f"PUT {ACTIONS}"
    assert answer.body == {
        "ignore": [{"type": "ignore", "name": "Noise", "order": 0}],
        "create": [{"type": "create", "name": "Create alert", "alias": "{{alias}}"}],
        "close": [],
        "_parent": {"id": "i1", "enabled": True, "type": "API"},
    }
    assert isinstance(answer.result, IntegrationActions)
    assert (answer.result.close, answer.result.add_note) == ([], [])


async def test_what_was_read_can_be_written_back():
    read: list[CreateAction] = []

    async def get(og: Opsgenie) -> None:
        read.extend(a for a in await og.integration_actions.list("i1") if isinstance(a, CreateAction))

    await exchange(get, data=BY_KIND)
    answer = await exchange(
        lambda og: og.integration_actions.update_all("i1", create=read),
        data=BY_KIND,
    )

    assert answer.body == {"create": [CREATE]}


async def test_an_answer_without_lists_is_loud():
    with pytest.raises(ProtocolError, match="data: expected list"):
        await exchange(lambda og: og.integration_actions.list("i1"), data="none")
