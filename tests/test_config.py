"""Settings: where they come from, and what a wrong one says."""

import math
import pickle
from collections.abc import Callable

import pytest

from opsgenie_async import Config, Opsgenie, OpsgenieError
from opsgenie_async.config import DOMAINS, base_url_of
from opsgenie_async.dx import DX
from opsgenie_async.http.credentials import Credential
from opsgenie_async.sandbox.http.limits import REALISTIC_LIMITS
from tests.http.server import Echo

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
SETTINGS = ("OPSGENIE_API_KEY", "OPSGENIE_REGION", "OPSGENIE_BASE_URL")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("env", "values", "address"),
    [
        ({}, {}, "https://api.opsgenie.com/"),
        ({}, {"region": "eu"}, "https://api.eu.opsgenie.com/"),
        ({"OPSGENIE_REGION": "eu"}, {}, "https://api.eu.opsgenie.com/"),
        ({"OPSGENIE_REGION": "eu"}, {"region": "us"}, "https://api.opsgenie.com/"),
        ({"OPSGENIE_BASE_URL": "http://a/x"}, {}, "http://a/x/"),
        ({"OPSGENIE_BASE_URL": "http://a/x"}, {"base_url": "http://b"}, "http://b/"),
        ({"OPSGENIE_BASE_URL": "http://a/x"}, {"region": "eu"}, "https://api.eu.opsgenie.com/"),
        ({"OPSGENIE_BASE_URL": "", "OPSGENIE_REGION": ""}, {}, "https://api.opsgenie.com/"),
        ({"OPSGENIE_BASE_URL": "http://a", "OPSGENIE_REGION": "eu"}, {}, "http://a/"),
        ({"OPSGENIE_REGION": "eu"}, {"base_url": "http://b/p//"}, "http://b/p/"),
    ],
)
def test_what_is_given_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], values: dict[str, str], address: str
):
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert repr(Opsgenie(KEY, **values)) == f"<Opsgenie at {address}>"


async def test_the_key_comes_from_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", "from-the-environment")
    async with Echo() as echo, Opsgenie(base_url=echo.url) as by_environment, Opsgenie("k", base_url=echo.url) as value:
        await by_environment.request("GET", "/v2/account")
        await value.request("GET", "/v2/account")

    assert [request.headers["Authorization"] for request in echo.received] == [
        "GenieKey from-the-environment",
        "GenieKey k",
    ]


@pytest.mark.parametrize("key", [None, "", "   ", "two\nlines", f"{KEY}\x00", f"ключ-{KEY}", 17])
def test_a_key_that_is_none_is_named_and_not_shown(key: object):
    with pytest.raises(ValueError, match="api_key") as caught:
        Opsgenie(key)  # type: ignore[arg-type]

    assert KEY not in str(caught.value)


def test_a_key_that_is_given_empty_is_not_looked_for_elsewhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", KEY)

    with pytest.raises(ValueError, match="api_key"):
        Opsgenie("")


def test_a_key_may_have_a_line_end_after_it():
    """As files with keys in them have."""
    signed = Credential("GenieKey", f"{KEY}\n")
    assert signed.redact(f"x{KEY}x") == "x***x"


@pytest.mark.parametrize(
    "make",
    [
        Opsgenie,
        lambda: Opsgenie(KEY, region="asia"),
        lambda: Opsgenie(KEY, base_url="api.opsgenie.com"),
        lambda: Opsgenie("kéy"),
        lambda: DX("token"),
        lambda: DX("token", instance="a.b"),
        lambda: Config(read_timeout=0),
        lambda: Config(limits={"alert": {0: 1}}),
        lambda: Config(proxy="socks5://h:1"),
        lambda: Opsgenie(KEY).with_config(pool_size=1),
    ],
)
def test_a_wrong_setting_is_an_error_of_ours(make: Callable[[], object]):
    with pytest.raises(OpsgenieError) as caught:
        make()

    assert isinstance(caught.value, ValueError | TypeError)


@pytest.mark.parametrize("region", ["asia", "EU-1", "https://api.eu.opsgenie.com"])
def test_an_unknown_region_is_named(monkeypatch: pytest.MonkeyPatch, region: str):
    with pytest.raises(ValueError, match=r"region: expected one of us, eu"):
        Opsgenie(KEY, region=region)
    monkeypatch.setenv("OPSGENIE_REGION", region)
    with pytest.raises(ValueError, match=r"region: expected one of us, eu"):
        Opsgenie(KEY)


