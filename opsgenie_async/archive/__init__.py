"""The archive: everything that an account has been through, as files that prove that they are whole.

    report = await archive(og, "opsgenie-archive")        # goes on where a run was interrupted
    verdict = verify("opsgenie-archive")                   # offline: "whole", "holes" or "altered"
    for alert in Archive("opsgenie-archive").alerts():
        print(alert.document["message"], [note["note"] for note in alert.notes])

A folder holds:

    manifest.json                  what there is, and the proof of it; written last
    journal.jsonl                  what each run planned and finished, one JSON object a line; only ever added to
    segments/KIND/UNIT.jsonl.gz    records, one a line, of one kind and one slice
    blobs/AB/ABCD...               attachments and log files, named by the SHA-256 of their bytes
    configuration/N-start, N-end   the configuration as `pull` writes it, before and after run N
    work/                          answers of slices that are not finished; gone when a run is

A **record** is a JSON object on one line, in UTF-8. Its first member is `digest`: 16 hexadecimal digits of the SHA-256
of the rest of the line behind it. `id` and `created` (epoch milliseconds, or null) come next, then `run`. All other
members hold what the API sent, to the letter and in its own sequence of members; only line breaks between members are
written as blanks:

| kind | members |
|---|---|
| `alerts` | `document`, `recipients`, `logs`, `notes`, `attachments` |
| `incidents` | `document`, `logs`, `notes`, `timeline`, `responder_alerts`, `associated_alerts`, `postmortem` |
| `schedules` | `document`: a timeline of one month with all layers; `id` is the schedule's, `month` as "2026-03" |
| `on_calls` | `document`: who is on call now, `next`: and afterwards |
| `team_logs` | `document`: one line of a team's log; `id` is the team's |
| `account_logs` | `document`: a log file of the account, `attachments`: its bytes |
| `services`, `templates`, `deployments`, `users` | `document` |

`attachments` are objects of ours: `id`, `name`, `size`, `sha256`. A record has `listed: true` where `document` is what
the listing said because it was not read one by one, `gone: true` where it was deleted before that, and `holes`, objects
with `part` and `reason`, where something of it could not be read. A record of a later run takes the place of one with
the same id (of schedules: id and month) of an earlier run.

The **manifest** is one JSON object: `format` (1), `tool`, `account`, `server`, `runs` (number, started, finished,
choices, bounds, `read`: things by kind that this run read), `slices` (kind, unit, query, before, records, after,
explanation, first and last: when its first and its last record were created, file: path, size, sha256; each with
`chain`, the SHA-256 of the chain before and of the slice itself), `totals` (things by kind: an alert is one, however
many records there are of it, and a schedule is one with all its months; of what is read as it is now, those of the last
run), `holes` (kind, slice or id, part, reason), `skipped` (left out by choice, or not offered by the API), `redacted`,
`blobs`, `configuration`, and `seal`: the SHA-256 of the manifest without it. Whoever can write the folder can write all
of it anew: note the seal somewhere else, and `verify` compares it.
"""

from opsgenie_async.archive.errors import ArchiveError
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
    "Problem",
    "Record",
    "Verdict",
    "archive",
    "estimate",
    "parse_kinds",
    "verify",
]
