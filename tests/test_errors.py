"""From an answer's status and body to an exception that says all of it."""

import gzip
import json
import pickle
from http import HTTPStatus

import pytest
from aioresponses import aioresponses
from hypothesis import given
from hypothesis import strategies as st

from opsgenie_async import Config, Opsgenie, OpsgenieError, errors
from opsgenie_async.dx import errors as dx_errors
from opsgenie_async.errors import error_class
from opsgenie_async.http.error_body import parse_error_body

TABLE = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    402: errors.PaymentRequired,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    406: errors.NotAcceptable,
    409: errors.Conflict,
    410: errors.Gone,
    415: errors.UnsupportedMediaType,
    416: errors.RangeNotSatisfiable,
    422: errors.UnprocessableEntity,
    428: errors.PreconditionRequired,
    429: errors.Throttled,
    500: errors.ServerError,
    501: errors.NotImplementedByServer,
    503: errors.ServiceUnavailable,
}
BODIES = {
    "v2": b'{"message": "said so", "took": 0.1, "requestId": "r-1"}',
    "v1": b'{"error": "said so", "code": 2}',
    "html": b"<html><head><title>said so</title></head><body>nginx</body></html>",
    "plain": b"said so",
    "empty": b"",
    "invalid": b"\xff\xfe said so \x00\x80",
    "cut": b'{"message": "said so',
    "list": b'["said so"]',
    "null": b"null",
}
CLASSES = [getattr(errors, name) for name in errors.__all__ if name != "error_class"]
CLASSES += [getattr(dx_errors, name) for name in dx_errors.__all__ if name != "dx_error_class"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_no_body_hides_a_status_and_each_has_its_class(body: bytes):
    once = Config(max_attempts=1)
    with aioresponses() as mocked:
        async with Opsgenie("key", base_url="http://h", config=once) as og:
            for status in range(400, 600):
                mocked.get("http://h/v2/x", status=status, body=body)
                with pytest.raises(OpsgenieError) as caught:
                    await og.request("GET", "/v2/x", domain="")

                error = caught.value
                assert type(error) is TABLE.get(status, errors.ServerError if status >= 500 else errors.ApiError)
                assert (error.status, error.attempts, error.call) == (status, 1, "GET v2/x")
                assert str(error).startswith(f"{status} ")
                assert "said so" in error.message or body in (b"", b"null")


@pytest.mark.parametrize("status", sorted(TABLE))
async def test_an_error_carries_everything_that_was_said(status: int):
    body = {"message": "No", "code": 40302, "errors": {"name": "taken"}, "took": 1.5, "requestId": "r-1"}
    headers = {"X-Request-ID": "r-2", "X-Opsgenie-Errortype": "Word", "X-RateLimit-Period-In-Sec": "60"}
    with aioresponses() as mocked:
        mocked.get("http://h/v2/x", status=status, payload=body, headers=headers)
        async with Opsgenie("key", base_url="http://h", config=Config(max_attempts=1)) as og:
            with pytest.raises(TABLE[status]) as caught:
                await og.request("GET", "/v2/x")

    error = caught.value
    assert (error.message, error.code, error.errors, error.error_type) == ("No", 40302, {"name": "taken"}, "Word")
    assert (error.request_id, error.status) == ("r-1", status)
    assert str(error).startswith(f"{status} No [code 40302] (name: taken) (GET v2/x, request r-1, attempt 1)")
    if isinstance(error, errors.Throttled):
        assert error.retry_after == 60


def test_an_unauthorized_key_may_belong_to_the_other_region():
    assert "region" in str(errors.Unauthorized("Could not authenticate", status=401))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "7", "X-RateLimit-Period-In-Sec": "60"}, 7),
        ({"Retry-After": "soon", "X-RateLimit-Period-In-Sec": "60"}, 60),
        ({"Retry-After": "-7"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "nan"}, None),
        ({"X-RateLimit-Period-In-Sec": "minute"}, None),
    ],
)
async def test_a_refusal_says_when_it_is_worth_trying_again(headers: dict[str, str], seconds: float | None):
    with aioresponses() as mocked:
        mocked.get("http://h/v2/x", status=429, body=b"", headers=headers)
        async with Opsgenie("key", base_url="http://h", config=Config(max_attempts=1)) as og:
            with pytest.raises(errors.Throttled) as caught:
                await og.request("GET", "/v2/x")

    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_travels_whole(kind: type[OpsgenieError]):
    error = kind(
        "No",
        status=499,
        code="word",
        errors={"a": "b"},
        error_type="T",
        request_id="r",
        attempts=3,
        waited=1.5,
        call="GET x",
        maybe_done=True,
    )
    error.retry_after = 9.5  # type: ignore[attr-defined]

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert (str(copy), repr(copy), copy.args) == (str(error), repr(error), ("No",))
    assert "waited 1.5 s" in str(copy)


