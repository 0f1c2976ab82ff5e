"""Values of the wire and the pure functions over them."""

import json
import math
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from yarl import URL

from opsgenie_async import UNSET, ProtocolError, Unset, json_text
from opsgenie_async.http.envelope import loads, read_envelope, understand
from opsgenie_async.http.links import query_pairs
from opsgenie_async.http.request import Auth, Request, encode, join_path
from opsgenie_async.http.response import Response
from opsgenie_async.paging import next_request

LIST = Request(method="GET", path="v2/alerts", query=(("limit", "2"),))


def answer(document: object, *, request: Request = LIST, **headers: str) -> Response:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Response(status=200, headers=CIMultiDict(headers), body=body, request=request)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("ops", "ops"),
        ("a/b", "a%2Fb"),
        ("what?", "what%3F"),
        ("100%", "100%25"),
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("a#b", "a%23b"),
        ("ops@corp.example", "ops%40corp.example"),
        ("Bereitschaft Süd", "Bereitschaft%20S%C3%BCd"),
        ("..%2f", "..%252f"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("a;b=c&d", "a%3Bb%3Dc%26d"),
    ],
)
def test_a_name_is_one_segment_whatever_it_holds(name: str, encoded: str):
    assert join_path("v2", name, "rules") == f"v2/{encoded}/rules"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4))
def test_segments_survive_the_way_to_the_server(segments: list[str]):
    url = URL("http://host/" + join_path(*segments), encoded=True)

    assert [unquote(part) for part in url.raw_path.split("/")[1:]] == segments
    assert url.raw_query_string == ""


@pytest.mark.parametrize("segments", [("",), ("teams", ""), ("", "teams")])
def test_an_empty_identifier_never_becomes_the_collection(segments: tuple[str, ...]):
    with pytest.raises(ValueError, match="must not be empty"):
        join_path(*segments)


def test_a_query_has_spaces_as_20_and_plus_as_2b():
    request = Request(method="GET", path="v2/alerts", query=(("query", "a+b c&d=ü"), ("empty", "")))

    assert encode(request.query) == "query=a%2Bb%20c%26d%3D%C3%BC&empty="


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text("aä +&=%#?/"))))
def test_a_query_is_read_back_as_it_was(pairs: list[tuple[str, str]]):
    link = "http://host/p?" + encode(tuple(pairs))

    assert list(query_pairs(link)) == [pair for pair in pairs if pair[0].lower() not in ("apikey", "api_key")]


def test_a_request_says_nothing_of_its_query_and_body_in_a_message():
    request = Request(method="POST", path="v1/json/schedule", query=(("apiKey", "k"),), json={"apiKey": "k"})

    assert request.call == "POST v1/json/schedule"
    assert "apiKey" not in repr(request)


def test_unset_is_false_and_prints_its_name():
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(UNSET, Unset)


# --- envelopes


def test_every_part_of_an_envelope_is_read():
    envelope = read_envelope(
        answer(
            {
                "data": {"id": "1"},
                "result": "Created",
                "took": 0.302,
                "requestId": "r-1",
                "expandable": ["rotation"],
                "paging": {"next": "https://h/v2/alerts?offset=2", "first": "https://h/v2/alerts?offset=0"},
                "totalCount": 7,
                "marker": "m",
            },
            **{"X-Request-ID": "r-2"},
        )
    )

    assert (envelope.data, envelope.result, envelope.took) == ({"id": "1"}, "Created", 0.302)
    assert (envelope.request_id, envelope.expandable, envelope.total_count) == ("r-1", ["rotation"], 7)
    assert envelope.paging == {"next": "https://h/v2/alerts?offset=2", "first": "https://h/v2/alerts?offset=0"}
    assert (envelope.rest, envelope.status, envelope.headers["x-request-id"]) == ({"marker": "m"}, 200, "r-2")


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"{}"])
def test_an_empty_body_is_an_empty_envelope(body: bytes):
    envelope = read_envelope(answer(body, **{"X-Request-Id": "r"}))

    assert (envelope.data, envelope.took, envelope.paging, envelope.rest) == (None, None, {}, {})
    assert envelope.request_id == "r"


def test_v1_tells_milliseconds_and_has_no_data():
    request = Request(method="GET", path="v1/json/schedule", auth=Auth.QUERY)
    envelope = read_envelope(answer({"took": 12, "status": "successful", "code": 200, "id": "s"}, request=request))

    assert envelope.took == 0.012
    assert envelope.rest == {"status": "successful", "code": 200, "id": "s"}


