"""The door for text from elsewhere: names, messages, request ids and file names on their way to a terminal or a log.

Anybody may have written them. A terminal takes escapes in them for commands, a line end makes a second line of one's
own, and bidi marks turn a line round; all of these are shown by their codes instead.
"""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""Show *text* on one line, with what cannot be seen by its code, as in `\x1b` or `\u202e`.

    Letters of every language and symbols stay. Applied twice it is the same as once.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
