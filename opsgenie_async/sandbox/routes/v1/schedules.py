"""Schedule API (deprecated), `/v1/json/schedule`: the same schedules as v2, in the form of its page.

On the page, an update can select its schedule by `name`, like a creation: here a POST without `id` and with an existing
`name` is an update. With `id`, `name` is the new name. `id` wins if both select.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from zoneinfo import ZoneInfo

from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.references import follow_rename, refuse_duplicate_name, refuse_if_used
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import on_call
from opsgenie_async.sandbox.behaviour.calendars import CALENDAR, export_calendar
from opsgenie_async.sandbox.behaviour.removal import remove_schedule
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import SCHEDULE_ONCALLS
from opsgenie_async.sandbox.http.responses import Dialect, Response, bare
from opsgenie_async.sandbox.http.route import JSON
from opsgenie_async.sandbox.http.router import Routes
from opsgenie_async.sandbox.routes.v1 import documents as v1_documents
from opsgenie_async.sandbox.routes.v1 import timeline as v1_timeline
from opsgenie_async.sandbox.routes.v1.documents import bad_request

__all__ = ["routes"]

routes = Routes(dialect=Dialect.V1)

UNITS = ("days", "weeks", "months")


# The page's samples send their JSON with curl -d, which declares a form.
@routes.on("POST", "/v1/json/schedule", media=JSON | {"application/x-www-form-urlencoded", "text/plain"})
def create_or_update(call: Call) -> Response:
    body = call.body
    id, name = body.get("id"), body.get("name")
    if not id and not name:
        raise bad_request("Mandatory field [name] is missing")
    if name is not None and (not isinstance(name, str) or len(name) > 100):
        raise bad_request("name should be a string of at most 100 characters")
    if id:
        schedule = _lookup(call, str(id), None)
        _write(call, schedule)
        return _success()
    existing = lookup.by_name(call.account.schedules.values(), str(name))
    if existing is not None:
        call.require(existing.get("ownerTeam"))
        _write(call, existing)
        return _success()
    return _success(id=_create(call, str(name))["id"])


@routes.on("DELETE", "/v1/json/schedule")
def delete(call: Call) -> Response:
    schedule = _schedule_in_query(call)
    refuse_if_used(call.account, "schedule", schedule)
    remove_schedule(call.account, schedule["id"])
    return _success()


@routes.on("GET", "/v1/json/schedule")
def get_or_list(call: Call) -> Response:
    if _has_selector(call):
        return bare(v1_documents.schedule_document(call.account, _schedule_in_query(call)))
    schedules = [v1_documents.schedule_document(call.account, each, listed=True) for each in _visible(call)]
    return bare({"schedules": schedules})


@routes.on("GET", "/v1/json/schedule/timeline")
def timeline(call: Call) -> Response:
    schedule = _schedule_in_query(call)
    arrival = call.world.clock.now()
    zone = ZoneInfo(schedule["timezone"])
    now = call.world.clock.utc()
    date = call.query.get("date")
    interval = call.query.get("interval", "1")
    if not interval.isdecimal() or len(interval) > 3 or not 1 <= int(interval) <= 366:
        raise bad_request(f"interval [{interval}] should be a number from 1 to 366")
    unit = call.query.get("intervalUnit", "weeks")
    if unit not in UNITS:
        raise bad_request(f"intervalUnit [{unit}] should be one of days, weeks and months")
    moment = v1_documents.moment(date, "date", zone) if date else now
    start, end = dates.span(moment, zone, unit, int(interval))
    body = v1_timeline.timeline(call.account, schedule, start, end, now, details=call.flag("details"))
    return bare({"schedule": v1_documents.head(schedule), "took": _took(call, arrival), "timeline": body})


@routes.on("GET", "/v1.1/json/schedule/whoIsOnCall", domain=SCHEDULE_ONCALLS, configuration=True)
def who_is_on_call(call: Call) -> Response:
    arrival = call.world.clock.now()
    timezone = call.query.get("timezone")
    zone = v1_documents.zone(timezone, "timezone") if timezone else None
    if _has_selector(call):
        return bare(_on_call(call, _schedule_in_query(call), zone, arrival))
    return bare({"oncalls": [_on_call(call, schedule, zone, arrival) for schedule in _visible(call)]})


def _on_call(call: Call, schedule: Doc, zone: ZoneInfo | None, arrival: float) -> Doc:
    time = call.query.get("time")
    zone = zone or ZoneInfo(schedule["timezone"])
    at = v1_documents.moment(time, "time", zone).astimezone(UTC) if time else call.world.clock.utc()
    participants = on_call.on_call(call.account, schedule, at)
    if call.flag("flat"):
        return _flat(call, schedule, arrival, {"recipients": on_call.flat(call.account, participants, at)})
    return {**_identity(schedule), "participants": on_call.participant_trees(call.account, participants)}


@routes.on("GET", "/v1/json/schedule/whoIsOnCallNext", domain=SCHEDULE_ONCALLS, configuration=True)
def who_is_on_call_next(call: Call) -> Response:
    arrival = call.world.clock.now()
    schedule = _schedule_in_query(call)
    now = call.world.clock.utc()
    by_view = {
        view: on_call.next_on_call(call.account, schedule, now, overrides=view == "final")
        for view in ("final", "rotation")
    }
    if call.flag("flat"):
        recipients = {
            f"{view}NextRecipients": on_call.flat(call.account, people, now) for view, people in by_view.items()
        }
        return bare(_flat(call, schedule, arrival, recipients))
    participants = {
        f"{view}NextOnCalls": on_call.participant_trees(call.account, people) for view, people in by_view.items()
    }
    return bare(_identity(schedule) | participants)


@routes.on("GET", "/v1/json/schedule/export", answers=JSON | {CALENDAR})
def export(call: Call) -> Response:
    name, now = call.query.get("name", ""), call.world.clock.utc()
    user = None if call.query.get("id") or not name else lookup.user(call.account, name)
    if user is not None and lookup.by_name(call.account.schedules.values(), name) is None:
        return export_calendar(call.account, user["username"], _visible(call), now, user)
    schedule = _schedule_in_query(call)
    return export_calendar(call.account, schedule["name"], [schedule], now)


def _create(call: Call, name: str) -> Doc:
    schedule: Doc = {
        "id": call.world.ids.new(),
        "name": name,
        "description": "",
        "timezone": call.account.timezone,
        "enabled": True,
    }
    _write(call, schedule)
    call.account.schedules[schedule["id"]] = schedule
    call.account.rotations.setdefault(schedule["id"], [])
    call.account.overrides[schedule["id"]] = {}
    return schedule


def _write(call: Call, schedule: Doc) -> None:
    """Write the body into *schedule*, completely or not at all."""
    body, account = call.body, call.account
    new_schedule: Doc = {"name": body.get("name") or schedule["name"]}
    refuse_duplicate_name(account.schedules.values(), "schedule", new_schedule["name"], but=schedule["id"])
    zone = v1_documents.zone(body.get("timezone") or schedule["timezone"], "timezone")
    new_schedule["timezone"] = zone.key
    if body.get("description") is not None:
        new_schedule["description"] = str(body["description"])
    if body.get("enabled") is not None:
        new_schedule["enabled"] = _parse_enabled(body["enabled"])
    owner = _owner(call, schedule)
    rotations = None
    if body.get("rotations") is not None:
        if not isinstance(body["rotations"], list):
            raise bad_request("rotations should be a list")
        rotations = [v1_documents.rotation(account, zone, call.world.ids.new, each) for each in body["rotations"]]

    schedule.update(new_schedule)
    schedule.pop("ownerTeam", None)
    if owner is not None:
        schedule["ownerTeam"] = owner
    follow_rename(account, "schedule", schedule)
    if rotations is not None:
        account.rotations[schedule["id"]] = rotations
        # Their rotations are gone, and without any they would be overrides of the whole schedule.
        overrides = account.overrides.get(schedule["id"], {})
        account.overrides[schedule["id"]] = {alias: each for alias, each in overrides.items() if not each["rotations"]}


def _owner(call: Call, schedule: Doc) -> Doc | None:
    """The owner of *schedule* after the write: with a team's key always that team."""
    if call.key.team is not None:
        return lookup.owner_reference(call.account.teams[call.key.team])
    name = call.body.get("team")
    if name is None:
        return schedule.get("ownerTeam")
    if name == "":
        return None
    team = lookup.by_name(call.account.teams.values(), str(name))
    if team is None:
        raise bad_request(f"Team [{name}] does not exist")
    return lookup.owner_reference(team)


