"""What a program pays before its first call: importing the package, making a client; a fresh interpreter each time.

    python benchmarks/startup.py [--json FILE] [--rounds N]

The bar: importing `opsgenie_async` and making a client takes at most 1.3 x importing aiohttp, attrs and cattrs. Beside
it, what the first use of three pages adds, which loads them, and what each further client costs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

BAR = 1.3
MICROSECONDS_BAR = 100.0
TIMED = """
import time
start = time.perf_counter()
{program}
print(time.perf_counter() - start)
"""
PARTS = "import aiohttp, attrs, cattrs"
CLIENT = "from opsgenie_async import Opsgenie; og = Opsgenie('key')"
PROGRAMS = {
    "aiohttp, attrs, cattrs": PARTS,
    "opsgenie_async and a client": CLIENT,
    "and three pages of it": CLIENT + "; og.alerts, og.teams, og.schedules",
}
CLIENTS = """
import timeit
from opsgenie_async import Opsgenie
print(timeit.timeit(lambda: Opsgenie('key'), number=1000) / 1000)
"""


def seconds(program: str) -> float:
    """What *program* prints."""
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(process.stdout)


def main() -> int:
    """Measure in turns, print a table, and fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here, too")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(options.rounds):
        for name, program in PROGRAMS.items():
            times[name].append(seconds(TIMED.format(program=program)))
    median = {name: statistics.median(values) for name, values in times.items()}
    parts, client = median["aiohttp, attrs, cattrs"], median["opsgenie_async and a client"]
    for name, value in median.items():
        print(f"{name:32}{value * 1000:8.1f} ms{value / parts:8.2f} x")
    one = seconds(CLIENTS) * 1e6
    print(f"{'each further client':32}{one:8.1f} us")
    passed = client / parts <= BAR and one <= MICROSECONDS_BAR
    print(f"\nat most {BAR} x its parts, and {MICROSECONDS_BAR:.0f} us a client: {'yes' if passed else 'NO'}")
    if options.json:
        report = {"bar": BAR, "x_parts": client / parts, "ms": {n: v * 1000 for n, v in median.items()}}
        options.json.write_text(json.dumps({**report, "us_per_client": one, "passed": passed}, indent=2) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
