"""The file of a plan: what is none is refused whoever sealed it, and what has changed since is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from opsgenie_async.json_text import dump_readable, load
from opsgenie_async.sync.planning import plan_file
from opsgenie_async.sync.planning.plan_file import PlanFile, PlanFileError, PlanStep
from tests.tables import each_row

CREATE, DELETE = PlanStep("create team a", ("name",), "1"), PlanStep("delete team b", (), "2")


def plan(*steps: PlanStep, **files: str) -> PlanFile:
    return PlanFile(
        steps=steps, files=files, account="Acme", address="https://api.opsgenie.com/", folder="/snapshot", options={},
        created_at="2026-11-28T00:00:00+00:00", tool="opsgenie-async",
    )  # fmt: skip


def sealed(**changes: Any) -> bytes:
    """A plan with other members and the digest that belongs to them."""
    document = load(plan(CREATE, a="1").text())
    assert isinstance(document, dict)
    document = {name: value for name, value in {**document, **changes}.items() if value is not KeyError}
    document.pop("digest")
    return dump_readable({**document, "digest": plan_file._digest(document)})


def test_a_plan_is_read_as_it_was_written():
    assert PlanFile.parse("x", sealed()) == plan(CREATE, a="1")


@each_row(
    ("changes", "field"),
    [
        ({"steps": {}}, "steps"), ({"steps": [7]}, "steps[0]"), ({"steps": [{}]}, "steps[0].step"),
        ({"steps": [{"step": "x", "fields": "y", "digest": "z"}]}, "steps[0].fields"),
        ({"steps": [{"step": 7, "fields": [], "digest": "z"}]}, "steps[0].step"), ({"steps": KeyError}, "steps"),
        ({"files": []}, "files"), ({"files": {"a": 1}}, "files.a"), ({"account": None}, "account"),
        ({"address": 7}, "address"), ({"folder": KeyError}, "folder"), ({"folder": "a" * 40_000}, "folder"),
        ({"options": []}, "options"), ({"madeAt": 7}, "madeAt"), ({"tool": {}}, "tool"),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_with_its_digest(changes: dict[str, Any], field: str):
    with pytest.raises(PlanFileError, match=rf"^x: {re.escape(field)}: .*; make a new plan$"):
        PlanFile.parse("x", sealed(**changes))


@each_row("levels", [64, 500, 900, 960, 985, 990, 1000, 100_000])
def test_one_that_is_nested_too_deeply_is_refused(levels: int):
    nested = b"[" * levels + b"]" * levels
    with pytest.raises(PlanFileError, match=r"^x: nested too deeply; make a new plan$"):
        PlanFile.parse("x", b'{"format": "opsgenie-async plan", "version": 1, "x": %s}' % nested)


@each_row("version", [None, True, "1", 0, -5, 1.0, plan_file.VERSION + 1])
def test_another_version_is_refused(version: Any):
    with pytest.raises(PlanFileError, match=r"x: version .* is not supported"):
        PlanFile.parse("x", sealed(version=version))


@each_row(
    ("steps", "files", "changes"),
    [
        ([CREATE, DELETE], {"a": "2"}, []),
        ([DELETE, CREATE], {"a": "1"}, ["the account has changed since", "the steps come in another order"]),
        ([CREATE], {"b": "1"}, ["removed since: a", "added since: b", "not to do any more: delete team b"]),
        ([CREATE, DELETE, DELETE], {"a": "2"}, ["edited since: a", "to do as well: delete team b"]),
        (
            [PlanStep("create team a", ("tags",), "3"), DELETE],
            {"a": "1"},
            ["the account has changed since", "differs now: create team a (name, tags)"],
        ),
    ],
)
def test_what_has_changed_since_is_named(
    monkeypatch: pytest.MonkeyPatch, steps: Sequence[PlanStep], files: dict[str, str], changes: list[str]
):
    reviewed = plan(CREATE, DELETE, a="1")
    monkeypatch.setattr(PlanFile, "steps_of", staticmethod(lambda _: tuple(steps)))
    assert reviewed.changes_since(None, files) == changes  # type: ignore[arg-type]
