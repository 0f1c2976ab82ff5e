"""Proxies: which one is taken, what it is told, and what becomes of its password."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from opsgenie_async import ApiError, Config, Opsgenie, OpsgenieError, TransportError
from opsgenie_async.proxies import environment_proxy, proxy_of
from tests.http.server import Echo, ReceivedRequest

PASSWORD = "h#nt/er2@?пароль"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_PROXY".upper(), raising=False)


class Tunnels:
    """A proxy that answers every CONNECT with one status line, and counts."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.heads: list[str] = []

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.mark.parametrize("password", ["plain", "a#b", "a@b", "a/b?c", "a%23b", "a:b", "пароль", "%", "#@/?:"])
async def test_a_password_may_hold_any_letter(password: str):
    async with Echo() as proxy:
        address = proxy.url.replace("http://", f"http://me:{password}@")
        for host in ("http://og.invalid", "http://og.invalid/prefix"):
            async with Opsgenie("k", base_url=host, config=Config(proxy=address)) as og:
                await og.request("GET", "/v2/account")

    assert {request.headers["Proxy-Authorization"] for request in proxy.received} == {
        basic("me", password.replace("%23", "#"))
    }
    assert {request.headers["Authorization"] for request in proxy.received} == {"GenieKey k"}
    assert {request.headers["Host"] for request in proxy.received} == {"og.invalid"}


async def test_a_url_object_does_too():
    async with Echo() as proxy:
        address = URL(proxy.url).with_user("me").with_password("a#ж@c")
        async with Opsgenie("k", base_url="http://og.invalid", config=Config(proxy=address)) as og:
            await og.request("GET", "/v2/account")
    assert proxy.received[0].headers["Proxy-Authorization"] == basic("me", "a#ж@c")


@pytest.mark.parametrize("write", [True, False])
async def test_a_wrong_password_is_not_tried_again_through_a_tunnel(write: bool):
    proxy = Tunnels("407 Proxy Authentication Required")
    async with proxy.serve() as where:
        config = Config(proxy=f"http://me:{PASSWORD}@{where}", jitter=lambda bound: 0.0)
        async with Opsgenie("key", base_url="https://og.invalid", config=config) as og:
            with pytest.raises(TransportError, match="the proxy refused the connection: 407") as caught:
                await og.request("POST" if write else "GET", "/v2/alerts", json={} if write else None)

    assert (len(proxy.heads), caught.value.attempts, caught.value.status) == (1, 1, 407)
    assert f"Proxy-Authorization: {basic('me', PASSWORD)}" in proxy.heads[0]
    assert "GenieKey" not in proxy.heads[0]


async def test_a_proxy_that_has_no_way_through_is_asked_again():
    proxy = Tunnels("502 Bad Gateway")
    async with proxy.serve() as where:
        config = Config(proxy=f"http://{where}", jitter=lambda bound: 0.0, max_attempts=3)
        async with Opsgenie("key", base_url="https://og.invalid", config=config) as og:
            with pytest.raises(TransportError, match="502") as caught:
                await og.request("POST", "/v2/alerts", json={})
    assert (len(proxy.heads), caught.value.attempts) == (3, 3)


async def test_a_wrong_password_is_not_tried_again_without_a_tunnel():
    async with (
        Echo(lambda request: web.Response(status=407)) as proxy,
        Opsgenie("k", base_url="http://og.invalid", config=Config(proxy=proxy.url)) as og,
    ):
        with pytest.raises(ApiError) as caught:
            await og.request("GET", "/v2/account")
    assert (len(proxy.received), caught.value.status) == (1, 407)


