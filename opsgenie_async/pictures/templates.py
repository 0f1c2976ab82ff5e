"""The templates of SVG and HTML: everything that is filled in is escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["environment", "script_hash"]


@cache
def environment() -> Environment:
    """Return the environment of all templates here."""
    templates = Environment(
        loader=PackageLoader("opsgenie_async.pictures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["percent"] = lambda share: f"{100 * share:.3f}".rstrip("0").rstrip(".")
    templates.filters["hours"] = lambda hours: f"{round(hours, 2):g}"
    return templates


@cache
def script_hash(name: str) -> str:
    """What a Content-Security-Policy calls a script by: nothing else on the page can run."""
    source = environment().get_template(name).render()
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
