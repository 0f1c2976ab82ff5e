"""Bodies of type `multipart/form-data`, parsed by the standard library's parser of email messages."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import NamedTuple

from opsgenie_async.sandbox.account.refusal import Refusal

__all__ = ["Part", "parts"]


class Part(NamedTuple):
    """A field of a form; `filename` is None if it is not a file."""

    name: str
    filename: str | None
    media: str
    content: bytes


def parts(media: str, raw: bytes) -> Iterator[Part]:
    """The fields of a form; 400 if *raw* is not a form."""
    head = f"Content-Type: {media}\r\n\r\n".encode("ascii", "replace")
    message = message_from_bytes(head + raw, policy=policy.HTTP)
    if not message.is_multipart() or message.defects:
        raise Refusal(400, "Request body is not a valid multipart form")
    for part in message.iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield Part(name, _text(part.get_filename()), part.get_content_type(), content)


def _text(name: str | None) -> str | None:
    """A name sent as plain UTF-8, which the parser of email messages treats as unknown bytes."""
    return None if name is None else name.encode(errors="surrogateescape").decode(errors="replace")
