"""Text from elsewhere in errors and logs: no code for a terminal, and no line of its own."""

from __future__ import annotations

import ast
import io
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import opsgenie_async
from opsgenie_async import Config, NotFound, Opsgenie
from opsgenie_async.logs import PrintableRecords, get_logger
from opsgenie_async.printable import printable
from opsgenie_async.sandbox import Fault, Sandbox

PACKAGE = Path(opsgenie_async.__file__).parent
HOSTILE = "no\x1b[2J\x1b]0;owned\x07 team\r\nCRITICAL root: all is well\u202e\u2028\x9b31m"


def handled(logger: logging.Logger) -> tuple[io.StringIO, logging.Handler]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    return stream, handler


@given(st.text())
def test_printable_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    output = printable(text)

    assert "".join(each for each in output if each not in "\u200c\u200d").isprintable()
    assert printable(output) == output
    assert "".join(each for each in text if each.isprintable()) == text or output != text


@pytest.mark.parametrize("log", ["argument", "mapping", "message", "error"])
def test_a_record_is_one_line_whatever_is_in_it(log: str) -> None:
    logger = get_logger("opsgenie_async.tests")
    stream, handler = handled(logger)
    try:
        match log:
            case "argument":
                logger.error("%s: attempt %d in %.1f s", HOSTILE, 3, 0.25)
            case "mapping":
                logger.error(
                    "%(call)s: attempt %(number)d in %(time).1f s", {"call": HOSTILE, "number": 3, "time": 0.25}
                )
            case "message":
                logger.error(HOSTILE)
            case _:
                logger.error("%s: attempt %d in %.1f s", ValueError(HOSTILE), 3, 0.25)
    finally:
        logger.removeHandler(handler)

    (line,) = stream.getvalue().split("\n")[:-1]
    assert line.isprintable()
    assert log == "message" or line.endswith(": attempt 3 in 0.2 s")
    assert "\\x1b[2J" in line


def test_a_traceback_can_forge_no_line() -> None:
    logger = get_logger("opsgenie_async.tests")
    stream, handler = handled(logger)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logger.exception("it failed")
    finally:
        logger.removeHandler(handler)

    first, *rest = stream.getvalue().split("\n")[:-1]
    assert first == "ERROR opsgenie_async.tests: it failed"
    assert all(line.startswith("  ") and line.isprintable() for line in rest)
    assert any("CRITICAL root" in line for line in rest)


def test_no_module_has_a_logger_of_another_kind() -> None:
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in PACKAGE.rglob("*.py")}
    modules = {name: ast.parse(text) for name, text in texts.items() if "getLogger" in text}
    users = {
        name
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "getLogger"
    }

    assert users <= {"logs.py", "cli/__init__.py"}  # the latter for the root's handlers
    assert any(isinstance(each, PrintableRecords) for each in logging.getLogger("opsgenie_async").filters)


async def test_an_error_of_the_api_is_one_line_and_its_attributes_are_the_letters_that_came(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(status=404, body={"message": HOSTILE, "requestId": HOSTILE, "errors": {HOSTILE: HOSTILE}}))
    root = logging.getLogger("opsgenie_async")
    stream, handler = handled(root)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        async with Opsgenie(sandbox.api_key, base_url=sandbox.url, config=Config(max_attempts=1)) as og:
            with pytest.raises(NotFound) as caught:
                await og.teams.get("ops")
    finally:
        root.setLevel(level)
        root.removeHandler(handler)

    assert str(caught.value).isprintable()
    assert repr(caught.value).isprintable()
    assert caught.value.message == HOSTILE
    assert all(
        line.isprintable() and line.startswith(("INFO ", "DEBUG ")) for line in stream.getvalue().split("\n")[:-1]
    )
