"""`og.forwarding_rules`: its requests, its answers, and what a repeat that meets its own first attempt makes of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiohttp import web

from opsgenie_async import Alias, Config, Conflict, NotFound, Opsgenie, OutcomeUnknown
from opsgenie_async.models import ForwardingRule, Reference, UserMeta
from opsgenie_async.sandbox import Sandbox
from tests.http.server import Echo, ReceivedRequest
from tests.resources.exchange import exchange
from tests.resources.reading import unread_fields

START = datetime(2026, 2, 1, 20, tzinfo=timezone(timedelta(hours=2)))
END = datetime(2026, 2, 2, 8, tzinfo=UTC)
ANN = UserMeta(username="ann@corp.example")
BOB = UserMeta(id="u2")
BODY = {
    "fromUser": {"username": "ann@corp.example"},
    "toUser": {"id": "u2"},
    "startDate": "2026-02-01T20:00:00+02:00",
    "endDate": "2026-02-02T08:00:00Z",
}
STORED = {
    "id": "f1",
    "alias": "holiday",
    "fromUser": {"id": "u1", "username": "ann@corp.example"},
    "toUser": {"id": "u2", "username": "bob@corp.example"},
    "startDate": "2026-02-01T18:00:00Z",
    "endDate": "2026-02-02T08:00:00Z",
}
READ = ForwardingRule(
    id="f1",
    alias="holiday",
    from_user=UserMeta(id="u1", username="ann@corp.example"),
    to_user=UserMeta(id="u2", username="bob@corp.example"),
    start_date=START,
    end_date=END,
)
META = {"id": "f1", "alias": "holiday"}

Call = Callable[[Opsgenie], Awaitable[object]]


@pytest.mark.parametrize(
    ("call", "line", "query", "body", "answer", "result"),
    [
        (
            lambda og: og.forwarding_rules.create(
                from_user=ANN, to_user=BOB, start_date=START, end_date=END, alias="holiday"
            ),
            "POST /v2/forwarding-rules",
            {},
            {**BODY, "alias": "holiday"},
            {"data": META, "result": "Created"},
            Reference(id="f1", alias="holiday"),
        ),
        (
            lambda og: og.forwarding_rules.update(
                Alias("holi/day"), from_user=ANN, to_user=BOB, start_date=START, end_date=END
            ),
            "PUT /v2/forwarding-rules/holi%2Fday",
            {"identifierType": "alias"},
            BODY,
            {"data": META, "result": "Updated"},
            Reference(id="f1", alias="holiday"),
        ),
        (
            lambda og: og.forwarding_rules.get("f1"),
            "GET /v2/forwarding-rules/f1",
            {},
            None,
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.forwarding_rules.get(Alias("holiday")),
            "GET /v2/forwarding-rules/holiday",
            {"identifierType": "alias"},
            None,
            {"data": STORED},
            READ,
        ),
        (
            lambda og: og.forwarding_rules.list(),
            "GET /v2/forwarding-rules",
            {},
            None,
            {"data": [STORED]},
            [READ],
        ),
        (
            lambda og: og.forwarding_rules.delete(READ),
            "DELETE /v2/forwarding-rules/f1",
            {},
            None,
            {"result": "Deleted"},
            None,
        ),
        (
            lambda og: og.users.list_forwarding_rules("ann@corp.example"),
            "GET /v2/users/ann%40corp.example/forwarding-rules",
            {},
            None,
            {"data": [STORED]},
            [READ],
        ),
    ],
)
async def test_the_operations(
    call: Call, line: str, query: dict[str, str], body: object, answer: dict[str, object], result: object
):
    reply = await exchange(call, **answer)

    assert (reply.line, reply.query, reply.body) == (line, query, body)
    assert reply.result == result


@pytest.mark.parametrize(
    ("start", "end"), [(START, START), (START.replace(tzinfo=None), END), (START, END.replace(tzinfo=None))]
)
async def test_a_period_that_is_none_is_not_sent(start: datetime, end: datetime):
    async with Opsgenie("key", base_url="http://127.0.0.1:1") as og:
        with pytest.raises(ValueError, match=r"^(start|end)_date: "):
            await og.forwarding_rules.create(from_user=ANN, to_user=BOB, start_date=start, end_date=end)


class UnansweredCreation:
    """A server that creates the rule and responds with a gateway's error; then the alias is that of *existing*."""

    def __init__(self, existing: dict[str, object]) -> None:
        self.existing = existing
        self.lines: list[str] = []

    def __call__(self, request: ReceivedRequest) -> web.Response:
        self.lines.append(f"{request.method} {request.raw_path}")
        if request.method == "GET":
            return web.json_response({"data": self.existing, "requestId": "r"})
        if len(self.lines) == 1:
            return web.Response(status=502, text="bad gateway")
        return web.json_response({"message": "taken", "requestId": "r"}, status=409)


