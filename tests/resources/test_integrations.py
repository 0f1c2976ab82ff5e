"""`og.integrations`: what types share has names of its own, the rest goes and comes as `extra`."""

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.models import (
    ActionMapping,
    Condition,
    ConditionMatchType,
    CreatedIntegration,
    Integration,
    IntegrationFilter,
    IntegrationMeta,
    ScheduleRef,
    TeamMeta,
)
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

META = {"id": "i1", "name": "CI", "enabled": True, "type": "Webhook", "teamId": None}


async def test_a_listing_asks_for_a_type_or_a_team():
    answer = await exchange(lambda og: og.integrations.list(type="API", team_id="t1", team_name="ops"), data=[META])

    assert (answer.line, answer.query) == ("GET /v2/integrations", {"type": "API", "teamId": "t1", "teamName": "ops"})
    assert answer.result == [IntegrationMeta(id="i1", name="CI", type="Webhook")]


async def test_a_creation_tells_the_key_once_and_never_shows_it():
    answer = await exchange(
        lambda og: og.integrations.create(
            type="Webhook",
            name="CI",
            enabled=True,
            owner_team=TeamMeta(name="ops"),
            allow_write_access=False,
            ignore_teams_from_payload=True,
            responders=[ScheduleRef(name="night")],
            url="https://ci.example",
            headers={"X-Token": "s3cret"},
            add_alert_details=True,
            alert_filter=IntegrationFilter(
                condition_match_type=ConditionMatchType.MATCH_ALL_CONDITIONS,
                conditions=[Condition(field="message", operation="contains", expected_value="down")],
            ),
            forwarding_action_mappings=[ActionMapping(action="create", mapped_action="create-issue")],
        ),
        data={**META, "apiKey": "k-1"},
        result="Created",
    )

    assert answer.line == "POST /v2/integrations"
    assert answer.body == {
        "type": "Webhook",
        "name": "CI",
        "enabled": True,
        "ownerTeam": {"name": "ops"},
        "allowWriteAccess": False,
        "ignoreTeamsFromPayload": True,
        "responders": [{"type": "schedule", "name": "night"}],
        "url": "https://ci.example",
        "headers": {"X-Token": "s3cret"},
        "addAlertDetails": True,
        "alertFilter": {
            "conditionMatchType": "match-all-conditions",
            "conditions": [{"field": "message", "operation": "contains", "not": False, "expectedValue": "down"}],
        },
        "forwardingActionMappings": [{"action": "create", "mappedAction": "create-issue"}],
    }
    assert isinstance(answer.result, CreatedIntegration)
    assert answer.result.api_key == "k-1"
    assert "k-1" not in repr(answer.result)


async def test_the_fields_of_one_type_alone_go_by_their_names_on_the_wire():
    answer = await exchange(
        lambda og: og.integrations.update(
            "i1", type="Jira", name="Jira", extra={"jiraUrl": "https://jira.example", "projectKey": None}
        ),
        data={**META, "type": "Jira"},
    )

    assert answer.line == "PUT /v2/integrations/i1"
    assert answer.body == {"type": "Jira", "name": "Jira", "jiraUrl": "https://jira.example", "projectKey": None}


async def test_an_email_integration_answers_its_address():
    answer = await exchange(
        lambda og: og.integrations.create(type="Email", name="Mail", email_username="ops"),
        data={**META, "type": "Email", "emailAddress": "ops@corp.opsgenie.example"},
    )

    assert answer.body == {"type": "Email", "name": "Mail", "emailUsername": "ops"}
    assert isinstance(answer.result, CreatedIntegration)
    assert answer.result.email_address == "ops@corp.opsgenie.example"


COMMON = {
    "id": "i1",
    "type": "API",
    "name": "Default API",
    "enabled": True,
    "ownerTeam": {"id": "t1", "name": "ops"},
    "isGlobal": False,
    "isDefaultIntegration": True,
    "_readOnly": ["isDefaultIntegration"],
    "feature-type": "token-based",
    "suppressNotifications": False,
    "ignoreTeamsFromPayload": False,
    "responders": [{"type": "team", "id": "t1", "name": "ops"}],
    "isAdvanced": False,
    "tags": [],
    "extraProperties": {},
    "assignedTeam": None,
    "allowReadAccess": True,
    "allowWriteAccess": True,
    "allowDeleteAccess": True,
    "allowConfigurationAccess": False,
}


async def test_an_api_integration_is_read_whole():
    answer = await exchange(lambda og: og.integrations.get(IntegrationMeta(id="i1")), data=COMMON)

    assert answer.line == "GET /v2/integrations/i1"
    assert isinstance(answer.result, Integration)
    assert answer.result.owner_team == TeamMeta(id="t1", name="ops")
    assert answer.result.read_only == ["isDefaultIntegration"]
    assert answer.result.allow_configuration_access is False


async def test_what_one_type_has_alone_survives_and_is_not_shown():
    result: list[Integration] = []

    async def get(og: Opsgenie) -> None:
        result.append(await og.integrations.get("i1"))

    await exchange(get, data={**COMMON, "type": "Jira", "jiraPassword": "s3cret", "jiraUrl": "https://jira.example"})

    (jira,) = result
    assert list(unread_fields(jira)) == [".jiraPassword", ".jiraUrl"]
    assert "s3cret" not in repr(jira)


@pytest.mark.parametrize("word", ["enable", "disable"])
async def test_switching_answers_the_integration(word: str):
    answer = await exchange(lambda og: getattr(og.integrations, word)("i1"), data=META)

    assert (answer.line, answer.body) == (f"POST /v2/integrations/i1/{word}", None)
    assert answer.result == IntegrationMeta(id="i1", name="CI", type="Webhook")


async def test_a_deletion_and_a_check_of_the_key_answer_nothing():
    answer = await exchange(lambda og: og.integrations.delete("i1"), result="Deleted")
    assert (answer.line, answer.result) == ("DELETE /v2/integrations/i1", None)

    answer = await exchange(lambda og: og.integrations.authenticate(type="API"), result="Authenticated")
    assert (answer.line, answer.body, answer.result) == ("POST /v2/integrations/authenticate", {"type": "API"}, None)


@pytest.mark.parametrize("word", ["jira_url", "secret"])
async def test_a_field_that_nobody_knows_is_refused_before_anything_is_sent(word: str):
    async with Opsgenie("key", base_url="http://localhost:1") as og:
        with pytest.raises(TypeError, match=word):
            await og.integrations.create(type="Jira", name="Jira", **{word: "x"})


async def test_writes_spend_a_limit_of_their_own():
    async with Opsgenie("key") as og:
        methods = ("list", "get", "authenticate", "create", "update", "delete", "enable", "disable")
        domains = {name: getattr(og.integrations, name).operation.domain for name in methods}

    assert [name for name, domain in domains.items() if domain is None] == ["list", "get", "authenticate"]
    assert {domain for domain in domains.values() if domain} == {"integration-configuration"}
