"""All items of a listing, past the 20,000 that the API returns for one search.

`slices` are parts of a listing as values, `cuts` finds those that the API lists to their end, `walk` reads them, and
`listing` asks the API for both; `og.alerts.history()` and the archive stand on it.
"""

from opsgenie_async.history.slices import ALERTS, INCIDENTS, SERVICES, Item, Slice, Target, epoch_milliseconds
from opsgenie_async.history.walk import Answer, Walk

__all__ = ["ALERTS", "INCIDENTS", "SERVICES", "Answer", "Item", "Slice", "Target", "Walk", "epoch_milliseconds"]
