"""Arguments of another class than a function takes: an error that names them, before anything is read or sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from opsgenie_async import ArgumentTypeError, Opsgenie, blocking, sync
from opsgenie_async.archive import archive, estimate
from opsgenie_async.dx import DX, dx_sync
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Snapshot, Store

CLIENT = "an Opsgenie, the asyncio client"
STORE = "a Store, such as Store('backup')"
SNAPSHOT = "a Snapshot, as Store('backup').load() or `await read_account(og)` gives"
ONLY = "a str, such as 'teams,schedules', or a Selection"
EMPTY = Snapshot(entities={})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda og: sync.pull(og, "backup"), f"pull: store: expected {STORE}, got 'backup'"),
        (lambda og: sync.pull(og, Path("a")), f"pull: store: expected {STORE}, got PosixPath('a')"),
        (lambda og: sync.pull(Store("a"), og), f"pull: og: expected {CLIENT}, got Store('a')"),
        (lambda og: sync.pull(og, Store("a"), only=["teams"]), f"only: expected {ONLY}, got ['teams']"),
        (lambda og: sync.read_account("eu"), f"read_account: og: expected {CLIENT}, got 'eu'"),
        (lambda og: sync.read_account(og, only=None), f"only: expected {ONLY}, got None"),
        (lambda og: sync.apply(og, "backup"), "apply: plan: expected a Plan, as `plan` returns it, got 'backup'"),
        (lambda og: sync.apply(og, EMPTY), "apply: plan: expected a Plan, as `plan` returns it, got Snapshot("),
        (
            lambda og: sync.apply(og, sync.plan(EMPTY, EMPTY), journal="j"),
            "apply: journal: expected a Journal, got 'j'",
        ),
        (lambda og: archive("folder", og), f"archive: og: expected {CLIENT}, got 'folder'"),
        (lambda og: estimate(blocking.Opsgenie), f"estimate: og: expected {CLIENT}, got <class"),
        (lambda og: dx_sync(og, "token"), "dx_sync: dx: expected a DX client, got 'token'"),
        (lambda og: dx_sync(DX("t", instance="acme"), og), "dx_sync: dx: expected a DX client, got <Opsgenie at"),
    ],
)
async def test_a_coroutine_function(og: Opsgenie, sandbox: Sandbox, call: Callable[..., object], message: str):
    with pytest.raises(ArgumentTypeError, match=re.escape(message)):
        await call(og)  # type: ignore[misc]
    assert sandbox.requests == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda og: sync.plan(og, "backup"), f"plan: have: expected {SNAPSHOT}, got <Opsgenie at"),
        (lambda og: sync.plan(EMPTY, "backup"), f"plan: want: expected {SNAPSHOT}, got 'backup'"),
        (lambda og: sync.plan(EMPTY, Store("a")), f"plan: want: expected {SNAPSHOT}, got Store('a')"),
        (lambda og: sync.compare("old", EMPTY), f"compare: old: expected {SNAPSHOT}, got 'old'"),
        (lambda og: sync.compare(EMPTY, None), f"compare: new: expected {SNAPSHOT}, got None"),
        (
            lambda og: sync.plan(sync.read_account(og), EMPTY),
            f"plan: have: expected {SNAPSHOT}, got a coroutine: it lacks an `await`",
        ),
    ],
)
async def test_a_function(og: Opsgenie, call: Callable[..., object], message: str):
    with pytest.raises(ArgumentTypeError, match=re.escape(message)):
        call(og)
