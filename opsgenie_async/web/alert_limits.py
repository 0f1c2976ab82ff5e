"""The limits of an alert: fields are merged, and long values are truncated. Pure."""

from __future__ import annotations

from typing import Any, cast

from opsgenie_async.resources.alert_limits import MAX_ITEMS, shorten_texts
from opsgenie_async.web.request_failure import AlertFields

__all__ = ["fit", "merge"]


def merge(base: AlertFields, extra: AlertFields) -> AlertFields:
    """Override fields of *base* with those of *extra*; details are merged, None and an empty message change nothing."""
    fields = {name: value for name, value in extra.items() if value is not None}
    if not str(fields.get("message", "")).strip():
        fields.pop("message", None)
    details = dict(extra.get("details") or {})
    if details:  # first: where there are too many, the last ones are cut
        fields["details"] = {
            **details,
            **{name: text for name, text in base.get("details", {}).items() if name not in details},
        }
    return cast("AlertFields", {**base, **fields})


def fit(alert: AlertFields) -> AlertFields:
    """Truncate *alert* to the limits of the API: a shorter alert is better than none."""
    result = dict[str, Any](alert)
    for name, limit in MAX_ITEMS.items():
        if name in result:
            result[name] = list(result[name])[:limit]
    if "visible_to" in result:  # these and the responders are counted together
        result["visible_to"] = result["visible_to"][: MAX_ITEMS["responders"] - len(result.get("responders", ()))]
    return cast("AlertFields", shorten_texts(result))
