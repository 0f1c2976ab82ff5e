"""What must stay an error: each `type: ignore` here is needed, or mypy says so."""

from opsgenie_async import Alias, Name, Opsgenie, TinyId
from opsgenie_async.models import EscalationRef, NoRecipient, UserRef


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
