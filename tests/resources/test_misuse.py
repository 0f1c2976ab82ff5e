"""What goes wrong on the first day says what to write instead, and nothing is sent."""

import asyncio
import copy
import gc
import math
import pickle
import re
import ssl
import traceback
import warnings

import aiohttp
import attrs
import pytest

import opsgenie_async
from opsgenie_async import (
    Alias,
    ArgumentTypeError,
    ArgumentValueError,
    ClientMisused,
    Config,
    Name,
    NotFound,
    Opsgenie,
    OutcomeUnknown,
    TinyId,
    blocking,
    models,
)
from opsgenie_async.models import (
    Alert,
    EscalationRef,
    Schedule,
    ScheduleRotation,
    Service,
    Team,
    TeamRef,
    TeamRoutingRule,
    UserRef,
)
from opsgenie_async.sandbox import Sandbox

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
ALERT_ID = "90a4d13e-52c3-43d2-a739-9b81f9fa38a9-1795877314244"


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda og: og.teams.get("Ads Backend"), "a str is an id; Name('Ads Backend') is a name"),
        (lambda og: og.team_routing_rules.list("ops"), "a str is an id; Name('ops') is a name"),
        (lambda og: og.schedules.delete("night"), "a str is an id; Name('night') is a name"),
        (lambda og: og.alerts.get("42"), "a str is an id; TinyId('42') is a tiny id"),
        (lambda og: og.alerts.list_notes("db-1"), "a str is an id; Alias('db-1') is an alias"),
        (lambda og: og.services.get("checkout"), "a service can only be found by its id, which the listing shows"),
        (lambda og: og.policies.delete("quiet"), "a policy can only be found by its id, which the listing shows"),
        (lambda og: og.services.get(ALERT_ID[:36]), ""),
        (lambda og: og.teams.get(ALERT_ID[:36]), ""),
        (lambda og: og.teams.get(Name("nobody")), ""),
        (lambda og: og.alerts.get(ALERT_ID), ""),
        (lambda og: og.users.get("nobody@corp.example"), ""),
    ],
)
async def test_not_found_says_how_a_name_is_given(sandbox: Sandbox, og: Opsgenie, call, hint):
    with pytest.raises(NotFound) as caught:
        await call(og)

    assert caught.value.hint == hint
    assert str(caught.value).endswith(f"; {hint}" if hint else ")")


@pytest.mark.parametrize(
    ("call", "expected", "value"),
    [
        (lambda og: og.teams.get(Alias("x")), "a str (id), Name, or a model of one team", "Alias('x')"),
        (lambda og: og.escalations.get(TinyId("4")), "a str (id), Name, or a model of one escalation", "TinyId('4')"),
        (lambda og: og.teams.get(None), "a str (id), Name, or a model of one team", "None"),
        (lambda og: og.teams.get(Alert(id="a", message="m")), "a model of one team", "one of class Alert"),
        (lambda og: og.schedules.get(Team(id="t", name="n")), "a model of one schedule", "one of class Team"),
        (lambda og: og.teams.get(TeamRoutingRule(id="r")), "a model of one team", "one of class TeamRoutingRule"),
        (lambda og: og.schedules.get(EscalationRef(id="e")), "a model of one schedule", "one of class EscalationRef"),
        (lambda og: og.alerts.list_logs(Schedule(id="s", name="n")), "a model of one alert", "one of class Schedule"),
        (lambda og: og.alerts.list(search_identifier=7), "a str (id), Name, or a model of one search", "7"),
        (lambda og: og.alerts.count(search_identifier=Alias("x")), "search_identifier: expected a str", "Alias('x')"),
        (lambda og: og.alerts.count(search_identifier=Team(id="t", name="n")), "one search", "one of class Team"),
        (lambda og: og.schedules.create(name="n", owner_team=Schedule(id="s", name="n")), "TeamMeta", "a Schedule"),
        (lambda og: og.escalations.create(name="n", rules=[Team(id="t", name="n")]), "EscalationRule", "a Team"),
        (
            lambda og: og.forwarding_rules.update(
                "r", from_user=Team(id="t", name="n"), to_user=0, start_date=0, end_date=0
            ),
            "UserMeta",
            "a Team",
        ),
        (lambda og: og.alerts.create(message="m", priority=1), "priority: expected P1, P2, P3, P4 or P5", "1"),
        (
            lambda og: og.integration_actions.update_all("i", parent={"k": object()}),
            "parent.k: expected a JSON value",
            "an object",
        ),
    ],
)
async def test_an_identifier_of_another_kind(og: Opsgenie, sandbox: Sandbox, call, expected, value):
    sandbox.reset_counters()

    with pytest.raises(ArgumentTypeError, match=re.escape(expected) + ".*got " + re.escape(value)):
        await call(og)

    assert sandbox.requests == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda og: og.teams.get(TeamRef(name="Ads")), "team: this TeamRef has no id; use Name('Ads') (teams.get)"),
        (
            lambda og: og.users.get(UserRef(username="ann@corp.example")),
            "user: this UserRef has no id; use its username, 'ann@corp.example' (users.get)",
        ),
        (lambda og: og.services.get(Service(id="", name="shop")), "service: this Service has no id (services.get)"),
    ],
)
async def test_a_model_without_an_id(og: Opsgenie, sandbox: Sandbox, call, message):
    with pytest.raises(ArgumentValueError, match=re.escape(message)):
        await call(og)
    assert sandbox.requests == 0


