"""`og.logs`: pages are found by the marker in the answer, which goes into the path."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiohttp import web

from opsgenie_async import Opsgenie, ProtocolError
from opsgenie_async.models import LogFile
from tests.http.server import Echo, ReceivedRequest
from tests.resources.reading import unread_fields

PAGES = {
    "2018-10-24-07-30-00": (["2018-10-24-07-52-17_123", "2018-10-24-07-53-20_234"], "2018-10-24-07-53-20_234"),
    "2018-10-24-07-53-20_234": (["2018-10-24-08-41-34_345"], "2018-10-24-08-41-34_345"),
    "2018-10-24-08-41-34_345": ([], "2018-10-24-08-41-34_345"),
}


def page(request: ReceivedRequest) -> web.Response:
    names, marker = PAGES[request.raw_path.rpartition("/")[2].partition("?")[0]]
    files = [{"filename": f"{name}.json", "date": 1540367662000, "size": 10823} for name in names]
    return web.json_response({"data": files, "marker": marker, "took": 0.281, "requestId": "r"})


@pytest.mark.parametrize(
    "marker",
    [
        "2018-10-24-07-30-00",
        datetime(2018, 10, 24, 7, 30, tzinfo=UTC),
        datetime(2018, 10, 24, 10, 30, tzinfo=timezone(timedelta(hours=3))),
    ],
)
async def test_the_listing_goes_on_until_a_page_is_empty(marker: str | datetime):
    async with Echo(page) as server, Opsgenie("key", base_url=server.url) as og:
        files = await og.logs.list_files(marker)

    assert [file.filename[11:19] for file in files] == ["07-52-17", "07-53-20", "08-41-34"]
    assert files[0] == LogFile(
        filename="2018-10-24-07-52-17_123.json", date=datetime(2018, 10, 24, 7, 54, 22, tzinfo=UTC), size=10823
    )
    assert list(unread_fields(files)) == []
    assert [request.raw_path for request in server.received] == [f"/v2/logs/list/{at}?limit=1000" for at in PAGES]


async def test_a_marker_that_does_not_move_is_loud():
    def stuck(request: ReceivedRequest) -> web.Response:
        files = [{"filename": "a.json", "date": 1540367662000, "size": 1}]
        return web.json_response({"data": files, "marker": "2018-10-24-07-30-00", "took": 0, "requestId": "r"})

    async with Echo(stuck) as server, Opsgenie("key", base_url=server.url) as og:
        with pytest.raises(ProtocolError, match="already read"):
            await og.logs.list_files("2018-10-24-07-30-00", page_size=1)


async def test_a_moment_without_a_zone_is_refused():
    async with Opsgenie("key", base_url="http://localhost:1") as og:
        with pytest.raises(ValueError, match="marker"):
            og.logs.list_files(datetime(2018, 10, 24))


async def test_the_link_comes_as_text():
    link = "https://logs.example/2018.json?X-Amz-Signature=abc"

    async with (
        Echo(lambda request: web.Response(text=link)) as server,
        Opsgenie("key", base_url=server.url) as og,
    ):
        assert await og.logs.get_download_link("2018-10-24-07-52-17_123.json") == link

    assert server.received[0].raw_path == "/v2/logs/download/2018-10-24-07-52-17_123.json"


async def test_a_marker_has_a_year_of_four_digits():
    def empty(request: ReceivedRequest) -> web.Response:
        return web.json_response({"data": [], "marker": "", "took": 0, "requestId": "r"})

    async with Echo(empty) as server, Opsgenie("key", base_url=server.url) as og:
        await og.logs.list_files(datetime(999, 1, 2, tzinfo=UTC))

    assert server.received[0].raw_path.partition("?")[0] == "/v2/logs/list/0999-01-02-00-00-00"
