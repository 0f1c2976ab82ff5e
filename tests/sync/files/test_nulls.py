"""A null where the API takes none is refused with its place, and a pull writes none."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from opsgenie_async import Opsgenie
from opsgenie_async.sandbox import Sandbox
from opsgenie_async.sync import Store, plan, pull
from opsgenie_async.sync.files.validate import complaints_of
from opsgenie_async.sync.model.kind import Kind
from opsgenie_async.sync.model.kinds import KIND_BY_NAME, KINDS
from opsgenie_async.sync.model.normalize import MAPS, Entities, tags_of
from opsgenie_async.sync.model.rules import steps, values_at
from tests.corpus.test_corpus import FOLDER
from tests.sync.files.mistakes import problems
from tests.sync.model.test_rules import ACTION, DAILY, PARENTS_OF, bodies
from tests.sync.snapshots import put, user, write_snapshot

INDEX = re.compile(r"\[\d+\]")
PULLED = [kind for kind in KINDS if not kind.virtual]


def complaints(kind: Kind, body: Any, known: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """What is wrong with an entity in a file, and with nothing else in that."""
    parent = KIND_BY_NAME[kind.parent] if kind.parent else kind
    document: dict[str, Any] = {parent.section: PARENTS_OF.get(kind.parent, {})}
    document[kind.section] = [body] if kind.parent and not kind.single else body
    if kind.name == "team":
        document["roles"] = []
    at = f"{kind.section}[0]" if isinstance(document[kind.section], list) else kind.section
    errors = complaints_of(parent, document, known or {})
    return [f"{place.removeprefix(f'{at}.')}: {text}" for place, text in errors if place.startswith(at)]


def lists(value: Any, at: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every list in a value, with its path."""
    if isinstance(value, list):
        yield at, value
    for name, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        step = f"[{name}]" if isinstance(value, list) else f".{name}" if at else name
        yield from lists(each, f"{at}{step}")


def maps(value: Any) -> Iterator[dict[str, Any]]:
    """Every object whose members people name."""
    for name, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if name in MAPS:
            yield each
        else:
            yield from maps(each)


@pytest.mark.parametrize("kind", PULLED, ids=lambda kind: kind.name)
def test_an_item_of_a_list_is_never_null(kind: Kind) -> None:
    for body in bodies()[kind.name]:
        assert complaints(kind, body) == []
        for at, _ in lists(body):
            changed = json.loads(json.dumps(body))  # with no list twice
            (items,) = (items for path, items in lists(changed) if path == at)
            items.append(None)
            place = f"{at}[{len(items) - 1}]"
            assert complaints(kind, changed) == [f"{place}: null: take it out of the list"]


def test_nor_is_one_of_a_list_that_no_model_knows() -> None:
    body = {"name": "i", "type": "Slack", "channels": [{"names": ["a", None]}]}
    assert complaints(KIND_BY_NAME["integration"], body) == [
        "channels[0].names[1]: null: take it out of the list",
    ]
    body = {"username": "a@x", "details": {"city": [None, "x"]}}
    assert complaints(KIND_BY_NAME["user"], body) == ["details.city[0]: null: take it out of the list"]


@pytest.mark.parametrize("kind", PULLED, ids=lambda kind: kind.name)
def test_what_the_api_requires_is_never_null(kind: Kind) -> None:
    for field in kind.required_when_new:
        body = {**bodies()[kind.name][0], field: None}
        assert complaints(kind, body) == [f"{field}: null: give it a value, or leave it out"]


@pytest.mark.parametrize("word", ["time-of-day", "weekday-and-time-of-day"])
@pytest.mark.parametrize("value", ["absent", None])
def test_a_time_restriction_has_its_hours(word: str, value: Any) -> None:
    name = "restriction" if word == "time-of-day" else "restrictions"
    body = {**bodies()["team_routing_rule"][0], "timeRestriction": {"type": word, **({} if value else {name: None})}}
    assert [each.partition(": ")[0] for each in complaints(KIND_BY_NAME["team_routing_rule"], body)] == [
        f"timeRestriction.{name}"
    ]


