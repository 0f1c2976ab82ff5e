"""The blocking client: what an `await` gives, without one."""

from collections.abc import Callable, Coroutine, Generator, Sequence
from typing import Any, assert_type

from opsgenie_async import UNSET, Envelope, Listing, Name, Page, Pager, Unset
from opsgenie_async import Opsgenie as Asynchronous
from opsgenie_async.blocking import BlockingPager, BlockingPending, Opsgenie
from opsgenie_async.json_text import Json
from opsgenie_async.legacy import models as v1
from opsgenie_async.models import (
    Account,
    Alert,
    AlertAttachment,
    AlertPolicy,
    FlatOnCall,
    Heartbeat,
    NextOnCall,
    NotificationPolicy,
    OnCall,
    PolicyMeta,
    Reference,
    RequestStatus,
    Team,
    TeamMember,
    TeamRef,
    Unknown,
    User,
)
from opsgenie_async.resources.teams import Teams


def writes(og: Opsgenie) -> None:
    pending = og.alerts.create(message="disk full", responders=[TeamRef(name="ops")], priority="P1")
    assert_type(pending, BlockingPending)
    assert_type(pending.request_id, str)
    assert_type(pending.wait(timeout=30), RequestStatus)
    assert_type(og.alerts.close("a1", note="done"), BlockingPending)
    assert_type(og.teams.create(name="ops"), Reference)
    assert_type(og.teams.delete(Name("ops")), None)
    assert_type(og.heartbeats.enable("db"), Heartbeat)
    assert_type(og.alerts.add_attachment("a1", file=b"a", file_name="a.txt"), AlertAttachment)


def reads(og: Opsgenie) -> None:
    og.on_calls.board()  # type: ignore[misc]
    assert_type(og.alerts.get("a1"), Alert)
    assert_type(og.alerts.count(query="status: open"), int)
    assert_type(og.account.get(), Account)
    assert_type(og.schedules.export(Name("ops")), bytes)
    assert_type(og.policies.get("p1"), AlertPolicy | NotificationPolicy | Unknown)
    assert_type(og.on_calls.get("s1"), OnCall)
    assert_type(og.on_calls.get("s1", flat=True), FlatOnCall)
    assert_type(og.on_calls.get_next("s1"), NextOnCall)
    assert_type(og.on_calls.list(flat=True), BlockingPager[FlatOnCall])
    assert_type(og.legacy.policies.list(), BlockingPager[PolicyMeta])
    assert_type(og.legacy.schedules.get("s1"), v1.Schedule)
    assert_type(og.legacy.schedules.who_is_on_call("s1", flat=True), v1.FlatOnCall)


def listings(og: Opsgenie) -> None:
    assert_type(og.teams.list(), BlockingPager[Team])
    assert_type(list(og.teams.list()), list[Team])
    assert_type(og.teams.list().first(3), list[Team])
    assert_type(og.teams.list().settled(), Listing[Team])
    for user in og.users.list():
        assert_type(user, User)
    for page in og.users.list().pages():
        assert_type(page, Page[User])
    assert_type(og.alerts.history("priority: P1"), Generator[Alert, None, None])


def any_endpoint(og: Opsgenie) -> None:
    assert_type(og.request("GET", "/v2/teams/ops"), Envelope)
    assert_type(og.documents("/v2/teams"), BlockingPager[Json])
    assert_type(og.with_config(total_timeout=5), Opsgenie)
    with Opsgenie("key") as other:
        assert_type(other, Opsgenie)


def signatures(og: Opsgenie) -> None:
    get: Callable[[str], Team] = og.teams.get
    get("t1")
    og.teams.get(Name("ops"), flat=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    og.teams.create()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    og.alerts.close("a1", nota="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    og.tems  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnusedExpression]  # noqa: B018


async def the_other_is_as_it_was(og: Asynchronous) -> None:
    get: Callable[[str], Coroutine[Any, Any, Team]] = og.teams.get
    assert_type(await get("t1"), Team)
    assert_type(og.teams, Teams)
    assert_type(og.teams.list(), Pager[Team])
    async for alert in og.alerts.history():
        assert_type(alert, Alert)


def fields(og: Opsgenie, members: Sequence[TeamMember] | Unset = UNSET) -> None:
    og.teams.create(name="ops", description="on call", members=members)
