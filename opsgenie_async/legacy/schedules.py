"""Schedules of API v1 (the deprecated Schedule API page): one path, several operations, the key in query or body."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal, TypeVar, overload

from opsgenie_async.converters import body, query_of, read, read_list, wall_text, zone
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, NotFound, ProtocolError
from opsgenie_async.http.envelope import Envelope, read_bare, understand
from opsgenie_async.http.redaction import without_frames
from opsgenie_async.http.request import Auth, Query, Request
from opsgenie_async.http.response import attribute
from opsgenie_async.http.transport import Transport
from opsgenie_async.json_text import Json
from opsgenie_async.legacy.models import (
    FlatNextOnCall,
    FlatOnCall,
    NextOnCall,
    OnCall,
    Rotation,
    Schedule,
    ScheduleTimeline,
    in_zone,
)
from opsgenie_async.models.common import Reference
from opsgenie_async.models.identifiers import Name
from opsgenie_async.models.wire_types import to_zone
from opsgenie_async.paging import Pager
from opsgenie_async.resources.operation.declare import check_arguments
from opsgenie_async.resources.operation.method import with_overloads
from opsgenie_async.resources.path import ByName
from opsgenie_async.unset import UNSET, Unset

__all__ = ["Schedules"]

T = TypeVar("T")

SCHEDULE = "v1/json/schedule"
ON_CALL = "v1.1/json/schedule/whoIsOnCall"
NEXT_ON_CALL = "v1/json/schedule/whoIsOnCallNext"
ON_CALL_DOMAIN = "schedule-oncalls"


class Schedules:
    """`og.legacy.schedules`. A schedule is selected by id (a `str` or a model with one) or by `Name`."""

    __slots__ = ("_transport",)

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @check_arguments()
    async def create(
        self,
        *,
        name: str,
        timezone: str | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        rotations: Sequence[Rotation] | Unset = UNSET,
        team: str | Unset = UNSET,
        description: str | Unset = UNSET,
    ) -> Reference:
        """Create a schedule; returns its id.

        Args:
            name: The name, at most 100 characters.
            timezone: An IANA time zone, such as `Europe/Berlin`; the account's when not given.
            enabled: Whether it is enabled.
            rotations: Who takes turns, and how. Naive datetimes are local time of the schedule, aware ones are
                converted to *timezone*.
            team: The name of the team that owns it; without one the schedule belongs to the whole account.
            description: What it is for.

        Raises:
            ValueError: The time zone is unknown, or an aware datetime comes without *timezone*; nothing is sent.
        """
        json = _schedule_body(UNSET, name, timezone, enabled, rotations, team, description)
        response = await self._transport.send(_post(json, repeatable=False))
        return understand(response, _reference)

    @check_arguments()
    async def update(
        self,
        schedule: ByName,
        *,
        name: str | Unset = UNSET,
        timezone: str | Unset = UNSET,
        enabled: bool | Unset = UNSET,
        rotations: Sequence[Rotation] | Unset = UNSET,
        team: str | Unset = UNSET,
        description: str | Unset = UNSET,
    ) -> None:
        """Change only the given fields; *rotations* replace all existing ones.

        Not retried when selected by name: where no such schedule exists, the request is the same as `create`.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            name: A new name, only for a schedule selected by id: v1 has one field for the selector and the new name.
            timezone: An IANA time zone, such as `Europe/Berlin`.
            enabled: Whether it is enabled.
            rotations: Who takes turns, replacing all rotations. Naive datetimes are local time of the schedule, aware
                ones are converted to *timezone*.
            team: The name of the new owner team.
            description: A new description.

        Raises:
            ValueError: A schedule selected by name cannot be renamed; the time zone is unknown, or an aware datetime
                comes without *timezone*. Nothing is sent.
        """
        selector = dict(_selector(schedule))
        if "name" in selector and not isinstance(name, Unset):
            raise ArgumentValueError("name: a schedule selected by name cannot be renamed, select it by id")
        new_name = selector.get("name", name)
        json = _schedule_body(selector.get("id", UNSET), new_name, timezone, enabled, rotations, team, description)
        response = await self._transport.send(_post(json, repeatable="id" in selector))
        understand(response, _nothing)

    @check_arguments()
    async def delete(self, schedule: ByName) -> None:
        """Delete a schedule; a retry that finds none succeeds.

        Args:
            schedule: An id, a `Name`, or a model with an id.
        """
        try:
            response = await self._transport.send(_query("DELETE", SCHEDULE, _selector(schedule)))
        except NotFound as error:
            if not error.maybe_done:
                raise
        else:
            understand(response, _nothing)

    @check_arguments()
    async def get(self, schedule: ByName) -> Schedule:
        """Get a schedule with its rules, with aware datetimes in the schedule's time zone.

        Args:
            schedule: An id, a `Name`, or a model with an id.
        """
        return await self._read(_query("GET", SCHEDULE, _selector(schedule)), Schedule)

    @check_arguments()
    def list(self) -> Pager[Schedule]:
        """List all schedules."""
        return self._listing(_query("GET", SCHEDULE, ()), "schedules", Schedule)

    @check_arguments("interval", "interval_unit", "date", "timezone", "details")
    async def timeline(
        self,
        schedule: ByName,
        *,
        interval: int | None | Unset = UNSET,
        interval_unit: Literal["days", "weeks", "months"] | None | Unset = UNSET,
        date: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        details: bool | None | Unset = UNSET,
    ) -> ScheduleTimeline:
        """Get who is on call in the *interval* units after *date*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            interval: The length of the timeline in units, 1 when not given.
            interval_unit: `days`, `weeks` or `months`, `weeks` when not given.
            date: The start, now when not given: naive for local time of the schedule, or aware together with
                *timezone*.
            timezone: The schedule's time zone, for an aware *date*; it is not sent.
            details: Whether to return the base schedule, overrides and forwardings as well.

        Raises:
            ValueError: An aware *date* without *timezone*, or an unknown time zone; nothing is sent.
        """
        if date and date.utcoffset() is not None:
            if not timezone:
                raise ArgumentValueError(
                    f"date: {date} needs the schedule's time zone: give timezone, or a naive datetime"
                )
            date = to_zone(date, _zone(timezone))
        query = _query_of_values(
            interval=interval,
            intervalUnit=interval_unit,
            date=wall_text(date) if date else UNSET,
            details=details,
        )
        return await self._read(_query("GET", f"{SCHEDULE}/timeline", _selector(schedule) + query), ScheduleTimeline)

    get_timeline = timeline

    @overload
    async def who_is_on_call(
        self,
        schedule: ByName,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[False] = False,
    ) -> OnCall: ...

    @overload
    async def who_is_on_call(
        self,
        schedule: ByName,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[True],
    ) -> FlatOnCall: ...

    @with_overloads(check_arguments("time", "timezone", "flat"))
    async def who_is_on_call(
        self,
        schedule: ByName,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: bool = False,
    ) -> OnCall | FlatOnCall:
        """Get who is on call at *time*.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            time: The time, now when not given: aware, or naive for local time in *timezone*.
            timezone: The time zone of *time*, such as `Europe/Berlin`; the schedule's when
                not given, UTC for an aware one.
            flat: Whether to return usernames instead of nested participants.

        Raises:
            ValueError: The time zone is unknown; nothing is sent.
        """
        request = _query("GET", ON_CALL, _selector(schedule) + _moment(time, timezone) + _flat(flat), ON_CALL_DOMAIN)
        return await (self._read(request, FlatOnCall) if flat else self._read(request, OnCall))

    @overload
    def list_who_is_on_call(
        self,
        *,
        time: datetime | None | Unset = UNSET,
        timezone: str | None | Unset = UNSET,
        flat: Literal[False] = False,
    ) -> Pager[OnCall]: ...

    @overload
    def list_who_is_on_call(
        self, *, time: datetime | None | Unset = UNSET, timezone: str | None | Unset = UNSET, flat: Literal[True]
    ) -> Pager[FlatOnCall]: ...

    @with_overloads(check_arguments("time", "timezone", "flat"))
    def list_who_is_on_call(
        self, *, time: datetime | None | Unset = UNSET, timezone: str | None | Unset = UNSET, flat: bool = False
    ) -> Pager[OnCall] | Pager[FlatOnCall]:
        """List who is on call at *time*, for every schedule.

        Args:
            time: The time, now when not given: aware, or naive for local time in *timezone*.
            timezone: The time zone of *time*, such as `Europe/Berlin`; each schedule's
                when not given, UTC for an aware one.
            flat: Whether to return usernames instead of nested participants.

        Raises:
            ValueError: The time zone is unknown; nothing is sent.
        """
        request = _query("GET", ON_CALL, _moment(time, timezone) + _flat(flat), ON_CALL_DOMAIN)
        return self._listing(request, "oncalls", FlatOnCall) if flat else self._listing(request, "oncalls", OnCall)

    @overload
    async def who_is_on_call_next(self, schedule: ByName, *, flat: Literal[False] = False) -> NextOnCall: ...

    @overload
    async def who_is_on_call_next(self, schedule: ByName, *, flat: Literal[True]) -> FlatNextOnCall: ...

    @with_overloads(check_arguments("flat"))
    async def who_is_on_call_next(self, schedule: ByName, *, flat: bool = False) -> NextOnCall | FlatNextOnCall:
        """Get who is on call next, overrides counted ("final") and by the rotations alone.

        Args:
            schedule: An id, a `Name`, or a model with an id.
            flat: Whether to return usernames instead of nested participants.
        """
        request = _query("GET", NEXT_ON_CALL, _selector(schedule) + _flat(flat), ON_CALL_DOMAIN)
        return await (self._read(request, FlatNextOnCall) if flat else self._read(request, NextOnCall))

    @check_arguments()
    async def export(self, schedule: ByName) -> bytes:
        """Get three months as an iCalendar file.

        Args:
            schedule: An id, the `Name` of a schedule or of a user, or a model with an id.

        Returns:
            The file, as the API sends it.

        Raises:
            ProtocolError: The response is not a calendar.
        """
        request = _query("GET", f"{SCHEDULE}/export", _selector(schedule), accept="text/calendar, */*")
        response = await self._transport.send(request)
        if not response.body.lstrip().startswith(b"BEGIN:VCALENDAR"):
            start = response.redact(response.body[:2000].decode("utf-8", "replace"))[:80]
            raise attribute(response, ProtocolError(f"expected a calendar, got {start!r}"))
        return response.body

    async def _read(self, request: Request, kind: type[T]) -> T:
        """v1 answers the entity bare, without an envelope around it."""
        response = await self._transport.send(request)
        try:
            return read(read_bare(response), kind, at="response")
        except ProtocolError as error:
            raise attribute(response, without_frames(error)) from None

    def _listing(self, request: Request, key: str, kind: type[T]) -> Pager[T]:
        return Pager(self._transport, request, lambda envelope: read_list(envelope.rest.get(key), kind, at=key))


def _nothing(_: Envelope) -> None:
    """Check that the answer is an envelope, and want nothing of it."""


def _reference(envelope: Envelope) -> Reference:
    """The response's fields except `status` and `code`, which only repeat that the call succeeded."""
    fields: dict[str, Json] = {name: value for name, value in envelope.rest.items() if name not in ("status", "code")}
    return read(fields, Reference, at="response")


