"""Rate limits: the arithmetic on a clock moved by hand, and what a refusal looks like."""

from __future__ import annotations

import pytest

from opsgenie_async.sandbox import REALISTIC_LIMITS, Sandbox
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.http.limits import Limits


def _passes(limits, domain="configuration"):
    try:
        limits.check(domain)
    except Refusal:
        return False
    return True


def _many(limits, count):
    return sum(_passes(limits) for _ in range(count))


def test_a_bucket_refills_evenly(watch):
    limits = Limits(watch, {"configuration": [{"limit": 10, "periodInSeconds": 1}]})

    assert _many(limits, 30) == 10
    watch.seconds += 0.25
    assert _many(limits, 30) == 2
    watch.seconds += 60
    assert _many(limits, 30) == 10


def test_a_rolling_window_frees_what_has_left_it(watch):
    limits = Limits(watch, {"configuration": [{"limit": 10, "periodInSeconds": 60, "kind": "rolling"}]})

    assert _many(limits, 6) == 6
    watch.seconds += 30
    assert _many(limits, 30) == 4
    watch.seconds += 30
    assert _many(limits, 30) == 6


def test_a_fixed_window_starts_anew_at_its_tick(watch):
    watch.seconds = 119.0
    limits = Limits(watch, {"configuration": [{"limit": 10, "periodInSeconds": 60, "kind": "fixed"}]})

    assert _many(limits, 30) == 10
    watch.seconds += 1
    assert _many(limits, 30) == 10
    watch.seconds += 59
    assert _many(limits, 30) == 0


def test_a_refused_request_spends_nothing_of_the_other_limit(watch):
    limits = Limits(watch, {"configuration": [{"limit": 2, "periodInSeconds": 1}, {"limit": 5, "periodInSeconds": 60}]})

    assert _many(limits, 10) == 2
    watch.seconds += 1
    assert _many(limits, 10) == 2
    watch.seconds += 1
    assert _many(limits, 10) == 1
    assert limits.refused["configuration"] == 25


def test_domains_do_not_share(watch):
    limits = Limits(watch, {"alert": [{"limit": 1, "periodInSeconds": 60}]})

    assert _passes(limits, "alert")
    assert not _passes(limits, "alert")
    assert _many(limits, 100) == 100
    limits.clear()
    assert _passes(limits, "alert")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"weather": []}, "weather"),
        ({"alert": {}}, "alert"),
        ({"alert": [3]}, "alert[0]"),
        ({"alert": [{"limit": 0, "periodInSeconds": 1}]}, "alert[0].limit"),
        ({"alert": [{"limit": 1}]}, "alert[0].periodInSeconds"),
        ({"alert": [{"limit": 1, "periodInSeconds": 1, "kind": "leaky"}]}, "alert[0].kind"),
        ({"alert": [{"limit": 1, "periodInSeconds": 1, "kind": []}]}, "alert[0].kind"),
        ({"alert": [{"limit": float("nan"), "periodInSeconds": 1}]}, "alert[0].limit"),
        ({"alert": [{"limit": 1, "periodInSeconds": 1, "burst": 2}]}, "alert[0].burst"),
        ("strict", "limits"),
        ([], "limits"),
    ],
)
def test_a_mistake_names_its_field(watch, value, named):
    with pytest.raises(ValueError) as caught:
        Limits(watch, value)
    assert str(caught.value).startswith(f"{named}:")


async def test_a_refusal_on_the_wire(api, sandbox, watch):
    sandbox.limits.set({"configuration": [{"limit": 1, "periodInSeconds": 1}, {"limit": 2, "periodInSeconds": 60}]})

    assert (await api("GET", "/v2/teams")).status == 200
    refused = await api("GET", "/v2/teams")
    assert refused.status == 429
    assert refused.json["message"].startswith("You are making too many requests!")
    assert set(refused.json) == {"message", "took", "requestId"}
    assert refused.headers["X-RateLimit-State"] == "THROTTLED"
    assert refused.headers["X-RateLimit-Reason"] == "ACCOUNT"
    assert refused.headers["X-RateLimit-Period-In-Sec"] == "1"
    assert refused.headers["Retry-After"] == "1"
    watch.seconds += 1
    assert (await api("GET", "/v2/teams")).status == 200
    watch.seconds += 1
    sandbox.limits.retry_after = True
    refused = await api("GET", "/v2/teams")
    assert (refused.headers["X-RateLimit-Period-In-Sec"], refused.headers["Retry-After"]) == ("60", "60")
    assert sandbox.refused == {"configuration": 2}


async def test_each_page_spends_its_own_domain(api, sandbox):
    sandbox.limits.set({domain: [{"limit": 1, "periodInSeconds": 60}] for domain in REALISTIC_LIMITS})
    calls = {
        "configuration": ("GET", "/v2/teams", None),
        "search": ("GET", "/v2/users", None),
        "alert": ("POST", "/v2/alerts", {"message": "x"}),
        "incident": ("POST", "/v1/incidents/create", {"message": "x"}),
        "heartbeat": ("GET", "/v2/heartbeats/x/ping", None),
    }

    for domain, (method, path, body) in calls.items():
        assert (await api(method, path, body)).status < 300
        assert (await api(method, path, body)).status == 429
        assert sandbox.refused[domain] == 1


async def test_a_test_can_order_a_throttle(api, sandbox):
    sandbox.throttle(on_request=2, period=60)

    replies = [await api("GET", "/v2/teams") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 429, 200]
    assert replies[1].headers["X-RateLimit-Period-In-Sec"] == "60"
    sandbox.throttle(times=2, domain="search")
    statuses = [(await api("GET", path)).status for path in ("/v2/teams", "/v2/users", "/v2/alerts", "/v2/users")]
    assert statuses == [200, 429, 429, 200]


async def test_an_unknown_key_spends_nothing(api, sandbox):
    sandbox.limits.set({"configuration": [{"limit": 1, "periodInSeconds": 60}]})

    assert (await api("GET", "/v2/teams", key="wrong")).status == 401
    assert (await api("GET", "/v2/teams")).status == 200


async def test_the_request_limits_are_told(api, session):
    assert await api.get("/v2/request-limits/") == {"rateLimits": []}
    async with Sandbox(limits="realistic") as sandbox:
        headers = {"Authorization": f"GenieKey {sandbox.api_key}"}
        async with session.get(f"{sandbox.url}/v2/request-limits/", headers=headers) as response:
            answer = (await response.json())["data"]["rateLimits"]
    assert {each["domain"]: each["limits"] for each in answer} == REALISTIC_LIMITS
