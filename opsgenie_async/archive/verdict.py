"""Verify an archive offline: whole, with holes, or altered."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import attrs

from opsgenie_async.archive.digests import PARTS, Digests
from opsgenie_async.archive.disk import Disk
from opsgenie_async.archive.errors import ArchiveError, NotAnArchive
from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.kinds import ALL
from opsgenie_async.archive.layout import BLOBS, JOURNAL, MANIFEST, WORK, blob_path, is_intact
from opsgenie_async.archive.manifest import Doc, chain, is_canonical, load_manifest, parse_seal, seal_of
from opsgenie_async.archive.raw import text_of
from opsgenie_async.archive.segments import PIECE, digest_of, intact_lines, read_lines
from opsgenie_async.archive.summary import manifest_of
from opsgenie_async.archive.things import count_things
from opsgenie_async.files import LOCK, UnfitFile, open_regular

__all__ = ["Problem", "Verdict", "is_interrupted", "verify"]


@attrs.frozen
class Problem:
    """A difference between the archive and its manifest.

    Attributes:
        file: The path in the folder.
        record: The id of the record, or "record N" if it cannot be read; "" for the whole file.
        text: What is wrong.
    """

    file: str
    record: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {f'{self.record}: ' if self.record else ''}{self.text}"


@attrs.frozen(kw_only=True)
class Verdict:
    """The result of `verify`.

    Attributes:
        status: "whole", "holes" if something could not be read when it was made, "altered" if something differs from
            the manifest.
        holes: What is missing, each with `kind`, `slice` or `id`, and `reason`.
        problems: What was altered, with file and record.
        totals: The number of entities by kind, counted now; with damaged files, as far as they can be read.
        seal: The manifest's digest, to compare with the one noted when the archive was made.
    """

    status: Literal["whole", "holes", "altered"]
    holes: list[Doc]
    problems: list[Problem]
    totals: dict[str, int]
    seal: str


def verify(folder: str | os.PathLike[str], *, seal: str = "") -> Verdict:
    """Check every file and every record of an archive against its manifest.

    Args:
        folder: The folder of the archive.
        seal: The seal noted when it was made, 64 hexadecimal digits; "" for none.

    Returns:
        The verdict.

    Raises:
        ArchiveError: The folder is not an archive, or *seal* is not a whole seal.
    """
    place = Path(folder)
    expected_seal = parse_seal(seal) if seal else ""
    interrupted = is_interrupted(place)
    try:
        manifest = load_manifest(place)
    except NotAnArchive:
        raise
    except ArchiveError as error:
        return _verdict([], [Problem(MANIFEST, "", error.message.removeprefix(f"{place / MANIFEST}: "))], {}, "")
    if manifest is None:
        if interrupted is None:
            raise ArchiveError(f"{place}: is not an archive: it has no {MANIFEST}")
        if interrupted is False:
            return _verdict([], [Problem(MANIFEST, "", "is missing")], {}, "")
        return _verdict([INTERRUPTED], [], {}, "")
    check = _Check(place, manifest, unfinished=bool(interrupted))
    try:
        with Digests() as check.blobs:
            problems = [*check.problems(expected_seal)]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        problems = [Problem(MANIFEST, "", f"is not as it was written: {type(error).__name__}: {error}")]
    return _verdict(
        _holes(manifest) + ([INTERRUPTED] if interrupted else []), problems, check.totals, str(manifest.get("seal", ""))
    )


INTERRUPTED: Doc = {"kind": "archive", "reason": "a run was interrupted: run the same command again to resume"}


def _holes(manifest: Doc) -> list[Doc]:
    """The holes of a manifest in the form that they are written in; others are a problem of their own."""
    holes = manifest.get("holes")
    return [
        each
        for each in (holes if isinstance(holes, list) else [])
        if isinstance(each, dict) and isinstance(each.get("reason"), str)
    ]


def _verdict(holes: list[Doc], problems: list[Problem], totals: dict[str, int], seal: str) -> Verdict:
    status: Literal["whole", "holes", "altered"] = "altered" if problems else "holes" if holes else "whole"
    return Verdict(status=status, holes=holes, problems=problems, totals=totals, seal=seal)


def is_interrupted(folder: Path) -> bool | None:
    """Whether the last run is unfinished, None if there was no run."""
    try:
        with os.fdopen(open_regular(folder / JOURNAL), "rb") as file:
            last = None
            for line in file:
                if line.startswith((b'{"event":"run"', b'{"event":"finished"')):
                    last = line
    except (OSError, UnfitFile):
        return None
    return None if last is None else last.startswith(b'{"event":"run"')


class _Check:
    """A verification in progress."""

    blobs: Digests

    def __init__(self, folder: Path, manifest: Doc, *, unfinished: bool) -> None:
        self.totals: dict[str, int] = {}
        self._folder = folder
        self._manifest = manifest
        self._unfinished = unfinished
        self._known = {MANIFEST, JOURNAL, LOCK}
        self._counted: list[Doc] = []

    def problems(self, seal: str) -> Iterator[Problem]:
        manifest = self._manifest
        if seal_of(manifest) != manifest.get("seal"):
            yield Problem(MANIFEST, "", "was edited: its seal does not match its content")
        elif not is_canonical(self._folder, manifest):
            yield Problem(MANIFEST, "", "was altered: its bytes are not those that were written")
        if seal and seal != manifest.get("seal"):
            yield Problem(MANIFEST, "", f"was replaced: its seal is {manifest.get('seal')}, not {seal}")
        linked = chain(manifest["slices"])
        for was, now in zip(manifest["slices"], linked, strict=True):
            if was.get("chain") != now["chain"]:
                yield Problem(MANIFEST, "", f"the chain breaks at {was.get('kind')} {was.get('unit')}")
                break
        yield from self._journal()
        for each in manifest["slices"]:
            if each["file"]:
                yield from self._segment(each)
            else:
                self._counted.append(each)
        yield from self._things()
        yield from self._attachments()
        for path, file in manifest["configuration"].items():
            self._known.add(path)
            yield from self._file(path, file["size"], file["sha256"])
        yield from self._strangers()

    def _things(self) -> Iterator[Problem]:
        """The number of entities by kind, as far as they can be read."""
        kinds: dict[str, list[Doc]] = {}
        for each in self._counted:
            kinds.setdefault(each["kind"], []).append(each)
        for kind in [*(kind for kind in ALL if kind in kinds), *(kinds.keys() - {*ALL})]:
            self.totals |= count_things(partial(intact_lines, self._folder), kinds[kind])
        expected = self._manifest["totals"]
        for kind in expected.keys() | self.totals.keys():
            want, have = expected.get(kind, 0), self.totals.get(kind, 0)
            if want != have:
                yield Problem(MANIFEST, "", f"counts {want} {kind}, and there are {have}")

    def _journal(self) -> Iterator[Problem]:
        """Check the journal: it may only have grown since."""
        expected = self._manifest["journal"]
        digest, remaining = hashlib.sha256(), expected["size"]
        try:
            with os.fdopen(open_regular(self._folder / JOURNAL), "rb") as file:
                while remaining > 0 and (piece := file.read(min(remaining, PIECE))):
                    digest.update(piece)
                    remaining -= len(piece)
                is_longer = file.read(1) != b""
        except (OSError, UnfitFile) as error:
            yield Problem(JOURNAL, "", f"cannot be read: {_reason(error)}")
            return
        if remaining or digest.hexdigest() != expected["sha256"]:
            yield Problem(JOURNAL, "", "was altered")
            return
        if is_longer and not self._unfinished:
            yield Problem(JOURNAL, "", "was added to")
        yield from self._compare_with_journal(expected)

    def _compare_with_journal(self, file: Doc) -> Iterator[Problem]:
        """Check the manifest against the one computed from the journal, whoever sealed it."""
        manifest, journal = self._manifest, Journal(self._folder, Disk())
        journal.read(file["size"])
        if not journal.runs:  # an archive that was put together by hand
            return
        expected = manifest_of(journal, manifest["totals"], manifest["blobs"], file)
        for name, value in expected.items():
            actual = manifest.get(name)
            if name == "slices":
                actual = [{word: each[word] for word in each if word != "chain"} for each in manifest[name]]
            if actual != value:
                yield Problem(MANIFEST, "", f"{name}: is not what the journal amounts to")

    def _file(self, path: str, size: int, sha256: str) -> Iterator[Problem]:
        try:
            actual = digest_of(self._folder / path)
        except FileNotFoundError:
            yield Problem(path, "", "is missing")
        except (OSError, UnfitFile) as error:
            yield Problem(path, "", f"cannot be read: {_reason(error)}")
        else:
            if actual != (size, sha256):
                yield Problem(path, "", "was altered: its bytes are not those that were written")

    def _segment(self, slice: Doc) -> Iterator[Problem]:
        file = slice["file"]
        self._known.add(file["path"])
        problems = [*self._file(file["path"], file["size"], file["sha256"])]
        yield from problems
        if any(problem.text.startswith(("is missing", "cannot")) for problem in problems):
            return
        count = 0
        try:
            for line in read_lines(self._folder / file["path"]):
                count += 1
                if not is_intact(line):
                    yield Problem(file["path"], _id_in(line) or f"record {count}", "was altered")
                elif b'"sha256":' in line:
                    yield from self._note_attachments(file["path"], line)
        except (ArchiveError, OSError) as error:
            yield Problem(file["path"], f"record {count + 1}", str(error))
        self._counted.append({**slice, "records": count})
        if count != slice["records"]:
            yield Problem(file["path"], "", f"has {count} records, and {slice['records']} were written")

    def _note_attachments(self, path: str, line: bytes) -> Iterator[Problem]:
        for each in json.loads(text_of(line)).get("attachments") or []:
            try:
                self.blobs.add(each["sha256"], each["size"])
            except ValueError:
                yield Problem(path, _id_in(line), "the name of an attachment is not a digest")

    def _attachments(self) -> Iterator[Problem]:
        """Check the attachments, by first digit: each one exists, and no others."""
        count = size = 0
        for letter, named in self.blobs.parts():
            count, size = count + len(named), size + sum(named.values())
            for sha256, expected in named.items():
                for problem in self._file(blob_path(sha256), expected, sha256):
                    yield attrs.evolve(problem, record=f"attachment {sha256[:12]}")
            if not self._unfinished:
                yield from self._stray_attachments(letter, named)
        expected = self._manifest["blobs"]
        if (count, size) != (expected["count"], expected["size"]):
            yield Problem(MANIFEST, "", f"counts {expected['count']} attached files, and records name {count}")

    def _stray_attachments(self, letter: str, named: dict[str, int]) -> Iterator[Problem]:
        for place in sorted((self._folder / BLOBS).glob(f"{letter}*")):
            for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
                name = path.relative_to(self._folder).as_posix()
                if path.is_file() and not (path.name in named and name == blob_path(path.name)):
                    yield Problem(name, "", "is not in the manifest")

    def _strangers(self) -> Iterator[Problem]:
        for root, folders, files in os.walk(self._folder):
            below = Path(root).relative_to(self._folder)
            if below == Path() and self._unfinished and WORK in folders:
                folders.remove(WORK)
            if below == Path(BLOBS):  # those have been looked at
                folders[:] = [each for each in folders if each[0] not in PARTS]
                files = [each for each in files if each[0] not in PARTS]
            folders.sort()
            for name in sorted(files):
                path = (below / name).as_posix()
                unfinished = self._unfinished and path.startswith(("segments/", f"{BLOBS}/", "configuration/"))
                if path not in self._known and not unfinished:
                    yield Problem(path, "", "is not in the manifest")


def _id_in(line: bytes) -> str:
    try:
        document: Any = json.loads(text_of(line))
        return str(document["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
