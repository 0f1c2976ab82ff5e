"""Services, incidents of them, and what was deployed meanwhile."""

from opsgenie_async.models import (
    AudienceCondition,
    AudienceResponder,
    AudienceStakeholder,
    BitbucketCommit,
    BitbucketRelease,
    BitbucketRepository,
    BitbucketWorkspace,
    Condition,
    DeploymentEnvironment,
    IncidentProperties,
    IncidentTimelineDescription,
    ServiceIncidentTemplate,
    StakeholderProperties,
    StatusPageEntry,
    TeamRef,
    UserRef,
)
from opsgenie_async.models.identifiers import ExternalId
from tests.routes.calls.people import ANN, BOB
from tests.routes.calls.story import END, START, Calls

STAKEHOLDERS = StakeholderProperties(message="the shop is closed", description="We are sorry.", enable=True)
PROPERTIES = IncidentProperties(
    message="the shop is down",
    description="Nobody can buy.",
    priority="P2",
    tags=["shop"],
    details={"floor": "1"},
    stakeholder_properties=STAKEHOLDERS,
)
STUCK = Condition(field="message", operation="contains", expected_value="stuck", not_=False)
RELEASE = BitbucketRelease(
    repository=BitbucketRepository(workspace=BitbucketWorkspace(identifier="corp", type="name"), repo_slug="shop"),
    commit=BitbucketCommit(sha="92ea7ea"),
)

