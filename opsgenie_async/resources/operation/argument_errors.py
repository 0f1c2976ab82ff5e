"""Errors of arguments, with the name of the method as the caller writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.models.mismatch import NaiveMoment, Unwritable

if TYPE_CHECKING:
    from opsgenie_async.resources.operation.signature import Operation

__all__ = ["argument_error", "argument_errors", "refusal"]


@contextmanager
def argument_errors(method: Callable[..., object]) -> Iterator[None]:
    """Convert errors of arguments in the block to the package's errors, with the name of *method*."""
    try:
        yield
    except (TypeError, ValueError, Unwritable) as error:
        operation: Operation = method.operation  # type: ignore[attr-defined]
        raise argument_error(operation, error) from None


def argument_error(operation: Operation, error: Exception) -> ArgumentTypeError | ArgumentValueError:
    """Return *error*, of an argument of *operation*, as an error of the package."""
    if isinstance(error, ArgumentTypeError | ArgumentValueError):
        return error
    if isinstance(error, Unwritable) and not isinstance(error, NaiveMoment):
        return refusal(operation.label, error)
    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
    return kind(str(error), call=operation.label)


def refusal(label: str, error: Unwritable) -> ArgumentTypeError | ArgumentValueError:
    """Convert a mismatch to an error of the package with the name of the method *label*."""
    kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
    return kind(f"{label}: {error}")
