"""Incidents, what is told of them, services and deployments, through the client against the sandbox."""

from datetime import UTC, datetime

import pytest

from opsgenie_async import NotFound, Opsgenie, RequestFailed, TinyId, UnprocessableEntity
from opsgenie_async.models import (
    AudienceResponder,
    BitbucketCommit,
    BitbucketRelease,
    BitbucketRepository,
    BitbucketWorkspace,
    Condition,
    ConditionMatchType,
    Deployment,
    DeploymentEnvironment,
    ExternalId,
    IncidentProperties,
    IncidentTimelineDescription,
    Priority,
    Reference,
    Service,
    ServiceIncidentTemplate,
    SortOrder,
    StakeholderProperties,
    TeamRef,
    UserRef,
)
from opsgenie_async.sandbox import Sandbox
from tests.resources.reading import unread_fields

PROPERTIES = IncidentProperties(
    message="down", priority=Priority.P2, stakeholder_properties=StakeholderProperties(message="we know")
)
RELEASE = BitbucketRelease(
    repository=BitbucketRepository(workspace=BitbucketWorkspace(identifier="corp", type="name"), repo_slug="pay"),
    commit=BitbucketCommit(sha="c0ffee"),
)


@pytest.fixture
async def service(og: Opsgenie, sandbox: Sandbox) -> Service:
    result = await og.services.create(name="pay", team_id=sandbox.add_team("ops")["id"], description="d", tags=["a"])
    return await og.services.get(result)


async def test_an_incident_is_opened_changed_and_closed(og: Opsgenie, sandbox: Sandbox, service: Service):
    ann = sandbox.add_user("ann@corp.example")
    accepted = await og.incidents.create(
        message="down", details={"a": "1"}, tags=["x"], impacted_services=[service.id], responders=[TeamRef(name="ops")]
    )
    incident = (await accepted.wait()).incident_id

    for pending in (
        await og.incidents.update_message(incident, message="still down"),
        await og.incidents.update_description(incident, description="long"),
        await og.incidents.update_priority(incident, priority=Priority.P1),
        await og.incidents.add_tags(incident, tags=["y", "z"]),
        await og.incidents.remove_tags(incident, tags=["x", "z"]),
        await og.incidents.add_details(incident, details={"b": "2"}),
        await og.incidents.remove_details(incident, keys=["a"], note="wrong"),
        await og.incidents.add_responder(incident, responder=[UserRef(id=ann["id"])]),
        await og.incidents.add_note(incident, note="looking"),
        await og.incidents.resolve(incident),
    ):
        await pending.wait()

    there = await og.incidents.get(incident)
    assert list(unread_fields(there)) == []
    assert (there.message, there.description, there.priority) == ("still down", "long", Priority.P1)
    assert (there.tags, there.extra_properties, there.status) == (["y"], {"b": "2"}, "resolved")
    assert there.impacted_services == [service.id]
    assert UserRef(id=ann["id"]) in there.responders
    assert [note.note for note in await og.incidents.list_notes(there, page_size=1)] == ["looking", "wrong"]
    logs = await og.incidents.list_logs(there, page_size=2)
    assert logs == (await og.incidents.list_logs(there, order=SortOrder.ASC))[::-1]
    assert len(logs) >= 10
    assert list(unread_fields(logs)) == []

    await (await og.incidents.reopen(TinyId(there.tiny_id))).wait()
    assert (await og.incidents.get(TinyId(there.tiny_id))).status == "open"
    await (await og.incidents.close(there)).wait()
    assert [result.status for result in await og.incidents.list() if result.id == there.id] == ["closed"]
    await (await og.incidents.delete(there)).wait()
    with pytest.raises(NotFound):
        await og.incidents.get(there)


async def test_what_cannot_be_done_is_told_by_its_outcome(og: Opsgenie):
    pending = await og.incidents.close("nowhere")

    with pytest.raises(RequestFailed, match="does not exist"):
        await pending.wait()


