"""Suggestions for unknown settings, loaded only if there is one."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from attrs.exceptions import FrozenInstanceError

from opsgenie_async.suggestion import closest

__all__ = ["close_domain", "frozen_error", "hint_for"]

OTHER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "_request_timeout": "total_timeout",
        "api_url": "base_url",
        "back_off": "backoff_factor",
        "cert_file": "ssl",
        "concurrency": "pool_size",
        "connection_pool_maxsize": "pool_size",
        "host": "base_url",
        "key": "api_key",
        "key_file": "ssl",
        "proxies": "proxy",
        "rate_limits": "limits",
        "retries": "max_attempts",
        "retry_count": "max_attempts",
        "retry_delay": "backoff_factor",
        "retry_enabled": "max_attempts",
        "retry_max_delay": "backoff_max",
        "ssl_ca_cert": "ca_file",
        "timeout": "total_timeout",
        "token": "api_key",
        "verify": "ca_file",
        "verify_ssl": "ca_file",
    }
)
"""What other clients call a setting, and its name here."""
LIKENESS = 0.8
"""How much alike, from 0 to 1, a name and a domain are for one to be a slip for the other."""
SHORTEST_PART = 4
"""Letters that a part of a domain has at least, as `config` of `configuration`, to be taken for it."""
SHORTEST = 3
"""A word of fewer letters is part of too many names to mean one of them."""


def hint_for(name: str, accepted: Collection[str], *, client: Collection[str], config: Collection[str]) -> str:
    """The end of the sentence that says that *name* is no setting.

    Args:
        name: What was given.
        accepted: The settings that may be given there.
        client: The settings that a client takes itself.
        config: Those of its `Config`.

    Returns:
        The likely setting, or the place of one that belongs elsewhere; "" where neither is known.
    """
    likely = OTHER_WORDS.get(name.lower(), name)
    if likely in accepted:
        return f"; did you mean {likely!r}?"
    if likely in config:
        return f": give it to the client, as Opsgenie(..., config=Config({likely}=...))"
    if likely in client:
        return f": give it to the client, as Opsgenie(..., {likely}=...)"
    holders = (each for each in sorted(accepted) if len(name) >= SHORTEST and name.lower() in each)
    close = next(holders, "") or closest(name, accepted)
    return f"; did you mean {close!r}?" if close else ""


def close_domain(name: str, domains: Collection[str]) -> str:
    """Return the domain of which *name* is a slip of the pen or a part, "" where it is none."""
    name = name.lower().replace("_", "-")
    part = name.replace("-", "")
    wholes = [domain for domain in sorted(domains, key=len) if part in domain.replace("-", "")]
    return closest(name, domains, LIKENESS) or (wholes[0] if wholes and len(part) >= SHORTEST_PART else "")


def frozen_error(name: str, config: Collection[str]) -> FrozenInstanceError:
    """Return the error for one who sets the attribute *name* of a `Config`, whose settings are *config*."""
    likely = OTHER_WORDS.get(name.lower(), name)
    error = FrozenInstanceError()
    if likely in config:
        error.add_note(f"Settings are given when a Config is made: Config({likely}=...)")
    return error
