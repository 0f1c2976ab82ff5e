"""What holds for every two states: the plan leads from the one to the other, and is empty where nothing differs."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from opsgenie_async.sync.model.snapshot import Snapshot
from opsgenie_async.sync.planning.plan import Plan, plan
from tests.sync.states import Account
from tests.sync.strategies import accounts

slowly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def untouched(result: Plan) -> bool:
    return not result.changes and result.complete


@slowly
@given(accounts())
def test_a_state_is_reached_from_itself_by_nothing(snapshot: Snapshot) -> None:
    result = plan(snapshot, snapshot, prune=True)
    assert untouched(result)
    assert (result.extra, result.share) == ((), {})


@slowly
@given(accounts(), accounts())
def test_a_plan_leads_from_any_state_to_any_other(have: Snapshot, want: Snapshot) -> None:
    result = plan(have, want, prune=True)
    assert result.complete
    assert untouched(plan(Account(have).apply(result), want, prune=True))


@slowly
@given(accounts())
def test_a_plan_fills_an_empty_account(want: Snapshot) -> None:
    result = plan(Snapshot(entities={}), want)
    assert {change.action for change in result.changes} <= {"create", "update"}
    assert untouched(plan(Account(Snapshot(entities={})).apply(result), want, prune=True))
