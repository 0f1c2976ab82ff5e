"""An account out of the files that a pull wrote, so that a sandbox can serve a snapshot of the real one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from opsgenie_async.sandbox import dates
from opsgenie_async.sandbox.shapes import restriction
from opsgenie_async.sandbox.state import Account, Doc
from opsgenie_async.sandbox.validate import (
    Check,
    flag,
    integer,
    items,
    moment,
    one_of,
    record,
    text,
    timezone,
)

__all__ = ["FORMAT", "LoadError", "load_account"]

FORMAT = 1
MANIFEST = "manifest.json"
INVENTED = uuid.UUID("5a7d4f0e-2b1c-4c8e-9d63-0f1e6c2a7b94")
"""The namespace of ids for what a snapshot leaves out."""


class LoadError(ValueError):
    """A snapshot that cannot be served: the message names the file and the field."""

    def __init__(self, file: str, problem: str, field: str = "") -> None:
        self.file = file
        self.field = field
        super().__init__(": ".join(part for part in (file, field, problem) if part))


def load_account(path: str | Path) -> Account:
    """The account in the snapshot directory *path*: the files its manifest lists or, without one, all in its folders.

    Files may have been edited since: their hashes are not looked at. Users are no part of a snapshot, so they are made
    up from whoever is mentioned; what is mentioned and missing otherwise stays missing. Folders of other kinds are
    passed over. Raises `LoadError`.
    """
    root = Path(path)
    if not root.is_dir():
        raise LoadError(str(path), "is not a directory")
    account = Account()
    loader = _Loader(account)
    for file in _listed(root):
        reader = loader.readers.get(file.split("/")[0])
        if reader is not None:
            reader(file, _read(root, file))
    loader.finish()
    return account


def _listed(root: Path) -> list[str]:
    """The files to read, relative to *root*, all of them there and none outside."""
    if (root / MANIFEST).is_file():
        manifest = _read(root, MANIFEST)
        version = manifest.get("format")
        if not isinstance(version, int) or version < 1:
            raise LoadError(MANIFEST, f"should be {FORMAT}", "format")
        if version > FORMAT:
            raise LoadError(MANIFEST, f"{version} is newer than the {FORMAT} that can be read here", "format")
        if not isinstance(manifest.get("files"), dict):
            raise LoadError(MANIFEST, "should be an object", "files")
        files = [str(file) for file in manifest["files"]]
    else:
        found = (each for kind in ("teams", "schedules", "escalations") for each in (root / kind).glob("*.json"))
        files = sorted(each.relative_to(root).as_posix() for each in found)
        if not files:
            raise LoadError(str(root), f"holds neither {MANIFEST} nor anything to load")
    inside = root.resolve()
    for file in files:
        if set(file) & {"\\", "\0"} or not (inside / file).resolve().is_relative_to(inside):
            raise LoadError(MANIFEST, f"{file} lies outside of the directory", "files")
        if not (inside / file).is_file():
            raise LoadError(MANIFEST, f"{file} is not there", "files")
    return files


def _read(root: Path, file: str) -> Doc:
    try:
        document = json.loads((root / file).read_bytes())
    except ValueError as error:
        raise LoadError(file, f"is not valid JSON ({error})") from None
    if not isinstance(document, dict):
        raise LoadError(file, "should be a JSON object")
    return document


_NAMED = {"id": text(), "name": text()}
_REFERENCE = record(_NAMED, mandatory=("id", "name"))
_USER = record({"id": text(), "username": text()}, mandatory=("id", "username"))


def _target(*kinds: str) -> Check:
    """A tagged reference as answers give it: with id and name, or nobody."""

    def check(value: Any, name: str) -> Iterator[tuple[str, str]]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield f"{name}#type", f"should be one of [{', '.join(kinds)}]"
        elif kind == "user":
            yield from _USER(value, name)
        elif kind not in ("none", "all"):
            yield from _REFERENCE(value, name)

    return check


def _object(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield name, "should be an object"


_TEAM = record(
    {
        **_NAMED,
        "description": text(),
        "members": items(record({"user": _USER, "role": text()}, mandatory=("user",))),
    },
    mandatory=("id", "name"),
)
_ROLE = record(
    {**_NAMED, "rights": items(record({"right": text(), "granted": flag}, mandatory=("right",)))},
    mandatory=("id", "name"),
)
# Criteria and restrictions of rules are only stored and shown: words that the documents do not know survive.
_RULE = record(
    {
        **_NAMED,
        "isDefault": flag,
        "criteria": _object,
        "timezone": text(),
        "timeRestriction": _object,
        "notify": _target("schedule", "escalation", "none"),
    },
    mandatory=("id", "notify"),
)
_SCHEDULE = record(
    {**_NAMED, "description": text(), "timezone": timezone, "enabled": flag, "ownerTeam": _REFERENCE},
    mandatory=("id", "name"),
)
_ROTATION = record(
    {
        **_NAMED,
        "startDate": moment,
        "endDate": moment,
        "type": one_of("daily", "weekly", "hourly"),
        "length": integer(1),
        "participants": items(_target("user", "team", "escalation", "group", "none"), least=1),
        "timeRestriction": restriction,
    },
    mandatory=("id", "startDate", "type", "participants"),
)
_OVERRIDE = record(
    {
        "alias": text(),
        "user": _target("user", "team", "escalation", "schedule", "none"),
        "startDate": moment,
        "endDate": moment,
        "rotations": items(record(_NAMED, mandatory=("id",))),
    },
    mandatory=("alias", "user", "startDate", "endDate"),
)
_STEP = record(
    {
        "condition": text(),
        "notifyType": text(),
        "delay": record({"timeAmount": integer(0), "timeUnit": text()}, mandatory=("timeAmount",)),
        "recipient": _target("user", "team", "schedule", "escalation", "group", "all", "none"),
    },
    mandatory=("condition", "notifyType", "delay", "recipient"),
)
_ESCALATION = record(
    {**_NAMED, "description": text(), "rules": items(_STEP), "ownerTeam": _REFERENCE, "repeat": _object},
    mandatory=("id", "name"),
)


class _Loader:
    """Checks documents, puts them into the account, and remembers who was mentioned."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._owners: dict[str, str] = {}
        self._usernames: dict[str, str] = {}
        self.readers: dict[str, Callable[[str, Doc], None]] = {
            "teams": self._team,
            "schedules": self._schedule,
            "escalations": self._escalation,
        }

    def _team(self, file: str, document: Doc) -> None:
        parts = self._checked(file, document, team=_TEAM, roles=items(_ROLE), routingRules=items(_RULE))
        team, roles, rules = parts["team"], parts.get("roles", []), parts.get("routingRules", [])
        self._claim(
            file, "team", team, *(("roles", role) for role in roles), *(("routingRules", rule) for rule in rules)
        )
        team = _filled(team, description="", members=[])
        for member in team["members"]:
            member.setdefault("role", "user")
            self._mention({"type": "user", **member["user"]})
        defaults = [rule.get("isDefault", False) for rule in rules]
        if rules and (not defaults[-1] or any(defaults[:-1])):
            raise LoadError(file, "the default rule should be there once, as the last", "routingRules")
        self._account.teams[team["id"]] = team
        self._account.team_roles[team["id"]] = [_filled(role, rights=[]) for role in roles]
        self._account.routing_rules[team["id"]] = [self._rule(rule) for rule in rules or [_default_rule(team)]]

    def _rule(self, rule: Doc) -> Doc:
        rule.pop("order", None)  # it follows from the place in the list
        criteria = {"type": "match-all"}
        return _filled(rule, name="", isDefault=False, criteria=criteria, timezone=self._account.timezone)

    def _schedule(self, file: str, document: Doc) -> None:
        parts = self._checked(
            file, document, schedule=_SCHEDULE, rotations=items(_ROTATION), overrides=items(_OVERRIDE)
        )
        schedule, rotations, overrides = parts["schedule"], parts.get("rotations", []), parts.get("overrides", [])
        self._claim(file, "schedule", schedule, *(("rotations", rotation) for rotation in rotations))
        schedule.pop("rotations", None)
        for each in (*rotations, *overrides):
            each.update({key: dates.normal(each[key]) for key in ("startDate", "endDate") if key in each})
        schedule = _filled(schedule, description="", timezone=self._account.timezone, enabled=True)
        self._account.schedules[schedule["id"]] = schedule
        self._account.rotations[schedule["id"]] = [_filled(rotation, name="", length=1) for rotation in rotations]
        kept = self._account.overrides[schedule["id"]] = {}
        for override in overrides:
            if override["alias"] in kept:
                raise LoadError(file, f"[{override['alias']}] is there twice", "overrides.alias")
            kept[override["alias"]] = _filled(override, rotations=[])
            self._mention(override["user"])
        for rotation in rotations:
            for participant in rotation["participants"]:
                self._mention(participant)

    def _escalation(self, file: str, document: Doc) -> None:
        escalation = self._checked(file, document, escalation=_ESCALATION)["escalation"]
        self._claim(file, "escalation", escalation)
        self._account.escalations[escalation["id"]] = _filled(escalation, description="", rules=[])
        for rule in escalation.get("rules", []):
            rule["delay"].setdefault("timeUnit", "minutes")
            self._mention(rule["recipient"])

    def _checked(self, file: str, document: Doc, **parts: Check) -> dict[str, Any]:
        """The *parts* of a file, of which the first is mandatory; members that say null are as good as absent."""
        check = record(dict(parts), mandatory=(next(iter(parts)),))
        for field, problem in check(document, ""):
            raise LoadError(file, problem, field.replace("#", "."))
        return {name: _tidy(document[name]) for name in parts if document.get(name) is not None}

    def _claim(self, file: str, part: str, entity: Doc, *inner: tuple[str, Doc]) -> None:
        """Refuse an id that is taken: no two entities of an account share one."""
        for field, each in ((part, entity), *inner):
            if each["id"] in self._owners:
                raise LoadError(file, f"[{each['id']}] is in {self._owners[each['id']]} already", f"{field}.id")
            self._owners[each["id"]] = file

    def _mention(self, target: Doc) -> None:
        if target["type"] == "user":
            self._usernames.setdefault(target["id"], target["username"])
        elif target["type"] == "group":
            group = {"id": target["id"], "name": target["name"], "users": []}
            self._account.groups.setdefault(target["id"], group)

    def finish(self) -> None:
        """Make up the users who were mentioned, in the order of their usernames."""
        for id, username in sorted(self._usernames.items(), key=lambda item: item[::-1]):
            self._account.users[id] = {
                "blocked": False,
                "verified": True,
                "id": id,
                "username": username,
                "fullName": username.partition("@")[0].replace(".", " ").title(),
                "role": {"id": "User", "name": "User"},
                "timeZone": self._account.timezone,
                "locale": "en_US",
                "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""},
                "tags": [],
                "details": {},
                "createdAt": "2024-01-15T09:30:00.000Z",
            }


def _tidy(part: Any) -> Any:
    """*part*, an entity or a list of them, without members that say null or belong to the answer around it."""
    if isinstance(part, list):
        return [_tidy(each) for each in part]
    return {key: value for key, value in part.items() if value is not None and key != "_parent"}


def _filled(entity: Doc, **defaults: object) -> Doc:
    """*entity* with *defaults* for what it does not have."""
    return entity | {key: value for key, value in defaults.items() if key not in entity}


def _default_rule(team: Doc) -> Doc:
    return {
        "id": str(uuid.uuid5(INVENTED, team["id"])),
        "name": "Default Routing Rule",
        "isDefault": True,
        "notify": {"type": "none"},
    }
