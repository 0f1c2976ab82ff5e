"""A backup every night: git shows what changed in the account, and nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Fault, Sandbox
from opsgenie_async.sync import JOURNAL, Journal, Store, apply, plan, pull, read_account
from tests.sync.accounts import shuffled

IGNORED = "last-pull.json\njournal.jsonl\n.pulling/\npartial/\n.opsgenie-async.lock\n"
"""As docs/backup.md has it."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(teams=4, seed=4) as running:
        yield running


@pytest.fixture
async def og(sandbox: Sandbox) -> AsyncIterator[Opsgenie]:
    async with Opsgenie(sandbox.api_key, base_url=sandbox.url) as client:
        yield client


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


async def status(folder: Path) -> list[str]:
    return (await asyncio.to_thread(git, folder, "status", "--porcelain", "--untracked-files=all")).splitlines()


def test_the_page_tells_git_to_ignore_what_changes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "backup.md").read_text()
    assert f"\n{IGNORED}END\n" in page


@pytest.fixture
async def repository(og: Opsgenie, tmp_path: Path) -> Path:
    """A first night."""
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text(IGNORED)
    await pull(og, Store(tmp_path / "backup"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first night")
    return tmp_path


async def test_an_account_that_has_not_changed_makes_no_difference(og: Opsgenie, repository: Path) -> None:
    last = (repository / "backup" / "last-pull.json").read_bytes()
    await pull(og, Store(repository / "backup"))
    assert await status(repository) == []
    assert (repository / "backup" / "last-pull.json").read_bytes() != last  # the duration, to the millisecond
    # Also where somebody keeps that file in git as well, it is all that differs.
    (repository / ".gitignore").unlink()
    assert sorted(line.partition("backup/")[2] for line in await status(repository) if "backup/" in line) == [
        "last-pull.json"
    ]


async def test_what_has_changed_is_all_that_differs(sandbox: Sandbox, og: Opsgenie, repository: Path) -> None:
    team = next(iter(sandbox.account.teams.values()))
    team["description"] = "changed"
    await pull(og, Store(repository / "backup"))
    (_, changed) = sorted(await status(repository))
    assert changed.startswith(" M backup/teams/")
    assert "changed" in await asyncio.to_thread(git, repository, "diff")


@pytest.fixture
def in_another_order(sandbox: Sandbox) -> Callable[[], None]:
    """Let the account answer its sets, and the members of its objects, in another order from now on."""
    random = Random(1)

    def change() -> None:
        for table in vars(sandbox.account).values():
            if isinstance(table, dict):
                for key, value in table.items():
                    table[key] = shuffled(value, random)
        for maintenance in sandbox.account.maintenances.values():
            random.shuffle(maintenance["rules"])

    return change


async def test_the_order_in_which_the_api_lists_things_makes_none(
    sandbox: Sandbox, og: Opsgenie, repository: Path, in_another_order: Callable[[], None]
) -> None:
    in_another_order()
    dry = await pull(og, Store(repository / "backup"), dry_run=True)
    report = await pull(og, Store(repository / "backup"))
    assert await status(repository) == []
    assert (dry.changed, report.changed) == ([], [])
    elsewhere = await pull(og, Store(repository / "elsewhere"))  # it was in another order, then
    text = {path: (repository / "backup" / path).read_bytes() for path in elsewhere.added}
    orders = [path for path, data in text.items() if data != (repository / "elsewhere" / path).read_bytes()]
    assert {path.partition("/")[0] for path in orders} >= {"policies", "schedules", "services", "teams", "users"}


async def test_what_has_changed_beside_another_order_is_all_that_differs(
    sandbox: Sandbox, og: Opsgenie, repository: Path, in_another_order: Callable[[], None]
) -> None:
    service = next(each for each in sandbox.account.services.values() if len(each["tags"]) > 1)
    in_another_order()
    service = sandbox.account.services[service["id"]]
    service["tags"] = ["added", *service["tags"][::-1]]
    await pull(og, Store(repository / "backup"))
    assert [line[:12] for line in await status(repository)] == [" M backup/ma", " M backup/se"]
    difference = await asyncio.to_thread(git, repository, "diff", "-U0", "backup/services")
    lines = [line.strip() for line in difference.splitlines() if line[:2] in ("+ ", "- ")]
    assert len(lines) <= 3
    assert any("added" in line for line in lines)


async def test_lists_whose_order_acts_are_taken_as_they_come(sandbox: Sandbox, og: Opsgenie, repository: Path) -> None:
    for table, name in ((sandbox.account.rotations, "participants"), (sandbox.account.escalations, "rules")):
        for value in table.values():
            for each in value if isinstance(value, list) else [value]:
                each[name].reverse()
    for rules in sandbox.account.routing_rules.values():
        rules[:-1] = rules[:-1][::-1]  # the default one stays the last
    report = await pull(og, Store(repository / "backup"))
    elsewhere = await pull(og, Store(repository / "elsewhere"))
    assert {path.partition("/")[0] for path in report.changed} == {"escalations", "schedules", "teams"}
    for path in elsewhere.added:
        assert (repository / "backup" / path).read_bytes() == (repository / "elsewhere" / path).read_bytes()


async def test_the_order_that_somebody_wrote_stays_after_an_apply(
    sandbox: Sandbox, og: Opsgenie, repository: Path
) -> None:
    path = min((repository / "backup" / "services").iterdir())
    document = json.loads(path.read_text())
    document["service"]["tags"] = ["zebra", "ant", *document["service"]["tags"]]
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    content = path.read_bytes()
    want = await asyncio.to_thread(Store(repository / "backup").load)
    await apply(og, plan(await read_account(og), want))
    for service in sandbox.account.services.values():
        service["tags"].sort()
    await pull(og, Store(repository / "backup"))
    assert path.read_bytes() == content


async def test_what_fails_every_night_makes_none(sandbox: Sandbox, og: Opsgenie, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text(IGNORED)
    sandbox.faults.add(Fault(route="GET /v2/heartbeats", status=403, code=40301))
    for night in range(2):
        report = await pull(og, Store(tmp_path / "backup"))
        assert not report.complete
        if night == 0:
            git(tmp_path, "add", "-A")
            git(tmp_path, "commit", "-qm", "first night")
    assert await status(tmp_path) == []
    last = json.loads((tmp_path / "backup" / "last-pull.json").read_bytes())
    assert last["requestIds"] == [failure.error.request_id for failure in report.failures]


async def test_an_apply_that_ended_well_leaves_nothing_behind(og: Opsgenie, sandbox: Sandbox, repository: Path) -> None:
    for team in sandbox.account.teams.values():
        team["description"] = "to be restored"
    async with Journal.open(repository / "backup" / JOURNAL, keep=False) as journal:
        want = await asyncio.to_thread(Store(repository / "backup").load)
        report = await apply(og, plan(await read_account(og), want), journal=journal)
        assert (repository / "backup" / JOURNAL).exists()
    assert report.complete
    assert not (repository / "backup" / JOURNAL).exists()
    (repository / ".gitignore").unlink()
    assert [line for line in await status(repository) if "last-pull" not in line] == [" D .gitignore"]
