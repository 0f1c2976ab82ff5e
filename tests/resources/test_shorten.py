"""Alerts that are longer than the API takes, shortened on request."""

from __future__ import annotations

import pytest

from opsgenie_async import Alias, BadRequest, Opsgenie, OpsgenieError
from opsgenie_async.resources.alert_limits import shorten_alias
from tests.resources.exchange import exchange

LONG = "The disk of db-1 is full: " + "x" * 500


async def body(**fields: object) -> dict[str, object]:
    request = await exchange(lambda og: og.alerts.create(**fields), result="Request will be processed", data=None)  # type: ignore[arg-type]
    assert isinstance(request.body, dict)
    return request.body


async def test_a_message_is_cut_and_stands_whole_in_the_description(og: Opsgenie):
    pending = await og.alerts.create(message=LONG, alias="disk", shorten=True)
    await pending

    alert = await og.alerts.get(Alias("disk"))
    assert alert.message == LONG[:129] + "…"
    assert alert.description == LONG


async def test_a_description_comes_after_the_message():
    document = await body(message=LONG, alias="a", description="See the runbook.", shorten=True)

    assert document["description"] == f"{LONG}\n\nSee the runbook."


async def test_what_fits_stays_and_nothing_else_is_sent():
    document = await body(message="m" * 130, alias="a" * 512, tags=["t" * 50], shorten=True)

    assert document == {"message": "m" * 130, "alias": "a" * 512, "tags": ["t" * 50]}


async def test_every_text_is_cut_to_its_limit():
    document = await body(
        message="m",
        alias="a" * 600,
        description="d" * 20_000,
        entity="e" * 600,
        source="s" * 200,
        user="u" * 200,
        note="n" * 30_000,
        tags=["t" * 60],
        actions=["c" * 60],
        details={"one": "1" * 9_000, "two": "2"},
        shorten=True,
    )

    lengths = {name: len(str(value)) for name, value in document.items() if isinstance(value, str)}
    assert lengths == {
        "message": 1,
        "alias": 512,
        "description": 15_000,
        "entity": 512,
        "source": 100,
        "user": 100,
        "note": 25_000,
    }
    assert document["tags"] == ["t" * 49 + "…"]
    assert document["actions"] == ["c" * 49 + "…"]
    assert document["details"] == {"one": "1" * 7_996 + "…"}


async def test_long_aliases_stay_apart_and_pending_tells_them(og: Opsgenie):
    one = await og.alerts.create(message="one", alias="a" * 600 + "1", shorten=True)
    other = await og.alerts.create(message="other", alias="a" * 600 + "2", shorten=True)

    assert len(one.alias) == len(other.alias) == 512
    assert one.alias != other.alias
    assert one.alias == shorten_alias("a" * 600 + "1")


async def test_without_it_the_api_says_what_is_too_long(og: Opsgenie):
    with pytest.raises((BadRequest, OpsgenieError), match="message"):
        await og.alerts.create(message=LONG, shorten=False)


async def test_it_is_a_yes_or_a_no(og: Opsgenie):
    with pytest.raises(TypeError, match="shorten"):
        await og.alerts.create(message="m", shorten="yes")  # type: ignore[arg-type]
