"""Complete listings of alerts and incidents, beyond the API's limit of 20,000 items per search.

`slices` describes parts of a listing, `cuts` finds those below the limit, `walk` reads them, and `listing` sends the
requests of both. `og.alerts.history()` and the archive use it.
"""

from opsgenie_async.history.slices import ALERTS, INCIDENTS, SERVICES, Item, Slice, Target
from opsgenie_async.history.walk import Answer, Cursor, Walk

__all__ = [
    "ALERTS",
    "INCIDENTS",
    "SERVICES",
    "Answer",
    "Cursor",
    "Item",
    "Slice",
    "Target",
    "Walk",
]
