"""One home for each kind: its file and the table are all that has to be touched to add one."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import opsgenie_async.sync
from opsgenie_async.sync.model.kinds import FOLDERS, KIND_BY_NAME, KINDS, KINDS_BY_TYPE, OWNER_OF
from opsgenie_async.sync.model.kinds.policy import ALERT_POLICY, NOTIFICATION_POLICY
from opsgenie_async.sync.model.snapshot import Target

SYNC = Path(opsgenie_async.sync.__file__).parent
PACKAGE = SYNC.parent
NAMES = frozenset(kind.name for kind in KINDS) | {kind.reference_type for kind in KINDS}
TABLES = ("KIND_BY_NAME", "KINDS_BY_TYPE")
SELECTED = re.compile(rf"(?:^|,)(?:{'|'.join(FOLDERS)})/(?:$|\*)")
"""What selects a folder, or is put in front of a name."""
OWNERS_AND_PEOPLE = frozenset({"TEAM", "USER", "CUSTOM_USER_ROLE", "BUILT_IN"})
OTHER_WORDS = ("cli/alerts.py", "cli/whoami.py")
"""Who responds to an alert, and what a key may read: alerts and incidents, too."""

ADDED = """
from opsgenie_async.models.heartbeat import Heartbeat
from opsgenie_async.sync.model.kind import Kind, to

PULSE = Kind(
    name="pulse", folder="pulses", section="pulse", path="/v2/heartbeats", model=Heartbeat, stage=8,
    data_key="heartbeats", key="name", unique=True, client_key=True, owner="ownerTeam",
    read_only=frozenset({"expired", "lastPingTime"}), references=(to("ownerTeam", "team"),),
    rules={"interval": lambda value: "too long" if value == 5 else ""},
)
"""
USED = """
import asyncio, json, sys
from pathlib import Path

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Selection, SnapshotError, Store, apply, plan, pull, read_account

async def main(folder):
    only = Selection.parse("pulses/*")
    async with Sandbox(teams=3, seed=7) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        await pull(og, Store(folder), only=only)
        files = sorted(Path(folder, "pulses").iterdir())
        document = json.loads(files[0].read_text())
        document["pulse"]["interval"] = 77
        files[0].write_text(json.dumps(document))
        change = plan(await read_account(og, only=only), Store(folder).load(only), only=only)
        report = await apply(og, change)
        left = plan(await read_account(og, only=only), Store(folder).load(only), only=only)
        document["pulse"]["interval"] = 5
        files[0].write_text(json.dumps(document))
        try:
            Store(folder).load(only)
        except SnapshotError as error:
            problem = str(error.problems[0].text)
    counts = json.loads(Path(folder, "manifest.json").read_text())["counts"]
    print(json.dumps({
        "counted": counts == {"pulses": len(files)}, "files": len(files) > 0, "complete": report.complete,
        "changes": [(each.kind.name, each.differences[0].field) for each in change.changes],
        "left": len(left.changes), "problem": problem,
    }))

