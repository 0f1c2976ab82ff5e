"""The client for programs without an event loop: scripts, notebooks, threads.

from opsgenie_async.blocking import Opsgenie

with Opsgenie(api_key) as og:
    for team in og.teams.list():
        ...
"""

from opsgenie_async.blocking.client import Opsgenie
from opsgenie_async.waiting import BlockingPager, BlockingPending

__all__ = ["BlockingPager", "BlockingPending", "Opsgenie"]