async def test_short_forms_and_created_references_are_identifiers(og: Opsgenie, sandbox: Sandbox):
    team = (await og.teams.list())[0]
    schedule = (await og.schedules.list())[0]
    rotation = ScheduleRotation.from_dict(
        {"id": "00000000-0000-4000-8000-000000000000", "startDate": "2026-01-05T08:00:00Z"}
    )

    assert (await og.teams.get(TeamRef(id=team.id))).id == team.id
    assert (await og.teams.get(await og.teams.create(name="made here"))).name == "made here"
    assert await og.schedule_rotations.list(schedule) is not None
    with pytest.raises(NotFound):
        await og.schedule_rotations.get(schedule, rotation)


async def test_a_listing_is_given_to_a_task_group(og: Opsgenie):
    async with asyncio.TaskGroup() as group:
        teams, users = group.create_task(og.teams.list()), group.create_task(og.users.list())
    pager = og.schedules.list()

    assert teams.result()
    assert users.result()
    assert await asyncio.create_task(pager) == await asyncio.create_task(pager) == await pager


async def test_so_is_an_accepted_write(og: Opsgenie):
    pending = await og.alerts.create(message="disk")

    assert (await asyncio.create_task(pending)).succeeded


async def test_a_listing_in_a_task_can_be_cancelled(og: Opsgenie):
    task = asyncio.create_task(og.teams.list())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert await og.teams.list()


async def test_plain_for_and_plain_with(og: Opsgenie):
    with pytest.raises(ClientMisused, match="async for"):
        list(og.teams.list())
    with pytest.raises(ClientMisused, match="async with"), og:
        pass


async def test_a_listing_that_is_taken_for_a_list(og: Opsgenie):
    pager = og.teams.list()

    for use in (len, bool, lambda listing: listing[0], lambda listing: "ops" in listing):
        with pytest.raises(ClientMisused, match="await"):
            use(pager)
    assert len(await pager) == len([team async for team in pager])


async def test_a_client_and_what_belongs_to_one_stay_in_their_process(og: Opsgenie):
    for thing in (og, og.teams, og.teams.list(), await og.alerts.create(message="m")):
        for copying in (pickle.dumps, copy.deepcopy):
            with pytest.raises(ClientMisused, match="create one in each process"):
                copying(thing)


@pytest.mark.parametrize("timeout", ["3", None, True, math.nan])
async def test_a_wait_of_no_number_of_seconds(og: Opsgenie, timeout):
    pending = await og.alerts.create(message="m")

    with pytest.raises(ArgumentTypeError, match="timeout: expected seconds"):
        await pending.wait(timeout=timeout)


@pytest.mark.parametrize("timeout", ["3", True, math.nan])
async def test_a_close_of_no_number_of_seconds(og: Opsgenie, timeout):
    with pytest.raises(ArgumentTypeError, match="timeout: expected seconds"):
        await og.close(timeout=timeout)

    assert await og.teams.list() is not None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda og: og.request(None, "/v2/teams"), "method: expected a str"),
        (lambda og: og.request("GET", None), "path: expected a str"),
        (lambda og: og.request("GET", "/v2/teams", params="name"), "params: expected a mapping"),
        (lambda og: og.documents(7), "path: expected a str"),
    ],
)
async def test_an_endpoint_that_is_none(og: Opsgenie, sandbox: Sandbox, call, words):
    sandbox.reset_counters()

    with pytest.raises(ArgumentTypeError, match=words):
        await call(og)

    assert sandbox.requests == 0


@pytest.mark.parametrize("region", ["EU", "Eu", " eu "])
async def test_the_region_in_any_case(region):
    async with Opsgenie("key", region=region) as og:
        assert repr(og) == "<Opsgenie at https://api.eu.opsgenie.com/>"


@pytest.mark.parametrize("url", ["https://api.opsgenie.com/v2", "https://api.opsgenie.com/v1/", "https://x/prefix/v2"])
async def test_a_base_url_with_a_version(url):
    with pytest.raises(ArgumentValueError, match="base_url: leave out /v1 or /v2"):
        Opsgenie("key", base_url=url)


