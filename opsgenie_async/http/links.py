"""The links that the API sends: their queries, without any key in them."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from opsgenie_async.http.request import Query, encode

__all__ = ["query_pairs", "without_key"]

KEY_PARAMETERS: Final = frozenset({"apikey", "api_key"})


def query_pairs(link: str) -> Query:
    """Names and values of a link's query, decoded, without any key."""
    pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    return tuple(pair for pair in pairs if pair[0].lower() not in KEY_PARAMETERS)


def without_key(link: str) -> str:
    """A link without any `apiKey` in its query: old responses echo the caller's key.

    A link that cannot be parsed loses its query.
    """
    try:
        url = urlsplit(link)
        if "api" not in url.query.lower():
            return link
        return url._replace(query=encode(query_pairs(link))).geturl()
    except ValueError:
        return link.partition("?")[0]
