"""The manifest, computed from the journal.

`verify` computes it again for old archives: within a `FORMAT`, the same journal must give the same manifest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opsgenie_async.archive.journal import Journal
from opsgenie_async.archive.kinds import ALL, CONFIGURATION, LIST, USERS
from opsgenie_async.archive.layout import FORMAT
from opsgenie_async.archive.manifest import Doc

__all__ = ["manifest_of"]


def manifest_of(journal: Journal, totals: dict[str, int], blobs: Doc, file: Doc) -> Doc:
    """The manifest for a journal.

    Args:
        journal: The journal of all runs.
        totals: The number of entities by kind.
        blobs: The number of attachments, and their total size in bytes.
        file: The size and digest of the journal file.
    """
    events = journal.events
    recounts = {(each["run"], each["kind"], each["unit"]): each for each in events if each["event"] == "recount"}
    finished = {each["run"]: each for each in events if each["event"] == "finished"}
    done = [each for each in events if each["event"] == "done"]
    configurations = [each for each in events if each["event"] == "configuration"]
    slices = [_slice(each, recounts.get((each["run"], each["kind"], each["unit"]), {})) for each in done]
    runs = [
        {
            "number": run["run"],
            **{name: run[name] for name in ("tool", "server", "account", "started", "choices")},
            "finished": finished.get(run["run"], {}).get("finished"),
            "read": finished.get(run["run"], {}).get("read", {}),
            "bounds": {
                each["kind"]: {"low": each["low"], "high": each["high"]}
                for each in journal.of_run(run["run"], "bounds")
            },
        }
        for run in journal.runs
    ]
    last = journal.runs[-1]
    return {
        "format": FORMAT,
        "tool": last["tool"],
        "account": last["account"],
        "server": last["server"],
        "runs": runs,
        "slices": slices,
        "totals": totals,
        "holes": holes_of(journal, recounts),
        "skipped": _omissions(last, journal.of_run(last["run"], "skipped")),
        "redacted": _redactions(last, journal.events),
        "blobs": blobs,
        "configuration": {path: fact for each in configurations for path, fact in each["files"].items()},
        "journal": file,
    }


def _slice(done: Doc, recount: Doc) -> Doc:
    slice = done["slice"] or {}
    return {
        "kind": done["kind"],
        "unit": done["unit"],
        "run": done["run"],
        "stream": done["stream"],
        "depth": done["depth"],
        "query": done["query"],
        "low": slice.get("low"),
        "high": slice.get("high"),
        "before": done["before"],
        "records": done["records"],
        "first": done.get("first"),
        "last": done.get("last"),
        "after": recount.get("after"),
        "explanation": recount.get("explanation", ""),
        "file": done["file"],
    }


def holes_of(journal: Journal, recounts: dict[Any, Doc]) -> list[Doc]:
    """The holes that no later run has filled."""
    return [
        *_holes_of_units(journal, recounts),
        *_refused_listings(journal),
        *_holes_of_configuration(journal),
    ]


def _holes_of_units(journal: Journal, recounts: dict[Any, Doc]) -> Iterator[Doc]:
    """What is missing in slices and snapshots, and what a recount found."""
    done = [each for each in journal.events if each["event"] == "done"]
    replacements = {(each["kind"], each["replaces"]) for each in done if each["replaces"]}
    attempts = {each["kind"]: each["run"] for each in done}  # the last run that read each kind
    for each in done:
        if each["stream"] == "snapshot" and each["run"] < attempts[each["kind"]]:
            continue
        if (each["kind"], each["unit"]) in replacements:
            continue
        holes = [*each["holes"]]
        recount = recounts.get((each["run"], each["kind"], each["unit"]), {})
        if recount.get("hole"):
            holes.append({"reason": recount["hole"]})
        name = {"slice": each["unit"]} if each["slice"] is not None else {}
        if each["query"]:
            name["query"] = each["query"]
        for hole in holes:
            # Every hole says where it is: a slice, an id, or the unit that a kind without slices is kept in.
            yield {"kind": each["kind"], **(name or ({} if "id" in hole else {"slice": each["unit"]})), **hole}


def _refused_listings(journal: Journal) -> Iterator[Doc]:
    """Listings that the last run which asked for them could not read."""
    refused = {(each["kind"], each["run"]): each for each in journal.events if each["event"] == "refused"}
    for (kind, run), each in refused.items():
        if run == max(number for word, number in refused if word == kind) and not _read_since(journal, kind, run):
            yield {"kind": kind, "slice": each["slice"], "reason": each["reason"]}


def _holes_of_configuration(journal: Journal) -> Iterator[Doc]:
    configurations = [each for each in journal.events if each["event"] == "configuration"]
    latest = max((each["run"] for each in configurations), default=0)
    for each in configurations:
        if each["run"] == latest:
            name = f"{each['run']}-{each['when']}"
            yield from ({"kind": CONFIGURATION, "id": name, **hole} for hole in each["holes"])


def _read_since(journal: Journal, kind: str, run: int) -> bool:
    return any(each["event"] == "planned" and each["kind"] == kind and each["run"] > run for each in journal.events)


def _omissions(run: Doc, events: list[Doc]) -> list[Doc]:
    choices = run["choices"]
    skipped: list[Doc] = [{"kind": kind, "reason": "not chosen"} for kind in ALL if kind not in choices["kinds"]]
    if choices["depth"] == LIST or choices["full_for"]:
        exception = f" but those of {choices['full_for']}" if choices["full_for"] else ""
        parts = "description, details, recipients, logs, notes, attachments, timelines"
        skipped.append({"kind": "alerts, incidents", "reason": f"only as they are listed{exception}: without {parts}"})
    skipped += [
        {"kind": "alerts, incidents", "reason": f"not {words} {choices[name]}"}
        for name, words in (("since", "before"), ("until", "from"))
        if choices[name]
    ]
    if not choices["contacts"]:
        skipped.append({"kind": USERS, "reason": "contacts and notification rules"})
    return skipped + [
        {"kind": kind, "reason": reason} for kind, reason in {e["kind"]: e["reason"] for e in events}.items()
    ]


def _redactions(run: Doc, events: list[Doc]) -> list[Doc]:
    redacted: list[Doc] = [{"what": "links of attachments and log files", "reason": "they open the file for everybody"}]
    if not run["choices"]["contacts"]:
        redacted.append({"what": "users but for id, username, fullName and role", "reason": "contacts"})
    count = sum(each["redacted"] for each in events if each["event"] == "finished")
    if least := sum(each["event"] == "redacted" for each in events):  # one a process, which may have been killed
        redacted.append({"what": "the key", "count": max(count, least)})
    return redacted