def _selector(schedule: ByName) -> Query:
    kind = "name" if isinstance(schedule, Name) else "id"
    value: object = schedule
    if not isinstance(schedule, str):
        value = schedule.value if isinstance(schedule, Name) else getattr(schedule, "id", None)
    if not isinstance(value, str):
        raise ArgumentTypeError(f"schedule: expected a str, a Name or a model with an id, got {schedule!r}")
    if not value:
        raise ArgumentValueError(f"schedule: an empty {kind} selects nothing")
    return ((kind, value),)


def _post(json: dict[str, Json], *, repeatable: bool) -> Request:
    return Request(method="POST", path=SCHEDULE, json=json, auth=Auth.BODY, repeatable=repeatable)


def _query(
    method: str, path: str, query: Query, domain: str = "configuration", accept: str = "application/json"
) -> Request:
    return Request(
        method=method, path=path, query=query, domain=domain, auth=Auth.QUERY, repeatable=True, accept=accept
    )


def _query_of_values(**values: str | int | bool | None | Unset) -> Query:
    return query_of(values)


def _flat(flat: bool) -> Query:
    return (("flat", "true"),) if flat else ()


def _zone(timezone: str) -> tzinfo:
    try:
        return zone(timezone)
    except ValueError as error:
        raise ArgumentValueError(f"timezone: {error}") from None


def _moment(time: datetime | None | Unset, timezone: str | None | Unset) -> Query:
    """`time` and the `timezone` to read it in: an aware moment brings its own, UTC, unless one was given."""
    if not time or time.utcoffset() is None:
        return _query_of_values(timezone=timezone, time=wall_text(time) if time else UNSET)
    time_zone = _zone(timezone) if timezone else UTC
    return _query_of_values(timezone=timezone or "UTC", time=wall_text(to_zone(time, time_zone)))


def _schedule_body(
    id: str | Unset,
    name: str | Unset,
    timezone: str | Unset,
    enabled: bool | Unset,
    rotations: Sequence[Rotation] | Unset,
    team: str | Unset,
    description: str | Unset,
) -> dict[str, Json]:
    try:
        local = in_zone(rotations, timezone) if rotations else rotations
    except ValueError as error:
        raise ArgumentValueError(str(error)) from None
    return body(
        id=id,
        name=name,
        timezone=timezone,
        enabled=enabled,
        rotations=local,
        team=team,
        description=description,
    )