async def _create(answers: UnansweredCreation, alias: str | None) -> Reference:
    async with Echo(answers) as server:
        config = Config(jitter=lambda bound: 0.0)
        async with Opsgenie("key", base_url=server.url, config=config) as og:
            if alias is None:
                return await og.forwarding_rules.create(from_user=ANN, to_user=BOB, start_date=START, end_date=END)
            return await og.forwarding_rules.create(
                from_user=ANN, to_user=BOB, start_date=START, end_date=END, alias=alias
            )


async def test_a_repeat_that_meets_its_own_first_attempt_is_a_success():
    answers = UnansweredCreation(STORED)

    assert await _create(answers, "holiday") == Reference(id="f1", alias="holiday")
    assert answers.lines[-1] == "GET /v2/forwarding-rules/holiday?identifierType=alias"


@pytest.mark.parametrize(
    "difference",
    [{"endDate": "2026-02-02T08:00:01Z"}, {"toUser": {"id": "u3", "username": "bob@corp.example"}}],
)
async def test_another_rule_of_that_alias_is_a_conflict(difference: dict[str, object]):
    with pytest.raises(Conflict):
        await _create(UnansweredCreation({**STORED, **difference}), "holiday")


async def test_without_an_alias_nothing_is_repeated():
    answers = UnansweredCreation(STORED)

    with pytest.raises(OutcomeUnknown):
        await _create(answers, None)
    assert answers.lines == ["POST /v2/forwarding-rules"]


async def test_the_sandbox_agrees(og: Opsgenie, sandbox: Sandbox):
    ann, bob = (sandbox.add_user(f"{name}@corp.example") for name in ("ann", "bob"))

    result = await og.forwarding_rules.create(
        from_user=ANN, to_user=UserMeta(id=bob["id"]), start_date=START, end_date=END, alias="holi/day"
    )
    existing = await og.forwarding_rules.get(result)
    assert existing == ForwardingRule(
        id=result.id,
        alias="holi/day",
        from_user=UserMeta(id=ann["id"], username="ann@corp.example"),
        to_user=UserMeta(id=bob["id"], username="bob@corp.example"),
        start_date=START,
        end_date=END,
    )
    assert await og.forwarding_rules.get(Alias("holi/day")) == existing
    assert await og.forwarding_rules.list() == [existing]
    assert await og.users.list_forwarding_rules("ann@corp.example") == [existing]
    with pytest.raises(Conflict):
        await og.forwarding_rules.create(from_user=ANN, to_user=ANN, start_date=START, end_date=END, alias="holi/day")
    changed = await og.forwarding_rules.update(
        Alias("holi/day"), from_user=ANN, to_user=ANN, start_date=START, end_date=END + timedelta(days=1)
    )
    assert changed.id == result.id
    assert (await og.forwarding_rules.get(changed)).end_date == END + timedelta(days=1)
    assert list(unread_fields(existing)) == []
    await og.forwarding_rules.delete(Alias("holi/day"))
    with pytest.raises(NotFound):
        await og.forwarding_rules.get(result)