@pytest.mark.parametrize("kind", PULLED, ids=lambda kind: kind.name)
def test_a_pull_leaves_out_every_null_that_a_file_cannot_have(kind: Kind) -> None:
    for body in bodies()[kind.name]:
        answer = copy.deepcopy(body)
        for _, items in lists(answer):
            items.insert(0, None)
        for each in maps(answer):
            each["gone"] = None
        names = {kind.label, *kind.identity, "actionType", "method"}
        for field in {*kind.required_when_new} - names:
            answer[field] = None
        fields = Entities().fields(kind, answer)
        missing = [each for each in complaints(kind, fields) if not each.endswith(": missing")]
        assert missing == []


RECORDED = {
    "fault-heartbeat-with-nulls": "heartbeat",
    "fault-notification-rule-with-nulls": "notification_rule",
    "fault-team-without-texts": "team",
    "fault-user-without-lists": "user",
    "row09-integration-actions": "integration_action",
    "row31-integration": "integration",
}


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_answer_with_nulls_is_valid_in_a_file(name: str) -> None:
    kind = KIND_BY_NAME[RECORDED[name]]
    document = json.loads((FOLDER / f"{name}.json").read_bytes())["data"]
    (entity,) = Entities().parts(kind, [document], "")
    assert complaints(kind, entity.fields) == []


@pytest.mark.parametrize("action", ["closed-alert", "schedule-end", "create-alert"])
def test_a_delay_without_a_meaning_is_in_no_file(action: str) -> None:
    """Whatever an account sends, a pull writes what is valid."""
    kind, step = KIND_BY_NAME["notification_rule"], {"contact": {"method": "email", "to": "a@b"}, "enabled": True}
    rule = {"id": "1", "name": "n", "actionType": action, "notificationTime": ["just-before"], "enabled": True}
    delay = {"sendAfter": {"timeAmount": 0, "timeUnit": "minutes"}}
    (entity,) = Entities().parts(kind, [{**rule, "steps": [{**step, **delay}]}], "")
    assert entity.fields["steps"] == [{**step, **delay} if action == "create-alert" else step]
    assert complaints(kind, entity.fields) == []


@pytest.mark.parametrize("date", ["startDate", "endDate"])
def test_one_date_of_a_maintenance_that_needs_none_is_in_no_file(date: str) -> None:
    kind, rules = KIND_BY_NAME["maintenance"], [{"entity": {"type": "integration", "id": "1"}}]
    time = {"type": "indefinitely", date: "2026-01-05T08:00:00Z"}
    entity = Entities().whole(kind, "1", "m", {"description": "m", "time": time, "rules": rules}, ())
    assert entity.fields["time"] == {"type": "indefinitely"}
    assert complaints(kind, entity.fields) == []


def holders(body: Any, place: str) -> list[dict[str, Any]]:
    path = steps(place.rpartition(".")[0])
    return [value for _, value in values_at(body, path) if isinstance(value, dict)]


TAGS = [(kind, tag.place) for kind in PULLED for tag in tags_of(kind) if not tag.place.startswith("rotations[]")]


@pytest.mark.parametrize(("kind", "place"), TAGS, ids=lambda each: str(getattr(each, "name", each)))
@pytest.mark.parametrize("value", [5, {}, [], True, "robot"], ids=repr)
def test_what_decides_about_a_shape_is_one_of_its_words(kind: Kind, place: str, value: Any) -> None:
    body = copy.deepcopy(shaped(kind, place))
    (holder,) = holders(body, place)
    assert complaints(kind, body) == []
    holder["type"] = value
    (complaint,) = complaints(kind, body)
    at, _, text = complaint.partition(": ")
    assert INDEX.sub("[]", at) == place
    assert re.match("'robot' is not known here|expected '" if value == "robot" else "expected str, got ", text)


