"""Whether there is an account behind an address and a key: where there is none, a run ends with its first call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from opsgenie_async.cli.exits import Failure
from opsgenie_async.errors import Unauthorized
from opsgenie_async.events import AttemptEnded, CallEnded, Event

__all__ = ["Contact", "contact_required"]


class NoContact(BaseException):
    """Nothing that this run does can succeed.

    It is no `Exception`: whoever collects the failures of single calls, and goes on, must not take it for one of them.

    Attributes:
        failure: What to raise where the run began.
    """

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class Contact:
    """A hook for `Config.hooks` that ends the run when the key is refused, or nobody ever answered.

    A host that answered once and is away for a while makes failures of single calls, and no more.
    """

    def __init__(self) -> None:
        self._has_contact = False
        self._reason = ""

    def __call__(self, event: Event) -> None:
        """Take note of an answer, or raise `NoContact`."""
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
def contact_required() -> Iterator[None]:
    """Turn the end of a run by a `Contact` into one error.

    Raises:
        Unauthorized: The key is refused.
        Failure: Nobody answers.
    """
    try:
        yield
    except NoContact as end:
        raise end.failure from None
    except BaseExceptionGroup as group:
        for error in _leaves(group):
            if isinstance(error, NoContact):
                raise error.failure from None
        raise


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
