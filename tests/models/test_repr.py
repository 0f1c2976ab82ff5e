"""What a model shows of itself: one line without defaults, and no inner bookkeeping in `attrs.asdict`."""

import copy
import math
import pickle
from datetime import UTC, datetime

import attrs
import pytest

from opsgenie_async import ArgumentTypeError, ArgumentValueError, ProtocolError
from opsgenie_async.models import (
    Alert,
    AlertRewrite,
    CreatedIntegration,
    Integration,
    PolicyBase,
    RestChannel,
    Schedule,
    ScheduleRotation,
    Tagged,
    Team,
    TeamMeta,
    Unknown,
    UserRef,
)

DOCUMENT = {"id": "t1", "name": "Ads", "links": {"api": "a", "web": "w"}, "colour": "red"}
SCHEDULE = {"id": "s1", "name": "Ads", "timezone": "UTC", "enabled": None, "ownerTeam": {"id": "t1"}}


def test_a_repr_has_no_defaults():
    team = TeamMeta(id="t1", name="Ads")

    assert repr(team) == "TeamMeta(id='t1', name='Ads')"


def test_moments_and_words_are_readable():
    rotation = ScheduleRotation(
        type="weekly",
        start_date=datetime(2026, 1, 5, 8, tzinfo=UTC),
        participants=[UserRef(username="ann@corp.example")],
    )

    assert repr(rotation) == (
        "ScheduleRotation(start_date=2026-01-05T08:00:00+00:00, participants=[UserRef(username='ann@corp.example')])"
    )
    assert "priority='P1'" in repr(Alert.from_dict({"id": "a", "message": "disk", "priority": "P1"}))


def test_asdict_shows_fields_of_the_api_and_extra():
    assert attrs.asdict(Team.from_dict(DOCUMENT)) == {
        "id": "t1",
        "name": "Ads",
        "description": "",
        "members": [],
        "links": {"api": "a", "web": "w", "extra": {}},
        "extra": {"colour": "red"},
    }


@pytest.mark.parametrize(
    "clone",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)), attrs.evolve],
    ids=["copy", "deepcopy", "pickle", "evolve"],
)
@pytest.mark.parametrize(("kind", "document"), [(Team, DOCUMENT), (Schedule, SCHEDULE)])
def test_a_copy_is_written_as_its_original_came(clone, kind, document):
    duplicate = clone(kind.from_dict(document))

    assert duplicate.to_dict() == document
    assert not duplicate.has("description")


def test_another_dict_of_extra_makes_it_a_model_of_the_caller():
    team = Team.from_dict({"id": "t1", "name": "Ads", "members": []})
    team.extra = {"colour": "red"}

    assert team.to_dict() == {"id": "t1", "name": "Ads", "colour": "red"}


@pytest.mark.parametrize("document", [[], "x", None, 5, {"name": "n"}])
def test_from_dict_of_anything_else_names_the_class(document):
    with pytest.raises(ProtocolError, match=r"^Team"):
        Team.from_dict(document)


def test_what_cannot_be_written_is_named():
    naive = datetime(2026, 1, 5)  # that is the mistake

    with pytest.raises(ArgumentValueError, match=r"^created_at: .* has no time zone"):
        Alert(id="a", message="m", created_at=naive).to_dict()
    with pytest.raises(ArgumentTypeError, match=r"^colour: expected a JSON value"):
        Team(id="t", name="n", extra={"colour": object()}).to_json()
    with pytest.raises(ArgumentValueError, match=r"^Alert: "):
        Alert(id="a", message="m", details={"k": math.nan}).to_json()


@pytest.mark.parametrize(
    "model",
    [
        Unknown({"type": "pager", "apiKey": "s3cret"}),
        RestChannel(url="https://hooks.example/s3cret", headers={"Authorization": "s3cret"}),
        Integration(type="Webhook", url="https://hooks.example/s3cret", headers={"X": "s3cret"}),
        CreatedIntegration(id="i", api_key="s3cret"),
        Integration.from_dict({"type": "Pager", "token": "s3cret"}),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_repr_has_no_secrets(model: object):
    assert "s3cret" not in repr(model)
    assert type(model).__name__ in repr(model)


@pytest.mark.parametrize("kind", [Tagged, PolicyBase, AlertRewrite])
def test_what_members_of_a_union_share_has_no_word_of_its_own(kind: type[Tagged]):
    document = {"type": "alert", "colour": "red"}

    assert kind.from_dict(document).to_dict() == document
    assert kind.from_dict({"colour": "red"}).to_dict() == {"colour": "red"}
