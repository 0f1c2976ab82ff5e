"""Small accounts with something of every kind, drawn by Hypothesis; two of them have names and ids in common."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from tests.sync.states import Fields, entity, state

Draw = Any


@st.composite
def accounts(draw: Draw) -> Snapshot:
    return Drawing(draw).account()


class Drawing:
    """One account. Ids come in another order each time, so that the same id may stand for another name."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.users = self.some(["a@x", "b@x", "c@x"])
        self.teams = self.some(["ops", "db", "web"])
        self.schedules = self.some(["night", "day"])
        self.escalations = self.some(["first", "second"])

    def some(self, pool: list[str], most: int = 3) -> list[str]:
        return self.draw(st.lists(st.sampled_from(pool), unique=True, max_size=most))  # type: ignore[no-any-return]

    def any_of(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def ids(self, word: str, count: int) -> list[str]:
        return [f"{word}-{number}" for number in self.draw(st.permutations(range(count + 1)))[:count]]

    def maybe(self, **fields: tuple[Any, ...]) -> Fields:
        """Fields with one of their values each; where that is `...`, without it."""
        choices = {name: self.any_of(*values) for name, values in fields.items()}
        return {name: value for name, value in choices.items() if value is not ...}

    def owner(self) -> Fields:
        return {"ownerTeam": {"name": self.any_of(*self.teams)}} if self.teams and self.any_of(True, False) else {}

    def responder(self) -> Fields:
        pool: list[Fields] = [{"type": "user", "username": "boss@x"}]
        pool += [{"type": "team", "name": each} for each in self.teams]
        pool += [{"type": "schedule", "name": each} for each in self.schedules]
        return self.any_of(*pool)  # type: ignore[no-any-return]

    def numbered(self, word: str, documents: list[Fields]) -> list[tuple[Fields, str]]:
        return list(zip(documents, self.ids(word, len(documents)), strict=True))

    def account(self) -> Snapshot:
        result: list[Entity] = [entity("user", {"username": "boss@x", "role": {"name": "Owner"}}, "boss")]
        for name, id in zip(self.users, self.ids("user", len(self.users)), strict=True):
            result.append(self.user(name, id))
        for name, id in zip(self.teams, self.ids("team", len(self.teams)), strict=True):
            result.append(self.team(name, id))
            result += self.policies(name, id)
            result += self.service(name)
        result += self.policies("", "")
        for name, id in zip(self.schedules, self.ids("schedule", len(self.schedules)), strict=True):
            result.append(self.schedule(name, id))
        for name, id in zip(self.escalations, self.ids("escalation", len(self.escalations)), strict=True):
            result.append(self.escalation(name, id))
        for name in self.some(["pulse", "beat"], 2):
            result.append(
                entity("heartbeat", {"name": name, **self.owner(), **self.maybe(alertTags=(..., ["a", "b"], []))})
            )
        result += self.integrations()
        return state(*result)

    def user(self, name: str, id: str) -> Entity:
        contacts = [
            {"method": "sms", "to": each, **self.maybe(enabled=(..., True, False))} for each in self.some(["1", "2"], 2)
        ]
        rules = [
            {
                "actionType": self.any_of("create-alert", "add-note"),
                "name": each,
                **self.maybe(enabled=(True, False), timeRestriction=(..., None)),
                "schedules": [{"type": "schedule", "name": each} for each in self.some(self.schedules or ["-"], 2)]
                if self.schedules
                else [],
            }
            for each in self.some(["r", "s", "t"])
        ]
        fields = self.maybe(tags=(..., [], ["x", "y"], ["y", "x"]), userAddress=(..., {"city": ""}, {"city": "Porto"}))
        return entity(
            "user",
            {"username": name, "fullName": name, "role": {"name": self.any_of("User", "admin")}, **fields},
            id,
            contact=self.numbered(f"{id}/c", contacts),
            notification_rule=self.numbered(f"{id}/n", rules),
        )

    def team(self, name: str, id: str) -> Entity:
        members = (
            [
                {"user": {"username": each}, **self.maybe(role=(..., "user", "Admin", "lead"))}
                for each in self.some(self.users)
            ]
            if self.users
            else []
        )
        notify = [{"type": "none"}, *({"type": "schedule", "name": each} for each in self.schedules)]
        notify += [{"type": "escalation", "name": each} for each in self.escalations]
        rules = [
            {"name": each, "isDefault": False, "notify": self.any_of(*notify), **self.maybe(timezone=(..., "UTC"))}
            for each in self.draw(st.lists(st.sampled_from(["p", "q", "default"]), max_size=4))
        ]
        default = {"name": "Default Routing Rule", "isDefault": True, "notify": self.any_of(*notify)}
        roles = [{"name": "lead", **self.maybe(rights=(..., [{"right": "a"}], [{"right": "a", "granted": False}]))}]
        return entity(
            "team",
            {"name": name, "members": members, **self.maybe(description=(..., "", "x"))},
            id,
            team_role=self.numbered(f"{id}/role", roles),
            team_routing_rule=[*self.numbered(f"{id}/rule", rules), (default, f"{id}/default")],
        )

    def policies(self, team: str, id: str) -> list[Entity]:
        alert = [
            {
                "type": "alert",
                "name": each,
                "enabled": True,
                "message": self.any_of("m", "{{message}}"),
                "responders": [self.responder()] if self.any_of(True, False) else [],
            }
            for each in self.draw(st.lists(st.sampled_from(["one", "two"]), max_size=3))
        ]
        rest = [{"type": "notification", "name": "hush", "enabled": True, "suppress": self.any_of(True, False)}]
        if not team:
            rest = []
        if not alert and not rest:
            return []
        return [
            entity(
                "policies",
                {"team": {"name": team}} if team else {},
                id,
                alert_policy=self.numbered(f"{id}/a", alert),
                notification_policy=self.numbered(f"{id}/n", rest),
            )
        ]

    def service(self, team: str) -> list[Entity]:
        rules = [
            {"incidentProperties": {"message": each, "priority": "P1", "stakeholderProperties": {"message": "m"}}}
            for each in self.draw(st.lists(st.sampled_from(["i", "j"]), max_size=2))
        ]
        audience = {"responder": {"teams": [{"name": each} for each in self.some(self.teams)]}}
        audience |= self.maybe(stakeholder=(..., {}, {"conditions": [{"matchField": "tag", "value": "x"}]}))
        return [
            entity(
                "service",
                {"name": f"service of {team}", "teamId": {"name": team}, **self.maybe(tags=(..., ["t"]))},
                f"service-{team}",
                service_incident_rule=self.numbered(f"{team}/i", rules),
                service_audience_template=[(audience, "")],
            )
        ]

    def schedule(self, name: str, id: str) -> Entity:
        participants: list[Fields] = [{"type": "none"}, {"type": "user", "username": "boss@x"}]
        participants += [{"type": "user", "username": each} for each in self.users]
        participants += [{"type": "team", "name": each} for each in self.teams]
        participants += [{"type": "escalation", "name": each} for each in self.escalations]
        rotations = [
            {
                "name": each,
                "type": "weekly",
                "startDate": self.any_of("2024-01-01T08:00:00Z", "2024-01-01T10:10+02:00", "2024-02-01T08:00:00Z"),
                "participants": self.draw(st.lists(st.sampled_from(participants), min_size=1, max_size=3)),
                **self.maybe(length=(..., 1, 2)),
            }
            for each in self.some(["Rot1", "Rot2"], 2)
        ]
        overrides = [
            {
                "alias": each,
                "user": self.any_of({"type": "none"}, {"type": "user", "username": "boss@x"}),
                "startDate": "2024-01-01T08:00:00Z",
                "endDate": "2024-01-02T08:00:00Z",
                "rotations": [{"name": rotation["name"]} for rotation in rotations[: self.any_of(0, 1, 2)]],
            }
            for each in self.some(["o1", "o2"], 2)
        ]
        return entity(
            "schedule",
            {"name": name, **self.owner(), **self.maybe(enabled=(..., True, False), timezone=(..., "UTC"))},
            id,
            schedule_rotation=self.numbered(f"{id}/rot", rotations),
            schedule_override=[(each, "") for each in overrides],
        )

    def escalation(self, name: str, id: str) -> Entity:
        rules = [
            {
                "condition": "if-not-acked",
                "notifyType": "default",
                "recipient": self.responder(),
                "delay": self.any_of({"timeAmount": 5}, {"timeAmount": 5, "timeUnit": "minutes"}),
            }
            for _ in range(self.any_of(1, 2))
        ]
        repeat = self.maybe(repeat=(..., {}, {"count": 2}, {"waitInterval": 5, "count": None}))
        return entity("escalation", {"name": name, "rules": rules, **self.owner(), **repeat}, id)

    def integrations(self) -> list[Entity]:
        names = self.some(["api", "mail"], 2)
        result = []
        for name, id in zip(names, self.ids("integration", len(names)), strict=True):
            actions = {
                "create": [
                    {
                        "name": "c",
                        "alias": "x",
                        "filter": {"conditionMatchType": "match-all"},
                        "responders": [self.responder()],
                    }
                ][: self.any_of(0, 1)]
            }
            result.append(
                entity(
                    "integration",
                    {"name": name, "type": "API", "enabled": True},  # no call gives it to another team
                    id,
                    integration_action=[(actions, "")],
                )
            )
        for words in self.draw(st.lists(st.sampled_from(["deploy", "move"]), max_size=2)) if names else []:
            rules = [{"entity": {"type": "integration", "name": self.any_of(*names)}}]
            result.append(
                entity(
                    "maintenance",
                    {"description": words, "time": {"type": "indefinitely"}, "rules": rules},
                    f"maintenance-{len(result)}",
                )
            )
        return result
