"""Names of teams, services, users and schedules by id, as far as an archive has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from opsgenie_async.archive.exports.text import text
from opsgenie_async.archive.kinds import SCHEDULES, SERVICES, USERS
from opsgenie_async.archive.layout import CONFIGURATION, is_path
from opsgenie_async.archive.reader import Archive
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import read_regular
from opsgenie_async.sync.model.kinds.schedule import SCHEDULE
from opsgenie_async.sync.model.kinds.team import TEAM
from opsgenie_async.time_zones import find_time_zone

__all__ = ["Directory"]

LARGEST = 64 * 2**20
"""Bytes of a file of the configuration."""


class Directory:
    """Names by id, and time zones.

    Attributes:
        teams: Names of teams by id.
        services: Names of services by id.
        schedules: Names of schedules by id.
        schedule_teams: Names of the teams that own schedules, by the schedule's id.
        schedule_zones: Time zones of schedules by id.
        user_zones: Time zones of users by user name; an archive without contacts has none.
    """

    def __init__(self, archive: Archive) -> None:
        """Read the names from the archive."""
        self.teams: dict[str, str] = {}
        self.services: dict[str, str] = {}
        self.schedules: dict[str, str] = {}
        self.schedule_teams: dict[str, str] = {}
        self.schedule_zones: dict[str, str] = {}
        self.user_zones: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._read_configuration(archive)
        self._read_records(archive)

    def name(self, id: str) -> str:
        """The name of the entity with that id, or the id itself."""
        return self._names.get(id) or id

    def zone(self, username: str, default: ZoneInfo) -> ZoneInfo:
        """The time zone of a user, *default* if it is unknown."""
        return find_time_zone(self.user_zones.get(username, "")) or default

    def _read_records(self, archive: Archive) -> None:
        for record in archive.records(SERVICES):
            self._note(self.services, record.id, record.document.get("name"))
        for record in archive.records(USERS):
            username, zone = text(record.document.get("username")), record.document.get("timeZone")
            self._names[record.id] = username
            if isinstance(zone, str):
                self.user_zones[username] = zone
        for record in archive.records(SCHEDULES):
            parent = record.document.get("_parent")
            if isinstance(parent, dict):
                self._note(self.schedules, record.id, parent.get("name"))

    def _read_configuration(self, archive: Archive) -> None:
        """Read the newest configuration written by `pull`: its manifest has an id for each file."""
        for folder, path in _newest_first(archive):
            files = _json_of(archive, path).get("files")
            if not isinstance(files, dict):
                continue
            for name, each in files.items():
                if isinstance(each, dict) and isinstance(each.get("id"), str):
                    self._note_file(archive, folder, name, each)

    def _note_file(self, archive: Archive, folder: str, name: str, each: dict[str, Any]) -> None:
        id = each["id"]
        match each.get("kind"):
            case TEAM.name:
                self._note(self.teams, id, each.get("name"))
            case SCHEDULE.name:
                self._note(self.schedules, id, each.get("name"))
                path = f"{folder}/{name}"
                if id not in self.schedule_zones and path in archive.manifest["configuration"]:
                    self._note_schedule(id, _json_of(archive, path).get(SCHEDULE.section))
            case _:
                self._note({}, id, each.get("name"))

    def _note_schedule(self, id: str, schedule: Any) -> None:
        if not isinstance(schedule, dict):
            return
        self.schedule_zones[id] = text(schedule.get("timezone"))
        owner = schedule.get("ownerTeam")
        if isinstance(owner, dict):
            self.schedule_teams[id] = text(owner.get("name"))

    def _note(self, names: dict[str, str], id: str, name: Any) -> None:
        if isinstance(name, str) and name:
            names.setdefault(id, name)
            self._names.setdefault(id, name)


def _newest_first(archive: Archive) -> Iterator[tuple[str, str]]:
    """Folders of the configuration with their manifests, the newest first."""
    paths = archive.manifest.get("configuration")
    manifests = [
        PurePosixPath(path)
        for path in (paths if isinstance(paths, dict) else {})
        if path.startswith(f"{CONFIGURATION}/") and path.count("/") == 2 and path.endswith("/manifest.json")
    ]
    for path in sorted(manifests, key=lambda each: _order(each.parent.name), reverse=True):
        yield path.parent.as_posix(), path.as_posix()


def _order(name: str) -> tuple[int, bool]:
    number, _, part = name.partition("-")
    return (int(number) if number.isdecimal() else 0, part == "end")


def _json_of(archive: Archive, path: str) -> dict[str, Any]:
    """A file of the archive as JSON, {} if it cannot be read: an unknown name is shown as its id."""
    if not is_path(path):
        return {}
    try:
        document = json.loads(read_regular(archive.folder / path, most=LARGEST))
    except (OSError, ValueError, RecursionError, OpsgenieError):
        return {}
    return document if isinstance(document, dict) else {}
