"""Add entities to an account directly, without the API, to arrange a test."""

from __future__ import annotations

from datetime import datetime

from opsgenie_async.clock import epoch_milliseconds
from opsgenie_async.sandbox.account import dates, lookup
from opsgenie_async.sandbox.account.random import Ids
from opsgenie_async.sandbox.account.state import Account, Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.behaviour import logs
from opsgenie_async.sandbox.behaviour.team_defaults import add_bare_team

__all__ = ["Arrangements"]


class Arrangements:
    """Methods that add entities with sensible defaults; they return the documents, which may be changed."""

    account: Account

    def __init__(self, account: Account, ids: Ids) -> None:
        self.account = account
        self._ids = ids

    def add_user(self, username: str, full_name: str = "", *, role: str = "User") -> Doc:
        """Add a verified user."""
        user: Doc = {
            "id": self._ids.new(),
            "username": username,
            "fullName": full_name or username.partition("@")[0].replace(".", " ").title(),
            "role": {"id": role, "name": role},
            "timeZone": self.account.timezone,
            "locale": "en_US",
            "userAddress": {"country": "", "state": "", "city": "", "line": "", "zipCode": ""},
            "tags": [],
            "details": {},
            "blocked": False,
            "verified": True,
            "createdAt": "2024-01-15T09:30:00.000Z",
        }
        self.account.users[user["id"]] = user
        return user

    def add_team(self, name: str, *, members: tuple[str, ...] = (), description: str = "") -> Doc:
        """Add a team with only its default routing rule; *members* are usernames, created if unknown.

        The schedule and escalation that `POST /v2/teams` creates are not added.
        """
        users = [lookup.user(self.account, each) or self.add_user(each) for each in members]
        team: Doc = {
            "id": self._ids.new(),
            "name": name,
            "description": description,
            "members": [{"user": {"id": each["id"], "username": each["username"]}, "role": "user"} for each in users],
        }
        add_bare_team(self.account, team, self._ids)
        return team

    def add_schedule(self, name: str, *, team: str | None = None, participants: tuple[str, ...] = ()) -> Doc:
        """Add an enabled schedule with one weekly rotation of *participants* (usernames, created if unknown)."""
        schedule: Doc = {
            "id": self._ids.new(),
            "name": name,
            "description": "",
            "timezone": self.account.timezone,
            "enabled": True,
        }
        if team is not None:
            schedule["ownerTeam"] = lookup.owner_reference(self._team(team))
        users = [lookup.user(self.account, each) or self.add_user(each) for each in participants]
        rotation: Doc = {
            "id": self._ids.new(),
            "name": "Rot1",
            "startDate": "2024-01-01T08:00:00Z",
            "type": "weekly",
            "length": 1,
            "participants": [lookup.reference("user", each) for each in users],
        }
        self.account.schedules[schedule["id"]] = schedule
        self.account.rotations[schedule["id"]] = [rotation] if users else []
        return schedule

    def add_service(self, name: str, *, team: str | None = None) -> Doc:
        """Add a service of *team* (id or name, created if unknown), or of no team, as the vendor's demo service."""
        owner = None if team is None else self._team(team)["id"]
        service: Doc = {"id": self._ids.new(), "name": name, "description": "", "teamId": owner, "tags": []}
        self.account.services[service["id"]] = service
        return service

    def add_routing_rules(self, team: str, *, count: int = 1) -> list[Doc]:
        """Add *count* rules before the default one of *team* (id or name, created if unknown)."""
        rules = self.account.routing_rules[self._team(team)["id"]]
        new_rules: list[Doc] = [
            {
                "id": self._ids.new(),
                "name": f"rule-{len(rules) + number}",
                "isDefault": False,
                "criteria": {
                    "type": "match-any-condition",
                    "conditions": [
                        {
                            "field": "message",
                            "not": False,
                            "operation": "contains",
                            "expectedValue": f"word-{number}",
                            "order": 0,
                        }
                    ],
                },
                "timezone": self.account.timezone,
                "notify": {"type": "none"},
            }
            for number in range(count)
        ]
        rules[-1:-1] = new_rules
        return new_rules

    def add_log_file(self, moment: datetime, *entries: Doc) -> Doc:
        """Add a log file of that time (timezone-aware), with *entries* as its lines."""
        file = logs.log_file(moment, entries)
        self.account.log_files[file["filename"]] = file
        return file

    def add_alert(self, moment: datetime, id: str = "", *, message: str = "Made up") -> Doc:
        """Add an open alert created at that time (timezone-aware)."""
        alert = alert_records.document(
            id or f"{self._ids.new()}-{epoch_milliseconds(moment)}",
            dates.trim(moment),
            {"message": message},
        )
        alert["tinyId"] = str(self.account.alerts.total + 1)
        self.account.alerts[alert["id"]] = alert
        self.account.alert_logs[alert["id"]] = []
        return self.account.alerts[alert["id"]]

    def add_attachment(self, alert: str, name: str, content: bytes | int, *, media: str = "text/plain") -> Doc:
        """Attach a file to an alert.

        Args:
            alert: The id of the alert.
            name: Any file name, including hostile ones.
            content: The bytes, or their number for a large file, which repeats the alphabet.
            media: The media type.

        Returns:
            The attachment.
        """
        attachment: Doc = {"id": self._ids.number(), "name": name, "media": media, "content": content}
        self.account.alert_attachments.setdefault(alert, {})[str(attachment["id"])] = attachment
        return attachment

    def add_user_saved_search(self, name: str, query: str, *, owner: str) -> Doc:
        """Add a search for users that *owner* (a username, created if unknown) saved in the web application."""
        user = lookup.user(self.account, owner) or self.add_user(owner)
        search = {"id": self._ids.new(), "name": name, "description": "", "ownerId": user["id"], "query": query}
        self.account.user_saved_searches[search["id"]] = search
        return search

    def _team(self, name: str) -> Doc:
        teams = self.account.teams
        return teams.get(name) or lookup.by_name(teams.values(), name) or self.add_team(name)
