"""The resources of a client: shown by `dir`, kept by subclasses, loaded when they are first used."""

from __future__ import annotations

import inspect
import rlcompleter
import subprocess
import sys

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.lazy_resource import LazyResource, lazy_resources
from opsgenie_async.models import Team
from opsgenie_async.paging import Pager
from opsgenie_async.resources.alerts import Alerts
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.teams import Teams
from opsgenie_async.sandbox import Sandbox

NAMES = (
    "account action_channels alerts contacts custom_user_roles deployments escalations forwarding_rules "
    "heartbeats incident_templates incident_timelines incidents integration_actions integrations legacy "
    "logs maintenances notification_rule_steps notification_rules on_calls policies postmortems "
    "saved_searches schedule_overrides schedule_rotations schedules service_audience_templates "
    "service_incident_rules service_incident_templates services team_members team_roles "
    "team_routing_rules teams user_saved_searches users "
)
EVERY = NAMES.split()


class Crews(Resource):
    """Teams by another word."""

    __slots__ = ()

    @operation("GET", "v2/teams")
    def list(self) -> Pager[Team]:
        """List the crews."""
        ...


class LoudAlerts(Alerts):
    __slots__ = ()


class Shop(Opsgenie):
    """A client with pages of its own, and with annotations that are none."""

    city: str = "Ulm"

    crews = LazyResource(Crews)
    alerts = LazyResource(LoudAlerts)
    posts: LazyResource[Teams] = LazyResource("opsgenie_async.resources.teams:Teams")

    def __init__(self, api_key: str, **settings: str) -> None:
        super().__init__(api_key, **settings)  # type: ignore[arg-type]
        self.eager = Crews(self._transport)


class SmallShop(Shop):
    """A subclass of a subclass."""


@pytest.mark.parametrize("kind", [Opsgenie, Shop, SmallShop])
def test_every_resource_is_there(kind):
    og = kind("key")
    assert sorted(lazy_resources(kind).keys() - {"crews", "posts"}) == EVERY
    assert set(EVERY) <= set(dir(kind))
    assert set(EVERY) <= set(dir(og))
    for name in EVERY:
        resource = getattr(og, name)
        assert type(resource).__name__.lower() in (name.replace("_", ""), "loudalerts")
        assert getattr(og, name) is resource


def test_what_a_subclass_adds():
    og = SmallShop("key")
    assert type(og.crews) is Crews
    assert type(og.alerts) is LoudAlerts
    assert type(og.posts) is Teams
    assert {"crews", "posts", "city", "eager"} <= set(dir(og))
    assert list(lazy_resources(SmallShop))[-2:] == ["crews", "posts"]
    assert type(Opsgenie("key").alerts) is Alerts


def test_inspect_and_completion_see_them():
    og = Shop("key")
    assert isinstance(inspect.getattr_static(og, "teams"), LazyResource)
    assert "Crews" in repr(Shop.crews)
    assert {name for name, _ in inspect.getmembers(og)} >= {*EVERY, "crews"}
    completer = rlcompleter.Completer({"og": og})
    assert {completer.complete("og.team", state) for state in range(4)} >= {"og.teams", "og.team_members"}


def test_nothing_is_loaded_before_its_use():
    """A class is imported when its attribute is first used, and `dir` does not use it."""
    program = (
        "import sys; from opsgenie_async import Opsgenie; og = Opsgenie('key'); dir(og); Opsgenie.alerts\n"
        "pages = {m for m in sys.modules if m.startswith('opsgenie_async.resources.')}\n"
        "assert not pages, pages\n"
        "og.teams; assert 'opsgenie_async.resources.teams' in sys.modules\n"
        "assert 'opsgenie_async.resources.alerts' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_unknown_attribute_is_none():
    with pytest.raises(AttributeError, match=r"^'Shop' object has no attribute 'tems'"):
        _ = Shop("key").tems  # type: ignore[attr-defined]


async def test_a_view_is_of_the_same_class_and_its_resources_send_by_its_settings():
    async with Sandbox(teams=2) as sandbox, Shop(sandbox.api_key, base_url=sandbox.url) as og:
        used = og.crews, og.teams, og.eager
        view = og.with_config(total_timeout=5)

        assert type(view) is Shop
        assert (og.crews, og.teams, og.eager) == used
        for name in ("crews", "teams", "eager"):
            assert getattr(view, name)._transport.config.total_timeout == 5
            assert getattr(og, name)._transport.config.total_timeout != 5
        assert [team.name for team in await view.crews.list()] == [team.name for team in await og.teams.list()]
