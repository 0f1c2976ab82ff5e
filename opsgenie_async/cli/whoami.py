"""`whoami`: the account of the API key, and what the key can read."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

import attrs

from opsgenie_async.cli.connection import connect
from opsgenie_async.cli.exits import FAILED, exit_on_error
from opsgenie_async.cli.table import Column, print_entry, print_table
from opsgenie_async.cli.tasks import gather_all
from opsgenie_async.client import Opsgenie
from opsgenie_async.clock import SystemClock
from opsgenie_async.config import REGIONS, Config
from opsgenie_async.errors import Forbidden, Gone, NotFound, OpsgenieError, PaymentRequired, Unauthorized
from opsgenie_async.events import log_event
from opsgenie_async.http.envelope import Envelope
from opsgenie_async.json_text import Json
from opsgenie_async.printable import printable
from opsgenie_async.throttle.domains import domain_of

__all__ = ["run"]

COMMAND = "whoami"
LARGEST_SKEW = 5.0
"""Seconds; the header has whole ones, and the way takes some."""
LIMIT_HEADERS = ("X-RateLimit-State", "X-RateLimit-Reason", "X-RateLimit-Period-In-Sec", "Retry-After")

PROBES: Mapping[str, str] = MappingProxyType(
    {
        "account": "v2/account",
        "alerts": "v2/alerts?limit=1",
        "alert counts": "v2/alerts/count",
        "incidents": "v1/incidents?limit=1",
        "users": "v2/users?limit=1",
        "user roles": "v2/roles",
        "teams": "v2/teams",
        "schedules": "v2/schedules",
        "escalations": "v2/escalations",
        "forwarding rules": "v2/forwarding-rules",
        "services": "v1/services?limit=1",
        "integrations": "v2/integrations",
        "heartbeats": "v2/heartbeats",
        "maintenances": "v1/maintenance",
        "policies": "v2/policies/alert",
    }
)
"""By kind: a read that costs little."""

REFUSALS: Mapping[type[OpsgenieError], str] = MappingProxyType(
    {
        Forbidden: "forbidden",
        PaymentRequired: "not in the plan",
        Gone: "withdrawn",
        NotFound: "not there",
    }
)


@attrs.frozen
class Access:
    """The result of one read.

    Attributes:
        kind: The kind that was read.
        domain: The rate limit domain.
        state: allowed, forbidden, not in the plan, withdrawn, not there or failed.
        reason: The API's message if it was not allowed.
        envelope: The response if it was allowed.
    """

    kind: str
    domain: str
    state: str
    reason: str = ""
    envelope: Envelope | None = None


@attrs.frozen
class Identity:
    """All facts about a key; None for unknown ones.

    Attributes:
        address: The base URL.
        region: Its region; "" for another address.
        accesses: The results of the reads.
        skew: Seconds that this computer's clock is ahead of the server's.
        rate_limits: The rate limit headers, by domain.
    """

    address: str
    region: str
    accesses: Sequence[Access]
    skew: float | None
    rate_limits: Mapping[str, Mapping[str, str]]

    @property
    def account(self) -> Mapping[str, Json]:
        """The account as JSON; empty if the key may not read it."""
        data = next((each.envelope.data for each in self.accesses if each.kind == "account" and each.envelope), None)
        return data if isinstance(data, dict) else {}

    @property
    def user_count(self) -> int | None:
        """The number of users, from the account or from their listing."""
        count = self.account.get("userCount")
        if isinstance(count, int):
            return count
        return next(
            (each.envelope.total_count for each in self.accesses if each.kind == "users" and each.envelope), None
        )

    @property
    def plan(self) -> Mapping[str, Json]:
        """The plan; empty if unknown."""
        plan = self.account.get("plan")
        return plan if isinstance(plan, dict) else {}

    def to_dict(self) -> dict[str, Json]:
        """JSON for machines."""
        return {
            "account": self.account.get("name"),
            "plan": self.plan.get("name"),
            "maxUsers": self.plan.get("maxUserCount"),
            "users": self.user_count,
            "region": self.region or None,
            "baseUrl": self.address,
            "clockSkewSeconds": self.skew,
            "access": {
                each.kind: {"state": each.state, "domain": each.domain, "reason": each.reason} for each in self.accesses
            },
            "rateLimits": {domain: dict(headers) for domain, headers in self.rate_limits.items()},
        }


def run(arguments: argparse.Namespace) -> int:
    """Print the facts: 0 every read had a response, even a refusal, 1 one of them failed, 2 wrong usage."""
    with exit_on_error(COMMAND, arguments):
        identity = asyncio.run(_identity(arguments))
    if arguments.json:
        print(json.dumps(identity.to_dict(), indent=2))
    else:
        _print(identity)
    return FAILED if any(each.state == "failed" for each in identity.accesses) else 0


async def _identity(arguments: argparse.Namespace) -> Identity:
    async with connect(arguments, Config(hooks=(log_event,))) as og:
        address = og._base_url
        started = SystemClock().utc()
        first = await _probe(og, "account", PROBES["account"])
        now = SystemClock().utc()
        others = await gather_all(_probe(og, kind, path) for kind, path in PROBES.items() if kind != "account")
    accesses = [first, *others]
    skew = _skew(first.envelope, started + (now - started) / 2) if first.envelope else None
    if skew is None:
        skew = next((each for access in others if (each := _skew(access.envelope, now)) is not None), None)
    return Identity(address, _region(address), accesses, skew, _rate_limits(accesses))


async def _probe(og: Opsgenie, kind: str, path: str) -> Access:
    domain = domain_of("GET", path.partition("?")[0])
    try:
        envelope = await og.request("GET", path)
    except Unauthorized:
        raise
    except OpsgenieError as error:
        return Access(kind, domain, REFUSALS.get(type(error), "failed"), str(error))
    return Access(kind, domain, "allowed", envelope=envelope)


def _region(address: str) -> str:
    return next((name for name, url in REGIONS.items() if url == address.rstrip("/")), "")


def _skew(envelope: Envelope | None, now: datetime) -> float | None:
    """Return how far this computer's clock is ahead; None without a header with the server's."""
    if envelope is None:
        return None
    try:
        date = parsedate_to_datetime(envelope.headers["Date"])
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None
    difference = (now - (date if date.tzinfo else date.replace(tzinfo=UTC))).total_seconds()
    # The header has whole seconds, cut off.
    return 0.0 if 0 <= difference < 1 else round(difference if difference < 0 else difference - 0.5, 1)


def _rate_limits(accesses: Sequence[Access]) -> dict[str, dict[str, str]]:
    limits: dict[str, dict[str, str]] = {}
    for access in accesses:
        if access.envelope is not None:
            headers = {name: access.envelope.headers[name] for name in LIMIT_HEADERS if name in access.envelope.headers}
            if headers:
                limits.setdefault(access.domain, {}).update(headers)
    return limits


def _print(identity: Identity) -> None:
    account, plan = identity.account, identity.plan
    name = account.get("name")
    facts = {
        "account": printable(str(name)) if name else "unknown: this key may not read it",
        "plan": printable(str(plan.get("name"))) if plan.get("name") else "unknown",
        "region": identity.region or "unknown: custom base URL",
        "address": identity.address,
        "users": "unknown" if identity.user_count is None else f"{identity.user_count:,}{_most(plan)}",
        "clock": _clock_text(identity.skew),
        "rate limits": _limits_text(identity.rate_limits) or "not reported",
    }
    for title, text in facts.items():
        print_entry(f"{title + ':':13}", text)
    print()
    rows = [(each.kind, each.state, each.domain, each.reason) for each in identity.accesses]
    columns = [Column("CAN READ"), Column("STATE"), Column("RATE LIMIT", rank=1)]
    if any(each.reason for each in identity.accesses):
        columns.append(Column("REASON", least=12, rank=2))
    print_table(columns, [row[: len(columns)] for row in rows])


def _most(plan: Mapping[str, Json]) -> str:
    most = plan.get("maxUserCount")
    return f" of {most:,}" if isinstance(most, int) and most > 0 else ""


def _clock_text(skew: float | None) -> str:
    if skew is None:
        return "unknown"
    if abs(skew) < LARGEST_SKEW:
        return "matches the server's"
    return f"{abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"


def _limits_text(limits: Mapping[str, Mapping[str, str]]) -> str:
    """Return the domains by state: all well, or the wait."""
    domains: dict[str, list[str]] = {}
    for domain, headers in limits.items():
        state = headers.get("X-RateLimit-State", "")
        text = state if state == "OK" else " ".join(headers.values())
        domains.setdefault(text, []).append(domain)
    return "; ".join(f"{text} for {', '.join(each)}" for text, each in domains.items())