def _parse_enabled(value: object) -> bool:
    if value not in (True, False, "true", "false"):
        raise bad_request(f"enabled [{value}] should be true or false")
    return value in (True, "true")


def _has_selector(call: Call) -> bool:
    return bool(call.query.get("id") or call.query.get("name"))


def _schedule_in_query(call: Call) -> Doc:
    """The schedule selected by the query."""
    if not _has_selector(call):
        raise bad_request("One of id or name parameters should be specified")
    return _lookup(call, call.query.get("id"), call.query.get("name"))


def _lookup(call: Call, id: str | None, name: str | None) -> Doc:
    schedules = call.account.schedules
    schedule = schedules.get(id) if id else lookup.by_name(schedules.values(), name or "")
    if schedule is None:
        raise Refusal(404, f"Schedule with {'id' if id else 'name'} [{id or name}] does not exist")
    call.require(schedule.get("ownerTeam"))
    return schedule


def _visible(call: Call) -> Iterable[Doc]:
    return [schedule for schedule in call.account.schedules.values() if call.sees(schedule.get("ownerTeam"))]


def _identity(schedule: Doc) -> Doc:
    return {"id": schedule["id"], "name": schedule["name"], "type": "schedule"}


def _flat(call: Call, schedule: Doc, arrival: float, recipients: Doc) -> Doc:
    return {"took": _took(call, arrival), **recipients, "isEnabled": schedule["enabled"], **_identity(schedule)}


def _success(**more: str) -> Response:
    return bare({**more, "status": "successful", "code": 200})


def _took(call: Call, arrival: float) -> int:
    """Whole milliseconds, at least one, as in the page's responses."""
    return 1 + int((call.world.clock.now() - arrival) * 1000)
