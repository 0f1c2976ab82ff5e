"""What a pull reads, overrides, and any other path, through the public client against the sandbox."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from opsgenie_async import (
    Alias,
    Conflict,
    Forbidden,
    MethodNotAllowed,
    Name,
    NotFound,
    Opsgenie,
    OpsgenieError,
    PaymentRequired,
    TinyId,
    Unauthorized,
    UnprocessableEntity,
)
from opsgenie_async.http.request import JsonBody
from opsgenie_async.models import NoRecipient, RotationMeta, Schedule, UserRef
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.throttle.domains import domain_of

START = datetime(2026, 2, 1, 20, tzinfo=timezone(timedelta(hours=2)))
END = datetime(2026, 2, 2, 8, 30, 15, tzinfo=UTC)
ANN = UserRef(username="ann@corp.example")


def deep_list(levels: int) -> list[object]:
    """A list in a list, and so on."""
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.fixture
async def schedule(og: Opsgenie, sandbox: Sandbox) -> Schedule:
    """A schedule with a name that needs encoding and one rotation, `Rot1`."""
    added = sandbox.add_schedule("a/b on call?", participants=("ann@corp.example", "bob@corp.example"))
    sandbox.reset_counters()
    return await og.schedules.get(added["id"])


# --- overrides


@pytest.mark.parametrize("by", ["id", "name", "model"])
async def test_the_life_of_an_override(og: Opsgenie, sandbox: Sandbox, schedule: Schedule, by: str):
    where = {"id": schedule.id, "name": Name(schedule.name), "model": schedule}[by]

    result = await og.schedule_overrides.create(where, user=ANN, start_date=START, end_date=END, alias="night")
    there = await og.schedule_overrides.get(where, result)

    assert (result.alias, there.alias) == ("night", "night")
    assert (there.start_date, there.end_date) == (START, END)
    assert there.start_date.utcoffset() is not None
    assert isinstance(there.user, UserRef)
    assert there.user.username == "ann@corp.example"
    assert there.rotations == []
    assert there.parent is not None
    assert there.parent.id == schedule.id
    assert [each.alias for each in await og.schedule_overrides.list(where)] == ["night"]

    changed = await og.schedule_overrides.update(
        where, there, user=NoRecipient(), start_date=START, end_date=END + timedelta(days=1)
    )
    assert changed.alias == "night"
    after = await og.schedule_overrides.get(where, Alias("night"))
    assert (after.user, after.end_date) == (NoRecipient(), END + timedelta(days=1))

    await og.schedule_overrides.delete(where, after)
    assert await og.schedule_overrides.list(where) == []
    with pytest.raises(NotFound):
        await og.schedule_overrides.delete(where, "night")


@pytest.mark.parametrize("alias", ["a b", "a/b", "a?b=c&d", "100%", "ä#+;", "..", "%2F"])
async def test_an_alias_may_hold_anything(og: Opsgenie, sandbox: Sandbox, schedule: Schedule, alias: str):
    await og.schedule_overrides.create(schedule, user=ANN, start_date=START, end_date=END, alias=alias)

    assert (await og.schedule_overrides.get(schedule, alias)).alias == alias
    await og.schedule_overrides.update(schedule, alias, user=NoRecipient(), start_date=START, end_date=END)
    await og.schedule_overrides.delete(schedule, Alias(alias))
    assert await og.schedule_overrides.list(schedule) == []


async def test_the_server_makes_up_an_alias(og: Opsgenie, schedule: Schedule):
    result = await og.schedule_overrides.create(schedule, user=ANN, start_date=START, end_date=END)

    assert result.alias
    assert (await og.schedule_overrides.get(schedule, result.alias)).user.type == "user"


async def test_some_rotations_alone_are_overridden(og: Opsgenie, sandbox: Sandbox, schedule: Schedule):
    [rotation] = schedule.rotations
    for alias, meta in (("by-id", RotationMeta(id=rotation.id)), ("by-name", RotationMeta(name="Rot1"))):
        await og.schedule_overrides.create(
            schedule, user=ANN, start_date=START, end_date=END, alias=alias, rotations=[meta]
        )
        there = await og.schedule_overrides.get(schedule, alias)
        assert there.rotations == [RotationMeta(id=rotation.id, name="Rot1")]

    await og.schedule_overrides.update(schedule, "by-id", user=ANN, start_date=START, end_date=END)
    assert (await og.schedule_overrides.get(schedule, "by-id")).rotations == []
    with pytest.raises(UnprocessableEntity):
        await og.schedule_overrides.create(
            schedule, user=ANN, start_date=START, end_date=END, rotations=[RotationMeta(name="no such")]
        )


async def test_what_makes_no_sense_is_not_sent(og: Opsgenie, sandbox: Sandbox, schedule: Schedule):
    before = sandbox.requests
    create = og.schedule_overrides.create

    for start, end, word in (
        (START.replace(tzinfo=None), END, "start_date"),
        (START, END.replace(tzinfo=None), "end_date"),
        (END, START, "end_date"),
        (START, START, "end_date"),
    ):
        with pytest.raises(ValueError, match=word):
            await create(schedule, user=ANN, start_date=start, end_date=end)
        with pytest.raises(ValueError, match=word):
            await og.schedule_overrides.update(schedule, "x", user=ANN, start_date=start, end_date=end)
    with pytest.raises(TypeError):
        await create(schedule, start_date=START, end_date=END)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        await create(schedule, user=ANN, start_date=START, end_date=END, nickname="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        await og.schedule_overrides.get(schedule, TinyId("1"))  # type: ignore[arg-type]

    assert sandbox.requests == before


async def test_a_taken_alias_is_a_conflict(og: Opsgenie, schedule: Schedule):
    await og.schedule_overrides.create(schedule, user=ANN, start_date=START, end_date=END, alias="night")

    with pytest.raises(Conflict, match="night"):
        await og.schedule_overrides.create(schedule, user=ANN, start_date=START, end_date=END, alias="night")


# --- what a pull reads


async def test_teams_are_listed_and_got(og: Opsgenie, sandbox: Sandbox):
    teams = await og.teams.list()

    assert {team.id for team in teams} == set(sandbox.account.teams)
    for team in teams:
        whole = await og.teams.get(Name(team.name))
        assert whole == await og.teams.get(team.id) == await og.teams.get(team)
        assert [member.user.id for member in whole.members] == [
            member["user"]["id"] for member in sandbox.account.teams[team.id]["members"]
        ]
    with pytest.raises(NotFound):
        await og.teams.get(Name("nobody"))


async def test_schedules_bring_their_rotations_when_asked(og: Opsgenie, sandbox: Sandbox):
    bare = await og.schedules.list()
    whole = await og.schedules.list(expand="rotation")
    listed = await og.schedules.list(expand=["rotation"])

    assert whole == listed
    assert [schedule.id for schedule in bare] == [schedule.id for schedule in whole] == [*sandbox.account.schedules]
    assert not any(schedule.rotations for schedule in bare)
    for schedule in whole:
        assert await og.schedule_rotations.list(schedule) == schedule.rotations
        assert (await og.schedules.get(Name(schedule.name))).rotations == schedule.rotations
        for rotation in schedule.rotations:
            one = await og.schedule_rotations.get(Name(schedule.name), rotation)
            assert one.parent is not None
            assert (one.parent.id, one.name, one.participants) == (schedule.id, rotation.name, rotation.participants)
            assert rotation.start_date.utcoffset() is not None


async def test_escalations_and_roles_are_read(og: Opsgenie, sandbox: Sandbox):
    escalations = await og.escalations.list()
    assert {each.id for each in escalations} == set(sandbox.account.escalations)
    for escalation in escalations:
        assert (await og.escalations.get(Name(escalation.name))).rules == escalation.rules

    team = next(iter(sandbox.account.teams.values()))
    result = await og.request(
        "POST",
        f"/v2/teams/{team['id']}/roles",
        json={"name": "night/shift", "rights": [{"right": "edit-member-roles"}]},
    )
    assert isinstance(result.data, dict)
    role = await og.team_roles.get(team["id"], Name("night/shift"))
    assert role.id == result.data["id"]
    assert role in await og.team_roles.list(Name(team["name"]))
    assert [right.right for right in role.rights] == ["edit-member-roles"]


# --- any path


async def test_a_request_reaches_any_path(og: Opsgenie, sandbox: Sandbox):
    result = await og.request("post", "v2/teams", json={"name": "new"})
    assert (result.status, result.result, result.attempts) == (201, "Created", 1)
    assert result.request_id
    assert result.headers["X-Request-ID"] == result.request_id
    assert result.took is not None

    listed = await og.request("GET", "/v2/schedules?expand=rotation")
    assert isinstance(listed.data, list)
    assert "rotations" in str(listed.data[0])
    assert listed.expandable == ["rotation"] or listed.expandable == []

    page = await og.request("GET", "/v2/users", params={"limit": 2, "order": "asc", "flag": True})
    assert set(page.paging) >= {"first", "last", "next"}
    assert sandbox.received[-1].query == {"limit": "2", "order": "asc", "flag": "true"}
    assert isinstance(page.data, list)
    assert len(page.data) == 2
    assert (page.total_count or 0) >= 2


async def test_a_listing_of_any_path_is_a_pager(og: Opsgenie, sandbox: Sandbox):
    users = await og.documents("/v2/users", params={"limit": 2})

    assert len(users) == len(sandbox.account.users) > 2


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/v2/teams",
        "//evil.example/v2/teams",
        "/v2/../admin",
        "/v2/%2e%2E/admin",
        "/v2/teams#x",
        "file:///etc/passwd",
        "/v2/te\r\nams",
        "/v2/teams?x=a\tb",
        "/v2/teams\x00",
    ],
)
async def test_a_request_never_leaves_the_address(og: Opsgenie, sandbox: Sandbox, path: str):
    with pytest.raises(ValueError, match="path"):
        await og.request("GET", path)

    assert sandbox.requests == 0


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"name": {"a", "b"}}, TypeError),
        ({"description": b"x"}, TypeError),
        ({"order": float("nan")}, ValueError),
        ({"rules": [{"count": Decimal(1)}]}, TypeError),
        ({"tags": deep_list(100_000)}, ValueError),
    ],
    ids=["set", "bytes", "nan", "decimal", "deep"],
)
@pytest.mark.parametrize("path", ["/v2/teams", "/v1/json/schedule"])
async def test_what_json_has_no_word_for_is_refused(
    og: Opsgenie, sandbox: Sandbox, path: str, body: JsonBody, complaint: type[Exception]
):
    with pytest.raises(OpsgenieError, match=r"^json: ") as caught:
        await og.request("POST", path, json=body)

    assert isinstance(caught.value, complaint)
    assert sandbox.requests == 0


async def test_encoded_segments_are_left_as_they_are(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_team("a/b %2F")

    envelope = await og.request("GET", "/v2/teams/a%2Fb%20%252F?identifierType=name")

    assert isinstance(envelope.data, dict)
    assert envelope.data["name"] == "a/b %2F"


async def test_a_path_may_be_written_as_people_do(og: Opsgenie, sandbox: Sandbox):
    sandbox.add_team("my täm")

    envelope = await og.request("GET", "/v2/teams/my täm", params={"identifierType": "name"})

    assert isinstance(envelope.data, dict)
    assert envelope.data["name"] == "my täm"


async def test_old_paths_get_the_key_where_they_want_it(og: Opsgenie, sandbox: Sandbox):
    result = await og.request("POST", "/v1/json/schedule", json={"name": "on call"})
    one = await og.request("GET", "/v1/json/schedule", params={"name": "on call"})
    now = await og.request("GET", "v1.1/json/schedule/whoIsOnCall?name=on%20call")
    gone = await og.request("DELETE", "/v1/json/schedule?name=on%20call")

    assert (one.rest["name"], one.rest["id"]) == ("on call", result.rest["id"])
    assert now.rest["participants"] == []
    assert gone.rest["status"] == "successful"
    assert not any("Authorization" in request.headers for request in sandbox.received)


@pytest.mark.parametrize(
    ("method", "path", "domain"),
    [
        ("GET", "/v2/alerts", "search"),
        ("GET", "/v2/alerts/1", "alert"),
        ("POST", "/v2/alerts", "alert"),
        ("GET", "/v2/users", "search"),
        ("GET", "/v2/users/1", "configuration"),
        ("GET", "/v2/teams", "configuration"),
        ("POST", "/v1/incidents/create", "incident"),
        ("GET", "/v1/incidents", "incident"),
        ("GET", "/v2/heartbeats/x/ping", "heartbeat"),
        ("GET", "/v2/schedules/x/on-calls", "schedule-oncalls"),
        ("GET", "/v2/schedules/x/next-on-calls", "schedule-oncalls"),
        ("GET", "/v2/schedules/on-calls", "schedule-oncalls"),
        ("GET", "/v2/schedules/x", "configuration"),
        ("GET", "/v2/integrations", "configuration"),
        ("POST", "/v2/integrations", "integration-configuration"),
        ("GET", "/v1.1/json/schedule/whoIsOnCall", "schedule-oncalls"),
        ("GET", "/v2/alertsomething", "configuration"),
        ("GET", "/v2/alerts/?limit=1", "search"),
    ],
)
async def test_a_path_tells_its_rate_limit(og: Opsgenie, sandbox: Sandbox, method: str, path: str, domain: str):
    assert domain_of(method, path.partition("?")[0]) == domain


@pytest.mark.parametrize(
    ("arrange", "kind", "code"),
    [
        (lambda sandbox: sandbox.add_key(disabled=True), Unauthorized, None),
        (lambda sandbox: "another-key", Unauthorized, None),
        (lambda sandbox: sandbox.add_key(read_only=True), Forbidden, 40301),
        (lambda sandbox: sandbox.plan_denies("teams") or sandbox.api_key, PaymentRequired, None),
    ],
)
async def test_refusals_of_the_sandbox_have_their_classes(sandbox: Sandbox, arrange: object, kind: type, code: int):
    async with Opsgenie(arrange(sandbox), base_url=sandbox.url) as og:  # type: ignore[operator]
        with pytest.raises(kind) as caught:
            await og.request("POST", "/v2/teams", json={"name": "new"})

    assert caught.value.code == code
    assert caught.value.request_id


async def test_other_refusals(og: Opsgenie):
    with pytest.raises(MethodNotAllowed):
        await og.request("PUT", "/v2/teams")
    with pytest.raises(UnprocessableEntity) as caught:
        await og.request("POST", "/v2/teams", json={"description": "nameless"})
    assert "name" in caught.value.errors
    with pytest.raises(NotFound):
        await og.request("GET", "/v2/nothing")
