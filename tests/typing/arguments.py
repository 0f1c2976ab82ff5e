"""What arguments take beside the plainest value: each word and each kind of list that is accepted at run time."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from aiohttp.web import Application

from opsgenie_async import Name, Opsgenie, Priority, PriorityLike
from opsgenie_async import blocking as blocking_client
from opsgenie_async.models import NotifyTime, TeamMeta
from opsgenie_async.sync import Selection, Store, pull
from opsgenie_async.web import HEADERS, AlertFields, alert_on_errors
from opsgenie_async.web.log_handler import OpsgenieHandler


async def priorities(og: Opsgenie, word: str, severity: Literal["P1", "P2"], priority: PriorityLike) -> None:
    await og.alerts.create(message="disk full", priority="P5")
    await og.alerts.create(message="disk full", priority=Priority.P5)
    await og.alerts.create(message="disk full", priority=Priority(word))
    await og.alerts.create(message="disk full", priority=severity)
    await og.alerts.update_priority("a1", priority=priority)
    await og.incidents.update_priority("i1", priority="P1")
    await og.heartbeats.update("db", alert_priority=None)
    await og.policies.create(type="alert", name="p", enabled=True, priority="{{priority}}")
    text: str = priority
    OpsgenieHandler(priorities={"ERROR": "P1", 10: Priority.P5})
    AlertFields(priority="P1", tags=["disk", text])


async def lists(
    og: Opsgenie, some: Sequence[str], words: AbstractSet[str], queue: deque[str], by_name: dict[str, int]
) -> None:
    await og.alerts.create(message="disk full", tags=["disk"], actions=("restart",))
    await og.alerts.create(message="disk full", tags={"disk"}, actions=frozenset({"restart"}))
    await og.alerts.create(message="disk full", tags=some, actions=words)
    await og.alerts.create(message="disk full", tags=queue, actions=by_name.keys())
    await og.alerts.create(message="disk full", tags=[], actions=())
    await og.users.update("ann", details={"city": ["Bern"], "desk": ("7",), "floor": {"2"}})
    await og.users.update("ann", tags=None)
    await og.users.get("ann", expand="contact")
    await og.users.get("ann", expand=["contact"])
    await og.notification_rules.copy_to("ann", to_users=["bob"], rule_types=["all"])
    await og.notification_rules.update("ann", "r1", notification_time=[NotifyTime.JUST_BEFORE, "15-minutes-ago"])


def boards(og: Opsgenie, schedule: TeamMeta) -> None:
    og.on_calls.board(["s1", Name("Night"), schedule])
    og.on_calls.board((Name("Night"),))
    og.on_calls.board()


async def settings(og: Opsgenie, app: Application, names: Iterator[str], others: Iterable[str]) -> None:
    alert_on_errors(app, ignore=["/health"], headers=[*HEADERS, "X-Tenant"], redact=names)
    alert_on_errors(app, ignore=(f"/{name}" for name in others), headers=HEADERS, redact=tuple(others))
    await pull(og, Store("backup"), teams=["ops"])
    await pull(og, Store("backup"), teams=(name for name in others))
    Selection.parse("teams", teams={"ops"})


def blocking(og: blocking_client.Opsgenie, word: str) -> None:
    og.alerts.create(message="disk full", priority="P1", tags={"disk"})
    og.alerts.create(message="disk full", priority=word)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    og.alerts.create(message="disk full", priority="P9")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    og.alerts.add_tags("a1", tags="disk")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    og.incidents.update_priority("i1", priority="P0")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    og.users.update("ann", details={"city": "Bern"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
