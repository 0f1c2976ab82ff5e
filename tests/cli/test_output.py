"""The doors of every command: a result that cannot be written is one line and 1, an empty path wrong usage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsgenie_async.cli import main

FULL = Path("/dev/full")
SMALL = ("--sandbox", "--sandbox-teams", "1")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="a disk that is always full")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    assert main(["pull", str(folder), "--json", *SMALL]) == 0
    return folder


@needs_full
@pytest.mark.parametrize(
    "words",
    [
        ["pull", "DIR", "--json", *SMALL],
        ["pull", "DIR", *SMALL],
        ["plan", "SNAPSHOT", "--json", *SMALL],
        ["plan", "SNAPSHOT", "--markdown", *SMALL],
        ["plan", "SNAPSHOT", *SMALL],
        ["apply", "SNAPSHOT", "--dry-run", "--json", *SMALL],
        ["apply", "SNAPSHOT", "--dry-run", *SMALL],
        ["dx-sync", "--dry-run", "--json", *SMALL],
        ["dx-sync", "--dry-run", *SMALL],
        ["plan", "nowhere", "--json"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_a_result_that_cannot_be_written_is_one_line_and_1(
    words: list[str],
    snapshot: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"DIR": str(tmp_path / "new"), "SNAPSHOT": str(snapshot)}
    with FULL.open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        assert main([places.get(word, word) for word in words]) == 1
    output = capsys.readouterr().err
    (line,) = [line for line in output.splitlines() if "No space left on device" in line]
    assert line.startswith("opsgenie-async: the result could not be written: OSError")
    assert "Traceback" not in output


@needs_full
@pytest.mark.parametrize("to", ["full", "closed", "reader gone"])
@pytest.mark.parametrize("word", ["--help", "sandbox"])
def test_nor_does_the_end_of_the_process_say_more(to: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # argparse says nothing of what it could not write at once
    command = [sys.executable, "-m", "opsgenie_async", word]
    if to == "full":
        with FULL.open("w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    elif to == "closed":
        text = f"exec {' '.join(command)} >&-"
        done = subprocess.run(["sh", "-c", text], stderr=subprocess.PIPE, check=False)
    else:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == (to != "reader gone"), done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["pull", ""],
        ["plan", ""],
        ["apply", ""],
        ["pull", "x", "--sandbox-load", ""],
        ["dx-sync", "--checkpoint", ""],
    ],
    ids=" ".join,
)
def test_an_empty_path_is_wrong_usage(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "expected a path, got ''" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_two_pulls_into_one_folder_at_a_time(tmp_path: Path) -> None:
    """One of them is told of the other in one line, and the snapshot is whole."""
    command = [sys.executable, "-m", "opsgenie_async", "pull", str(tmp_path), "--json", "--sandbox"]
    command += ["--sandbox-teams", "2", "--concurrency", "2"]
    pulls = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ends = [(pull.communicate(timeout=120), pull.returncode) for pull in pulls]
    assert min(status for _, status in ends) == 0
    for (stdout, stderr), status in ends:
        assert b"Traceback" not in stderr
        assert status in (0, 2)
        if status:
            assert "another pull is writing to it" in json.loads(stdout)["error"]
    assert main(["plan", str(tmp_path), "--sandbox-load", str(tmp_path)]) == 0
