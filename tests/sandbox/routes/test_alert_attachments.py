"""Files on an alert: uploaded as a form, listed, read back through a link that wants no key, deleted."""

from __future__ import annotations

import aiohttp
import pytest
from yarl import URL


@pytest.fixture
async def alert(api):
    await api("POST", "/v2/alerts", {"message": "disk", "alias": "d/1"})
    (result,) = await api.get("/v2/alerts")
    return result


@pytest.mark.parametrize("content", [b"", b"\r\n", bytes(range(256)) * 9, "ä\r\n--x\n".encode()])
@pytest.mark.parametrize("name", ["a b.txt", "grün/ö.bin"])
async def test_a_file_comes_back_byte_for_byte(api, session, alert, content, name):
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("user", "Ann Ö")
    form.add_field("file", content, filename=name, content_type="application/x-test")
    path = "/v2/alerts/d%2F1/attachments"
    added = await api("POST", f"{path}?alertIdentifierType=alias", data=form)

    assert (added.status, added.json["result"]) == (201, "Created")
    assert added.data["id"].isdecimal()
    short = {"id": added.data["id"], "name": name}
    listed = [short | {"id": int(added.data["id"])}]
    assert (added.data, await api.get(f"{path}?alertIdentifierType=alias")) == (short, listed)
    there = await api.get(f"{path}/{added.data['id']}?alertIdentifierType=alias")
    assert set(there) == {"name", "url"}
    async with session.get(URL(there["url"], encoded=True)) as response:  # without a key
        assert (response.status, response.content_type) == (200, "application/x-test")
        assert await response.read() == content
    log = (await api.get(f"/v2/alerts/{alert['id']}/logs"))[0]
    assert (log["log"], log["owner"]) == (f"Attachment [{name}] added", "Ann Ö")

    deleted = await api("DELETE", f"{path}/{added.data['id']}?alertIdentifierType=alias&user=ann")
    assert deleted.json["result"] == "Deleted"
    assert await api.get(f"{path}?alertIdentifierType=alias") == []
    async with session.get(URL(there["url"], encoded=True)) as response:
        assert response.status == 404


async def test_an_attachment_needs_a_file_an_alert_and_a_form(api, alert):
    path = f"/v2/alerts/{alert['id']}/attachments"
    form = aiohttp.FormData({"user": "ann"}, default_to_multipart=True)
    reply = await api("POST", path, data=form)
    assert (reply.status, reply.json["errors"]) == (422, {"file": "should not be empty"})

    assert (await api("POST", path, {"file": "x"})).status == 415
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await api("POST", path, data=b"no form", headers=broken)).status == 400
    assert (await api("POST", path, data=b"--x\r\n", headers={"Content-Type": "multipart/form-data"})).status == 400
    assert (await api("GET", f"{path}/1")).status == 404
    assert (await api("GET", "/v2/alerts/missing/attachments")).status == 404
