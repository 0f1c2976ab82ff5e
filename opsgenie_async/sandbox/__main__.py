"""`python -m opsgenie_async.sandbox`."""

import sys

from opsgenie_async.sandbox.command import main

if __name__ == "__main__":
    sys.exit(main())
