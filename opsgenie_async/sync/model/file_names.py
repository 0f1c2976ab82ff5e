"""File names for entities: readable, unique in their folder, and without path traversal."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

__all__ = ["file_names", "folded_name", "is_reserved"]

LONGEST = 100
"""Bytes of a name that are kept; file systems take 255."""
UNFIT = re.compile(r"[^\w.]+")
"""Whatever is no letter or digit of any script, no underscore and no dot."""
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself, whatever their ending; some of its versions take superscript digits, too."""


def file_names(entities: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return a file name without suffix for every (id, name), by id.

    Letters and digits of any script stay, everything else becomes a dash. If two names differ only in that, in case or
    in Unicode form, both get a mark, since file systems differ in what they distinguish. The mark is computed from the
    name, and the same in every account; from the id as well only if a name is duplicated.
    """
    names_by_id = dict(entities)
    names = Counter(names_by_id.values())
    stems = {name: stem(name) for name in names}
    visible = {name: folded_name(text) for name, text in stems.items()}
    uses = Counter(map(visible.__getitem__, names_by_id.values()))
    return {
        id: text
        if (text := stems[name]) and uses[visible[name]] == 1 and not is_reserved(text)
        else _add_mark(text, mark(name, id if names[name] > 1 else ""))
        for id, name in names_by_id.items()
    }


def is_reserved(text: str) -> bool:
    """Whether a file of that name is a device on Windows."""
    return DEVICES.fullmatch(text) is not None


def stem(name: str) -> str:
    """The readable part of a file name; "" if no character of *name* is valid."""
    text = UNFIT.sub("-", unicodedata.normalize("NFC", name)).strip("-.")
    cut = text.encode()[:LONGEST].decode(errors="ignore")
    return cut.strip("-.")


def _add_mark(text: str, sign: str) -> str:
    """Add *sign* at the end; for a device's name before the first dot, since Windows ignores the rest."""
    if is_reserved(text):
        device, dot, rest = text.partition(".")
        return f"{device}~{sign}{dot}{rest}"
    return f"{text}~{sign}"


def folded_name(text: str) -> str:
    """A name as the least distinguishing file system sees it."""
    if text.isascii():  # almost every one, and an account has thousands
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def mark(name: str, id: str) -> str:
    """Eight letters that distinguish an entity from another with the same file name."""
    return hashlib.sha256(f"{name}\0{id}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