def test_the_tree_is_as_drawn():
    assert issubclass(errors.NotImplementedByServer, errors.ServerError)
    assert issubclass(errors.ServiceUnavailable, errors.ServerError)
    assert issubclass(errors.ServerError, errors.ApiError)
    assert issubclass(errors.Throttled, errors.ApiError)
    outside = (errors.TransportError, errors.OutcomeUnknown, errors.ProtocolError, errors.RequestFailed)
    assert not any(issubclass(kind, errors.ApiError) for kind in outside)
    assert all(issubclass(kind, OpsgenieError) for kind in CLASSES)
    assert {status: error_class(status) for status in TABLE} == TABLE


# --- bodies


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html><head><title>502 Bad Gateway</title></head><body><h1>x</h1></body></html>", "502 Bad Gateway"),
        (b"<HTML><BODY><H1 class='a'>Too\n  many</H1></BODY>", "Too many"),
        (b"<p>Sorry</p><script>var x = '<b>';</script><style>p {}</style> &amp; bye", "Sorry & bye"),
        (b"<unclosed", "<unclosed"),
        (b"upstream\r\n\x1b[31mconnect\x00 error", "upstream [31mconnect error"),
        (b"", "Bad Gateway"),
        (b"   ", "Bad Gateway"),
        (b"{}", "Bad Gateway"),
        (b'{"message": null, "error": "E"}', "E"),
        (b'{"message": ""}', "Bad Gateway"),
        (b'{"message": {"a": 1}}', "Bad Gateway"),
        ('{"message": "Überlast"}'.encode(), "Überlast"),
    ],
)
def test_whatever_comes_is_made_readable(body: bytes, message: str):
    assert parse_error_body(body, 502).message == message


@pytest.mark.parametrize(
    ("field_errors", "read"),
    [
        ({"recipients#type": "bad", "n": 3}, {"recipients#type": "bad", "n": "3"}),
        (["one", {"two": 2}], {"0": "one", "1": "{'two': 2}"}),
        (None, {}),
        ("text", {}),
        ({}, {}),
    ],
)
def test_field_errors_come_as_a_map_or_a_list(field_errors: object, read: dict[str, str]):
    body = json.dumps({"message": "m", "errors": field_errors}).encode()

    assert parse_error_body(body, 422).errors == read


def test_a_dx_refusal_has_a_word_for_a_code():
    output = parse_error_body(b'{"ok": false, "error": "not_authed"}', 401)

    assert (output.message, output.code, output.from_api) == ("not_authed", "not_authed", True)


@pytest.mark.parametrize(
    ("body", "own"),
    [
        (BODIES["v2"], True),
        (BODIES["v1"], True),
        (b'{"took": 0.1}', True),
        (b'{"Message": "gateway"}', False),
        (BODIES["html"], False),
        (b"", False),
        (b"[]", False),
    ],
)
def test_the_apis_own_words_are_told_from_a_gateways(body: bytes, own: bool):
    assert parse_error_body(body, 503).from_api is own


@given(st.binary() | st.text().map(str.encode), st.integers(400, 999))
def test_no_body_is_too_odd(body: bytes, status: int):
    output = parse_error_body(body, status)

    assert output.message
    assert output.message.isprintable() or b"{" in body


MEMBERS = st.sampled_from(["message", "error", "errors", "code", "requestId", "ok", "result"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(MEMBERS, inner)))
def test_no_json_is_too_odd(document: object):
    output = parse_error_body(json.dumps(document).encode(), 500)

    assert isinstance(output.message, str)
    assert output.message
    assert all(isinstance(text, str) for text in output.errors.values())


@pytest.mark.parametrize("status", [404, 500])
async def test_a_huge_page_becomes_a_short_message(status: int):
    with aioresponses() as mocked:
        mocked.get("http://h/v2/x", status=status, body=b"<p>" + b"long " * 2_000_000)
        async with Opsgenie("key", base_url="http://h", config=Config(max_attempts=1)) as og:
            with pytest.raises(TABLE[status]) as caught:
                await og.request("GET", "/v2/x")

    assert len(str(caught.value)) < 400
    assert caught.value.message.startswith("long long")


def test_the_standards_words_stand_in_for_an_empty_answer():
    assert parse_error_body(b"", 418).message == HTTPStatus(418).phrase
    assert parse_error_body(b"", 599).message == "no message"
    assert parse_error_body(gzip.compress(b"x"), 500).message
