"""Changes that no call can make, with the reason: they are reported, and not planned again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from opsgenie_async.sync.model.references import Target, mentions
from opsgenie_async.sync.planning.match import Pair

__all__ = ["obstacles"]


def obstacles(pairs: Sequence[Pair], now: datetime) -> Mapping[int, str]:
    """The reason why a pair's desired state is impossible, by the `id()` of the pair; only where it differs."""
    reasons = {id(pair): reason for pair in pairs if (reason := _reason(pair, now))}
    missing = {Target.to(pair.kind, pair.either.name) for pair in pairs if id(pair) in reasons and pair.have is None}
    for pair in pairs if missing else ():
        if pair.want is None or id(pair) in reasons:
            continue
        for at, target in mentions(pair.kind, pair.want.fields):
            if target in missing:
                reasons[id(pair)] = f"{at}: needs {target.kind} {target.name!r}, which cannot be copied"
    return reasons


def _reason(pair: Pair, now: datetime) -> str:
    if pair.want is None or pair.kind.impossible is None:
        return ""
    return pair.kind.impossible(pair.want.fields, pair.have is not None, now)
