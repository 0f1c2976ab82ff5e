"""Text from elsewhere is gone through once: sixteen times as much takes about sixteen times as long, not 256."""

from collections.abc import Callable
from time import thread_time

import pytest
from multidict import CIMultiDict

from opsgenie_async.errors import ProtocolError
from opsgenie_async.http.credentials import Credential
from opsgenie_async.http.envelope import loads, read_envelope
from opsgenie_async.http.error_body import PAGE, excerpt, parse_error_body
from opsgenie_async.http.links import without_key
from opsgenie_async.http.outcome import parse_seconds, retry_after
from opsgenie_async.http.request import Request
from opsgenie_async.http.response import Response
from opsgenie_async.printable import printable
from tests.http.test_headers import NOW

CREDENTIAL = Credential("GenieKey", "3fa7c9d1-aaaa")
TIMES = 16


def answer(body: bytes = b"{}", **headers: str) -> Response:
    return Response(
        status=429,
        headers=CIMultiDict(headers),
        body=body,
        request=Request(method="GET", path="v2/x"),
        redact=CREDENTIAL.redact,
    )


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, in the shortest of some runs: what else runs on the machine disturbs that least."""

    def once() -> float:
        started = thread_time()
        work()
        return thread_time() - started

    return min(once() for _ in range(5))


def is_linear(small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Whether `TIMES` as much takes about as many times as long; a busy machine has another try or two."""
    return any(seconds(large) < 5 * TIMES * seconds(small) + 1e-4 for _ in range(4))


PAGES = [
    "<title>",
    "<",
    "<a",
    "<script",
    "<script>",
    "<style><script>",
    "</title><h1>",
    "<h1>x</title>",
    "< ",
    "<!--",
    "&#9",
    "&amp",
    "a ",
    " \t",
    "\x00",
    "3fa7c9d1-",
]


@pytest.mark.parametrize("piece", PAGES)
def test_the_excerpt_of_a_page(piece: str):
    small = (piece * PAGE)[: PAGE // TIMES].encode()
    large = (piece * PAGE)[:PAGE].encode()

    assert is_linear(lambda: excerpt(small), lambda: excerpt(large))


@pytest.mark.parametrize("piece", PAGES)
def test_four_megabytes_of_a_page_are_cut_first(piece: str):
    page = (piece * 4_000_000)[:4_000_000].encode()

    assert 0 < len(parse_error_body(page, 502, CREDENTIAL.redact).message) <= 200


READERS: dict[str, Callable[[str], object]] = {
    "key": CREDENTIAL.redact,
    "printable": printable,
    "link": without_key,
    "number": parse_seconds,
    "date": lambda text: retry_after(answer(**{"Retry-After": text}), NOW),
    "body": lambda text: parse_error_body(f'{{"message": "{text}"}}'.encode(), 500, CREDENTIAL.redact),
    "envelope": lambda text: read_envelope(answer(f'{{"data": 1, "paging": {{"next": "{text}"}}}}'.encode())),
    "junk": lambda text: junk(text.encode()),
}


def junk(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        loads(body + b"\xff", CREDENTIAL.redact)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("piece", ["3fa7c9d1-", "%33fa7", "?apiKey=a&", "://", "9", "Thu, 01 ", " ", "\x7f"])
def test_whatever_else_reads_a_text(reader: str, piece: str):
    small, large = piece * 400, piece * 400 * TIMES

    assert is_linear(lambda: READERS[reader](small), lambda: READERS[reader](large))


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<html><head><title>502 Bad</title></head><body><h1>x</h1></body></html>", "502 Bad"),
        ("<html><TITLE\n>\n</TITLE><H1 class='a'>Down <b>for</b> now</H1>", "Down for now"),
        ("<script>if (a < b) { '<title>no</title>' }</script><style>p > a {}</style><p>Words</p>", "Words"),
        ("<title>never closed", "never closed"),
        ("a < b and c > d", "a < b and c > d"),
        ("x < 5 &amp; done", "x < 5 & done"),
        ("<p>&#" + "9" * 9000 + ";", "\N{REPLACEMENT CHARACTER}"),
        ("<h1>&lt;b&gt;</h1>", "<b>"),
        ("<script>only", ""),
    ],
)
def test_what_a_page_says(page: str, title: str):
    assert excerpt(page.encode()) == title
