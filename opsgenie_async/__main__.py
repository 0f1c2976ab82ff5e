"""`python -m opsgenie_async`: the same as the command `opsgenie-async`."""

import sys

from opsgenie_async.cli import main

if __name__ == "__main__":
    sys.exit(main())
