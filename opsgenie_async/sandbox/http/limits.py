"""Rate limits per domain: token buckets as in Opsgenie, rolling and fixed windows for comparison."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Protocol

from opsgenie_async.sandbox.account.clock import Clock
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc

__all__ = ["REALISTIC_LIMITS", "Limits", "LimitsError"]

MESSAGE = "You are making too many requests! To avoid errors, we recommend you limit requests."

REALISTIC_LIMITS: dict[str, list[Doc]] = {
    domain: [{"limit": second, "periodInSeconds": 1}, {"limit": minute, "periodInSeconds": 60}]
    for domain, second, minute in (
        ("alert", 50, 1800),
        ("search", 80, 2400),
        ("heartbeat", 150, 6000),
        ("incident", 20, 600),
        ("schedule-oncalls", 20, 600),
        ("integration-configuration", 40, 1200),
        ("configuration", 300, 12_000),
    )
}
"""Numbers of a plausible account with some thousand entities; the documents give none."""


class LimitsError(ValueError):
    """Invalid limits; the message names the field."""


class _Rule(Protocol):
    """A limit of a domain."""

    period: float

    def has_room(self, now: float) -> bool: ...

    def take(self) -> None: ...

    def wait(self) -> float:
        """Seconds until it has room again, at most."""
        ...


class _Bucket:
    """A token bucket: *limit* tokens that refill evenly over the period."""

    def __init__(self, limit: float, period: float) -> None:
        self.period = period
        self._limit = limit
        self._tokens = limit
        self._last_time: float | None = None

    def has_room(self, now: float) -> bool:
        if self._last_time is not None:
            self._tokens = min(self._limit, self._tokens + (now - self._last_time) * self._limit / self.period)
        self._last_time = now
        return self._tokens >= 1 - 1e-9

    def take(self) -> None:
        self._tokens -= 1

    def wait(self) -> float:
        return (1 - self._tokens) * self.period / self._limit


class _RollingWindow:
    """A rolling window: at most *limit* requests in any interval as long as the period."""

    def __init__(self, limit: float, period: float) -> None:
        self.period = period
        self._limit = limit
        self._used: deque[float] = deque()
        self._now = 0.0

    def has_room(self, now: float) -> bool:
        self._now = now
        while self._used and self._used[0] <= now - self.period:
            self._used.popleft()
        return len(self._used) < self._limit

    def take(self) -> None:
        self._used.append(self._now)

    def wait(self) -> float:
        return self.period


class _FixedWindow:
    """A fixed window: at most *limit* requests from one multiple of the period to the next."""

    def __init__(self, limit: float, period: float) -> None:
        self.period = period
        self._limit = limit
        self._window = -1
        self._used = 0

    def has_room(self, now: float) -> bool:
        window = int(now // self.period)
        if window != self._window:
            self._window, self._used = window, 0
        return self._used < self._limit

    def take(self) -> None:
        self._used += 1

    def wait(self) -> float:
        return self.period


_KINDS: dict[str, Callable[[float, float], _Rule]] = {
    "bucket": _Bucket,
    "rolling": _RollingWindow,
    "fixed": _FixedWindow,
}


class Limits:
    """The rate limits of an account; without limits, nothing is refused.

    Args:
        clock: The clock for the periods.
        limits: Limits as for `set`.

    Raises:
        LimitsError: The limits are invalid; the message names the field.
    """

    def __init__(self, clock: Clock, limits: Mapping[str, Sequence[Mapping[str, object]]] | str | None = None) -> None:
        self.retry_after: bool | None = None
        """Whether a 429 says `Retry-After`, in whole seconds; None: where a limit is met, not where one was ordered."""
        self.refused: Counter[str] = Counter()
        self._clock = clock
        self._rules: dict[str, list[_Rule]] = {}
        self._settings: dict[str, list[Doc]] = {}
        self._orders: list[_Order] = []
        if limits is not None:
            self.set(limits)

    def set(self, limits: Mapping[str, Sequence[Mapping[str, object]]] | str) -> None:
        """Replace all limits.

        Args:
            limits: Domain to `[{limit, periodInSeconds, kind}]`, where `kind` is `bucket` (the default), `rolling` or
                `fixed`; or the word `realistic`.

        Raises:
            LimitsError: The limits are invalid; the message names the field.
        """
        if limits == "realistic":
            limits = REALISTIC_LIMITS
        if not isinstance(limits, Mapping):
            raise LimitsError(f'limits: should be a mapping of domains or the word "realistic", not {limits!r}')
        rules: dict[str, list[_Rule]] = {}
        settings: dict[str, list[Doc]] = {}
        for domain, documents in limits.items():
            if domain not in REALISTIC_LIMITS:
                raise LimitsError(f"{domain}: no such domain; there are {', '.join(REALISTIC_LIMITS)}")
            if not isinstance(documents, list | tuple):
                raise LimitsError(f"{domain}: should be a list")
            rules[domain] = [_rule(each, f"{domain}[{index}]") for index, each in enumerate(documents)]
            settings[domain] = [{key: each[key] for key in ("limit", "periodInSeconds")} for each in documents]
        self._rules, self._settings = rules, settings

    def clear(self) -> None:
        """Remove all limits, and the refusals requested by `throttle`."""
        self._rules, self._settings, self._orders = {}, {}, []

    def throttle(self, on_request: int, period: int, times: int, domain: str | None) -> None:
        """Refuse *times* requests from the *on_request*-th one on, counted from now."""
        self._orders.append(_Order(on_request, period, times, domain))

    def check(self, domain: str | None) -> None:
        """Spend one request of *domain*, or refuse with 429."""
        if domain is None:
            return
        for order in self._orders:
            if order.applies(domain):
                raise self._refusal(domain, order.period, order.period if self.retry_after else None)
        rules = self._rules.get(domain)
        if not rules:
            return
        now = self._clock.now()
        full = [rule for rule in rules if not rule.has_room(now)]
        if full:
            period = max(rule.period for rule in full)
            wait = period if self.retry_after else max(rule.wait() for rule in full)
            raise self._refusal(domain, period, None if self.retry_after is False else wait)
        for rule in rules:
            rule.take()

    def _refusal(self, domain: str, period: float, wait: float | None) -> Refusal:
        self.refused[domain] += 1
        headers = {"X-RateLimit-State": "THROTTLED", "X-RateLimit-Period-In-Sec": f"{period:g}"}
        if wait is not None:
            headers["Retry-After"] = str(ceil(wait))
        return Refusal(429, MESSAGE, headers=headers)

    def describe(self) -> list[Doc]:
        """The response of `GET /v2/request-limits/`."""
        return [{"domain": domain, "limits": limits} for domain, limits in self._settings.items()]


class _Order:
    """A refusal requested by a test."""

    def __init__(self, on_request: int, period: int, times: int, domain: str | None) -> None:
        self.period = period
        self._skip = on_request - 1
        self._times = times
        self._domain = domain

    def applies(self, domain: str) -> bool:
        if self._times == 0 or (self._domain is not None and domain != self._domain):
            return False
        if self._skip:
            self._skip -= 1
            return False
        self._times -= 1
        return True


_LEAST, _MOST, _LONGEST = 1e-3, 1e9, 366 * 86_400.0
"""Requests and seconds with which sums make sense."""


def _rule(document: object, name: str) -> _Rule:
    if not isinstance(document, Mapping):
        raise LimitsError(f"{name}: should be an object")
    numbers = []
    for key, least, most in (("limit", _LEAST, _MOST), ("periodInSeconds", _LEAST, _LONGEST)):
        number = document.get(key)
        if not isinstance(number, int | float) or isinstance(number, bool) or not least <= number <= most:
            raise LimitsError(f"{name}.{key}: should be a number above 0 and at most {most:g}")
        numbers.append(float(number))
    kind = document.get("kind", "bucket")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise LimitsError(f"{name}.kind: should be one of {', '.join(_KINDS)}")
    if unknown := sorted(set(document) - {"limit", "periodInSeconds", "kind"}):
        raise LimitsError(f"{name}.{unknown[0]}: no such field")
    return _KINDS[kind](numbers[0], numbers[1])
