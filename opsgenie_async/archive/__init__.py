"""The archive: the history of an account, as files that can be verified.

    report = await archive(og, "opsgenie-archive")        # resumes an interrupted run
    verdict = verify("opsgenie-archive")                   # offline: "whole", "holes" or "altered"
    for alert in Archive("opsgenie-archive").alerts():
        print(alert.document["message"], [note["note"] for note in alert.notes])

A folder holds:

    manifest.json                  the contents and their digests; written last
    journal.jsonl                  what each run planned and finished, one JSON object per line; append-only
    segments/KIND/UNIT.jsonl.gz    records of one kind and slice, one per line
    blobs/AB/ABCD...               attachments and log files, named by the SHA-256 of their bytes
    configuration/N-start, N-end   the configuration as `pull` writes it, before and after run N
    work/                          responses of unfinished slices; removed at the end of a run

A **record** is a JSON object on one line, in UTF-8. Its first member is `digest`: 16 hexadecimal digits of the SHA-256
of the rest of the line. `id` and `created` (epoch milliseconds, or null) come next, then `run`. All other members are
verbatim JSON of the API, in its order of members; only line breaks between members become spaces:

| kind | members |
|---|---|
| `alerts` | `document`, `recipients`, `logs`, `notes`, `attachments` |
| `incidents` | `document`, `logs`, `notes`, `timeline`, `responder_alerts`, `associated_alerts`, `postmortem` |
| `schedules` | `document`: a timeline of one month with all layers; `id` is the schedule's, `month` as "2026-03" |
| `on_calls` | `document`: who is on call now, `next`: who is next |
| `team_logs` | `document`: one line of a team's log; `id` is the team's |
| `account_logs` | `document`: a log file of the account, `attachments`: its bytes |
| `services`, `templates`, `deployments`, `users` | `document` |

`attachments` are objects of this package: `id`, `name`, `size`, `sha256`. A record has `listed: true` if `document` is
from the listing, not from a request of its own, `gone: true` if it was deleted before that, and `holes`, objects with
`part` and `reason`, if parts could not be read. A record of a later run replaces one with the same id (for schedules:
id and month) of an earlier run.

The **manifest** is one JSON object: `format` (1), `tool`, `account`, `server`, `runs` (number, started, finished,
choices, bounds, `read`: entities by kind that this run read), `slices` (kind, unit, query, before, records, after,
explanation, first and last: when its first and its last record were created, file: path, size, sha256; each with
`chain`, the SHA-256 of the chain before and of the slice itself), `totals` (entities by kind: an alert counts once,
whatever its number of records, a schedule once with all its months; for kinds without a history, those of the last
run), `holes` (kind, slice or id, part, reason), `skipped` (excluded by choice, or not available from the API),
`redacted`, `blobs`, `configuration`, and `seal`: the SHA-256 of the manifest without it. Whoever can write to the
folder can rewrite all of it: store the seal somewhere else, and `verify` compares it.
"""

from opsgenie_async.archive.errors import ArchiveError, NotAnArchive
from opsgenie_async.archive.estimate import Estimate, estimate
from opsgenie_async.archive.kinds import ALL, parse_kinds
from opsgenie_async.archive.reader import Archive, Attachment, Record
from opsgenie_async.archive.run import ArchiveReport, archive
from opsgenie_async.archive.tally import ArchiveProgress
from opsgenie_async.archive.verdict import Problem, Verdict, verify

__all__ = [
    "ALL",
    "Archive",
    "ArchiveError",
    "ArchiveProgress",
    "ArchiveReport",
    "Attachment",
    "Estimate",
    "NotAnArchive",
    "Problem",
    "Record",
    "Verdict",
    "archive",
    "estimate",
    "parse_kinds",
    "verify",
]
