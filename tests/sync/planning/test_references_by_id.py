"""People may say whom they mean by an id; a plan says it by name."""

from __future__ import annotations

from typing import Any

from opsgenie_async.sync.model.snapshot import Snapshot, Target
from opsgenie_async.sync.planning.plan import plan
from tests.sync.states import entity, state

ANN = entity("user", {"username": "ann@x", "role": {"name": "User"}}, "id-of-ann")
NIGHT = {"name": "r", "type": "weekly", "startDate": "2026-01-05T08:00:00Z"}


def account(user: dict[str, Any], team: Any) -> Snapshot:
    return state(
        ANN,
        entity("team", {"name": "ops", "members": [{"user": user}]}, "id-of-ops"),
        entity(
            "schedule",
            {"name": "night"},
            "id-of-night",
            schedule_rotation=[({**NIGHT, "participants": [{"type": "user", **user}]}, "id-of-r")],
        ),
        entity("service", {"name": "shop", "teamId": team}, "id-of-shop"),
    )


def test_an_id_is_the_name_that_has_it() -> None:
    have = account({"username": "ann@x"}, {"name": "ops"})
    want = account({"id": "id-of-ann"}, "id-of-ops")
    assert plan(have, want, prune=True).changes == ()


def test_so_it_is_in_another_account() -> None:
    result = plan(Snapshot(entities={}), account({"id": "id-of-ann"}, "id-of-ops"))
    late = [change.fields for change in result.changes if change.kind.name == "team" and change.action == "update"]
    assert late == [{"members": [{"user": {"username": "ann@x"}}]}]
    (service,) = [change.fields for change in result.changes if change.kind.name == "service"]
    assert service["teamId"] == {"name": "ops"}


def test_an_id_of_what_was_not_read_is_known_too() -> None:
    have = Snapshot(
        entities=account({"username": "ann@x"}, {"name": "ops"}).entities,
        ids={Target("user", "bo@x"): "id-of-bo"},
    )
    want = account({"id": "id-of-bo"}, {"name": "ops"})
    changed = {change.kind.name: change.fields for change in plan(have, want).changes}
    assert changed["team"] == {"members": [{"user": {"username": "bo@x"}}]}


def test_one_that_nobody_knows_stays() -> None:
    result = plan(account({"username": "ann@x"}, {"name": "ops"}), account({"id": "of-nobody"}, {"name": "ops"}))
    changed = {change.kind.name: change.fields for change in result.changes}
    assert changed["team"] == {"members": [{"user": {"id": "of-nobody"}}]}
