"""A subclass has every resource of the client, and those it adds."""

from typing import assert_type

from opsgenie_async import Opsgenie, Pager
from opsgenie_async.lazy_resource import LazyResource
from opsgenie_async.models import Team
from opsgenie_async.resources.alerts import Alerts
from opsgenie_async.resources.base import Resource
from opsgenie_async.resources.operation.declare import operation
from opsgenie_async.resources.teams import Teams


class Crews(Resource):
    @operation("GET", "v2/teams")
    def list(self) -> Pager[Team]:  # type: ignore[empty-body]  # declared: the signature is all there is to it
        """List the crews."""
        ...


class Shop(Opsgenie):
    city: str = "Ulm"
    crews = LazyResource(Crews)
    posts: LazyResource[Teams] = LazyResource("opsgenie_async.resources.teams:Teams")


async def resources(shop: Shop) -> None:
    assert_type(shop.alerts, Alerts)
    assert_type(shop.teams, Teams)
    assert_type(shop.crews, Crews)
    assert_type(shop.posts, Teams)
    assert_type(Shop.crews, LazyResource[Crews])
    assert_type(await shop.crews.list(), list[Team])
    assert_type(await shop.teams.list(), list[Team])


async def views(shop: Shop) -> None:
    assert_type(shop.with_config(total_timeout=5), Shop)
    async with shop as og:
        assert_type(og, Shop)
