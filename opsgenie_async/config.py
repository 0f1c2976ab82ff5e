"""All settings with their defaults: immutable, validated on creation, safe to print."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from ssl import SSLContext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, TypedDict, TypeVar

import attrs
import backoff
from yarl import URL

from opsgenie_async.clock import Clock, SystemClock
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from opsgenie_async.events import Event
    from opsgenie_async.throttle import Throttle

__all__ = [
    "CLIENT_SETTINGS",
    "DOMAINS",
    "REGIONS",
    "CallSettings",
    "Config",
    "Hook",
    "base_url_of",
    "check_seconds",
    "checks_settings",
    "refuse_unknown",
]

F = TypeVar("F", bound=Callable[..., None])

Hook: TypeAlias = "Callable[[Event], None]"
"""Receives every event in the caller's task; must be quick and must not block."""

DOMAINS: Final = (
    "alert",
    "search",
    "incident",
    "heartbeat",
    "schedule-oncalls",
    "integration-configuration",
    "configuration",
)
"""The rate-limit domains of the API."""
REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"us": "https://api.opsgenie.com", "eu": "https://api.eu.opsgenie.com"}
)
"""The service regions by the vendor's pages; a key works in its own only."""
VERSIONS: Final = ("/v1", "/v2")


def _positive(_: object, attribute: attrs.Attribute[float], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ArgumentValueError(f"{attribute.name}: expected a number above 0, got {value!r}")


def _not_negative(_: object, attribute: attrs.Attribute[float], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise ArgumentValueError(f"{attribute.name}: expected 0 or more, got {value!r}")


def _count(_: object, attribute: attrs.Attribute[int], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ArgumentValueError(f"{attribute.name}: expected a whole number from 1, got {value!r}")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _known_limits(_: object, __: object, value: object) -> None:
    if not isinstance(value, Mapping):
        raise ArgumentValueError(f"limits: expected {{domain: {{seconds: calls}}}}, got {value!r}")
    for domain, limits in value.items():
        if domain not in DOMAINS:
            _refuse_slip(domain)
        if not isinstance(limits, Mapping):
            raise ArgumentValueError(f"limits[{domain!r}]: expected {{seconds: calls}}, got {limits!r}")
        for period, count in limits.items():
            if not (_number(period) and _number(count) and 0.001 <= period <= 31_536_000 and 1 <= count <= 10**9):
                raise ArgumentValueError(
                    f"limits[{domain!r}]: expected {{seconds: calls}} within reason, got {{{period!r}: {count!r}}}"
                )


def _refuse_slip(domain: object) -> None:
    """Raise for what is nearly a domain of the API: the limit would hold for no call. `request` may name others."""
    from opsgenie_async.wrong_settings import close_domain

    if likely := close_domain(str(domain), DOMAINS):
        raise ArgumentValueError(f"limits: there is no domain {domain!r}; did you mean {likely!r}?")


def _hooks(_: object, __: object, value: Any) -> None:
    if value is not None and not (isinstance(value, tuple) and all(callable(hook) for hook in value)):
        raise ArgumentValueError(f"hooks: expected a tuple of functions, got {value!r}")


def _header(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.isprintable():
        raise ArgumentValueError(f"{attribute.name}: expected one printable line, got {value!r}")


def _proxy(_: object, __: object, value: str | URL | None) -> None:
    if value is not None:
        from opsgenie_async.proxies import proxy_of  # for those who have one

        proxy_of(value)


def _ssl(_: object, __: object, value: object) -> None:
    if value is None or isinstance(value, SSLContext | bool):
        return
    from aiohttp import Fingerprint  # for those who pin a certificate

    if not isinstance(value, Fingerprint):
        raise ArgumentValueError(f"ssl: expected an ssl.SSLContext, got {value!r}")


def _ca_file(config: Config, _: object, value: str | os.PathLike[str] | None) -> None:
    if value is None:
        return
    if config.ssl is not True:
        raise ArgumentValueError("ca_file: not allowed together with ssl")


@attrs.frozen(kw_only=True)
class Config:
    """Timeouts, retries, rate limits and connections of a client. All times are in seconds.

    Attributes:
        pool_size: The maximum number of connections, and of calls in flight per rate limit domain.
        keepalive: Idle connections are closed after this time, before the server closes them: a POST on a stale one is
            lost.
        pool_timeout: How long to wait for a free or new connection.
        connect_timeout: Timeout for opening a connection, with TLS.
        read_timeout: From sending to the end of the response; for an upload, between two chunks of data.
        total_timeout: Deadline of a call with all its attempts and waits; `math.inf` for none.
        close_timeout: How long `close` waits for calls in flight before it aborts them.
        max_wait: If a rate limit stays closed for longer, `Throttled` is raised at once.
        max_attempts: The maximum number of attempts of a request.
        backoff_factor: The maximum wait before the second attempt, doubled for each further one; the actual wait is
            random up to that.
        backoff_max: The maximum wait between two attempts.
        jitter: Computes a wait from its maximum; `backoff.full_jitter` by default.
        max_body: The maximum size of a response in bytes; before 3.14.1, aiohttp decompresses a chunk as
            a whole.
        limits: Known rate limits, domain to {seconds: calls}, as in `{"configuration": {1: 10, 60: 300}}`; unknown
            ones are learned.
        hooks: Receive every event; None for the default, which writes to the `opsgenie_async` logger.
        proxy: `http://user:password@proxy.example:3128`; the password can be percent-encoded or not.
        trust_env: Use the proxy that the environment names (`https_proxy`, `all_proxy`, `no_proxy`); `~/.netrc` is
            never read.
        ca_file: A PEM file of CA certificates to trust instead of the system's.
        ssl: Passed to aiohttp: a context, for example with a client certificate; False turns verification off,
            which exposes the API key.
        throttle: A limiter to use instead of the learned one, for example for limits shared between processes.
    """

    pool_size: int = attrs.field(default=100, validator=_count)
    keepalive: float = attrs.field(default=15.0, validator=_positive)
    pool_timeout: float = attrs.field(default=60.0, validator=_positive)
    connect_timeout: float = attrs.field(default=10.0, validator=_positive)
    read_timeout: float = attrs.field(default=30.0, validator=_positive)
    total_timeout: float = attrs.field(default=300.0, validator=_positive)
    close_timeout: float = attrs.field(default=0.0, validator=_not_negative)
    max_wait: float = attrs.field(default=120.0, validator=_not_negative)
    max_attempts: int = attrs.field(default=5, validator=_count)
    backoff_factor: float = attrs.field(default=0.25, validator=_positive)
    backoff_max: float = attrs.field(default=30.0, validator=_positive)
    jitter: Callable[[float], float] = backoff.full_jitter
    max_body: int = attrs.field(default=64 * 2**20, validator=_count)
    limits: Mapping[str, Mapping[float, int]] = attrs.field(factory=dict, validator=_known_limits)
    hooks: tuple[Hook, ...] | None = attrs.field(default=None, validator=_hooks)
    proxy: str | URL | None = attrs.field(default=None, repr=False, validator=_proxy)
    trust_env: bool = False
    ssl: SSLContext | bool = attrs.field(default=True, repr=False, validator=_ssl)
    ca_file: str | os.PathLike[str] | None = attrs.field(default=None, validator=_ca_file)
    throttle: Throttle | None = None
    clock: Clock = attrs.field(factory=SystemClock, repr=False)
    user_agent: str = attrs.field(default="", validator=_header)


class CallSettings(TypedDict, total=False):
    """The settings of `Config` that may differ from call to call."""

    pool_timeout: float
    connect_timeout: float
    read_timeout: float
    total_timeout: float
    max_wait: float
    max_attempts: int


CLIENT_SETTINGS: Final = ("api_key", "region", "base_url", "session", "config")
"""Arguments of a client that are not in its `Config`."""


def checks_settings(accepted: Collection[str]) -> Callable[[F], F]:
    """Make an `__init__` suggest the intended setting, if given one that is not in *accepted*."""

    def decorate(make: Any) -> Any:
        @functools.wraps(make)
        def make_checked(self: object, *args: object, **settings: object) -> None:
            try:
                refuse_unknown(type(self).__name__, [*settings], accepted)
                make(self, *args, **settings)
            except BaseException:
                del self, args, settings  # who shows the variables of an error's frames shows no key
                raise

        return make_checked

    return decorate


def refuse_unknown(place: str, settings: Iterable[str], accepted: Collection[str]) -> None:
    """Raise `ArgumentTypeError`, with a suggestion, for the first of *settings* that is not in *accepted*.

    Args:
        place: What takes them, as "single calls".
        settings: The names that were given.
        accepted: The names that may be given.
    """
    if unknown := sorted(set(settings).difference(accepted)):
        from opsgenie_async.wrong_settings import hint_for

        hint = hint_for(unknown[0], accepted, client=CLIENT_SETTINGS, config=Config.__annotations__)
        raise ArgumentTypeError(f"{', '.join(unknown)}: not a setting of {place}{hint}")


def _refuse_change(config: Config, name: str, value: object) -> NoReturn:
    del config, value  # who shows the variables of an error's frames shows no password of a proxy
    from opsgenie_async.wrong_settings import frozen_error

    raise frozen_error(name, Config.__annotations__)


if not TYPE_CHECKING:
    Config.__init__ = checks_settings(Config.__annotations__)(Config.__init__)
    Config.__setattr__ = _refuse_change


def check_seconds(name: str, value: object) -> None:
    """Raise `ArgumentTypeError` naming *name* if *value* is not a number, as needed for a time in a call."""
    if not _number(value) or value != value:  # which only NaN is
        raise ArgumentTypeError(f"{name}: expected seconds, got {value!r}")


def base_url_of(region: str, base_url: str | None) -> str:
    """The base URL for all paths, with its prefix and one slash at its end.

    Raises:
        ValueError: The region is unknown, or the URL is not a plain http or https one: the API key is sent to it.
    """
    if base_url is None:
        word: object = region
        address = REGIONS.get(word.strip().lower()) if isinstance(word, str) else None
        if address is None:
            del region, word  # not shown: it may be the key, in the wrong place
            raise ArgumentValueError(f"region: expected one of {', '.join(REGIONS)}")
        base_url = address
    try:
        url = URL(base_url)
    except (TypeError, ValueError):
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or " " in url.host:
        del base_url, url  # not shown either
        raise ArgumentValueError("base_url: expected an http or https URL such as https://api.opsgenie.com")
    if url.user or url.password or url.query_string or url.fragment:
        del base_url, url
        raise ArgumentValueError("base_url: must not contain a user, password, query or fragment")
    if url.path.rstrip("/").lower().endswith(VERSIONS):
        del base_url, url
        raise ArgumentValueError(f"base_url: leave out {' or '.join(VERSIONS)} at its end: every path starts with one")
    return f"{str(url).rstrip('/')}/"
