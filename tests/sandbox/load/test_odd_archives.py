"""Archives that are not as they were written: what cannot be read is said, and what can be is served."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sandbox.load import LoadError

ALERT = {
    "id": "a1",
    "tinyId": "7",
    "alias": "disk",
    "status": "open",
    "createdAt": "2024-03-01T08:00:00Z",
    "message": "x",
}
DIGEST = "ab" * 32


def record(document: Any, **members: Any) -> dict[str, Any]:
    return {"id": "a1", "created": 1_709_280_000_000, "run": 1, "document": document, **members}


def write_archive(root: Path, lines: Iterable[Any], kind: str = "alerts", **manifest: Any) -> Path:
    """An archive by hand."""
    path = f"segments/{kind}/1.jsonl.gz"
    (root / path).parent.mkdir(parents=True)
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    (root / path).write_bytes(gzip.compress("".join(f"{text}\n" for text in texts).encode()))
    document = {"format": 1, "slices": [{"kind": kind, "run": 1, "file": {"path": path}}], **manifest}
    (root / "manifest.json").write_text(json.dumps(document))
    return root


@pytest.mark.parametrize("kind", ["alerts", "incidents", "users"])
@pytest.mark.parametrize("line", ["{", "7", "[]", "{}", '{"id": "a1"}', "[" * 100_000], ids=lambda line: line[:12])
async def test_a_record_that_is_none_is_said(tmp_path: Path, kind: str, line: str):
    with pytest.raises(LoadError, match="a record cannot be read"):
        async with Sandbox(load=write_archive(tmp_path, [line], kind)):
            pass


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"format": 2}, "2 is not the 1 that can be read here"),
        ({"format": True}, "True is not the 1"),
        ({"slices": [{"kind": "alerts", "file": {"path": "../x.gz"}}]}, "lies outside"),
        ({"slices": [{"kind": "alerts", "file": {}}]}, "cannot be read"),
    ],
)
async def test_a_manifest_that_is_none_is_said(tmp_path: Path, manifest: dict[str, Any], message: str):
    with pytest.raises(LoadError, match=message):
        async with Sandbox(load=write_archive(tmp_path, [record(ALERT)], **manifest)):
            pass


async def test_a_manifest_that_is_a_list_is_said(tmp_path: Path):
    write_archive(tmp_path, [])
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(LoadError):
        async with Sandbox(load=tmp_path):
            pass


async def test_what_is_read_twice_counts_once_and_a_slice_without_a_file_for_nothing(tmp_path: Path):
    old, new = record({**ALERT, "message": "old"}, run=2), record({**ALERT, "message": "new"}, run=3)
    listed = record({**ALERT, "message": "listed"}, run=1, listed=True)
    folder = write_archive(tmp_path, [old, new, listed, record(None)])
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["slices"] += [{"kind": "alerts", "run": 4, "file": None}, 7]
    (folder / "manifest.json").write_text(json.dumps(manifest))

    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert [alert.message for alert in await og.alerts.list()] == ["new"]


@pytest.mark.parametrize(
    "files", [7, [7], [{}], [{"sha256": ["x"]}], [{"sha256": "../../x"}], [{"sha256": DIGEST, "id": "1", "name": "x"}]]
)
async def test_files_that_are_not_there_are_left_out(tmp_path: Path, files: Any):
    folder = write_archive(tmp_path, [record(ALERT, attachments=files)])
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert await og.alerts.list_attachments("a1") == []


async def test_a_document_without_its_ids_is_served(tmp_path: Path):
    folder = write_archive(tmp_path, [record({"message": "x", "createdAt": "2024-03-01T08:00:00Z"})])
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert (await og.request("GET", "v2/alerts/a1")).data["message"] == "x"


async def test_a_post_mortem_is_found_by_its_id(tmp_path: Path):
    incident = {"id": "a1", "tinyId": "1", "status": "open", "message": "x", "createdAt": "2024-03-01T08:00:00Z"}
    folder = write_archive(tmp_path, [record(incident, postmortem={"id": "p1", "title": "Why"})], "incidents")
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        assert (await og.request("GET", "v2/postmortem/p1")).data["title"] == "Why"


@pytest.mark.parametrize(
    ("path", "word"),
    [("v2/alerts", word) for word in ("isSeen", "count", "lastOccurredAt", "integration.name", "tinyId", "createdAt")]
    + [("v1/incidents", word) for word in ("isSeen", "owner", "priority", "tinyId", "updatedAt")],
)
async def test_what_has_no_value_stands_before_what_has_one(tmp_path: Path, path: str, word: str):
    values = {"count": 3, "isSeen": True, "lastOccurredAt": "2024-03-01T08:00:00Z", "integration": {"name": "x"}}
    values |= {
        "updatedAt": "2024-03-01T08:00:00Z",
        "owner": "ann",
        "priority": "P1",
        "createdAt": "2024-03-02T08:00:00Z",
    }
    plain = {"message": "x", "createdAt": "soon", "tinyId": "x", "integration": "x"}
    lines = [record({**plain, **values, "tinyId": "3"}, id="with"), record(plain, id="without")]
    folder = write_archive(tmp_path, lines, path.partition("/")[2])
    async with Sandbox(load=folder) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        document = (await og.request("GET", path, params={"sort": word, "order": "asc"})).data
    assert [each["id"] for each in document] == ["without", "with"]
