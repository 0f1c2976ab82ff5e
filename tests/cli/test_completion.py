"""`completion`: what real shells make of it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from opsgenie_async import __version__
from opsgenie_async.cli.commands import COMMANDS
from opsgenie_async.cli.parser import main_parser, options_of, subcommands_of
from tests.cli.terminal import run_here

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="no bash")


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    status, stdout, stderr = run_here("completion", "bash")
    assert (status, stderr) == (0, "")
    file = tmp_path_factory.mktemp("completion") / "script.bash"
    file.write_text(stdout)
    return file


def completed(script: Path, *words: str, folder: Path | None = None) -> list[str]:
    """What bash offers for the last of *words*, as after the tabulator key."""
    code = (
        f"set -u; source {shlex.quote(str(script))}; COMPREPLY=()\n"
        f"COMP_WORDS=(opsgenie-async {shlex.join(words)}); COMP_CWORD={len(words)}\n"
        "eval \"${COMP_TEST:-}$(complete -p opsgenie-async | sed -E 's/.*-F ([a-z_]+).*/\\1/')\"\n"
        "printf '%s\\n' \"${COMPREPLY[@]:-}\""
    )
    done = subprocess.run([BASH or "", "--norc", "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@needs_bash
def test_every_command_and_every_option(script: Path) -> None:
    assert completed(script, "") == list(COMMANDS)
    for name, parser in subcommands_of(main_parser(__version__)).items():
        assert completed(script, name, "--") == [each for each in options_of(parser) if each.startswith("--")]
        if below := subcommands_of(parser):
            assert completed(script, name, "") == list(below)


OFFERS = [
    (["pl"], ["plan"]),
    (["alerts", "cl"], ["close"]),
    (["--region", "eu", "alerts", "cl"], ["close"]),
    (["-v", "al"], ["alerts"]),
    (["--base-url", "pull", "ver"], ["verify"]),
    (["alerts", "close", "--dry"], ["--dry-run"]),
    (["alerts", "--quiet", "close", "1791", "--dry"], ["--dry-run"]),
    (["alerts", "create", "list", "--prio"], ["--priority"]),
    (["pull", "--region", ""], ["eu", "us"]),
    (["alerts", "get", "--by", "a"], ["alias"]),
    (["completion", ""], ["bash", "fish", "zsh"]),
    (["alerts", "list", "--query", ""], []),
    (["xyzzy", "--ver"], ["--version", "--verbose"]),
    (["run", "--", "ls", "--ver"], []),
]


@needs_bash
@pytest.mark.parametrize(
    ("words", "offers"), [*OFFERS, (["pull", "--region", "=", "e"], ["eu"])], ids=lambda value: " ".join(value)
)
def test_what_is_offered(script: Path, words: list[str], offers: list[str]) -> None:
    assert sorted(completed(script, *words)) == sorted(offers)


@needs_bash
def test_files_and_folders(script: Path, tmp_path: Path) -> None:
    (tmp_path / "back up").mkdir()
    (tmp_path / "backup.html").touch()

    assert completed(script, "pull", "ba", folder=tmp_path) == ["back up"]
    assert completed(script, "verify", "", folder=tmp_path) == ["back up"]
    assert sorted(completed(script, "export", "x", "--html", "b", folder=tmp_path)) == ["back up", "backup.html"]
    assert completed(script, "pull", "x", "--sandbox-load", "b", folder=tmp_path) == ["back up"]
    assert completed(script, "--ca-file", "backup", folder=tmp_path) == ["backup.html"]
    for words in (["apply"], ["run", "--", "ls"]):
        assert sorted(completed(script, *words, "b", folder=tmp_path)) == ["back up", "backup.html"]


STUBS = """
compdef() { : }
_describe() { local each; for each in ${(P)@[-1]}; do [[ $each == $PREFIX* ]] && print -r -- ${each%%:*}; done }
compadd() { local each; for each in ${@:2}; do [[ $each == $PREFIX* ]] && print -r -- $each; done }
compset() { PREFIX=${PREFIX#*=} }
_files() { print -r -- "(files)" }
_directories() { print -r -- "(folders)" }
complete() { words=(opsgenie-async "$@"); CURRENT=$#words; PREFIX=$words[-1]; _opsgenie_async; print -r -- %% }
"""
"""What the functions of zsh's completion do with what they are given, as far as the script counts on them."""


def offered_by_zsh(lines: list[list[str]]) -> list[list[str]]:
    code = STUBS + run_here("completion", "zsh")[1] + "".join(f"complete {shlex.join(each)}\n" for each in lines)
    done = subprocess.run(["zsh", "-f"], input=code, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [part.split() for part in done.stdout.split("%%\n")[:-1]]


def offered_by_fish(lines: list[list[str]], folder: Path) -> list[list[str]]:
    script = "".join(f"complete -C {shlex.quote('opsgenie-async ' + ' '.join(each))}; echo %%\n" for each in lines)
    code = run_here("completion", "fish")[1] + script
    command = ["fish", "--no-config"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=True, cwd=folder)
    assert done.stderr == ""
    return [[line.partition("\t")[0] for line in part.splitlines()] for part in done.stdout.split("%%\n")[:-1]]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
def test_what_zsh_offers() -> None:
    assert list(map(sorted, offered_by_zsh([words for words, _ in OFFERS[:-1]]))) == [
        sorted(each) for _, each in OFFERS[:-1]
    ]
    places = [["pull", "b"], ["apply", "b"], ["export", "x", "--html", "b"], ["run", "--", "ls", "--ver"]]
    assert offered_by_zsh(places) == [["(folders)"], ["(files)"], ["(files)"], ["(files)"]]
    assert offered_by_zsh([["pull", "--region=e"]]) == [["eu"]]
    assert offered_by_zsh([[""]]) == [list(COMMANDS)]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
def test_what_fish_offers(tmp_path: Path) -> None:
    (tmp_path / "back up").mkdir()
    (tmp_path / "backup.html").touch()
    offered = offered_by_fish([words for words, _ in OFFERS], tmp_path)
    assert list(map(sorted, offered)) == [sorted(each) for _, each in OFFERS]
    places = [["pull", "b"], ["apply", "b"], ["export", "x", "--html", "b"], ["run", "--", "ls", "b"]]
    folder, matches = ["back up/"], ["back up/", "backup.html"]
    assert list(map(sorted, offered_by_fish(places, tmp_path))) == [folder, matches, matches, matches]
    assert offered_by_fish([["pull", "--region=e"]], tmp_path) == [["--region=eu"]]
    assert offered_by_fish([[""]], tmp_path) == [sorted(COMMANDS)]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_know_every_command(shell: str) -> None:
    status, stdout, _ = run_here("completion", shell)

    assert status == 0
    assert all(name in stdout for name in COMMANDS)
    if program := shutil.which(shell):
        subprocess.run([program, "-n", "/dev/stdin"], input=stdout, text=True, check=True)


def test_another_shell_is_wrong_usage() -> None:
    status, stdout, stderr = run_here("completion", "bsh")
    assert (status, stdout, "expected one of bash, fish, zsh, got 'bsh'" in stderr) == (2, "", True)