async def test_an_empty_key():
    with pytest.raises(ArgumentValueError, match="api_key: it is empty"):
        Opsgenie(" ")


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ("timeout", "; did you mean 'total_timeout'?"),
        ("max_attemps", "; did you mean 'max_attempts'?"),
        ("pool_size", ": give it to the client"),
        ("retries", "; did you mean 'max_attempts'?"),
        ("region", ": give it to the client, as Opsgenie(..., region=...)"),
        ("colour", "not a setting of single calls$"),
    ],
)
async def test_a_setting_that_is_none(og: Opsgenie, setting, hint):
    with pytest.raises(ArgumentTypeError, match=re.escape(hint).replace(r"\$", "$")):
        og.with_config(**{setting: 3})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Config(timeout=3), "timeout: not a setting of Config; did you mean 'total_timeout'?"),
        (lambda: Config(verify_ssl=False), "verify_ssl: not a setting of Config; did you mean 'ca_file'?"),
        (lambda: Config(retry_delay=3), "retry_delay: not a setting of Config; did you mean 'backoff_factor'?"),
        (lambda: Config(connection_pool_maxsize=3), "did you mean 'pool_size'?"),
        (lambda: Config(region="eu"), "give it to the client, as Opsgenie(..., region=...)"),
        (lambda: Opsgenie(token=KEY), "token: not a setting of Opsgenie; did you mean 'api_key'?"),
        (lambda: Opsgenie(KEY, timeout=3), "as Opsgenie(..., config=Config(total_timeout=...))"),
        (lambda: Opsgenie(KEY, pool_size=3), "as Opsgenie(..., config=Config(pool_size=...))"),
        (lambda: Opsgenie(KEY, config={"total_timeout": 3}), "config: expected a Config"),
        (lambda: Opsgenie(session=KEY), "session: expected an aiohttp.ClientSession"),
        (lambda: Opsgenie(config=KEY), "config: expected a Config"),
        (lambda: blocking.Opsgenie(KEY, timeout=3), "as Opsgenie(..., config=Config(total_timeout=...))"),
        (lambda: blocking.Opsgenie(KEY, session=3), "session: not a setting of Opsgenie"),
    ],
)
def test_a_setting_of_a_client_that_is_none(make, words):
    with pytest.raises(ArgumentTypeError) as caught:
        make()

    assert words in str(caught.value)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    package_frames = [frame for frame in frames.stack if frame.filename != __file__]
    assert KEY not in str([frame.locals for frame in package_frames])


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("proxy", ["Settings are given when a Config is made: Config(proxy=...)"]),
        ("retry_count", ["Settings are given when a Config is made: Config(max_attempts=...)"]),
        ("colour", []),
    ],
)
def test_a_config_is_not_changed(name, notes):
    config = Config()

    with pytest.raises(attrs.exceptions.FrozenInstanceError) as caught:
        setattr(config, name, KEY)

    assert getattr(caught.value, "__notes__", []) == notes
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert KEY not in str([frame.locals for frame in frames.stack if frame.filename != __file__])
    assert config == attrs.evolve(config)


@pytest.mark.parametrize("key", [Config(), {"Authorization": KEY}, KEY.encode()])
def test_a_key_that_is_no_text(key):
    with pytest.raises(ArgumentValueError, match=f"^api_key: expected a str, got one of class {type(key).__name__}$"):
        Opsgenie(key)


@pytest.mark.parametrize("value", ["corp.pem", 0, ssl.CERT_NONE])
def test_tls_settings_that_are_none(value):
    with pytest.raises(ArgumentValueError, match=r"^ssl: expected an ssl\.SSLContext, got "):
        Config(ssl=value)


def test_a_pinned_certificate_is_a_tls_setting():
    pin = aiohttp.Fingerprint(bytes(32))

    assert Config(ssl=pin).ssl is pin  # type: ignore[arg-type]


def test_a_subclass_has_settings_of_its_own():
    class OurOpsgenie(Opsgenie):
        def __init__(self, key: str, *, tenant: str) -> None:
            super().__init__(key)
            self.tenant = tenant

    assert OurOpsgenie(KEY, tenant="shop").with_config(max_attempts=1).tenant == "shop"


def test_the_word_before_the_key_is_not_given():
    with pytest.raises(ArgumentValueError, match="api_key: leave out 'GenieKey'"):
        Opsgenie(f"GenieKey {KEY}")


def test_a_client_that_nobody_closed_is_named_once():
    async def forget() -> None:
        async with Sandbox(teams=1) as sandbox:
            og = Opsgenie(sandbox.api_key, base_url=sandbox.url)
            await og.with_config(total_timeout=9).teams.list()

    gc.collect()  # what other tests have left is not what this one is about
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(forget())
        gc.collect()

    assert [(each.category, "async with Opsgenie" in str(each.message)) for each in caught] == [(ResourceWarning, True)]


def test_a_client_that_never_sent_anything_needs_no_closing():
    gc.collect()  # what other tests have left is not what this one is about
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Opsgenie("key")
        gc.collect()

    assert caught == []


def test_an_unknown_outcome_says_what_to_do():
    assert str(OutcomeUnknown("reset")) == ("reset; it may or may not have been done: look before you repeat it")


def test_every_model_is_at_the_top():
    assert set(models.__all__) < set(opsgenie_async.__all__)
    assert opsgenie_async.TeamRef is TeamRef
    assert "UserRef" in dir(opsgenie_async)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = opsgenie_async.Nothing
