"""The connection to Redis: one script, a timeout for every response, and no password in any output."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import SplitResult, unquote, urlsplit

import attrs

from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError
from opsgenie_async.printable import printable
from opsgenie_async.throttle.shared.script import SOURCE

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

__all__ = ["Address", "Link", "Pace", "Reply", "Unreachable"]

Pace: TypeAlias = tuple[float, float, bool, bool]
"""Period, calls a second, whether the server counts in windows, whether the user gave the limit."""
LONGEST_REASON = 200
TURNS = 8
"""Turns of the event loop in which an answer that has come gets from the socket to where it is awaited."""


EXPECTED = "expected redis://, rediss:// or unix://, such as redis://localhost:6379/0"
ENCODED = "in user, password and account, write / # ? and @ as %2F %23 %3F and %40"


class Unreachable(Exception):
    """A missing, late or invalid response of Redis; the message has the reason, without a password."""


@attrs.frozen(repr=False)
class Address:
    """The address of Redis, shown without user and password."""

    url: str
    account: str
    secrets: tuple[str, ...]

    @classmethod
    def parse(cls, url: object) -> Address:
        """Parse `redis://`, `rediss://` or `unix://`; the account's name can follow a `#`."""
        if not isinstance(url, str):
            raise ArgumentTypeError("url: expected a str such as redis://localhost:6379/0")
        try:
            parts = urlsplit(url)
            query = [(name, value) for name, _, value in (pair.partition("=") for pair in parts.query.split("&"))]
            mistake = _mistake(parts, dict(query))
        except ValueError:
            mistake, parts, query = EXPECTED, urlsplit(""), []
        if mistake:
            del url, parts, query  # not shown: there may be a password in it
            raise ArgumentValueError(f"url: {mistake}")
        named = {value for name, value in query if name in ("password", "ssl_password")}
        secrets = {each for each in {parts.password, *named} if each}
        secrets |= {unquote(each) for each in secrets}
        return cls(parts._replace(fragment="").geturl(), unquote(parts.fragment), tuple(sorted(secrets, key=len)[::-1]))

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    __repr__ = __str__

    def redact(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return printable(text)[:LONGEST_REASON]


def _mistake(parts: SplitResult, query: Mapping[str, str]) -> str:
    """Return what is wrong with a URL, "" for nothing; a part of a password can be in any of its parts."""
    if parts.scheme not in ("redis", "rediss", "unix") or parts.port == 0:
        return EXPECTED
    place = parts.netloc.rpartition("@")[2]
    if "@" in f"{parts.path}{parts.query}{parts.fragment}" or (place and not parts.hostname):
        return ENCODED
    is_socket = parts.scheme == "unix"
    if is_socket and (place or not parts.path):
        return "expected the path of a socket, such as unix:///run/redis.sock"
    for database in (query.get("db", ""), "" if is_socket else parts.path.removeprefix("/")):
        if database and not (database.isascii() and database.isdecimal()):
            return f"expected a number for the database, such as redis://localhost:6379/0; {ENCODED}"
    return ""


@attrs.frozen(kw_only=True)
class Reply:
    """The response of Redis: permits, and the state of the lane. Times are seconds from the response on.

    at: the time of the grant, as text, for reports.
    wait: when to request again, unless there is something to report earlier.
    opens, sure: when the lane has room for a call, and for one that must not be refused.
    full: whether as many calls as the slow start allows are in flight.
    calm: whether no call waits, and half of every limit is unused.
    """

    permits: int
    at: str
    probe: bool
    epoch: int
    wait: float
    opens: float
    sure: float
    closed: bool
    period: float | None
    full: bool
    calm: bool
    members: int
    paces: tuple[Pace, ...]

    @property
    def rate(self) -> float | None:
        return min((pace[1] for pace in self.paces), default=None)

    @classmethod
    def parse(cls, text: str) -> Reply:
        fields = json.loads(text)
        fields["period"] = fields["period"] or None
        fields["paces"] = tuple(tuple(pace) for pace in fields["paces"])
        return cls(**fields)


class _GraceTimeout:
    """A timeout after *seconds*, extended by some iterations of the event loop in which a response may arrive."""

    def __init__(self, timeout: asyncio.Timeout, seconds: float) -> None:
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.Handle = self._loop.call_later(seconds, self._expire, TURNS)

    def _expire(self, turns: int) -> None:
        if turns:
            self._handle = self._loop.call_soon(self._expire, turns - 1)
        else:
            self._timeout.reschedule(self._loop.time())

    def cancel(self) -> None:
        self._handle.cancel()


class Link:
    """One connection pool to Redis, of the event loop that uses it."""

    def __init__(self, address: Address, timeout: float) -> None:
        self.timeout = timeout
        self._address = address
        self._loop: asyncio.AbstractEventLoop | None = None
        self._redis: Redis | None = None
        self._script: AsyncScript | None = None
        self._guard: AsyncGenerator[None] | None = None

    def __str__(self) -> str:
        return str(self._address)

    async def exchange(self, keys: Sequence[str], request: str) -> Reply:
        """Run the script.

        Raises:
            Unreachable: There was no response in time, or an invalid one.
        """
        from redis.exceptions import RedisError

        reason = f"no response within {self.timeout:g} s"
        timeout = asyncio.timeout(None)
        try:
            async with timeout:
                grace = _GraceTimeout(timeout, self.timeout)
                try:
                    return Reply.parse(cast("str", await self._open_script()(keys=list(keys), args=[request])))
                finally:
                    grace.cancel()
        except (RedisError, OSError, ValueError, TypeError, KeyError) as error:
            if not timeout.expired():
                reason = self._address.redact(f"{type(error).__name__}: {error}")
        raise Unreachable(reason)

    def _open_script(self) -> AsyncScript:
        loop = asyncio.get_running_loop()
        if self._script is None or self._loop is not loop:
            from redis.asyncio import Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff

            self._loop = loop
            self._redis = Redis.from_url(
                self._address.url,
                decode_responses=True,
                socket_timeout=None,  # one bound for all of an exchange, above
                socket_connect_timeout=None,
                retry=Retry(NoBackoff(), 0),  # the next exchange is the next attempt
            )
            self._script = self._redis.register_script(SOURCE)
            self._guard = _close_with_loop(self._redis)
            with suppress(StopIteration):  # it stands at its `yield` then
                self._guard.__anext__().send(None)
        return self._script

    async def close(self) -> None:
        guard, self._guard, self._redis, self._script = self._guard, None, None, None
        if guard is not None and self._loop is asyncio.get_running_loop():
            await guard.aclose()


async def _close_with_loop(redis: Redis) -> AsyncGenerator[None]:
    """Close the connections with their loop, if still open: `asyncio.run` ends every asynchronous generator."""
    try:
        yield
    finally:
        await redis.aclose()
