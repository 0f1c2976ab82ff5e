"""Routing rules of a team through the public client, against the sandbox."""

import itertools

import pytest

from opsgenie_async import UNSET, Forbidden, Name, NotFound, Opsgenie, UnprocessableEntity
from opsgenie_async.models import (
    Condition,
    ConditionField,
    ConditionOperation,
    DayInterval,
    EscalationRef,
    MatchAll,
    MatchAllConditions,
    MatchAnyCondition,
    NoRecipient,
    ScheduleRef,
    Team,
    TimeOfDay,
    WeekdayAndTimeOfDay,
    WeekInterval,
)
from opsgenie_async.sandbox import Sandbox

MORNING = TimeOfDay(restriction=DayInterval(start_hour=8, start_min=30, end_hour=18, end_min=45))
WEEK = WeekdayAndTimeOfDay(
    restrictions=[
        WeekInterval(start_day="monday", start_hour=8, end_day="friday", end_hour=17, end_min=30),
        WeekInterval(start_day="saturday", start_hour=0, end_day="sunday", end_hour=24),
    ]
)
WORDS = MatchAnyCondition(
    conditions=[
        Condition(field="message", operation="contains", expected_value="disk", order=0),
        Condition(field="tags", operation="contains", expected_value="prod", not_=True, order=1),
    ]
)


@pytest.fixture
async def team(og: Opsgenie, sandbox: Sandbox) -> Team:
    """`a/b ops?`, with a name that needs encoding, and its default rule."""
    added = sandbox.add_team("a/b ops?", members=("ann@corp.example",))
    return await og.teams.get(added["id"])


@pytest.fixture(params=["id", "name", "model"])
def by(request: pytest.FixtureRequest, team: Team) -> str | Name | Team:
    """The team by each of the ways to say so."""
    return {"id": team.id, "name": Name(team.name), "model": team}[request.param]


async def test_the_life_of_a_rule(og: Opsgenie, sandbox: Sandbox, team: Team, by: str | Name | Team):
    schedule = sandbox.add_schedule("on call", participants=("ann@corp.example",))

    result = await og.team_routing_rules.create(
        by,
        notify=ScheduleRef(name="on call"),
        name="disks",
        order=0,
        timezone="Europe/Berlin",
        criteria=WORDS,
        time_restriction=MORNING,
    )
    rule = await og.team_routing_rules.get(by, result.id)

    assert (rule.id, rule.name, rule.order, rule.is_default) == (result.id, "disks", 0, False)
    assert (rule.timezone, rule.criteria, rule.time_restriction) == ("Europe/Berlin", WORDS, MORNING)
    assert isinstance(rule.notify, ScheduleRef)
    assert (rule.notify.id, rule.notify.name) == (schedule["id"], "on call")
    assert next(each.id for each in await og.team_routing_rules.list(by)) == result.id

    assert (await og.team_routing_rules.update(by, rule, name="more disks")).id == result.id
    renamed = await og.team_routing_rules.get(by, rule)
    assert (renamed.name, renamed.criteria, renamed.time_restriction) == ("more disks", WORDS, MORNING)

    await og.team_routing_rules.delete(by, rule)
    with pytest.raises(NotFound):
        await og.team_routing_rules.get(by, rule)
    with pytest.raises(NotFound):
        await og.team_routing_rules.delete(by, rule)


async def test_only_what_is_given_is_sent(og: Opsgenie, sandbox: Sandbox, team: Team):
    result = await og.team_routing_rules.create(team, notify=NoRecipient())
    await og.team_routing_rules.update(team, result.id, time_restriction=WEEK)
    await og.team_routing_rules.update(team, result.id, time_restriction=None, name=None)

    bodies = [request.json for request in sandbox.received if request.json]
    assert bodies[0] == {"notify": {"type": "none"}}
    assert list(bodies[1]) == ["timeRestriction"]
    assert bodies[2] == {"timeRestriction": None, "name": None}


@pytest.mark.parametrize("restriction", [MORNING, WEEK], ids=["day", "week"])
async def test_a_restriction_is_set_kept_and_cleared(og: Opsgenie, team: Team, restriction: TimeOfDay):
    result = await og.team_routing_rules.create(team, notify=NoRecipient(), time_restriction=restriction)
    assert (await og.team_routing_rules.get(team, result.id)).time_restriction == restriction

    await og.team_routing_rules.update(team, result.id, time_restriction=UNSET, name="x")
    assert (await og.team_routing_rules.get(team, result.id)).time_restriction == restriction

    await og.team_routing_rules.update(team, result.id, time_restriction=None)
    assert (await og.team_routing_rules.get(team, result.id)).time_restriction is None