CALLS: Calls = {
    "service.create": lambda s: s.og.services.create(
        name="shop", team_id=s["team.create"].id, description="sells", tags=["shop"]
    ),
    "service.list": lambda s: s.og.services.list(page_size=1),
    "service.update": lambda s: s.og.services.update(s["service.create"], description="sells things"),
    "service.get": lambda s: s.og.services.get(s["service.create"]),
    "service_incident_rule.create": lambda s: s.og.service_incident_rules.create(
        s["service.create"],
        incident_properties=PROPERTIES,
        condition_match_type="match-any-condition",
        conditions=[STUCK],
    ),
    "service_incident_rule.list": lambda s: s.og.service_incident_rules.list(s["service.create"]),
    "service_incident_rule.update": lambda s: s.og.service_incident_rules.update(
        s["service.create"],
        s["service_incident_rule.create"],
        incident_properties=PROPERTIES,
        condition_match_type="match-all-conditions",
        conditions=[STUCK],
    ),
    "service_incident_template.create": lambda s: s.og.service_incident_templates.create(
        s["service.create"],
        incident_template=ServiceIncidentTemplate(name="shop down", incident_properties=PROPERTIES),
    ),
    "service_incident_template.list": lambda s: s.og.service_incident_templates.list(s["service.create"]),
    "service_incident_template.update": lambda s: s.og.service_incident_templates.update(
        s["service.create"],
        s["service_incident_template.create"],
        name="shop is down",
        incident_properties=PROPERTIES,
    ),
    "service_audience_template.update": lambda s: s.og.service_audience_templates.update(
        s["service.create"],
        responder=AudienceResponder(teams=[s["team.create"].id], individuals=[s["user.create"].id]),
        stakeholder=AudienceStakeholder(
            individuals=[s["user.create"].id],
            condition_match_type="match-any-condition",
            conditions=[AudienceCondition(match_field="country", value="Germany")],
        ),
    ),
    "service_audience_template.get": lambda s: s.og.service_audience_templates.get(s["service.create"]),
    "incident_template.create": lambda s: s.og.incident_templates.create(
        name="shop closed",
        message="the shop is closed",
        description="Nobody can come in.",
        priority="P1",
        stakeholder_properties=STAKEHOLDERS,
        tags=["shop"],
        details={"floor": "1"},
        impacted_services=[s["service.create"].id],
    ),
    "incident_template.list": lambda s: s.og.incident_templates.list(),
    "incident_template.update": lambda s: s.og.incident_templates.update(
        s["incident_template.create"],
        name="shop closed",
        message="the shop is closed today",
        priority="P3",
        stakeholder_properties=STAKEHOLDERS,
    ),
    "incident.create": lambda s: s.og.incidents.create(
        message="the shop is on fire",
        description="Smoke on floor 1.",
        responders=[TeamRef(name="market"), UserRef(username=ANN)],
        tags=["fire", "shop"],
        details={"floor": "1"},
        priority="P1",
        note="not a drill",
        impacted_services=[s["service.create"].id],
        status_page_entry=StatusPageEntry(title="fire", description="It burns."),
        notify_stakeholders=True,
    ),
    "incident.get_request_status": lambda s: s.og.incidents.get_request_status(s.accepted["incident.create"]),
    "incident.list": lambda s: s.og.incidents.list(query="status: open", sort="createdAt", order="asc", page_size=1),
    "incident.add_note": lambda s: s.og.incidents.add_note(s.incident, note="They are coming."),
    "incident.add_tags": lambda s: s.og.incidents.add_tags(s.incident, tags=["smoke", "drill"]),
    "incident.remove_tags": lambda s: s.og.incidents.remove_tags(s.incident, tags=["drill"], note="it is none"),
    "incident.add_details": lambda s: s.og.incidents.add_details(s.incident, details={"smoke": "yes", "drill": "no"}),
    "incident.remove_details": lambda s: s.og.incidents.remove_details(s.incident, keys=["drill"]),
    "incident.add_responder": lambda s: s.og.incidents.add_responder(s.incident, responder=[UserRef(username=BOB)]),
    "incident.update_message": lambda s: s.og.incidents.update_message(s.incident, message="the shop was on fire"),
    "incident.update_description": lambda s: s.og.incidents.update_description(s.incident, description="No smoke."),
    "incident.update_priority": lambda s: s.og.incidents.update_priority(s.incident, priority="P4"),
    "incident.resolve": lambda s: s.og.incidents.resolve(s.incident, note="It is out."),
    "incident.reopen": lambda s: s.og.incidents.reopen(s.incident),
    "incident.close": lambda s: s.og.incidents.close(s.incident, note="Done."),
    "incident.get": lambda s: s.og.incidents.get(s.incident),
    "incident.list_logs": lambda s: s.og.incidents.list_logs(s.incident, page_size=3),
    "incident.list_notes": lambda s: s.og.incidents.list_notes(s.incident, order="asc", page_size=1),
    "incident.list_responder_alerts": lambda s: s.og.incidents.list_responder_alerts(s.incident, page_size=1),
    "incident.list_associated_alerts": lambda s: s.og.incidents.list_associated_alerts(s.incident),
    "incident_timeline.add_entry": lambda s: s.og.incident_timelines.add_entry(
        s.incident, description=IncidentTimelineDescription(content="The alarm rang.", type="plain_text"), time=START
    ),
    "incident_timeline.list_entries": lambda s: s.og.incident_timelines.list_entries(s.incident, page_size=2),
    "incident_timeline.update_entry": lambda s: s.og.incident_timelines.update_entry(
        s.incident,
        s["incident_timeline.add_entry"],
        description=IncidentTimelineDescription(content="An alarm rang.", type="plain_text"),
        time=END,
    ),
    "incident_timeline.hide_entry": lambda s: s.og.incident_timelines.hide_entry(
        s.incident, s["incident_timeline.add_entry"]
    ),
    "incident_timeline.unhide_entry": lambda s: s.og.incident_timelines.unhide_entry(
        s.incident, s["incident_timeline.add_entry"]
    ),
    "incident_timeline.get_entry": lambda s: s.og.incident_timelines.get_entry(
        s.incident, s["incident_timeline.add_entry"]
    ),
    "postmortem.get": lambda s: s.og.postmortems.get(min(s.account.postmortems)),
    "deployment.create": lambda s: s.og.deployments.create(
        state="started",
        environment=DeploymentEnvironment(type="Production", id="prod", display_name="production"),
        releases=[RELEASE],
        started_at=START,
        message="sells faster",
        external_id="pipeline 17",
        description="A faster shop.",
        external_link="https://ci.corp.example/17",
    ),
    "deployment.get_request_status": lambda s: s.og.deployments.get_request_status(s.accepted["deployment.create"]),
    "deployment.update_state": lambda s: s.og.deployments.update_state(
        ExternalId("pipeline 17"), state="successful", completed_at=END
    ),
    "deployment.get": lambda s: s.og.deployments.get(ExternalId("pipeline 17")),
}


REMOVALS: Calls = {
    "incident_timeline.delete_entry": lambda s: s.og.incident_timelines.delete_entry(
        s.incident, s["incident_timeline.add_entry"]
    ),
    "incident.delete": lambda s: s.og.incidents.delete(s.incident),
    "incident_template.delete": lambda s: s.og.incident_templates.delete(s["incident_template.create"]),
    "service_incident_template.delete": lambda s: s.og.service_incident_templates.delete(
        s["service.create"], s["service_incident_template.create"]
    ),
    "service_incident_rule.delete": lambda s: s.og.service_incident_rules.delete(
        s["service.create"], s["service_incident_rule.create"]
    ),
    "service.delete": lambda s: s.og.services.delete(s["service.create"]),
}
