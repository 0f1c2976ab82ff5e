"""A plan as a file, for review before it is applied.

It contains no API key and no values: for each step only its description, the names of the fields, and a digest. To
apply it, the plan is made again from the same files and account, and compared, which shows what changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import attrs

from opsgenie_async import json_shape as shape
from opsgenie_async.errors import OpsgenieError
from opsgenie_async.files import is_deeper
from opsgenie_async.json_text import Json, dump_readable, load
from opsgenie_async.sync.planning.changes import Change
from opsgenie_async.sync.planning.plan import Plan
from opsgenie_async.sync.planning.render import title

__all__ = ["PlanFile", "PlanFileError", "PlanStep"]

FORMAT = "opsgenie-async plan"
VERSION = 1
SHAPE = shape.members(
    {
        "tool": shape.short_text,
        "madeAt": shape.short_text,
        "account": shape.text,
        "address": shape.text,
        "folder": shape.short_text,
        "options": shape.members({}),
        "files": shape.map_of(shape.text),
        "steps": shape.list_of(
            shape.members({"step": shape.text, "fields": shape.list_of(shape.text), "digest": shape.text})
        ),
    }
)
"""A plan, but for what only its readers know: its options."""


class PlanFileError(OpsgenieError, ValueError):
    """A file is not a plan, was edited or truncated, or is for another account."""


@attrs.frozen
class PlanStep:
    """One step of a plan.

    Attributes:
        text: The step in words, such as `update team ops`.
        fields: The fields that change.
        digest: Equal for equal steps on the same entity, with the same values before and after.
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
        """Read a step as `document` wrote it."""
        step: Any = document
        return cls(step["step"], tuple(step["fields"]), step["digest"])

    def to_dict(self) -> dict[str, Json]:
        """The step as in the file."""
        return {"step": self.text, "fields": list(self.fields), "digest": self.digest}


@attrs.frozen(kw_only=True)
class PlanFile:
    """A plan to be reviewed.

    Attributes:
        steps: The steps, in execution order.
        files: The SHA-256 of each file of the snapshot that was compared, by path.
        account: The name of the account, "" if the key may not read it.
        address: The base URL of the account.
        folder: The folder of the snapshot.
        options: The options of the plan, to make it again.
        created_at: When it was made, in UTC (ISO 8601).
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
            "steps": [step.to_dict() for step in self.steps],
        }
        return dump_readable({**document, "digest": _digest(document)})

    @classmethod
    def parse(cls, name: str, text: bytes) -> Self:
        """Read the content of a file.

        Args:
            name: Of the file, for messages.
            text: Its content.

        Raises:
            PlanFileError: It is not a plan, of a newer version, or was changed.
        """
        document = _document(name, text)
        version = document.get("version")
        if type(version) is not int or not 1 <= version <= VERSION:
            raise PlanFileError(f"{name}: version {version!r} is not supported; this program supports {VERSION}")
        if document.pop("digest", None) != _digest(document):
            raise PlanFileError(f"{name}: was edited after it was written; make a new plan")
        if mismatch := SHAPE(document, ""):
            raise PlanFileError(f"{name}: {mismatch}; make a new plan")
        content: Any = document
        return cls(
            steps=tuple(PlanStep.parse(step) for step in content["steps"]),
            files=content["files"],
            account=content["account"],
            address=content["address"],
            folder=content["folder"],
            options=content["options"],
            created_at=content["madeAt"],
            tool=content["tool"],
        )

    def raise_if_foreign(self, name: str, account: str, address: str) -> None:
        """Raise `PlanFileError` if it was made for another account.

        Args:
            name: Of the file, for messages.
            account: The name of the account, "" if it is unknown.
            address: Where the account is.
        """
        if address != self.address or (account and self.account and account != self.account):
            origin, other = _place(self.account, self.address), _place(account, address)
            raise PlanFileError(f"{name}: is a plan for {origin}, but this is {other}; make a new plan")

    def changes_since(self, plan: Plan, files: Mapping[str, str]) -> list[str]:
        """Return what differs from the reviewed plan; empty if nothing does.

        Args:
            plan: The current plan.
            files: The current files, as in `PlanFile.files`.
        """
        now = self.steps_of(plan)
        if [step.digest for step in now] == [step.digest for step in self.steps]:
            return []
        edits = list(_edits(self.files, files))
        return [*(edits or ["the account has changed since"]), *_step_changes(self.steps, now)]


def _document(name: str, text: bytes) -> dict[str, Json]:
    """The JSON of a plan of any version; nothing that walks it can go too deep."""
    try:
        document = load(text)
        deep = is_deeper(document)
    except ValueError:
        document, deep = None, False
    except RecursionError:
        document, deep = None, True
    if deep:
        raise PlanFileError(f"{name}: nested too deeply; make a new plan")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        cut = b"opsgenie-async plan" in text[:100]
        raise PlanFileError(f"{name}: {'was cut off' if cut else 'not a plan written by plan --out'}")
    return document


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


def _digest(document: Mapping[str, Json]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
