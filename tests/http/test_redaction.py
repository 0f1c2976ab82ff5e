"""Secrets taken out of text, whatever became of them on the way."""

import base64
import html
import json
import time
from urllib.parse import quote

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import Config, Opsgenie, OpsgenieError
from opsgenie_async.http.redaction import RUN, Redactor
from tests.http.server import Echo
from tests.tables import each_row

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
ODD = 'we!rd/k+y"=%41 & <b>~end-of-it'

FORMS = {
    "plain": lambda key: key,
    "percent": lambda key: quote(key, safe=""),
    "every letter percent": lambda key: "".join(f"%{ord(letter):02x}" for letter in key),
    "percent twice": lambda key: quote(quote(key, safe=""), safe=""),
    "upper": str.upper,
    "json": lambda key: json.dumps(key),
    "json twice": lambda key: json.dumps(json.dumps(key)),
    "json escapes": lambda key: "".join(f"\\u{ord(letter):04X}" for letter in key),
    "html": html.escape,
    "html numbers": lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    "html hex": lambda key: "".join(f"&#x{ord(letter):x};" for letter in key),
    "python": lambda key: repr(key.encode()),
    "percent in json": lambda key: json.dumps(quote(key, safe="") + '"'),
    "head": lambda key: key[: len(key) // 2],
    "tail": lambda key: key[len(key) // 2 :],
    "all but one": lambda key: key[:-1],
}


@each_row("key", [KEY, ODD])
@each_row("form", FORMS)
@each_row("around", ["{}", "the key {} is bad", "x{}x", "a & b, 100 % of {}\\n"])
def test_no_spelling_of_a_key_stays(key: str, form: str, around: str):
    text = FORMS[form](key)
    output = Redactor((key,))(around.format(text))

    assert "***" in output
    for start in range(len(text) - 11):
        assert text[start : start + 12] not in output


@pytest.mark.parametrize("before", ["", "GenieKey ", "u:", "user:", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_nor_one_in_base64(before: str, encode: object):
    text = encode(f"{before}{KEY}:x".encode()).decode()  # type: ignore[operator]
    output = Redactor((KEY,))(f"Basic {text}")

    inner = base64.b64decode(text.encode(), altchars=b"-_")
    assert KEY.encode() in inner
    whole = text[len(before) * 4 // 3 + 2 : (len(before) + len(KEY)) * 4 // 3 - 2]
    assert not any(whole[start : start + RUN] in output for start in range(len(whole) - RUN + 1))


@given(st.text(), st.integers(0, len(KEY)), st.integers(0, len(KEY)), st.text())
def test_no_long_piece_stays_and_all_else_does(before: str, start: int, end: int, after: str):
    piece = KEY[start:end]
    output = Redactor((KEY,))(before + piece + after)

    if len(piece) >= RUN:
        assert piece not in output
    if not any(KEY[at : at + 4] in (before + piece + after).lower() for at in range(len(KEY) - 3)):
        assert (
            "%" in before + after or "\\" in before + after or "&" in before + after or output == before + piece + after
        )


@pytest.mark.parametrize(
    "text", ["", "Not Found", "a request 5e7a1b2c-1234-4b4e-9a51-0afdf665c8", "100 % & \\ more", "***"]
)
def test_what_is_no_key_stays(text: str):
    assert Redactor((KEY,))(text) == text


def test_a_short_secret_goes_as_it_is_spelled():
    assert Redactor(("k1",))("k1 is not K1") == "*** is not K1"
    assert Redactor(())("anything") == "anything"


def test_a_redactor_shows_nothing():
    assert KEY not in repr(Redactor((KEY,)))


@pytest.mark.parametrize("piece", ["x", "&", "%41", "\\u0041", "&#65;", "a&b%41", KEY[:7] + "!"])
def test_a_long_text_holds_nobody_up(piece: str):
    redact = Redactor((KEY,))
    text = (piece * 2**20)[: 2**20]
    start = time.process_time()
    redact(text)
    redact(text[: 2**16])
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("before", range(20, 61, 5))
async def test_an_excerpt_is_cut_after_the_key_is_gone(before: int):
    def answer(kind: str) -> web.Response:
        text = "x" * before + KEY
        if kind == "field":
            return web.json_response({"data": text, "requestId": "r"})
        return web.Response(text=text, status=200 if kind == "page" else 400)

    for kind in ("field", "page", "refusal"):
        async with (
            Echo(lambda request, kind=kind: answer(kind)) as server,  # type: ignore[misc]
            Opsgenie(KEY, base_url=server.url, config=Config(max_attempts=1)) as og,
        ):
            with pytest.raises(OpsgenieError) as caught:
                await og.teams.list()
        assert KEY[:RUN] not in str(caught.value)
