"""File names made from entity names: readable, unique in their folder, safe against path traversal."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

__all__ = ["file_names", "is_reserved"]

LONGEST = 100
"""Bytes of a name that are kept; file systems take 255."""
UNFIT = re.compile(r"[^\w.]+")
"""Whatever is no letter or digit of any script, no underscore and no dot."""
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself, whatever their ending; some of its versions take superscript digits, too."""


def file_names(entities: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Give every (id, name) a file name without its ending; by id.

    Letters and digits of any script stay, everything else becomes a dash. Where that, the case or the form of a letter
    is all that tells two names apart, both get a mark: file systems differ in what they see. It is made from the name,
    and the same in every account; from the id as well only where a name is there twice.
    """
    names_by_id = dict(entities)
    names = Counter(names_by_id.values())
    stems = {name: stem(name) for name in names}
    visible = {name: folded_name(text) for name, text in stems.items()}
    uses = Counter(map(visible.__getitem__, names_by_id.values()))
    return {
        id: text
        if (text := stems[name]) and uses[visible[name]] == 1 and not is_reserved(text)
        else _marked(text, mark(name, id if names[name] > 1 else ""))
        for id, name in names_by_id.items()
    }


def is_reserved(text: str) -> bool:
    """Whether a file of that name is a device on Windows."""
    return DEVICES.fullmatch(text) is not None


def stem(name: str) -> str:
    """The readable part of a file name; "" where nothing of *name* can stand there."""
    text = UNFIT.sub("-", unicodedata.normalize("NFC", name)).strip("-.")
    cut = text.encode()[:LONGEST].decode(errors="ignore")
    return cut.strip("-.")


def _marked(text: str, sign: str) -> str:
    """Add *sign* at the end; before the first dot of a device's name, behind which Windows looks at nothing."""
    if is_reserved(text):
        device, dot, rest = text.partition(".")
        return f"{device}~{sign}{dot}{rest}"
    return f"{text}~{sign}"


def folded_name(text: str) -> str:
    """What the least careful file system sees of a name."""
    if text.isascii():  # almost every one, and an account has thousands
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def mark(name: str, id: str) -> str:
    """Eight letters that tell an entity from another whose file would have the same name."""
    return hashlib.sha256(f"{name}\0{id}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
