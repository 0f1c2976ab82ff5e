"""The estimate: how many requests an archive needs, and how long that takes at the account's limits."""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import attrs

from opsgenie_async.archive import kinds
from opsgenie_async.archive.answers import Answers
from opsgenie_async.archive.choices import choices_of, configuration_selection, refuse_full_for
from opsgenie_async.archive.history import MOST
from opsgenie_async.archive.kinds import ALL, FULL, LIST
from opsgenie_async.archive.parts import ALERT, INCIDENT, TIMELINE_PAGE, HistoryKind, timeline
from opsgenie_async.archive.raw import text_of
from opsgenie_async.archive.snapshots import EMPTY_MONTHS, FIRST_MONTH, first_month_of
from opsgenie_async.archive.units import is_hole, reason_of
from opsgenie_async.client import Opsgenie, check_client
from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.errors import OpsgenieError, Unauthorized
from opsgenie_async.history import SERVICES, Slice, Walk
from opsgenie_async.http.documents import documents_of
from opsgenie_async.http.envelope import read_envelope
from opsgenie_async.http.request import Request, join_path
from opsgenie_async.sync.model.kinds import FOLDERS
from opsgenie_async.sync.reading.fetch import kinds_in
from opsgenie_async.sync.reading.reader import Reading

__all__ = ["Estimate", "estimate"]

SAMPLE = 12
"""The size of the sample of alerts and of incidents: half of them the newest, half the oldest."""
ASSUMED_PACE = 10.0
"""Requests a second of a domain whose limit is not known."""
INCIDENT_PAGES = {"logs": 100, "notes": 100, "responder-alert-ids": 25, "associated-alert-ids": 25}
"""Lines that a page of an incident's parts has at the most."""
DOWNLOAD = "download"
"""In place of a rate-limit domain: files behind links, which are not counted by the API."""
PAGE = 99
"""New items a page: one is read twice, to see that nothing has moved."""


@attrs.frozen(kw_only=True)
class Estimate:
    """The cost of an archive.

    Attributes:
        records: The numbers of alerts and incidents, as counted by the API.
        requests: The number of requests, by rate limit domain.
        paces: The allowed requests per second, by domain; assumed if the limit is unknown.
        assumed: Domains with an unknown limit.
        unknown: Kinds that cannot be estimated, and why.
    """

    records: dict[str, int]
    requests: dict[str, int]
    paces: dict[str, float]
    assumed: list[str]
    unknown: dict[str, str]

    @property
    def total(self) -> int:
        """The total number of requests."""
        return sum(self.requests.values())

    @property
    def seconds(self) -> float:
        """The duration: the domains run in parallel, so that of the slowest."""
        return max((count / self.paces[domain] for domain, count in self.requests.items()), default=0.0)


async def estimate(
    og: Opsgenie,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    kinds: str | Iterable[str] = ALL,
    depth: str = FULL,
    full_for: str = "",
    contacts: bool = False,
) -> Estimate:
    """Estimate `archive` with the same choices and a new folder, with some dozen requests.

    Raises:
        ArchiveError: A choice is invalid; the message begins with its name.
        Unauthorized: The API key is invalid.
        OpsgenieError: The API was unavailable for long, or a rate limit stayed closed.
    """
    check_client("estimate", og)
    choices = choices_of(since=since, until=until, kinds=kinds, depth=depth, full_for=full_for, contacts=contacts)
    low, high = (None if moment is None else epoch_milliseconds(moment, up=True) for moment in (since, until))
    counts = _Counts(og, Slice("", low, high), depth, choices["full_for"], since, contacts)
    await refuse_full_for(counts.answers, choices)
    for kind in choices["kinds"]:
        try:
            await counts.add(kind)
        except OpsgenieError as error:
            if isinstance(error, Unauthorized) or not is_hole(error):
                raise
            counts.unknown[kind] = reason_of(error)
    counts.requests["configuration"] += 1  # the account's name and plan
    paces, assumed = await _paces(og, [domain for domain, count in counts.requests.items() if count])
    return Estimate(
        records=counts.records,
        requests={domain: round(count) for domain, count in counts.requests.items() if count},
        paces=paces,
        assumed=assumed,
        unknown=counts.unknown,
    )