async def test_every_kind_of_recipient_is_notified(og: Opsgenie, sandbox: Sandbox, team: Team):
    escalation = next(iter(sandbox.account.escalations.values()))
    schedule = next(iter(sandbox.account.schedules.values()))

    for notify in (
        EscalationRef(id=escalation["id"]),
        EscalationRef(name=escalation["name"]),
        ScheduleRef(id=schedule["id"]),
        NoRecipient(),
    ):
        result = await og.team_routing_rules.create(team, notify=notify)
        read = (await og.team_routing_rules.get(team, result.id)).notify
        assert type(read) is type(notify)
        assert getattr(read, "name", "") == {"escalation": escalation, "schedule": schedule}.get(
            notify.type, {"name": ""}
        ).get("name")

    with pytest.raises(UnprocessableEntity) as caught:
        await og.team_routing_rules.create(team, notify=ScheduleRef(name="nothing"))
    assert caught.value.errors == {"notify": "schedule does not exist"}


@pytest.mark.parametrize("kind", [MatchAnyCondition, MatchAllConditions])
async def test_every_condition_is_written_as_it_is_read(og: Opsgenie, team: Team, kind: type[MatchAnyCondition]):
    """All fields with all operations: what the API refuses is refused by it, the rest comes back the same."""
    total, complaints = set(), set()
    for field, operation in itertools.product(ConditionField, ConditionOperation):
        condition = Condition(field=field, operation=operation, expected_value="P1", order=0)
        try:
            result = await og.team_routing_rules.create(
                team, notify=NoRecipient(), criteria=kind(conditions=[condition])
            )
        except UnprocessableEntity as refused:
            complaints |= refused.errors.keys()
            continue
        read = (await og.team_routing_rules.get(team, result.id)).criteria
        assert read == kind(conditions=[condition])
        total.add((field, operation))
        await og.team_routing_rules.delete(team, result.id)

    assert complaints
    assert all(name.startswith("criteria#conditions") for name in complaints)
    assert {operation for _, operation in total} == set(ConditionOperation)
    assert len({field for field, _ in total}) >= 13


async def test_an_extra_property_has_a_key(og: Opsgenie, team: Team):
    condition = Condition(
        field=ConditionField.EXTRA_PROPERTIES, key="host", operation="starts-with", expected_value="db", order=0
    )
    criteria = MatchAllConditions(conditions=[condition])
    result = await og.team_routing_rules.create(team, notify=NoRecipient(), criteria=criteria)

    assert (await og.team_routing_rules.get(team, result.id)).criteria == criteria
    await og.team_routing_rules.update(team, result.id, criteria=MatchAll())
    assert (await og.team_routing_rules.get(team, result.id)).criteria == MatchAll()


async def test_rules_change_places(og: Opsgenie, sandbox: Sandbox, team: Team, by: str | Name | Team):
    a, b, c = (each["id"] for each in sandbox.add_routing_rules(team.id, count=3))

    async def order() -> list[str]:
        rules = await og.team_routing_rules.list(by)
        assert [rule.order for rule in rules] == [0, 1, 2, 3]
        assert [rule.is_default for rule in rules] == [False, False, False, True]
        return [rule.id for rule in rules[:3]]

    assert await order() == [a, b, c]
    assert (await og.team_routing_rules.change_order(by, c, order=0)).id == c
    assert await order() == [c, a, b]
    await og.team_routing_rules.change_order(by, c, order=99)
    assert await order() == [a, b, c]


async def test_the_default_rule_stays(og: Opsgenie, team: Team):
    [default] = await og.team_routing_rules.list(team)

    for call in (
        og.team_routing_rules.delete(team, default),
        og.team_routing_rules.change_order(team, default, order=0),
        og.team_routing_rules.update(team, default, time_restriction=MORNING),
    ):
        with pytest.raises(Forbidden) as caught:
            await call
        assert caught.value.code == 40302


async def test_another_teams_key_is_forbidden(sandbox: Sandbox, team: Team):
    key = sandbox.add_key(team="others")
    async with Opsgenie(key, base_url=sandbox.url) as og:
        with pytest.raises(Forbidden) as caught:
            await og.team_routing_rules.list(team)

    assert caught.value.code == 40301


async def test_a_rule_is_known_by_its_id_alone(og: Opsgenie, sandbox: Sandbox, team: Team):
    sandbox.reset_counters()
    for wrong in (Name("disks"), 7, None, object()):
        with pytest.raises(TypeError, match="team_routing_rules"):
            await og.team_routing_rules.get(team, wrong)  # type: ignore[arg-type]
    for empty in ("", Name("")):
        with pytest.raises(ValueError, match="empty"):
            await og.team_routing_rules.list(empty)
    with pytest.raises(ValueError, match="empty"):
        await og.team_routing_rules.delete(team, "")

    assert sandbox.requests == 0
