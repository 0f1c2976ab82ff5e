"""Copy teams, with everything they own and their users, from the US account to the EU account.

    US_API_KEY=... EU_API_KEY=... python examples/copy_teams.py 'Ads Backend' ops

Notification rules are not copied. If references of the teams are missing, it lists all of them and sends nothing. Run
it again to resume; a second copy changes nothing. US_BASE_URL and EU_BASE_URL override the base URLs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from opsgenie_async import Opsgenie
from opsgenie_async.sync import (
    ApplyReport,
    DanglingReference,
    Journal,
    SelectionError,
    apply,
    plan,
    read_account,
)


async def copy(teams: list[str], us: Opsgenie, eu: Opsgenie) -> ApplyReport:
    async with Journal.open("copy.jsonl", keep=False) as journal:
        await journal.settled()  # a copy that was killed may have left something on its way
        want = await read_account(us, teams=teams, with_users=True)
        have = await read_account(eu, only=want.only)
        steps = plan(have, want, only=want.only)
        for change in steps.changes:
            print(change.action, change.kind.noun, change.parent, change.name)
        return await apply(eu, steps, journal=journal)


async def main(teams: list[str]) -> int:
    us = Opsgenie(os.environ["US_API_KEY"], region="us", base_url=os.environ.get("US_BASE_URL"))
    async with us, Opsgenie(os.environ["EU_API_KEY"], region="eu", base_url=os.environ.get("EU_BASE_URL")) as eu:
        try:
            report = await copy(teams, us, eu)
        except (DanglingReference, SelectionError) as error:
            raise SystemExit(str(error)) from error
    for failed in report.failed:
        print(f"failed: {failed.change.name}: {failed.error}", file=sys.stderr)
    return 0 if report.complete else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teams", nargs="+", help="names of the teams", metavar="team")
    sys.exit(asyncio.run(main(parser.parse_args().teams)))
