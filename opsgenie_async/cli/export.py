"""`export`: an archive as HTML, SQLite or CSV."""

from __future__ import annotations

import argparse
import json
import sys
import time

from opsgenie_async.archive.errors import ArchiveError, NotAnArchive
from opsgenie_async.archive.exports import AlteredArchive, ExportReport, export
from opsgenie_async.archive.kinds import number_of
from opsgenie_async.cli.exits import Failure, WrongUsage, exit_on_error, say
from opsgenie_async.cli.targets import check_file, check_folder
from opsgenie_async.json_text import Json
from opsgenie_async.quantity import quantity

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Export and print the files: 0 written, 1 altered or not writable, 2 wrong usage or no archive."""
    start = time.monotonic()
    with exit_on_error("export", arguments, interrupted=lambda: "nothing was written"):
        _check_targets(arguments)
        report = _export(arguments)
    if arguments.json:
        print(json.dumps(_document(report, time.monotonic() - start), indent=2))
        return 0
    _summarize(arguments, report)
    return 0


def _check_targets(arguments: argparse.Namespace) -> None:
    targets = {f"--{name}": getattr(arguments, name) for name in ("html", "sqlite", "csv")}
    if not any(targets.values()):
        raise WrongUsage("nothing to write: give --html, --sqlite or --csv")
    for option, target in targets.items():
        if option == "--csv":
            check_folder(option, target, is_own=False)
        else:
            check_file(option, target)
        if option == "--sqlite" and target is not None and target.exists() and not target.is_file():
            raise WrongUsage(f"{option}: {target}: is not a regular file")


def _export(arguments: argparse.Namespace) -> ExportReport:
    try:
        return export(
            arguments.folder,
            html=arguments.html,
            sqlite=arguments.sqlite,
            csv=arguments.csv,
            time_zone=arguments.time_zone,
            anyway=arguments.anyway,
        )
    except AlteredArchive as error:
        raise Failure(f"{error}; run `verify` for details, or export it with --anyway") from error
    except NotAnArchive:
        raise
    except ArchiveError as error:
        # A folder that is no archive is the wrong one; one that breaks off in the middle is damaged.
        raise (Failure if (arguments.folder / "manifest.json").exists() else WrongUsage)(str(error)) from error
    except OSError as error:
        if error.filename:
            raise Failure(f"{error.filename}: cannot be written: {error.strerror}") from error
        raise


def _summarize(arguments: argparse.Namespace, report: ExportReport) -> None:
    for file in report.files:
        print(file)
    verdict = report.verdict
    if verdict.status == "altered":
        say(f"the archive was altered, in {quantity(len(verdict.problems), 'place')}: run `verify` for details")
    elif verdict.status == "holes":
        say(f"the archive has {quantity(len(verdict.holes), 'hole')}: run `verify` for details")
    if arguments.sqlite and not report.full_text_search:
        say("this Python's SQLite has no FTS5: `search` is a plain table; search it with LIKE")
    if not arguments.quiet:
        totals = " and ".join(number_of(kind, count) for kind, count in report.totals.items())
        print(f"{totals} exported", file=sys.stderr)


def _document(report: ExportReport, duration: float) -> dict[str, Json]:
    return {
        "complete": True,
        "files": [str(file) for file in report.files],
        "totals": dict(report.totals),
        "verdict": report.verdict.status,
        "holes": len(report.verdict.holes),
        "problems": [str(problem) for problem in report.verdict.problems],
        "fullTextSearch": report.full_text_search,
        "durationSeconds": round(duration, 3),
    }
