"""A check that there is an account for the address and key; otherwise a run ends with its first call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from opsgenie_async.cli.exits import Failure
from opsgenie_async.cli.tasks import leaves
from opsgenie_async.errors import Unauthorized
from opsgenie_async.events import AttemptEnded, CallEnded, Event

__all__ = ["Contact", "require_contact"]


class NoContact(BaseException):
    """The end of a run in which no call can succeed.

    It is not an `Exception`: code that collects the failures of single calls must not treat it as one.

    Attributes:
        failure: The error to raise at the start of the run.
    """

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class Contact:
    """A hook for `Config.hooks` that ends the run if the key is refused, or if no response ever came.

    A host that has responded once and is temporarily unavailable causes only failures of single calls.
    """

    def __init__(self) -> None:
        self._has_contact = False
        self._reason = ""

    def __call__(self, event: Event) -> None:
        """Record a response, or raise `NoContact`."""
        match event:
            case AttemptEnded(reason=""):
                self._has_contact = True
            case AttemptEnded():
                self._reason = event.reason
            case CallEnded(error=Unauthorized.__name__) if isinstance(refusal := sys.exception(), Unauthorized):
                raise NoContact(refusal)
            case CallEnded(error="TransportError" | "ProtocolError") if not self._has_contact and self._reason:
                tries = f" ({event.attempts} attempts)" if event.attempts > 1 else ""
                raise NoContact(Failure(f"{self._reason}{tries}"))


@contextmanager
def require_contact() -> Iterator[None]:
    """Turn the end of a run by a `Contact` into one error.

    Raises:
        Unauthorized: The key is refused.
        Failure: There is no response.
    """
    try:
        yield
    except NoContact as end:
        raise end.failure from None
    except BaseExceptionGroup as group:
        for error in leaves(group):
            if isinstance(error, NoContact):
                raise error.failure from None
        raise
