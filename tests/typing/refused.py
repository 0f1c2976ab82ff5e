"""What must stay an error: each `type: ignore` here is needed, or mypy says so."""

from aiohttp.web import Application

from opsgenie_async import Alias, Name, Opsgenie, TinyId
from opsgenie_async.models import EscalationRef, NoRecipient, UserRef
from opsgenie_async.sync import Store, pull
from opsgenie_async.web import AlertFields, alert_on_errors
from opsgenie_async.web.log_handler import OpsgenieHandler


async def arguments(og: Opsgenie) -> None:
    await og.alerts.create()  # type: ignore[call-arg]
    await og.alerts.create("disk full")  # type: ignore[call-arg]
    await og.alerts.create(message="disk full", colour="red")  # type: ignore[call-arg]
    await og.alerts.create(message=7)  # type: ignore[arg-type]
    await og.alerts.close("a1", reason="fixed")  # type: ignore[call-arg]
    await og.alerts.create(message="disk full", visible_to=[EscalationRef(name="ops")])  # type: ignore[list-item]
    await og.teams.create(name=None)  # type: ignore[arg-type]
    await og.on_calls.get("s1", flat="true")  # type: ignore[call-overload]
    await og.schedule_overrides.create("s1", user=NoRecipient())  # type: ignore[call-arg]
    await og.integrations.create(type="API", name="tills", enabled="yes")  # type: ignore[arg-type]


async def priorities(og: Opsgenie, word: str) -> None:
    await og.alerts.create(message="disk full", priority="P9")  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", priority=word)  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", priority=1)  # type: ignore[arg-type]
    await og.alerts.update_priority("a1", priority="p1")  # type: ignore[arg-type]
    await og.incidents.create(message="tills down", priority="high")  # type: ignore[arg-type]
    await og.incidents.update_priority("i1", priority="P0")  # type: ignore[arg-type]
    await og.heartbeats.update("db", alert_priority="P6")  # type: ignore[arg-type]
    OpsgenieHandler(priorities={"ERROR": "P9"})  # type: ignore[dict-item]
    AlertFields(priority="P9")  # type: ignore[typeddict-item]


async def lists(og: Opsgenie) -> None:
    await og.alerts.create(message="disk full", tags="disk")  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", tags=b"disk")  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", tags={"disk": "full"})  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", tags=(word for word in ("disk", "full")))  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", tags=["disk", 7])  # type: ignore[list-item]
    await og.alerts.create(message="disk full", actions="restart")  # type: ignore[arg-type]
    await og.alerts.create(message="disk full", responders=["ops"])  # type: ignore[list-item]
    await og.alerts.create(message="disk full", details={"k": object()})  # type: ignore[dict-item]
    await og.alerts.create(message=None)  # type: ignore[arg-type]
    await og.alerts.add_tags("a1", tags="disk")  # type: ignore[arg-type]
    await og.alerts.remove_details("a1", keys="host")  # type: ignore[arg-type]
    await og.incidents.create(message="tills down", impacted_services="s1")  # type: ignore[arg-type]
    await og.users.update("ann", details={"city": "Bern"})  # type: ignore[dict-item]
    await og.notification_rules.copy_to("ann", to_users="bob", rule_types=["all"])  # type: ignore[arg-type]
    await og.notification_rules.copy_to("ann", to_users=["bob"], rule_types="all")  # type: ignore[arg-type]
    await og.policies.create(type="alert", name="p", enabled=True, tags="disk")  # type: ignore[arg-type]
    og.on_calls.board("night")  # type: ignore[arg-type]
    await pull(og, Store("backup"), teams="ops")  # type: ignore[arg-type]
    AlertFields(tags="disk")  # type: ignore[typeddict-item]


def settings(app: Application) -> None:
    alert_on_errors(app, ignore="/health")  # type: ignore[arg-type]
    alert_on_errors(app, redact="X-Card")  # type: ignore[arg-type]


async def identifiers(og: Opsgenie) -> None:
    await og.teams.get(Alias("ops"))  # type: ignore[arg-type]
    await og.teams.get(TinyId("7"))  # type: ignore[arg-type]
    await og.teams.get(7)  # type: ignore[arg-type]
    await og.users.get(Name("ann"))  # type: ignore[arg-type]
    await og.alerts.get(Name("db"))  # type: ignore[arg-type]
    await og.teams.update(Name("ops"))  # type: ignore[arg-type]


async def answers(og: Opsgenie) -> None:
    _ = (await og.teams.get("t1")).colour  # type: ignore[attr-defined]
    _ = og.tems  # type: ignore[attr-defined]
    _ = og.teams.list_members  # type: ignore[attr-defined]
    _ = [team.name for team in og.teams.list()]  # type: ignore[attr-defined]
    UserRef(name="ann")  # type: ignore[call-arg]
