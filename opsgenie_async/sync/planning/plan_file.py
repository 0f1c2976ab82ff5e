"""A plan that somebody reviews before it is applied, as a file.

It holds no key and no value of a field: of each step its words, the names of the fields, and a digest. Whoever applies
it makes the plan anew from the same files and the same account, and compares; so it says what has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import attrs

from opsgenie_async.errors import OpsgenieError
from opsgenie_async.json_text import Json, dump_readable, load
from opsgenie_async.sync.planning.changes import Change, Plan
from opsgenie_async.sync.planning.render import title

__all__ = ["PlanFile", "PlanFileError", "PlanStep"]

FORMAT = "opsgenie-async plan"
VERSION = 1


class PlanFileError(OpsgenieError, ValueError):
    """A file is no plan, was edited or cut off, or is for another account."""


@attrs.frozen
class PlanStep:
    """One step of a plan.

    Attributes:
        text: What it does, as `update team ops`.
        fields: The fields that change.
        digest: The same for the same step on the same thing, with the same values before and after.
    """

    text: str
    fields: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, change: Change) -> Self:
        """The step of a change."""
        drift = [[each.field, each.have, each.want] for each in change.differences]
        content = [change.fingerprint, change.path, change.id, drift]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return cls(f"{change.action} {title(change)}", tuple(each.field for each in change.differences), digest)

    @classmethod
    def parse(cls, document: Json) -> Self:
        """Read a step; raises `KeyError` or `TypeError` where it is none."""
        step = _object(document)
        return cls(_text(step["step"]), tuple(map(_text, _list(step["fields"]))), _text(step["digest"]))

    def document(self) -> dict[str, Json]:
        """The step as the file has it."""
        return {"step": self.text, "fields": list(self.fields), "digest": self.digest}


@attrs.frozen(kw_only=True)
class PlanFile:
    """A plan to be reviewed.

    Attributes:
        steps: What is to be done, in this order.
        files: The SHA-256 of each file of the snapshot that was compared, by path.
        account: The name of the account, "" where the key may not ask for it.
        address: Where the account is.
        folder: The snapshot.
        options: What was asked for, for whoever makes the plan anew.
        created_at: When, in UTC (ISO).
        tool: The program that wrote it, with its version.
    """

    steps: Sequence[PlanStep]
    files: Mapping[str, str]
    account: str
    address: str
    folder: str
    options: Mapping[str, Json]
    created_at: str
    tool: str

    @staticmethod
    def steps_of(plan: Plan) -> tuple[PlanStep, ...]:
        """The steps of a plan."""
        return tuple(PlanStep.of(change) for change in plan.changes)

    def text(self) -> bytes:
        """The content of the file."""
        document: dict[str, Json] = {
            "format": FORMAT,
            "version": VERSION,
            "tool": self.tool,
            "madeAt": self.created_at,
            "account": self.account,
            "address": self.address,
            "folder": self.folder,
            "options": dict(self.options),
            "files": dict(self.files),
            "steps": [step.document() for step in self.steps],
        }
        return dump_readable({**document, "digest": _digest(document)})

    @classmethod
    def parse(cls, name: str, text: bytes) -> Self:
        """Read the content of a file.

        Args:
            name: Of the file, for messages.
            text: Its content.

        Raises:
            PlanFileError: It is no plan, is of a newer version, or is not as it was written.
        """
        try:
            document = load(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            cut = b"opsgenie-async plan" in text[:100]
            raise PlanFileError(f"{name}: {'was cut off' if cut else 'is no plan that plan --out has written'}")
        version = document.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version > VERSION:
            raise PlanFileError(f"{name}: version {version!r} is not understood here; this program knows {VERSION}")
        if document.pop("digest", None) != _digest(document):
            raise PlanFileError(f"{name}: was edited after it was written; make a new plan")
        try:
            return cls(
                steps=tuple(PlanStep.parse(step) for step in _list(document["steps"])),
                files={path: _text(digest) for path, digest in _object(document["files"]).items()},
                account=_text(document["account"]),
                address=_text(document["address"]),
                folder=_text(document["folder"]),
                options=_object(document["options"]),
                created_at=_text(document["madeAt"]),
                tool=_text(document["tool"]),
            )
        except (KeyError, TypeError) as error:
            raise PlanFileError(f"{name}: is no plan that plan --out has written") from error

    def raise_if_foreign(self, name: str, account: str, address: str) -> None:
        """Raise `PlanFileError` where it was made for another account.

        Args:
            name: Of the file, for messages.
            account: The name of the account, "" where it is not known.
            address: Where the account is.
        """
        if address != self.address or (account and self.account and account != self.account):
            origin, other = _place(self.account, self.address), _place(account, address)
            raise PlanFileError(f"{name}: is a plan for {origin}, and this is {other}; make a plan for it")

    def changes_since(self, plan: Plan, files: Mapping[str, str]) -> list[str]:
        """Say what is not as it was reviewed; nothing where the plan is the same.

        Args:
            plan: The plan, made anew.
            files: As `PlanFile.files`, of now.
        """
        now = self.steps_of(plan)
        if [step.digest for step in now] == [step.digest for step in self.steps]:
            return []
        edits = list(_edits(self.files, files))
        return [*(edits or ["the account has changed since"]), *_step_changes(self.steps, now)]


def _edits(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for path in sorted({*before, *after}):
        if path not in after:
            yield f"removed since: {path}"
        elif path not in before:
            yield f"added since: {path}"
        elif before[path] != after[path]:
            yield f"edited since: {path}"


def _step_changes(before: Sequence[PlanStep], after: Sequence[PlanStep]) -> Iterator[str]:
    gone = Counter(step.digest for step in before) - Counter(step.digest for step in after)
    new = Counter(step.digest for step in after) - Counter(step.digest for step in before)
    old_steps = {step.text: step for step in before if step.digest in gone}
    new_steps = {step.text: step for step in after if step.digest in new}
    for text, step in new_steps.items():
        if text in old_steps:
            fields = ", ".join(dict.fromkeys((*old_steps[text].fields, *step.fields)))
            yield f"differs now: {text}{f' ({fields})' if fields else ''}"
        else:
            yield f"to do as well: {text}"
    for text in old_steps:
        if text not in new_steps:
            yield f"not to do any more: {text}"
    if not old_steps and not new_steps:
        yield "the steps come in another order"


def _place(account: str, address: str) -> str:
    return f"{account or 'an account'} at {address}"


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("expected a text")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return value


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError("expected an object")
    return value


def _digest(document: Mapping[str, Json]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
