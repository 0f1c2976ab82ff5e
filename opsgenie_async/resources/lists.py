"""Listings whose items come in several lists, side by side in a map."""

from __future__ import annotations

from opsgenie_async.json_text import Json

__all__ = ["all_lists"]


def all_lists(data: Json) -> Json:
    """One list of all the lists in the map *data*, in its order; anything but a map is left as it is."""
    if not isinstance(data, dict):
        return data
    return [item for items in data.values() if isinstance(items, list) for item in items]
