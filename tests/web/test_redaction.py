"""Secrets in what an alert shows."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import pytest

from opsgenie_async.web import alert_on_errors
from opsgenie_async.web.redaction import is_secret, redact, redact_text
from tests.waiting import LIMIT
from tests.web.log_records import flush, logger
from tests.web.shop import alerts

SECRET_NAMES = """
    password PASSWD db_pwd passphrase passCode Authorization x-auth-token apiKey private_key set-cookie csrf
    accesstoken access_key api-key ssh_keys sessionid csrftoken max_token_secret authentication
    client_secret pin PIN user_pin cardPin pin2 card-pin pincode otp db_pass dbPass DB_PASS creds sig hmac cvv pw jwt"""
PLAIN_NAMES = """
    spin pinned spinner opinion pinning shipping author authors compass passed bypass passenger design signal
    option powder order hostname tenant status monkey keyboard turkey hockey keyword secretary authentic
    max_tokens total_tokens sort_key primary_key foreignKey partition-key session_count cache_key"""


def test_names_that_suggest_a_secret():
    assert [name for name in SECRET_NAMES.split() if not is_secret(name)] == []
    assert [name for name in PLAIN_NAMES.split() if is_secret(name)] == []


@dataclass
class Login:
    user: str
    password: str


class Pair(NamedTuple):
    user: str
    token: str


SECRET = "hunter2"
NESTED = [
    {"password": SECRET},
    {"user": "ann", "login": {"credentials": {"user": "ann", "value": SECRET}}},
    {"headers": {"Authorization": f"GenieKey {SECRET}"}},
    {b"authorization": SECRET.encode()},
    MappingProxyType({"pin": SECRET}),
    [{"user": "ann"}, {"passphrase": SECRET}],
    ("ann", [({"otp": SECRET},)]),
    [(b"host", b"shop"), (b"authorization", f"Bearer {SECRET}".encode())],
    [("Cookie", SECRET)],
    Pair("ann", SECRET),
    Login("ann", SECRET),
    {"login": Login("ann", SECRET)},
    json.dumps({"user": "ann", "password": SECRET}),
    json.dumps({"body": json.dumps({"password": SECRET, "user": "ann"})}),
    f"host=db password={SECRET} user=ann",
    f"password='{SECRET} ' user=ann",
    f"https://shop.example/reset?user=ann&token={SECRET}#top",
    f"Host: shop\nAuthorization: Bearer {SECRET}\nAccept: */*",
    f"authorization=Bearer {SECRET}",
    f"postgres://ann:{SECRET}@db/shop",
    f"https://{SECRET}@github.example/shop",
    f"redis://:{SECRET}@cache:6379/0",
    f"amqp://ann:p/{SECRET}#x@mq:5672/",
    f"mongodb://ann:p@{SECRET}@one,two/shop",
    {"databases": [{"dsn": f"mysql+aiomysql://ann:{SECRET}@db/shop"}]},
    [[[[[[[[[[{"password": SECRET}]]]]]]]]]],
    {("token", SECRET)},
    frozenset({("user", ("password", SECRET))}),
    {Pair("ann", SECRET)},
    [["Host", "shop"], ["Authorization", SECRET]],
    json.dumps({"credentials": {"user": "ann", "value": SECRET}, "tokens": ["abc", SECRET], "a": 1}),
    str({"credentials": {"user": "a}nn", "value": [SECRET]}}),
    json.dumps({"auth": ["ann", SECRET]}, indent=2),
    json.dumps({"a": json.dumps({"b": json.dumps({"c": json.dumps({"password": SECRET})})})}),
    json.dumps({"a": json.dumps({"b": json.dumps({"password": f'x"y {SECRET}'})})}),
    json.dumps({"text": f"failed with password={SECRET}, see log"}),
    f"auth=Digest {SECRET}",
    f"auth=ApiKey {SECRET}",
    f"Login(user='ann', credentials=('ann', '{SECRET}'), n=1)",
    f"tokens=[{SECRET}",
]


@pytest.mark.parametrize("value", NESTED, ids=range(len(NESTED)))
def test_a_secret_is_redacted_at_any_depth(value):
    assert SECRET not in redact(value)


@pytest.mark.parametrize(
    "value",
    [
        17,
        None,
        "fine",
        ("a", "b"),
        {"a": [1, (2.5, None)]},
        "at https://shop.example:8080/users/@ann, mail ann@shop.example",
        "http://localhost:8080 and ann@shop.example",
        "a=1&b=2",
        {"spin": "left", "pinned": True},
        "12:30: no database",
        "see file:///etc/hosts",
        {"tags": ["auth", "db"]},
        ["authentication", "failed"],
        frozenset({"token"}),
        "max_tokens=4096 sort_key=name",
        "SET monkey='banana', primary_key=5 WHERE session_count=3",
        "Traceback (most recent call last):\n  File 'x.py', line 1, in f\n    d[k]\nKeyError: 'name'",
        "AssertionError: 5 != 6\nAuthenticationError: 401 for GET /x\njwt.ExpiredSignatureError: at 12:00",
        "TokenExpired: at 12:00",
    ],
)
def test_anything_else_is_shown_as_it_is(value):
    assert redact(value) == str(value)


def test_what_is_beside_a_secret_is_shown():
    assert redact({"dsn": "postgres://ann:x@db/shop", "pin": 5}) == (
        "{'dsn': 'postgres://[redacted]@db/shop', 'pin': '[redacted]'}"
    )
    assert redact_text('{"keys": [1, "]"], "a": {"tokens": {"x": [2]}, "b": 3}}') == (
        '{"keys": [redacted], "a": {"tokens": [redacted], "b": 3}}'
    )
    assert redact([["Host", "shop"], ["Cookie", "x"]]) == "[['Host', 'shop'], ['Cookie', '[redacted]']]"
    assert redact_text("a=1&token=x&b=2") == "a=1&token=[redacted]&b=2"
    assert redact_text('{"token": "x", "tenant": "acme"}') == '{"token": "[redacted]", "tenant": "acme"}'


@pytest.mark.parametrize(
    "text",
    ["://a:b", "token='\\\\", '"key":', "a=", "key: ", "x-", '\\"key\\":\\"', '"key":[', "key=(a'", '"a":"b=', "\\\\"],
)
def test_a_long_text_takes_no_long_time(text):
    start = time.process_time()
    redact_text(text * 20_000)
    assert time.process_time() - start < LIMIT


async def test_details_of_a_record(attach, sandbox):
    handler = attach()

    extra = {"ctx": {"password": SECRET, "user": "ann"}, "dsn": f"postgres://u:{SECRET}@db/shop", "pinned": "yes"}
    logger.error("no database", extra=extra)
    await flush(handler)

    (alert,) = alerts(sandbox)
    details = {name: alert["details"][name] for name in extra}
    assert details == {
        "ctx": "{'password': '[redacted]', 'user': 'ann'}",
        "dsn": "postgres://[redacted]@db/shop",
        "pinned": "yes",
    }


async def test_headers_that_are_shown_have_no_password_in_their_urls(app, sandbox, serve):
    alert_on_errors(app, headers=["Origin"])
    client = await serve(app)

    await client.get("/shop/raise", headers={"Origin": f"https://ann:{SECRET}@shop.example"})
    await client.close()

    assert alerts(sandbox)[0]["details"]["header Origin"] == "https://[redacted]@shop.example"