asyncio.run(main(sys.argv[1]))
"""


def test_adding_a_kind_takes_its_own_file_and_the_table(tmp_path: Path) -> None:
    shutil.copytree(SYNC.parent, tmp_path / "opsgenie_async", ignore=shutil.ignore_patterns("__pycache__"))
    kinds = tmp_path / "opsgenie_async" / "sync" / "model" / "kinds"
    (kinds / "pulse.py").write_text(ADDED)
    table = (kinds / "__init__.py").read_text()
    table = table.replace("\nKINDS: ", "\nfrom opsgenie_async.sync.model.kinds.pulse import PULSE\n\nKINDS: ", 1)
    (kinds / "__init__.py").write_text(table.replace("    MAINTENANCE,\n)", "    MAINTENANCE,\n    PULSE,\n)", 1))
    run = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path / "snapshot")],
        cwd=tmp_path,  # in front of the path
        # Coverage would take the copy's files for those of the package.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "counted": True,
        "files": True,
        "complete": True,
        "changes": [["pulse", "interval"]],
        "left": 0,
        "problem": "too long",
    }


@pytest.mark.parametrize("room", ["sync", "archive", "cli"])
def test_no_other_module_names_a_kind(room: str) -> None:
    named = [
        f"{path.relative_to(PACKAGE)}:{line}: {word}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if path.parent.name != "kinds" and path.relative_to(PACKAGE).as_posix() not in OTHER_WORDS
        for line, word in _kinds_named(path.read_text())
    ]
    assert named == []


def test_no_other_module_knows_a_kind_by_itself() -> None:
    """But who owns what, who the people are, and what a file of format 1 could hold."""
    imports: dict[str, set[str]] = {}
    for path in SYNC.rglob("*.py"):
        if path.parent.name != "kinds":
            for name in _kinds_imported(path.read_text()) - OWNERS_AND_PEOPLE:
                imports.setdefault(path.relative_to(SYNC).as_posix(), set()).add(name)
    assert imports == {"files/manifest.py": {"SCHEDULE", "ESCALATION"}}


def _kinds_imported(source: str) -> set[str]:
    """What is imported from the files of kinds."""
    return {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("opsgenie_async.sync.model.kinds.")
        for name in node.names
    }


@pytest.mark.parametrize(
    "source",
    [
        "kind == 'team'",
        "kind in ('user', 'team_role')",
        "[each for each in FOLDERS if each != 'users']",
        "Target('policy', 'quiet')",
        "TYPES = frozenset({'policy'})",
        "KIND_BY_NAME['team']",
        "TABLE = {'team_routing_rule': 1}",
        "match kind:\n    case 'team' | 'schedule': ...",
        "Selection.parse('incident-templates/*,users/*')",
        "f'teams/{name}'",
    ],
)
def test_a_kind_is_found_wherever_it_decides(source: str) -> None:
    assert [*_kinds_named(source)]


@pytest.mark.parametrize(
    "source",
    [
        "document = {'name': name, 'team': team}",
        "document.get('rotations')",
        "f'v2/teams/{id}'",
        "'teams,schedules/night*'",
        "name == 'ops'",
    ],
)
def test_fields_paths_and_prose_name_none(source: str) -> None:
    assert [*_kinds_named(source)] == []


def test_a_file_of_a_kind_has_the_word_for_several_kinds_from_their_file() -> None:
    """A kind may name another one, which would be a circle of imports; but such a word is the name of none."""
    shared = {kind.reference_type for kind in KINDS} - KIND_BY_NAME.keys()
    named = [
        f"{path.name}:{node.lineno}: {node.value}"
        for path in sorted((SYNC / "model" / "kinds").glob("*.py"))
        if path.name != "policy.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in shared
    ]
    assert shared == {"policy"}
    assert named == []


def _kinds_named(source: str) -> Iterator[tuple[int, str]]:
    """Names, types and folders of kinds that are looked up, compared with, selected, or what a table goes by."""
    for node in ast.walk(ast.parse(source)):
        words, values = NAMES, list[ast.expr | None]()
        match node:
            case ast.Compare(comparators=comparators):
                words = NAMES.union(FOLDERS)
                for each in comparators:
                    values += each.elts if isinstance(each, ast.Tuple | ast.Set) else [each]
            case ast.Call(func=ast.Name(id="Target"), args=args):
                values += args
            case ast.Call(func=ast.Name(id="frozenset"), args=[ast.Set(elts=elements) | ast.Tuple(elts=elements)]):
                values += elements
            case ast.Subscript(value=ast.Name(id=table), slice=key) if table in TABLES:
                values.append(key)
            case ast.AnnAssign(value=ast.Dict(keys=keys)) | ast.Assign(value=ast.Dict(keys=keys)):
                fields = {each.value for each in keys if isinstance(each, ast.Constant)}
                values += keys if fields <= NAMES else []  # else it is a document with such a field
            case ast.MatchValue(value=value):
                values.append(value)
            case ast.Constant(value=str(text)) if SELECTED.search(text):
                yield node.lineno, text
        for value in values:
            if isinstance(value, ast.Constant) and value.value in words:
                yield value.lineno, str(value.value)


def test_the_words_of_policies_are_translated_by_their_kinds() -> None:
    assert KINDS_BY_TYPE["policy"] == (ALERT_POLICY, NOTIFICATION_POLICY)
    assert {Target.to(kind, "quiet", "ops") for kind in (ALERT_POLICY, NOTIFICATION_POLICY)} == {
        Target("policy", "quiet", "ops")
    }
    assert Target("policy", "quiet", "ops").file == ("policies", "ops")
    assert OWNER_OF[ALERT_POLICY] is KIND_BY_NAME["team"]
    assert OWNER_OF[KIND_BY_NAME["schedule_rotation"]] is KIND_BY_NAME["schedule"]


def test_parts_come_behind_what_they_belong_to() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(names.index(kind.parent) < names.index(kind.name) for kind in KINDS if kind.parent)


def test_what_refers_to_a_companion_of_a_team_can_be_detached() -> None:
    for kind in KINDS:
        if kind.companion_referrer:
            referrer = KIND_BY_NAME[kind.companion_referrer]
            assert (kind.companion_suffix != "", referrer.parent, referrer.default_name) == (True, "team", "default")
            assert referrer.detachment.keys() == {reference.path[0] for reference in referrer.references}