@attrs.define
class _Counts:
    og: Opsgenie
    whole: Slice
    depth: str
    full_for: str
    since: datetime | None
    contacts: bool
    requests: defaultdict[str, float] = attrs.field(factory=lambda: defaultdict(float))
    records: dict[str, int] = attrs.field(factory=dict)
    unknown: dict[str, str] = attrs.field(factory=dict)
    answers: Answers = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.answers = Answers(self.og)

    async def add(self, kind: str) -> None:
        match kind:
            case kinds.ALERTS | kinds.INCIDENTS:
                await self._slices(ALERT if kind == kinds.ALERTS else INCIDENT)
            case kinds.SCHEDULES:
                await self._timelines()
            case kinds.ON_CALLS:
                count = len(await self.answers.listing("v2/schedules"))
                self.requests["schedule-oncalls"] += 2 * count
                self.requests["configuration"] += 1
            case kinds.TEAM_LOGS:
                self.requests["configuration"] += 1 + len(await self.answers.listing("v2/teams"))
            case kinds.ACCOUNT_LOGS:
                files = await self._log_files()
                self.requests["configuration"] += 2 + files
                self.requests[DOWNLOAD] += files
            case kinds.SERVICES:
                services = await Walk(self.answers.send, SERVICES).count(Slice())
                self.requests["configuration"] += max(1, math.ceil((services or 0) / PAGE))
            case kinds.USERS:
                envelope = await self.og.request("GET", "v2/users", params={"limit": 1})
                total = envelope.total_count or 0
                self.requests["search"] += max(1, math.ceil(total / 100))
                self.requests["configuration"] += total if self.contacts else 0
            case kinds.CONFIGURATION:
                self.requests["configuration"] += 2 * await self._pull()
            case _:
                self.requests["configuration"] += 1

    async def _slices(self, kind: HistoryKind) -> None:
        """Requests for the listings, and for the parts of each entity as measured on a sample."""
        walk = Walk(self.answers.send, kind.target)
        count = await walk.count(self.whole) or 0
        full = count if self.depth == FULL else 0
        if self.full_for:
            full = await walk.count(attrs.evolve(self.whole, query=self.full_for)) or 0
        self.records[kind.name] = count
        listing = kind.target.domain
        counting = "alert" if kind.target.count else listing
        for share, most in ((full, MOST[FULL]), (count - full, MOST[LIST])):
            slices = math.ceil(share / most)
            self.requests[listing] += share / PAGE + slices * (1 if slices > 1 else 0)
            self.requests[counting] += slices * (2 if kind.target.count else 1)
        self.requests[listing] += 3  # where it ends now, and when it has been read
        self.requests[counting] += 2
        if full:
            for domain, each in (await self._sample(kind, walk, min(full, SAMPLE))).items():
                self.requests[domain] += full * each

    async def _sample(self, kind: HistoryKind, walk: Walk, size: int) -> dict[str, float]:
        """Requests for one entity, by domain."""
        ids: dict[str, None] = {}
        query = attrs.evolve(self.whole, query=self.full_for).text()
        for order in ("asc", "desc"):
            request = Request(
                method="GET",
                path=kind.target.path,
                query=(
                    *((("query", query),) if query else ()),
                    ("sort", "createdAt"),
                    ("order", order),
                    ("limit", str(max(1, size // 2))),
                ),
                domain=kind.target.domain,
                repeatable=True,
            )
            documents = documents_of(read_envelope(await self.answers.send(request)))
            ids.update({str(each["id"]): None for each in documents if isinstance(each, dict) and each.get("id")})
        totals: Counter[str] = Counter()
        for counts in await asyncio.gather(*(self._requests_of(kind, id) for id in ids)):
            totals.update(counts)
        return {domain: count / max(1, len(ids)) for domain, count in totals.items()}

    async def _requests_of(self, kind: HistoryKind, id: str) -> Counter[str]:
        counts: Counter[str] = Counter({kind.target.noun: 1})
        if kind.name == kinds.INCIDENTS:
            for part, most in INCIDENT_PAGES.items():
                lines = len(await self.answers.listing(f"v1/incidents/{join_path(id)}/{part}", {"limit": most}))
                counts["incident"] += _pages(lines, most)
            counts["configuration"] += _pages(len(await timeline(self.answers, id)), TIMELINE_PAGE)
            return counts
        counts["alert"] += 4
        path = f"v2/alerts/{join_path(id)}"
        files = len(await self.answers.listing(f"{path}/attachments"))
        counts["alert"] += files
        counts[DOWNLOAD] += files
        for part in ("logs", "notes"):
            lines = len(await self.answers.listing(f"{path}/{part}", {"limit": 100}))
            counts["alert"] += _pages(lines, 100) - 1
        return counts

    async def _timelines(self) -> None:
        now = datetime.now(UTC)
        first = (self.since.year, self.since.month) if self.since is not None else FIRST_MONTH
        self.requests["configuration"] += 1
        for raw in await self.answers.listing("v2/schedules", {"expand": "rotation"}):
            schedule = json.loads(text_of(raw))
            year, month = first_month_of(schedule) or (now.year, now.month)
            months = (now.year - year) * 12 + now.month - month + 2 + EMPTY_MONTHS
            limit = (now.year - first[0]) * 12 + now.month - first[1] + 2
            self.requests["configuration"] += min(limit, months)

    async def _log_files(self) -> int:
        start = datetime(2012, 1, 1, tzinfo=UTC) if self.since is None else self.since
        return len(await self.og.logs.list_files(start).first(1000))

    async def _pull(self) -> float:
        """Requests of `pull`: the listings, and each entity with its parts."""
        reading = Reading(self.og, only=configuration_selection(contacts=self.contacts))
        await reading.find(strict=False)
        total = len(reading.refs)
        for folder in FOLDERS:
            for ref in reading.choice(folder):
                total += bool(ref.kind.summary_only) + sum(not part.embedded for part in kinds_in(ref))
        return total


def _pages(lines: int, most: int) -> int:
    """The number of pages for so many items, at least one."""
    return max(1, math.ceil(lines / most))


async def _paces(og: Opsgenie, domains: list[str]) -> tuple[dict[str, float], list[str]]:
    """Requests per second by domain: configured, from the account's limits, or assumed."""
    paces = {
        domain: min(count / period for period, count in limits.items())
        for domain, limits in og._transport.config.limits.items()
        if limits
    }
    try:
        data: Any = (await og.request("GET", "v2/request-limits")).data
        for each in data["rateLimits"]:
            domain = str(each["domain"]).lower().replace("_", "-").replace(" ", "-")
            allowed = [limit["limit"] / limit["periodInSeconds"] for limit in each["limits"] if limit["limit"]]
            if allowed:
                paces.setdefault(domain, min(allowed))
    except (OpsgenieError, KeyError, TypeError, ArithmeticError):
        pass  # the call is in no document
    assumed = [domain for domain in domains if domain not in paces]
    return {domain: paces.get(domain, ASSUMED_PACE) for domain in domains}, assumed