async def test_a_password_that_a_proxy_echoes_is_not_shown(caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")

    def echo(request: ReceivedRequest) -> web.Response:
        words = f"{request.headers['Proxy-Authorization']} is {PASSWORD}?"
        return web.json_response({"message": words}, status=403, headers={"X-Request-ID": PASSWORD.encode().hex()})

    async with Echo(echo) as proxy:
        address = proxy.url.replace("http://", f"http://me:{PASSWORD}@")
        async with Opsgenie("key", base_url="http://og.invalid", config=Config(proxy=address)) as og:
            with pytest.raises(OpsgenieError) as caught:
                await og.request("GET", "/v2/account")
    output = f"{caught.value} {caught.value!r} {og!r} {Config(proxy=address)!r} {caplog.text}"
    for secret in (PASSWORD, PASSWORD[:8], basic("me", PASSWORD)[6:20]):
        assert secret not in output


async def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(unused_tcp_port: int):
    config = Config(proxy=f"http://me:{PASSWORD}@127.0.0.1:{unused_tcp_port}", max_attempts=1)
    async with Opsgenie("key", base_url="https://og.invalid", config=config) as og:
        with pytest.raises(TransportError) as caught:
            await og.request("GET", "/v2/account")
    assert f"127.0.0.1:{unused_tcp_port}" in str(caught.value)
    assert not any(piece in str(caught.value) for piece in ("h#nt", "er2", "пароль"))


# --- out of the environment


@pytest.mark.parametrize(
    ("environment", "address", "proxy"),
    [
        ({}, "https://h/", None),
        ({"https_proxy": "http://p:1"}, "https://h/", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "https://h/", "http://p:1"),
        ({"https_proxy": "p:3128"}, "https://h/", "http://p:3128"),
        ({"https_proxy": "p"}, "https://h/", "http://p"),
        ({"https_proxy": "me:a#b@p:3128"}, "https://h/", "http://p:3128"),
        ({"http_proxy": "http://p:1"}, "https://h/", None),
        ({"http_proxy": "http://p:1"}, "http://h/", "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "https://h/", "http://p:1"),
        ({"all_proxy": "p:1"}, "http://h/", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "https_proxy": "http://q:2"}, "https://h/", "http://q:2"),
        ({"https_proxy": "", "all_proxy": "http://p:1"}, "https://h/", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h"}, "https://h/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://h/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "x.org,.example.com"}, "https://api.example.com/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "example.com"}, "https://api.example.com/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "example.com"}, "https://notexample.com/", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h:8080"}, "https://h:8080/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h:8080"}, "https://h:9/", "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "https://10.1.2.3/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8, x"}, "https://11.1.2.3/", "http://p:1"),
    ],
)
def test_the_environment_is_read_as_others_read_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str, proxy: str | None
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    result = environment_proxy(address)

    assert (result and str(result.url).rstrip("/")) == proxy


@pytest.mark.parametrize(
    "value", ["socks5://me:secret-word@p:1", "http://", "http://me:secret-word@", "p:port", "ftp://p"]
)
@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
def test_one_that_cannot_be_used_is_said_when_the_client_is_made(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    """Going around it would send the key where it must not go."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=rf"^{name.lower()}: expected an http or https URL") as caught:
        Opsgenie("key", config=Config(trust_env=True))
    assert "secret-word" not in str(caught.value)
    Opsgenie("key")


async def test_the_environments_password_goes_out_as_utf_8(monkeypatch: pytest.MonkeyPatch):
    async with Echo() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url.replace("http://", f"me:{PASSWORD}@"))
        async with Opsgenie("k", base_url="http://og.invalid", config=Config(trust_env=True)) as og:
            await og.request("GET", "/v2/account")
    assert proxy.received[0].headers["Proxy-Authorization"] == basic("me", PASSWORD)


async def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://other.invalid:1")
    async with Echo() as proxy:
        config = Config(trust_env=True, proxy=proxy.url)
        async with Opsgenie("k", base_url="http://og.invalid", config=config) as og:
            await og.request("GET", "/v2/account")
    assert len(proxy.received) == 1


@pytest.mark.parametrize("address", ["proxy:3128", "http://proxy:3128/", "HTTP://PROXY:3128"])
def test_an_address_may_go_without_its_scheme(address: str):
    assert str(proxy_of(address).url).rstrip("/") == "http://proxy:3128"


async def test_a_callers_session_is_told_of_the_proxy_as_well():
    async with Echo() as proxy, aiohttp.ClientSession() as session:
        config = Config(proxy=proxy.url.replace("http://", "http://me:a#b@"))
        async with Opsgenie("k", base_url="http://og.invalid", config=config, session=session) as og:
            await og.request("GET", "/v2/account")
    assert proxy.received[0].headers["Proxy-Authorization"] == basic("me", "a#b")


# --- certificates


def test_a_file_of_certificates_that_is_none_is_named(tmp_path: object):
    path = f"{tmp_path}/none.pem"
    with pytest.raises(ValueError, match=r"^ca_file: no certificates can be read from '.*none.pem'"):
        Opsgenie("key", config=Config(ca_file=path))
    with pytest.raises(ValueError, match=r"^ca_file: not allowed together with ssl"):
        Config(ca_file=path, ssl=ssl.create_default_context())


async def test_a_proxy_whose_name_is_unknown_is_called_one():
    config = Config(proxy="http://proxy.invalid:3128", max_attempts=1)
    async with Opsgenie("k", base_url="https://og.invalid", config=config) as og:
        with pytest.raises(TransportError, match=r"^cannot reach the proxy proxy\.invalid:3128: "):
            await og.request("GET", "/v2/account")