@pytest.mark.parametrize(("kind", "place"), TAGS, ids=lambda each: str(getattr(each, "name", each)))
def test_a_word_that_the_account_has_and_we_do_not_is_valid(kind: Kind, place: str) -> None:
    answer = copy.deepcopy(shaped(kind, place))
    (holder,) = holders(answer, place)
    holder["type"] = "robot"
    entities = Entities()
    (entity,) = entities.parts(kind, [answer], "")
    assert entities.unknown_fields == {kind.name: {place}}
    assert complaints(kind, entity.fields, {kind.name: [place]}) == []


def shaped(kind: Kind, place: str) -> dict[str, Any]:
    """A valid body with one object of which that discriminator decides."""
    body: dict[str, Any] = copy.deepcopy(bodies()[kind.name][0])
    names = place.replace("[]", "").split(".")[:-1]
    if holders(body, place) and len(holders(body, place)) == 1:
        return body
    reference = {"type": "schedule", "name": "night"} if names[-1] == "schedules" else {"type": "user", "id": "1"}
    if names[-1] in ("schedules", "responders", "recipients", "participants"):
        holder = body
        for name in names[:-1]:
            holder = holder[name][0]
        holder[names[-1]] = [reference]
    elif names[-1].startswith("timeRestriction"):
        body[names[-1]] = DAILY
    elif names[-1] in ("criteria", "filter"):
        body[names[-1]] = {"type": "match-all"}
    else:
        first = {name: each for name, each in ACTION.items() if name != "alias" or names[-1] != "ignore"}
        body[names[-1]] = [first]
    return body


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("service", "teamId"),
        ("incident_template", "impactedServices[0]"),
        ("service_audience_template", "responder.individuals[0]"),
        ("service_audience_template", "stakeholder.individuals[0]"),
    ],
)
def test_nobody_is_called_nothing(word: str, field: str) -> None:
    body = copy.deepcopy(bodies()[word][0])
    *path, last = field.removesuffix("[0]").split(".")
    holder = body
    for step in path:
        holder = holder[step]
    holder[last] = [""] if field.endswith("]") else ""
    assert complaints(KIND_BY_NAME[word], body) == [f"{field}: empty"]


async def pull_nulls(folder: Path) -> str:
    """Pull an account with a null in the tags of a service; return the name of the service."""
    async with Sandbox(teams=2, seed=5) as sandbox, Opsgenie(sandbox.api_key, base_url=sandbox.url) as og:
        service = next(each for each in sandbox.account.services.values() if each.get("teamId"))
        service["tags"] = ["eu", None]
        await pull(og, Store(folder))
        return str(service["name"])


def test_nulls_of_an_account_are_in_the_way_of_no_edit(tmp_path: Path) -> None:
    """They are not written, and no difference to the account."""
    name = asyncio.run(pull_nulls(tmp_path))
    have = Store(tmp_path).load()
    (file,) = (
        file for file in (tmp_path / "services").iterdir() if json.loads(file.read_bytes())["service"]["name"] == name
    )
    document = json.loads(file.read_bytes())
    assert document["service"]["tags"] == ["eu"]
    document["service"]["description"] = "new"
    file.write_text(json.dumps(document))
    (change,) = plan(have, Store(tmp_path).load()).changes
    assert [each.field for each in change.differences] == ["description"]


def test_nulls_that_an_earlier_version_wrote_are_taken_out(tmp_path: Path) -> None:
    entity = user("ann@x.org")
    write_snapshot(tmp_path, [attrs.evolve(entity, fields={**entity.fields, "tags": ["a", None]})])
    (loaded,) = Store(tmp_path).load()
    assert loaded.fields["tags"] == ["a"]


def test_a_null_in_an_edited_file_is_told_with_its_line(tmp_path: Path) -> None:
    put(tmp_path, "users/a.json", {"user": {"username": "a@x.org", "role": None, "tags": ["x", None]}})
    assert problems(tmp_path) == [
        "users/a.json:4: user.role: null: give it a value, or leave it out",
        "users/a.json:7: user.tags[1]: null: take it out of the list",
    ]