@pytest.mark.parametrize(
    "address",
    [
        "api.opsgenie.com",
        "ftp://api.opsgenie.com",
        "file:///etc/passwd",
        "http://",
        "",
        KEY,
        f"http://[{KEY}",
        f"https://user:{KEY}@host",
        f"https://{KEY}@host",
        f"https://host/?apiKey={KEY}",
        f"https://host/#{KEY}",
        f"https://host {KEY}",
        17,
    ],
)
def test_an_address_that_is_none_is_named_and_no_secret_in_it_shown(address: str):
    with pytest.raises(ValueError, match="base_url") as caught:
        base_url_of("us", address)

    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pool_size", [0, -1, 1.5, True, "9"]),
        ("keepalive", [0, -1, "9", True, math.nan]),
        ("connect_timeout", [0, -1, "9", None]),
        ("read_timeout", [0, -1, "9", None]),
        ("total_timeout", [0, -1, "9", None]),
        ("max_wait", [-1, "9", None, math.nan]),
        ("max_attempts", [0, -1, 1.0, "9"]),
        ("backoff_factor", [0, -1]),
        ("backoff_max", [0, -1]),
        ("max_body", [0, -1, 1.5]),
        (
            "limits",
            [{"alert": {0: 1}}, {"alert": {-1: 1}}, {"alert": {1: 0}}, {"alert": {1: "9"}}, {"alert": {"1": 9}}],
        ),
        ("limits", [{"alert": {math.nan: 1}}, {"alert": {1: math.inf}}, {"alert": {1: True}}, {"alert": 9}, 9, None]),
        ("limits", [{"alerts": {1: 9}}, {"Alert": {1: 9}}, {"heartbeats": {1: 9}}, {"schedule_oncalls": {1: 9}}]),
        ("limits", [{"config": {1: 9}}, {"oncalls": {1: 9}}, {"on-calls": {1: 9}}, {"integration": {1: 9}}]),
        ("hooks", [print, [print], (9,)]),
        ("user_agent", [9, "two\r\nlines"]),
    ],
)
def test_a_wrong_setting_is_named(name: str, values: list[object]):
    for value in values:
        with pytest.raises(ValueError, match=name):
            Config(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("proxy", [f"user:{KEY}@proxy:3128", f"socks5://{KEY}@proxy", KEY, "", 9])
def test_a_proxy_that_is_none_is_named_and_no_secret_in_it_shown(monkeypatch: pytest.MonkeyPatch, proxy: str):
    with pytest.raises(ValueError, match="proxy: expected") as caught:
        Config(proxy=proxy)

    assert KEY not in str(caught.value)


def test_settings_of_one_call_are_checked_too():
    og = Opsgenie(KEY)

    with pytest.raises(ValueError, match="total_timeout"):
        og.with_config(total_timeout=-1)
    with pytest.raises(TypeError, match="pool"):
        og.with_config(pool=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^pool_size: not a setting of single calls"):
        og.with_config(pool_size=3, total_timeout=1)  # type: ignore[call-arg]


def test_no_timeout_at_all_can_be_said():
    assert Config(total_timeout=math.inf).total_timeout == math.inf


def test_a_key_is_written_to_nothing():
    with pytest.raises(TypeError, match="credential"):
        pickle.dumps(Credential("GenieKey", KEY))
    assert KEY not in repr(Credential("GenieKey", KEY))


@pytest.mark.parametrize(
    "values",
    [{}, {"instance": "x", "base_url": "http://a"}, {"instance": "a/b"}, {"instance": "a.b"}, {"instance": ""}],
)
def test_dx_wants_one_good_address(values: dict[str, str]):
    with pytest.raises(ValueError, match="instance"):
        DX("token", **values)


def test_dx_knows_its_own_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPSGENIE_BASE_URL", "http://a")

    assert repr(DX("token", instance="acme")) == "<DX at https://acme.getdx.net/>"
    assert repr(DX("token", base_url="http://b/dx")) == "<DX at http://b/dx/>"
    with pytest.raises(ValueError, match=r"token: .* printable") as caught:
        DX(f"{KEY}\n2", instance="acme")
    assert KEY not in str(caught.value)


def test_limits_take_each_domain_of_the_api_and_names_of_your_own():
    for domain in (*DOMAINS, "dx", "reports"):
        assert Config(limits={domain: {1: 9}}).limits == {domain: {1: 9}}


def test_domains_are_those_of_the_sandbox():
    assert {*DOMAINS} == {*REALISTIC_LIMITS}
