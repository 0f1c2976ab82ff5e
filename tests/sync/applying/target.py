"""An account that is to become like another, and what is watched meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from opsgenie_async import Opsgenie
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import ApplyReport, Plan, Snapshot, apply, plan, read_account
from opsgenie_async.testing import NoWaiting


class Watched(Opsgenie):
    """A client that tells when a request begins and when it is over."""

    on_begin: Callable[[], None] = staticmethod(lambda: None)
    on_end: Callable[[], None] = staticmethod(lambda: None)

    async def request(self, *arguments: Any, **options: Any) -> Envelope:
        self.on_begin()
        try:
            return await super().request(*arguments, **options)
        finally:
            self.on_end()


@attrs.define
class Target:
    """An account that is to become like another."""

    og: Opsgenie
    want: Snapshot

    async def plan(self) -> Plan:
        return plan(await read_account(self.og), self.want, prune=True)

    async def apply(self, **options: Any) -> ApplyReport:
        return await apply(self.og, await self.plan(), clock=NoWaiting(), **options)


def nothing_twice(sandbox: Sandbox, want: Snapshot) -> None:
    account = sandbox.account
    assert len(account.users) == len(want.entities["users"])
    assert len(account.teams) == len(want.entities["teams"])
    for table, word, part in (
        (account.rotations, "schedules", "schedule_rotation"),
        (account.routing_rules, "teams", "team_routing_rule"),
        (account.notification_rules, "users", "notification_rule"),
        (account.contacts, "users", "contact"),
        (account.overrides, "schedules", "schedule_override"),
    ):
        desired = sum(len(entity.parts.get(part, ())) for entity in want.entities[word])
        assert sum(map(len, table.values())) == desired, part
