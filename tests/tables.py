"""One test of a whole table, where `pytest.mark.parametrize` would make hundreds of a millisecond each.

A test of its own costs more than such a row: every worker collects it, and it is scheduled, set up and reported. It is
right where a row takes time, or needs fixtures of its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Test = Callable[..., None]


def each_row(
    names: str | Sequence[str], rows: Iterable[Any], *, ids: Callable[[Any], object] = str
) -> Callable[[Test], Test]:
    """Run the test for every row, as `parametrize` would; afterwards every row that failed is told with its error.

    Args:
        names: The argument that is the row, or those that are its items.
        rows: What `parametrize` takes.
        ids: Makes of a row what it is called.
    """
    columns = [names] if isinstance(names, str) else names

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        fixtures = [parameter for name, parameter in signature.parameters.items() if name not in columns]

        @functools.wraps(test)
        def table(**fixtures: Any) -> None:
            failures: list[BaseException] = []
            skipped = number = 0
            for row in rows:
                number += 1
                arguments = {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))
                try:
                    test(**arguments, **fixtures)
                except pytest.skip.Exception:
                    skipped += 1
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # whatever fails a test
                    error.add_note(f"row: {ids(row)}")
                    failures.append(error)
            if failures:
                named = ", ".join(error.__notes__[-1].removeprefix("row: ") for error in failures)
                raise BaseExceptionGroup(f"{len(failures)} of {number} rows failed: {named}", failures)
            if skipped == number:
                pytest.skip(f"all {number} rows were skipped")

        table.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return table

    return decorate
