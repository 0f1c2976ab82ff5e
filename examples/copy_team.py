"""Copy a team, with everything it owns, from the US account to the EU account.

    US_API_KEY=... EU_API_KEY=... python examples/copy_team.py ops

Its users must exist in the EU account; if some are missing, it lists them and sends nothing. Run it again to resume; a
second copy changes nothing. US_BASE_URL and EU_BASE_URL override the base URLs.
"""

from __future__ import annotations

import argparse
import asyncio
import glob
import os
import sys

from opsgenie_async import Opsgenie
from opsgenie_async.sync import ApplyReport, DanglingReference, Journal, Selection, apply, plan, read_account


async def copy(team: str, us: Opsgenie, eu: Opsgenie) -> ApplyReport:
    want = await read_account(us)
    owned = [glob.escape(entity.path) for entity in want if entity.team == team]  # teams/ops, schedules/night...
    if not owned:
        raise SystemExit(f"there is no team {team!r}")
    selection = Selection(tuple(owned))
    async with Journal.open(f"copy-{team}.jsonl") as journal:
        await journal.settled()  # a copy that was killed may have left something on its way
        steps = plan(await read_account(eu, only=selection), want, only=selection)
        for change in steps.changes:
            print(change.action, change.kind.name, change.parent, change.name)
        return await apply(eu, steps, journal=journal)


async def main(team: str) -> int:
    us = Opsgenie(os.environ["US_API_KEY"], region="us", base_url=os.environ.get("US_BASE_URL"))
    async with us, Opsgenie(os.environ["EU_API_KEY"], region="eu", base_url=os.environ.get("EU_BASE_URL")) as eu:
        try:
            report = await copy(team, us, eu)
        except DanglingReference as missing:
            raise SystemExit(str(missing)) from missing
    for failed in report.failed:
        print(f"failed: {failed.change.name}: {failed.error}", file=sys.stderr)
    return 0 if report.complete else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("team", help="name of the team")
    sys.exit(asyncio.run(main(parser.parse_args().team)))
