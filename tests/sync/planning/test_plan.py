"""What a plan says has to be done, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from opsgenie_async.sync.model.kinds import LAST_STAGE
from opsgenie_async.sync.model.snapshot import Entity, Snapshot
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.plan import Plan, plan
from tests.sync.planning.entities import NIGHT, NOBODY, NOTHING, escalation, rule, schedule, steps, team, user
from tests.sync.states import Fields, entity, state

FIRST = {"type": "escalation", "name": "first"}


def the_change(result: Plan) -> Change:
    (change,) = result.changes
    return change


def test_what_is_new_is_made_before_what_refers_to_it_and_a_team_gets_its_members_late() -> None:
    members = [{"user": {"username": "a@x"}, "role": "admin"}]
    want = state(
        user("a@x", contact=[({"method": "sms", "to": "1", "enabled": False}, ""), ({"method": "sms", "to": "2"}, "")]),
        team(members=members, rules=(rule("p", FIRST),)),
        schedule(participants=(FIRST,), ownerTeam={"name": "ops"}),
        escalation(NIGHT, ownerTeam={"name": "ops"}),
    )
    result = plan(NOTHING, want)
    by_step = dict(zip(steps(result), result.changes, strict=True))
    assert list(by_step) == [
        ("create", "user", "a@x"),
        ("create", "contact", "sms 1"),
        ("update", "contact", "sms 1"),
        ("create", "contact", "sms 2"),
        ("create", "team", "ops"),
        ("create", "schedule", "night"),
        ("create", "escalation", "first"),
        ("create", "schedule_rotation", "Rot1"),
        ("update", "team", "ops"),
        ("create", "team_routing_rule", "p"),
        ("update", "team_routing_rule", "default"),
    ]
    assert by_step["create", "team", "ops"].fields == {"name": "ops"}
    assert by_step["update", "team", "ops"].fields == {"members": members}
    assert by_step["create", "contact", "sms 1"].fields == {"method": "sms", "to": "1"}
    assert by_step["update", "contact", "sms 1"].fields == {"enabled": False}
    assert by_step["create", "team_routing_rule", "p"].fields == {"name": "p", "notify": FIRST}
    default = by_step["update", "team_routing_rule", "default"]
    assert (default.fields, default.id) == ({"name": "Default Routing Rule", "notify": NOBODY}, "")
    rotation = by_step["create", "schedule_rotation", "Rot1"]
    assert (rotation.team, rotation.path) == ("ops", "schedules/night")
    assert rotation.key == ("schedule_rotation", "night", "Rot1")
    assert {each.team for each in result.changes if each.path.startswith("users/")} == {""}
    assert (result.ids, result.share, result.complete) == ({}, {}, True)


def test_a_patch_says_what_differs_and_what_is_to_go() -> None:
    rotation = {"name": "Rot1", "startDate": "2024-01-01T08:00:00Z", "participants": [NOBODY]}
    have = entity(
        "schedule",
        {"name": "night", "description": "old", "timezone": "UTC", "ownerTeam": {"name": "ops"}},
        "s1",
        schedule_rotation=[({**rotation, "endDate": "2025-01-01T08:00:00Z", "length": 2}, "rot1")],
    )
    want = entity("schedule", {"name": "night"}, schedule_rotation=[(rotation, "")])
    result = plan(state(have, team()), state(want, team()))
    assert [(each.id, each.fields) for each in result.changes] == [
        ("s1", {"description": "", "ownerTeam": None}),
        ("rot1", {"endDate": None, "length": 1}),
    ]
    assert [each.field for each in result.changes[0].differences] == ["description", "ownerTeam"]


def test_a_put_says_all_that_is_wanted() -> None:
    have = entity("custom_user_role", {"name": "lead", "grantedRights": ["a", "b"], "extendedRole": "user"}, "c1")
    want = entity("custom_user_role", {"name": "lead", "grantedRights": ["a"], "disallowedRights": None})
    change = the_change(plan(state(have), state(want)))
    assert (change.id, change.stage, change.fields) == ("c1", 0, {"name": "lead", "grantedRights": ["a"]})


def test_a_field_that_no_call_changes_is_told_and_the_rest_is_planned() -> None:
    actions: list[tuple[Fields, str]] = [({}, "")]
    have = entity("integration", {"name": "i", "type": "API", "enabled": True}, "i1", integration_action=actions)
    want = entity("integration", {"name": "i", "type": "Email", "enabled": False}, integration_action=actions)
    result = plan(state(have), state(want))
    assert the_change(result).fields == {"name": "i", "type": "API", "enabled": False}
    assert result.skipped == ("integration i: type: cannot be changed by the API; delete it and create it again",)
    assert not result.complete


def test_a_rename_is_one_update_and_nothing_else() -> None:
    def account(name: str) -> Snapshot:
        shifts = schedule(ownerTeam={"name": name}, participants=({"type": "team", "name": name},))
        policy = {"type": "alert", "name": "tidy", "responders": [{"type": "team", "name": name}]}
        pause = [{"entity": {"type": "policy", "name": "tidy", "of": name}, "state": "disabled"}]
        return state(
            team(name, rules=(rule("p", NIGHT),)),
            shifts,
            entity("policies", {"team": {"name": name}}, "t1", alert_policy=[(policy, "p1")], notification_policy=[]),
            entity("maintenance", {"description": "m", "time": {"type": "indefinitely"}, "rules": pause}, "m1"),
        )

    result = plan(account("ops"), account("Operations"), prune=True)
    change = the_change(result)
    assert (change.action, change.key, change.id) == ("update", ("team", "", "Operations"), "t1")
    assert (change.fields, change.team, change.path) == ({"name": "Operations"}, "Operations", "teams/Operations")
    for name in ("ops", "Operations"):
        assert result.ids["team", "", name] == "t1"
        assert result.ids["team_routing_rule", name, "p"] == "r0"
        assert result.ids["policies", "", name] == "t1"
        assert result.ids["alert_policy", name, "tidy"] == "p1"


def test_what_goes_from_a_team_with_another_name_is_the_renamed_teams() -> None:
    have = state(team(), schedule(ownerTeam={"name": "ops"}))
    result = plan(have, state(team("Operations")), prune=True)
    assert [(each.action, each.team) for each in result.changes] == [("update", "Operations"), ("delete", "Operations")]


def test_one_more_of_a_name_may_be_what_had_another() -> None:
    have, want = team(rules=(rule("n"), rule("m"))), team(rules=(rule("n"), rule("n")))
    change = the_change(plan(state(have), state(want), prune=True))
    assert (change.name, change.id, change.fields) == ("n#2", "r1", {"name": "n"})


def test_the_default_rule_is_no_namesake_of_one_that_is_called_so() -> None:
    have, want = (
        team(rules=(rule("a"), rule("default", timezone="Asia/Tokyo"))),
        team(rules=(rule("default", timezone="UTC"), rule("a"))),
    )
    result = plan(state(have), state(want), prune=True)
    assert [(each.action, each.id, dict(each.fields)) for each in result.changes] == [
        ("update", "r1", {"timezone": "UTC"}),
        ("order", "", {"order": ["default", "a"]}),
    ]


def test_one_that_is_only_called_default_is_not_taken_for_the_default_rule() -> None:
    default = {"name": "Default Routing Rule", "isDefault": True, "notify": NIGHT}
    want = entity("team", {"name": "ops"}, team_routing_rule=[(default, "")])
    result = plan(state(team(rules=(rule("default"),)), schedule()), state(want, schedule()), prune=True)
    assert [(each.action, each.id) for each in result.changes] == [("update", "r-default"), ("delete", "r0")]


def test_members_are_changed_when_everybody_is_there() -> None:
    have, want = team(description="a"), team(description="b", members=[{"user": {"username": "a@x"}}])
    result = plan(state(have), state(want, user("a@x")))
    assert [(each.kind.name, each.stage, each.id) for each in result.changes] == [
        ("user", 1, ""),
        ("team", 2, "t1"),
        ("team", 7, "t1"),
    ]
    assert list(result.changes[2].fields) == ["members"]


def test_a_part_that_is_renamed_is_renamed_where_its_siblings_point_at_it() -> None:
    def account(rotation: str) -> Snapshot:
        result = {"name": rotation, "startDate": "2024-01-01T08:00:00Z", "participants": [NOBODY]}
        override = {"alias": "o", "user": NOBODY, "rotations": [{"name": rotation}]}
        parts: Any = {"schedule_rotation": [(result, "rot1")], "schedule_override": [(override, "")]}
        return state(entity("schedule", {"name": "night"}, "s1", **parts))

    change = the_change(plan(account("a"), account("b"), prune=True))
    assert (change.key, change.fields, change.id) == (("schedule_rotation", "night", "b"), {"name": "b"}, "rot1")


@pytest.mark.parametrize(
    ("have", "want"),
    [
        ((user("a@x", "1"), user("b@x", "2")), (user("b@x", "1"), user("a@x", "2"))),  # both names are there
        ((user("a@x", "1"),), (user("a@x", ""),)),
    ],
)
def test_what_is_there_by_its_name_is_not_renamed(have: tuple[Entity, ...], want: tuple[Entity, ...]) -> None:
    assert plan(state(*have), state(*want), prune=True).changes == ()


def test_a_contact_of_another_sort_is_another_contact() -> None:
    have = user("a@x", "u1", contact=[({"method": "sms", "to": "1"}, "c1")])
    want = user("a@x", "u1", contact=[({"method": "voice", "to": "1"}, "c1")])
    result = plan(state(have), state(want), prune=True)
    assert steps(result) == [("create", "contact", "voice 1"), ("delete", "contact", "sms 1")]


def test_a_heartbeat_is_found_by_its_name_and_an_override_by_its_alias() -> None:
    def account(tag: str) -> Snapshot:
        override = {"alias": "o", "user": NOBODY, "startDate": f"2024-01-0{tag}T08:00:00Z", "rotations": []}
        return state(
            entity("schedule", {"name": "night"}, "s1", schedule_override=[(override, "")]),
            entity("heartbeat", {"name": "pulse", "alertTags": [tag]}),
        )

    result = plan(account("1"), account("2"))
    assert [(each.kind.name, each.id) for each in result.changes] == [
        ("schedule_override", "o"),
        ("heartbeat", "pulse"),
    ]
    assert result.ids["heartbeat", "", "pulse"] == "pulse"
    assert plan(account("1"), NOTHING).ids == result.ids


def test_namesakes_are_told_apart_by_content_then_by_place() -> None:
    have = team(rules=(rule("n", timezone="UTC"), rule("n", NIGHT), rule("n", FIRST)))
    want = team(rules=(rule("n", FIRST), rule("n", NIGHT), rule("n", timezone="Asia/Tokyo")))
    rest = (schedule(), escalation(NIGHT))
    result = plan(state(have, *rest), state(want, *rest), prune=True)
    assert [(each.action, each.id, each.name, dict(each.fields)) for each in result.changes] == [
        ("update", "r0", "n#3", {"timezone": "Asia/Tokyo"}),
        ("order", "", "", {"order": ["n", "n#2", "n#3"]}),
    ]
    assert [result.ids["team_routing_rule", "ops", name] for name in ("n", "n#2", "n#3")] == ["r2", "r1", "r0"]


def test_order_counts_only_between_what_is_wanted() -> None:
    have = team(rules=(rule("x"), rule("a"), rule("y"), rule("b")))
    assert plan(state(have), state(team(rules=(rule("a"), rule("b"))))).changes == ()
    moved = the_change(plan(state(have), state(team(rules=(rule("b"), rule("a"))))))
    assert (moved.action, moved.stage, moved.key) == ("order", LAST_STAGE + 1, ("team_routing_rule", "ops", ""))
    assert (moved.fields, moved.path, moved.team) == ({"order": ["b", "a"]}, "teams/ops", "ops")


def test_what_is_new_comes_last_and_is_moved_where_that_is_not_its_place() -> None:
    have = state(team(rules=(rule("a"),)))
    assert steps(plan(have, state(team(rules=(rule("a"), rule("b")))))) == [("create", "team_routing_rule", "b")]
    result = plan(have, state(team(rules=(rule("b"), rule("a")))))
    assert steps(result) == [("create", "team_routing_rule", "b"), ("order", "team_routing_rule", "")]
    assert result.changes[1].fields == {"order": ["b", "a"]}


def test_notification_rules_have_an_order_for_every_action() -> None:
    def rules(*names: str) -> Entity:
        each = [({"actionType": name[:-1], "name": name[-1]}, f"id-{name}") for name in names]
        return user("a@x", "u1", notification_rule=each)

    result = plan(state(rules("add1", "see1", "add2", "see2")), state(rules("see1", "add2", "see2", "add1")))
    change = the_change(result)
    assert (change.name, change.fields) == ("add", {"order": ["add 2", "add 1"]})


def test_the_order_of_roles_and_members_does_not_act() -> None:
    def account(*names: str) -> Snapshot:
        members = [{"user": {"username": f"{name}@x"}} for name in names]
        return state(
            entity(
                "team", {"name": "t", "members": members}, "t1", team_role=[({"name": name}, name) for name in names]
            )
        )

    assert plan(account("a", "b"), account("b", "a")).changes == ()


def test_without_prune_what_is_not_wanted_stays_and_is_told() -> None:
    have = state(user("a@x", "u1"), team(rules=(rule("p"),)), schedule())
    result = plan(have, state(team()))
    assert result.changes == ()
    assert result.extra == ("user a@x", "team_routing_rule p of teams/ops", "schedule night")
    assert (result.complete, result.share) == (True, {})


def test_deletes_come_last_and_in_reverse_and_what_would_hold_them_up_goes_first() -> None:
    tidy = {"type": "alert", "name": "tidy", "responders": [{"type": "team", "name": "ops"}]}
    have = state(
        user("a@x", "u1"),
        user("boss@x", "u2", role="Owner"),
        team(rules=(rule("p", NIGHT), rule("q"))),
        schedule(participants=(FIRST,), ownerTeam={"name": "ops"}),
        escalation(NIGHT),
        entity("custom_user_role", {"name": "lead"}, "c1"),
        entity("policies", {"team": {"name": "ops"}}, "t1", alert_policy=[(tidy, "p1")]),
    )
    result = plan(have, state(user("new@x")), prune=True)
    assert steps(result) == [
        ("create", "user", "new@x"),
        ("delete", "team_routing_rule", "p"),
        ("delete", "schedule_rotation", "Rot1"),
        ("delete", "escalation", "first"),
        ("delete", "schedule", "night"),
        ("delete", "team", "ops"),
        ("delete", "user", "a@x"),
        ("delete", "custom_user_role", "lead"),
    ]
    assert [each.id for each in result.changes[1:]] == ["r0", "s1-rot", "e1", "s1", "t1", "u1", "c1"]
    assert result.extra == ("user boss@x",)


def test_the_default_rule_of_a_team_that_goes_lets_go_of_what_goes_as_well() -> None:
    default = {"name": "Default Routing Rule", "isDefault": True, "notify": NIGHT}
    have = state(entity("team", {"name": "ops"}, "t1", team_routing_rule=[(default, "r9")]), schedule())
    result = plan(have, NOTHING, prune=True)
    assert steps(result) == [
        ("update", "team_routing_rule", "default"),
        ("delete", "schedule", "night"),
        ("delete", "team", "ops"),
    ]
    assert (result.changes[0].id, result.changes[0].fields) == ("r9", {"notify": NOBODY})
    rest = plan(have, state(schedule()), prune=True)
    assert steps(rest) == [("delete", "team", "ops")]


def test_default_rules_and_single_parts_are_never_made_moved_or_deleted() -> None:
    actions = {"create": [{"name": "c", "alias": "a", "filter": {}}]}
    have = state(team(), entity("integration", {"name": "i", "type": "API"}, "i1", integration_action=[(actions, "")]))
    bare = state(
        entity("team", {"name": "ops"}), entity("integration", {"name": "i", "type": "API"}, integration_action=[])
    )
    result = plan(have, bare, prune=True)
    assert (result.changes, result.extra) == ((), ())


def test_a_single_part_without_anything_in_it_is_emptied_in_so_many_words() -> None:
    def integration(id: str, actions: Fields) -> Snapshot:
        return state(entity("integration", {"name": "i", "type": "API"}, id, integration_action=[(actions, "")]))

    have = integration("i1", {"create": [{"name": "c", "alias": "a", "filter": {}}], "close": []})
    nothing: Fields = {"ignore": [], "create": [], "close": [], "acknowledge": [], "addNote": []}
    assert the_change(plan(have, integration("", {}))).fields == {"create": []}
    assert plan(integration("i1", nothing), integration("", {})).changes == ()
    new = plan(NOTHING, integration("", {}))
    assert [(each.kind.name, dict(each.fields)) for each in new.changes[1:]] == [("integration_action", nothing)]


def test_single_parts_of_something_new_are_updated() -> None:
    audience: Fields = {"responder": {"teams": [{"name": "ops"}]}}
    team_of = {"name": "ops"}
    want = state(
        team(),
        entity("service", {"name": "s", "teamId": team_of}, service_audience_template=[(audience, "")]),
        entity("service", {"name": "quiet", "teamId": team_of}, service_audience_template=[({"responder": {}}, "")]),
        entity("integration", {"name": "i", "type": "API"}, integration_action=[({"create": []}, "")]),
    )
    result = plan(state(team()), want)
    assert [(each.action, each.kind.name, each.parent, dict(each.fields)) for each in result.changes] == [
        ("create", "integration", "", {"name": "i", "type": "API"}),
        ("create", "service", "", {"name": "s", "teamId": team_of}),
        ("create", "service", "", {"name": "quiet", "teamId": team_of}),
        ("update", "integration_action", "i", {"create": []}),
        ("update", "service_audience_template", "s", {"responder": {"teams": [team_of], "individuals": []}}),
    ]


def test_a_table_of_policies_is_its_policies() -> None:
    def table(team: str, *names: str) -> Entity:
        policies = [({"type": "alert", "name": name, "enabled": True}, f"{team}-{name}") for name in names]
        return entity("policies", {"team": {"name": team}} if team else {}, "", alert_policy=policies)

    result = plan(state(team(), table("", "a", "b")), state(team(), table("", "b", "a"), table("ops", "c")), prune=True)
    assert [(each.action, each.key, each.team, each.path) for each in result.changes] == [
        ("create", ("alert_policy", "ops", "c"), "ops", "policies/ops"),
        ("order", ("alert_policy", "", ""), "", "policies/"),
    ]
    gone = plan(state(team(), table("ops", "c")), state(team()), prune=True)
    assert steps(gone) == [("delete", "alert_policy", "c")]
    assert plan(state(team()), state(team())).ids["policies", "", "ops"] == "t1"  # there is a place for some


def test_a_section_that_a_file_does_not_have_is_left_alone() -> None:
    have = state(team(rules=(rule("p"),)))
    want = state(Entity(kind=team().kind, name="ops", fields={"name": "ops"}))
    result = plan(have, want, prune=True)
    assert (result.changes, result.extra) == ((), ())
