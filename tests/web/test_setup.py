"""A client for an application: who opens it, where it is found, who closes it."""

from __future__ import annotations

import subprocess
import sys

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from opsgenie_async import Config, Opsgenie
from opsgenie_async import web as web_plugins
from opsgenie_async.web import OPSGENIE, setup

OTHER = web.AppKey("other", Opsgenie)
SESSION = web.AppKey("session", aiohttp.ClientSession)


async def teams(request: web.Request) -> web.Response:
    return web.json_response([team.name async for team in request.config_dict[OPSGENIE].teams.list()])


def names(sandbox) -> list[str]:
    return [team["name"] for team in sandbox.account.teams.values()]


@pytest.fixture
def environment(sandbox, monkeypatch):
    monkeypatch.setenv("OPSGENIE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("OPSGENIE_BASE_URL", sandbox.url)


async def test_three_lines_and_handlers_have_a_client(sandbox, serve, environment):
    app = web.Application()
    setup(app)
    app.router.add_get("/teams", teams)

    client = await serve(app)

    assert await (await client.get("/teams")).json() == names(sandbox)


async def test_the_client_of_a_config_is_closed_with_the_application(sandbox, serve, environment):
    app = web.Application()
    setup(app, Config(max_attempts=1))
    client = await serve(app)
    og = app[OPSGENIE]
    await og.account.get()

    await client.close()

    with pytest.raises(RuntimeError, match="closed"):
        await og.account.get()


async def test_a_given_client_stays_open(og, serve):
    app = web.Application()
    setup(app, og)
    client = await serve(app)
    assert app[OPSGENIE] is og

    await client.close()

    assert await og.account.get()


async def test_a_client_that_a_function_made_is_closed(sandbox, serve):
    app = web.Application()
    setup(app, lambda app: Opsgenie(sandbox.api_key, base_url=sandbox.url))
    app.router.add_get("/teams", teams)
    client = await serve(app)
    assert await (await client.get("/teams")).json() == names(sandbox)

    await client.close()

    with pytest.raises(RuntimeError, match="closed"):
        await app[OPSGENIE].account.get()


async def test_sub_applications_find_it(og, sandbox, serve):
    app, sub = web.Application(), web.Application()
    setup(app, og)
    sub.router.add_get("/teams", teams)
    app.add_subapp("/admin", sub)

    client = await serve(app)

    assert await (await client.get("/admin/teams")).json() == names(sandbox)


async def test_a_sub_application_may_have_its_own(og, sandbox, serve):
    app, sub = web.Application(), web.Application()
    setup(app, og)
    setup(sub, lambda app: Opsgenie("own", base_url=sandbox.url))
    app.add_subapp("/admin", sub)

    await serve(app)

    assert sub[OPSGENIE] is not app[OPSGENIE]


async def test_two_accounts_under_two_keys(og, serve):
    app = web.Application()
    async with Opsgenie("other") as other:
        setup(app, og)
        setup(app, other, key=OTHER)

        await serve(app)

        assert (app[OPSGENIE], app[OTHER]) == (og, other)


async def test_the_same_key_twice_does_not_start(og):
    app = web.Application()
    setup(app, og)
    setup(app, og)
    server = TestServer(app)

    with pytest.raises(RuntimeError, match="set up already"):
        await server.start_server()

    await server.close()


async def test_it_sends_through_the_sessions_of_the_application(sandbox, serve, environment):
    app = web.Application()

    async def session(app):
        async with aiohttp.ClientSession(headers={"X-From": "the shop"}) as app[SESSION]:
            yield
            assert not app[SESSION].closed

    app.cleanup_ctx.append(session)
    setup(app, session=SESSION)
    app.router.add_get("/teams", teams)
    client = await serve(app)

    await client.get("/teams")

    assert sandbox.received[-1].headers["X-From"] == "the shop"


async def test_a_session_for_a_client_that_has_one_is_refused(og):
    with pytest.raises(ValueError, match="session"):
        setup(web.Application(), og, session=SESSION)


async def test_without_a_key_the_application_does_not_start(monkeypatch):
    monkeypatch.delenv("OPSGENIE_API_KEY", raising=False)
    app = web.Application()
    setup(app)
    server = TestServer(app)

    with pytest.raises(ValueError, match="OPSGENIE_API_KEY"):
        await server.start_server()

    await server.close()


def test_a_log_handler_and_a_job_load_no_web_server():
    program = (
        "import sys, opsgenie_async.web.log_handler, opsgenie_async.web.jobs; assert 'aiohttp.web' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_name_is_there():
    assert [name for name in web_plugins.__all__ if not hasattr(web_plugins, name)] == []
    assert set(web_plugins.HOMES) < set(web_plugins.__all__) == set(dir(web_plugins))
    with pytest.raises(AttributeError, match="nothing"):
        _ = web_plugins.nothing
