"""Update an archive every night, and verify each time that it has not been altered.

    OPSGENIE_API_KEY=... python examples/nightly_archive.py /backup/opsgenie /elsewhere/seals.txt

Store the seals where those who can write to the archive cannot: another disk, a ticket, a mailbox. Exits with 1 if
something is missing, with 2 if the archive was altered since the last night; then nothing is added to it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from opsgenie_async import Opsgenie
from opsgenie_async.archive import Archive, archive, verify


def was_altered(folder: Path, seals: Path) -> bool:
    """Whether the archive was altered since its last seal was saved."""
    noted = seals.read_text().split() if seals.exists() else []
    if not noted or not folder.exists():
        return False
    verdict = verify(folder, seal=noted[-1])
    for problem in verdict.problems:
        print(f"altered: {problem}", file=sys.stderr)
    return verdict.status == "altered"


def noisiest(folder: Path, days: int) -> list[tuple[str, int]]:
    """The five sources with the most alerts in the last days."""
    since = datetime.now(UTC) - timedelta(days=days)
    # A record is the JSON of the API, whatever that held: a member may be missing.
    sources = Counter(str(alert.document.get("source") or "?") for alert in Archive(folder).alerts(since=since))
    return sources.most_common(5)


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("seals", type=Path)
    parser.add_argument("--only", default="alerts,incidents,schedules,users", help="kinds")
    options = parser.parse_args()
    if await asyncio.to_thread(was_altered, options.folder, options.seals):
        return 2
    async with Opsgenie() as og:
        report = await archive(og, options.folder, kinds=options.only)
    with options.seals.open("a") as file:
        file.write(f"{datetime.now(UTC):%Y-%m-%d} {report.seal}\n")
    print(f"{report.totals.get('alerts', 0):,} alerts, {report.read.get('alerts', 0):,} of them read tonight")
    for source, count in await asyncio.to_thread(noisiest, options.folder, 7):
        print(f"{count:>6,}  {source}")
    for hole in report.holes:
        print(f"missing: {hole}", file=sys.stderr)
    return 0 if report.complete else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