@pytest.mark.parametrize(
    "odd",
    [
        {"took": "fast"},
        {"paging": None},
        {"expandable": None},
        {"totalCount": "7"},
        {"result": None},
        {"requestId": None},
        {"paging": {"next": None}},
    ],
)
def test_a_part_of_another_type_does_not_hide_the_data(odd: dict[str, object]):
    envelope = read_envelope(answer({"data": [1], **odd}))

    assert envelope.data == [1]
    assert next_request(LIST, envelope) is None


@pytest.mark.parametrize(("old", "message"), [({"message": "Done"}, "Done"), ({"result": "R", "message": "M"}, "R")])
def test_older_pages_call_the_result_message(old: dict[str, object], message: str):
    assert read_envelope(answer(old)).result == message


@pytest.mark.parametrize("document", [[1], "text", 3, None, True])
def test_an_answer_that_is_no_object_is_refused(document: object):
    with pytest.raises(ProtocolError, match="expected a JSON object, got"):
        read_envelope(answer(document))


def test_junk_is_refused_with_its_beginning_and_the_answer_it_was():
    page = answer(b"<html>" + b"x" * 5000, **{"X-Request-ID": "r-9"})

    with pytest.raises(ProtocolError) as caught:
        understand(page, lambda envelope: envelope)

    error = caught.value
    assert "not JSON" in error.message
    assert "<html>x" in error.message
    assert len(error.message) < 300
    assert (error.status, error.request_id, error.call) == (200, "r-9", "GET v2/alerts")


JUNK = st.binary() | st.sampled_from([b"\xff\xfe{}", b'{"a": \x80}', b"[" * 50_000, b"nul", b'"\\ud800"', b"1e999999"])


@pytest.mark.parametrize("orjson", [json_text.orjson, None], ids=["fast", "stdlib"])
@given(junk=JUNK)
def test_junk_is_json_or_one_kind_of_error(orjson: object, junk: bytes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "orjson", orjson)
        error = None
        try:
            loads(junk)
        except ProtocolError as caught:
            error = caught

    if error is not None:
        assert len(str(error)) < 1000
        assert error.__cause__ is error.__context__ is None


# --- the next page


def test_the_next_page_is_the_links_query_on_our_own_path():
    envelope = read_envelope(answer({"paging": {"next": "https://evil.example/steal?offset=2&query=a%2Bb%20c"}}))

    following = next_request(LIST, envelope)

    assert following == Request(method="GET", path="v2/alerts", query=(("offset", "2"), ("query", "a+b c")))


@pytest.mark.parametrize("parameter", ["apiKey", "apikey", "APIKEY", "api_key"])
def test_a_key_in_a_link_goes_no_further(parameter: str):
    link = f"https://h/v2/alerts?offset=2&{parameter}=secret&limit=2"
    envelope = read_envelope(answer({"paging": {"next": link}}, **{"X-Paging-First": link}))

    assert "secret" not in repr(envelope)
    following = next_request(LIST, envelope)
    assert following is not None
    assert following.query == (("offset", "2"), ("limit", "2"))


def test_links_in_headers_serve_where_the_body_has_none():
    headers = {"X-Paging-Next": "https://h/v2/alerts?offset=4", "X-Paging-Last": "https://h/v2/alerts?offset=8"}

    bare = read_envelope(answer({"data": []}, **headers))
    result = read_envelope(answer({"data": [], "paging": {"next": "https://h/v2/alerts?offset=2"}}, **headers))

    assert bare.paging == {"next": headers["X-Paging-Next"], "last": headers["X-Paging-Last"]}
    assert result.paging == {"next": "https://h/v2/alerts?offset=2", "last": headers["X-Paging-Last"]}


@given(host=st.from_regex(r"[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True), scheme=st.sampled_from(["http", "https", "ftp"]))
def test_no_link_leads_anywhere_but_home(host: str, scheme: str):
    envelope = read_envelope(answer({"paging": {"next": f"{scheme}://user:pass@{host}:1/other/path?offset=1#x"}}))

    following = next_request(LIST, envelope)

    assert following is not None
    assert (following.path, encode(following.query)) == ("v2/alerts", "offset=1")


@given(
    st.dictionaries(
        st.sampled_from(["data", "took", "paging", "result", "requestId", "expandable"]),
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.text()
        | st.lists(st.integers(-(2**63), 2**64 - 1))
        | st.dictionaries(st.text(), st.text()),
    )
)
def test_no_object_is_too_odd_to_be_an_envelope(document: dict[str, object]):
    envelope = read_envelope(answer(document))

    assert envelope.data == document.get("data")
    next_request(LIST, envelope)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused_and_not_sent_as_null(number: float):
    with pytest.raises(ValueError, match="Out of range float"):
        json_text.dump({"details": {"load": number}})
