"""A cron job that raises an alert when it fails, and pings its heartbeat when it succeeds.

    OPSGENIE_API_KEY=... python examples/nightly_job.py FOLDER

It counts the files in a folder; if the folder does not exist, it fails and raises an alert.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from opsgenie_async.web.jobs import Job


@Job("count-files", heartbeat="count-files", alert={"priority": "P2", "tags": ["nightly"]}, close_on_success=True)
def count_files(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    print(count_files(parser.parse_args().folder), "files")


if __name__ == "__main__":
    main()
