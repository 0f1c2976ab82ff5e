"""What to write in place of a setting that is none: loaded for those who misspell one alone."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

__all__ = ["hint_for"]

OTHER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "api_url": "base_url",
        "concurrency": "pool_size",
        "host": "base_url",
        "key": "api_key",
        "proxies": "proxy",
        "rate_limits": "limits",
        "retries": "max_attempts",
        "retry_count": "max_attempts",
        "ssl_ca_cert": "ca_file",
        "timeout": "total_timeout",
        "token": "api_key",
        "verify": "ca_file",
        "verify_ssl": "ca_file",
    }
)
"""What other clients call a setting, and its name here."""
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
    close = [each for each in sorted(accepted) if len(name) >= SHORTEST and name.lower() in each]
    close += get_close_matches(name, accepted, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