async def test_a_timeline_grows_page_by_page(og: Opsgenie):
    incident = (await (await og.incidents.create(message="down")).wait()).incident_id
    added = [
        await og.incident_timelines.add_entry(incident, description=IncidentTimelineDescription(content=str(number)))
        for number in range(25)
    ]

    entries = await og.incident_timelines.list_entries(incident, group="custom")
    assert {entry.id for entry in entries} == {entry.id for entry in added}
    assert list(unread_fields([added, entries])) == []

    await og.incident_timelines.hide_entry(incident, added[3])
    assert len(await og.incident_timelines.list_entries(incident, group="custom", discard_hidden=True)) == 24
    await og.incident_timelines.unhide_entry(incident, added[3])
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    text = IncidentTimelineDescription(content="changed")
    await og.incident_timelines.update_entry(incident, added[3], description=text, time=moment)
    there = await og.incident_timelines.get_entry(incident, added[3])
    assert there.description is not None
    assert (there.description.content, there.event_time, there.hidden) == ("changed", moment, False)
    await og.incident_timelines.delete_entry(incident, there)
    with pytest.raises(NotFound):
        await og.incident_timelines.get_entry(incident, there)


async def test_what_a_service_starts_incidents_with(og: Opsgenie, service: Service):
    assert (service.description, service.tags) == ("d", ["a"])
    assert await og.services.update(service, name="payments") == Reference(id=service.id, name="payments")
    assert service.id in [each.id for each in await og.services.list(page_size=1)]

    condition = Condition(field="message", operation="contains", expected_value="x")
    rule = await og.service_incident_rules.create(
        service,
        incident_properties=PROPERTIES,
        condition_match_type=ConditionMatchType.MATCH_ANY_CONDITION,
        conditions=[condition],
    )
    (there,) = await og.service_incident_rules.list(service)
    assert (there.id, there.incident_properties.message) == (rule.id, "down")
    assert [each.expected_value for each in there.conditions] == ["x"]
    await og.service_incident_rules.update(service, rule, incident_properties=PROPERTIES)
    (there,) = await og.service_incident_rules.list(service)
    assert there.conditions == []

    template = await og.service_incident_templates.create(
        service, incident_template=ServiceIncidentTemplate(name="t", incident_properties=PROPERTIES)
    )
    await og.service_incident_templates.update(service, template, name="u", incident_properties=PROPERTIES)
    assert [each.name for each in await og.service_incident_templates.list(service)] == ["u"]

    team = AudienceResponder(teams=[service.team_id])
    await og.service_audience_templates.update(service, responder=team)
    audience = await og.service_audience_templates.get(service)
    assert audience.responder is not None
    assert audience.responder.teams == [service.team_id]
    assert list(unread_fields([there, audience])) == []

    await og.service_incident_rules.delete(service, rule)
    await og.service_incident_templates.delete(service, template)
    assert await og.service_incident_rules.list(service) == []
    await og.services.delete(service)
    with pytest.raises(NotFound):
        await og.services.get(service)


async def test_templates_are_listed_out_of_their_map(og: Opsgenie):
    before = await og.incident_templates.list()
    result = await og.incident_templates.create(
        name="n", message="m", priority="P1", stakeholder_properties=StakeholderProperties(message="s"), tags=["a"]
    )
    (there,) = [each for each in await og.incident_templates.list() if each not in before]
    assert (there.id, there.name, there.tags) == (result.id, "n", ["a"])
    await og.incident_templates.update(
        there, name="o", message="m", priority="P1", stakeholder_properties=there.stakeholder_properties
    )
    (after,) = [each for each in await og.incident_templates.list() if each not in before]
    assert (after.name, after.tags) == ("o", [])
    await og.incident_templates.delete(after)
    assert await og.incident_templates.list() == before
    with pytest.raises(UnprocessableEntity):
        await og.incident_templates.create(
            name="n", message="m" * 131, priority="P1", stakeholder_properties=StakeholderProperties(message="s")
        )


async def test_a_deployment_is_followed_by_its_own_id(og: Opsgenie):
    pending = await og.deployments.create(
        state="started",
        environment=DeploymentEnvironment(type="Production", id="prod", display_name="Production"),
        releases=[RELEASE],
        message="v2",
        external_id="build/7",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    outcome = await pending.wait()

    await (await og.deployments.update_state(ExternalId("build/7"), state="successful")).wait()
    there = await og.deployments.get(ExternalId("build/7"))
    assert isinstance(there, Deployment)
    assert (there.id, there.state, there.external_id) == (outcome.deployment_id, "successful", "build/7")
    assert await og.deployments.get(there) == there
    assert list(unread_fields(there)) == []
