"""Integrations, policies, maintenances, logs and channels against the sandbox: what one call does, another sees."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from opsgenie_async import Conflict, NotFound, Opsgenie, Unauthorized, UnprocessableEntity
from opsgenie_async.legacy import policy_models as v1
from opsgenie_async.models import (
    AlertPolicy,
    CreateAction,
    IgnoreAction,
    IntegrationFilter,
    MaintenanceEntity,
    MaintenanceRule,
    MaintenanceStatus,
    MaintenanceTime,
    MatchAll,
    Model,
    RestChannel,
    TeamMeta,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.reading import unread_fields


async def test_the_key_of_an_integration_opens_the_api_while_it_works(sandbox: Sandbox, og: Opsgenie):
    team = await og.teams.create(name="builders")
    result = await og.integrations.create(
        type="API", name="CI", owner_team=TeamMeta(name="builders"), allow_configuration_access=True
    )
    with pytest.raises(Conflict):
        await og.integrations.create(type="API", name="CI")

    async with Opsgenie(result.api_key, base_url=sandbox.url) as second:
        await second.integrations.authenticate(type="API")
        assert [each.id for each in await second.integrations.list()] == [result.id]
        assert not (await og.integrations.disable(result)).enabled
        with pytest.raises(Unauthorized):
            await second.integrations.list()

    there = await og.integrations.get(result)
    assert there.owner_team == TeamMeta(id=team.id, name="builders")
    assert list(unread_fields([result, there])) == []
    await og.integrations.delete(result)
    with pytest.raises(NotFound):
        await og.integrations.get(result)


async def test_a_field_of_one_type_alone_comes_back(og: Opsgenie):
    result = await og.integrations.create(type="Jira", name="Jira", extra={"projectKey": "OPS"})

    assert (await og.integrations.get(result)).extra == {"projectKey": "OPS"}


async def test_actions_that_were_read_are_written_back(og: Opsgenie):
    result = await og.integrations.create(type="API", name="CI")
    everything = IntegrationFilter()
    await og.integration_actions.create(result, type="create", name="raise", alias="{{alias}}", filter=everything)
    actions = await og.integration_actions.list(result)
    create = [action for action in actions if isinstance(action, CreateAction)]
    assert "raise" in [action.name for action in create]

    now = await og.integration_actions.update_all(
        result, create=create, ignore=[IgnoreAction(name="noise", order=0, filter=everything)]
    )

    assert [action.name for action in now.create] == [action.name for action in create]
    assert [action.name for action in now.ignore] == ["noise"]
    assert now.close == []
    assert list(unread_fields([actions, now])) == []


async def test_policies_stand_in_an_order(og: Opsgenie):
    before = len(await og.policies.list_alert_policies())
    first, second = [
        await og.policies.create(type="alert", name=name, enabled=True, message="{{message}}", filter=MatchAll())
        for name in ("first", "second")
    ]
    await og.policies.change_order(second, target_index=0)
    await og.policies.disable(first)
    await og.policies.update(second, type="alert", name="changed", enabled=True, message="x", tags=["a"])

    listed = await og.policies.list_alert_policies()
    assert [(policy.name, policy.order, policy.enabled) for policy in listed] == [
        ("changed", 0, True),
        *((policy.name, policy.order, policy.enabled) for policy in listed[1:-1]),
        ("first", before + 1, False),
    ]
    there = await og.policies.get(second)
    assert isinstance(there, AlertPolicy)
    assert (there.message, there.tags) == ("x", ["a"])
    assert list(unread_fields([listed, there])) == []
    await og.policies.delete(second)
    assert len(await og.policies.list_alert_policies()) == before + 1
    with pytest.raises(UnprocessableEntity):
        await og.policies.create(type="alert", name="n" * 101, enabled=True, message="m")


async def test_policies_of_v1_stand_in_an_order(og: Opsgenie):
    policies = og.legacy.policies
    first, second = [await policies.create(type="notification-suppress", name=n, enabled=True) for n in ("a", "b")]
    await policies.change_order(second, target_index=0)

    listed = await policies.list()

    assert [policy.id for policy in listed] == [second.id, first.id]
    there = await policies.get(first)
    assert isinstance(there, v1.SuppressPolicy)
    assert list(unread_fields([listed, there])) == []


async def test_a_maintenance_ends_early(og: Opsgenie):
    before = await og.maintenances.list(type="non-expired")
    integration = await og.integrations.create(type="API", name="CI")
    now = datetime.now(UTC).replace(microsecond=0)
    entity = MaintenanceEntity(id=integration.id, type="integration")
    result = await og.maintenances.create(
        time=MaintenanceTime(type="schedule", start_date=now + timedelta(days=400), end_date=now + timedelta(days=401)),
        rules=[MaintenanceRule(entity=entity)],
        description="upgrade",
    )
    moved = await og.maintenances.change_end_date(result, end_date=now + timedelta(days=500))
    assert moved.time is not None
    assert moved.time.end_date == now + timedelta(days=500)

    listed = await og.maintenances.list(type="non-expired")
    assert [each.id for each in listed if each not in before] == [result.id]
    await og.maintenances.cancel(result)

    there = await og.maintenances.get(result)
    assert (there.status, there.description) == (MaintenanceStatus.CANCELLED, "upgrade")
    assert [rule.entity for rule in there.rules] == [entity]
    models: list[Model] = [result, moved, there]
    assert list(unread_fields(models)) == []


async def test_log_files_are_listed_page_by_page_and_downloaded_without_the_key(og: Opsgenie):
    whole = await og.logs.list_files("2018-10-24-07-30-00")
    paged = await og.logs.list_files(datetime(2018, 10, 24, 7, 30, tzinfo=UTC), page_size=2)

    assert paged == whole
    assert len(whole) > 2
    assert list(unread_fields(whole)) == []
    link = await og.logs.get_download_link(whole[0].filename)
    async with aiohttp.ClientSession() as session, session.get(link) as answer:
        lines = await answer.read()
    assert (answer.status, len(lines)) == (200, whole[0].size)


async def test_a_channel_without_its_settings_is_refused(og: Opsgenie):
    result = await og.action_channels.create(
        name="hook", action_type="rest", rest_action_channel=RestChannel(url="https://hook.example")
    )
    assert result.id
    with pytest.raises(UnprocessableEntity):
        await og.action_channels.create(name="hook", action_type="aws-sns")
