"""Events of a call, and of a run of many calls, for hooks: attempts, waits, the end.

A call is one or more attempts; between them it may wait. `AttemptEnded` and `Waiting` tell of these, `CallEnded` of the
whole, `LaneChanged` of a rate-limit domain that closed, reopened or changed its pace, `SharingChanged` of limits that
are no longer shared with other clients, or again. `RunEnded` sums up a pull, a plan, an apply or an archive,
`SliceEnded` a slice of an archive, `AlertProcessed` an alert of a program of your own.
`call` is method and path, as in "GET v2/teams", and `call_id` the same number in all events of one call, for hooks that
are an `Observer`. No event holds a key, a query or a body.
"""

from opsgenie_async.events.announcer import Announcer, Observer, Run
from opsgenie_async.events.call_logger import CallLogger
from opsgenie_async.events.client_state import ClientState, LaneState, StateSource
from opsgenie_async.events.log_lines import log_event
from opsgenie_async.events.values import (
    AlertProcessed,
    AttemptEnded,
    CallEnded,
    CallStarted,
    Event,
    LaneChanged,
    RunEnded,
    RunStarted,
    SharingChanged,
    SliceEnded,
    Start,
    Waiting,
)

__all__ = [
    "AlertProcessed",
    "Announcer",
    "AttemptEnded",
    "CallEnded",
    "CallLogger",
    "CallStarted",
    "ClientState",
    "Event",
    "LaneChanged",
    "LaneState",
    "Observer",
    "Run",
    "RunEnded",
    "RunStarted",
    "SharingChanged",
    "SliceEnded",
    "Start",
    "StateSource",
    "Waiting",
    "log_event",
]
