"""The layout of an archive on disk: file names and record lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import timedelta

from opsgenie_async.clock import EPOCH
from opsgenie_async.history import Slice

__all__ = [
    "BLOBS",
    "CONFIGURATION",
    "FORMAT",
    "JOURNAL",
    "MANIFEST",
    "SEGMENTS",
    "WORK",
    "blob_path",
    "is_intact",
    "is_path",
    "label",
    "moment_of",
    "record_line",
    "segment_path",
    "slice_name",
]

FORMAT = 1
MANIFEST, JOURNAL = "manifest.json", "journal.jsonl"
SEGMENTS, BLOBS, CONFIGURATION, WORK = "segments", "blobs", "configuration", "work"

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
"""What can stand in a file's name anywhere; names of Windows' devices are never alone in ours."""
DIGITS = 16
START = b'{"digest":"'
BEHIND = len(START) + DIGITS


def label(text: str) -> str:
    """*text* if it is safe in a file name, otherwise a digest of it: no name can lead out of the folder."""
    return text if PLAIN.fullmatch(text) else f"x{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:24]}"


def moment_of(milliseconds: int) -> str:
    """A time for a file name: only digits, T and Z."""
    try:
        return f"{EPOCH + timedelta(milliseconds=milliseconds):%Y%m%dT%H%M%S}{milliseconds % 1000:03d}Z"
    except OverflowError:
        return f"{milliseconds}ms"


def slice_name(slice: Slice) -> str:
    """The name of *slice*; the same bounds and conditions always give the same name."""
    low = "beginning" if slice.low is None else moment_of(slice.low)
    high = "end" if slice.high is None else moment_of(slice.high)
    rest = "" if not slice.query and not slice.parts else f"-{_short(repr((slice.query, slice.parts)))}"
    return f"{low}-{high}{rest}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def segment_path(kind: str, unit: str) -> str:
    """The path of the segment of *unit*, relative to the folder."""
    return f"{SEGMENTS}/{kind}/{unit}.jsonl.gz"


def blob_path(sha256: str) -> str:
    """The path of the attachment with that digest, relative to the folder."""
    return f"{BLOBS}/{sha256[:2]}/{sha256}"


def is_path(text: str) -> bool:
    """Whether *text* from a manifest, which may be forged, can be the path of a file in the folder."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not {"", "..", "."} & {*text.split("/")} and not {"\\", ":", "\0"} & {*text}


def record_line(id: str, created: int | None, run: int, members: Iterable[tuple[str, bytes]]) -> bytes:
    """A record as one line, without the line break; the values of *members* are raw JSON."""
    parts = [b'"id":%s' % json.dumps(id).encode(), b'"created":%s' % json.dumps(created).encode(), b'"run":%d' % run]
    parts += [b"%s:%s" % (json.dumps(name).encode(), raw) for name, raw in members]
    rest = b'",' + b",".join(parts) + b"}"
    return START + _digest(rest) + rest


def is_intact(line: bytes) -> bool:
    """Whether the line of a record matches its digest."""
    return line.startswith(START) and line[len(START) : BEHIND] == _digest(line[BEHIND:])


def _digest(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest()[:DIGITS].encode()
