"""Other encodings of a text: base64, percent-encoding, escapes of JSON, HTML or Python."""

from __future__ import annotations

import base64
import re

__all__ = ["has_escape", "in_base64", "undo_escapes"]

ESCAPE = re.compile(
    r"%(?P<percent>[0-9a-f]{2})|\\u(?P<unicode>[0-9a-f]{4})|\\x(?P<byte>[0-9a-f]{2})"
    r"|&#(?P<decimal>\d{1,7});?|&#x(?P<hex>[0-9a-f]{1,6});?|&(?P<name>amp|lt|gt|quot|apos);|\\(?P<plain>[^ux\w\s])",
    re.IGNORECASE,
)


def in_base64(secret: str) -> list[str]:
    """The base64 forms of *secret*, at any offset in the encoded bytes."""
    texts = []
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * before + secret.encode(errors="surrogatepass")).decode().rstrip("=")
            # The first letters depend on what stands before the secret, the last one on what comes after it.
            texts.append(encoded[(before * 8 + 5) // 6 : -1])
    return list(dict.fromkeys(texts))


def has_escape(text: str) -> bool:
    """Whether *text* has escapes for `undo_escapes`."""
    return ESCAPE.search(text) is not None


def undo_escapes(text: str, places: list[int] | None) -> tuple[str, list[int]]:
    """*text* without one layer of escapes, and the offset of each letter (and of the end) in the original text."""
    letters: list[str] = []
    origins: list[int] = []
    end = 0
    for escape in ESCAPE.finditer(text):
        letters.append(text[end : escape.start()])
        origins += range(end, escape.start())
        letters.append(_letter(escape))
        origins.append(escape.start())
        end = escape.end()
    letters.append(text[end:])
    origins += range(end, len(text) + 1)
    return "".join(letters), origins if places is None else [places[place] for place in origins]


def _letter(escape: re.Match[str]) -> str:
    kind, value = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind == "name":
        import html  # its table of names is for this alone

        return html.unescape(escape[0])
    if kind == "plain":
        return value
    number = int(value, 10 if kind == "decimal" else 16)
    return chr(number) if number < 0x110000 else "\ufffd"
