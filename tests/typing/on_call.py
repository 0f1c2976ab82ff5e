"""`flat` decides what is on call: the overloads of v2 and v1."""

from datetime import datetime
from typing import assert_type

from opsgenie_async import Opsgenie
from opsgenie_async.legacy import models as v1
from opsgenie_async.models import FlatNextOnCall, FlatOnCall, NextOnCall, OnCall


async def of_today(og: Opsgenie, now: datetime) -> None:
    assert_type(await og.on_calls.get("s1"), OnCall)
    assert_type(await og.on_calls.get("s1", flat=False, date=now), OnCall)
    assert_type(await og.on_calls.get("s1", flat=True), FlatOnCall)
    assert_type(await og.on_calls.list(), list[OnCall])
    assert_type(await og.on_calls.list(flat=True, date=now), list[FlatOnCall])
    assert_type(await og.on_calls.get_next("s1"), NextOnCall)
    assert_type(await og.on_calls.get_next("s1", flat=True), FlatNextOnCall)
    assert_type((await og.on_calls.get("s1", flat=True)).on_call_recipients, list[str])


async def of_v1(og: Opsgenie) -> None:
    schedules = og.legacy.schedules
    assert_type(await schedules.who_is_on_call("s1"), v1.OnCall)
    assert_type(await schedules.who_is_on_call("s1", flat=True), v1.FlatOnCall)
    assert_type(await schedules.list_who_is_on_call(), list[v1.OnCall])
    assert_type(await schedules.list_who_is_on_call(flat=True), list[v1.FlatOnCall])
    assert_type(await schedules.who_is_on_call_next("s1"), v1.NextOnCall)
    assert_type(await schedules.who_is_on_call_next("s1", flat=True), v1.FlatNextOnCall)
    assert_type(await schedules.get("s1"), v1.Schedule)
