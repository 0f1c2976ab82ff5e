"""Logs API: log files in the order of time, and links that are valid for five minutes."""

from __future__ import annotations

import re
from urllib.parse import quote

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.checks.validate import semantic
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.links import check_download, download_link
from opsgenie_async.sandbox.http.paging import page_limit
from opsgenie_async.sandbox.http.responses import Dialect, Response, data
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["downloads", "routes"]

routes = Routes()
downloads = Routes(domain=None, dialect=Dialect.LINK)

_MARKER = re.compile(r"\d{4}(-\d\d){5}(_\d{3})?")


@routes.on("GET", "/v2/logs/list/{marker}", configuration=False)
def list_files(call: Call) -> Response:
    marker = call.values["marker"]
    if not _MARKER.fullmatch(marker):
        raise semantic({"marker": "should be in the format YYYY-MM-DD-HH-mm-ss, with _SSS behind it at will"})
    limit = page_limit(call, 1000, 1000)
    files = sorted(call.account.log_files.values(), key=_name)
    page = [each for each in files if _name(each) > marker][:limit]
    documents = [
        {"filename": each["filename"], "date": each["date"], "size": len(each["lines"].encode())} for each in page
    ]
    return data(documents, marker=_name(page[-1]) if page else marker)


@routes.on("GET", "/v2/logs/download/{file}", configuration=False, answers=frozenset({"text/plain"}))
def get_download_link(call: Call) -> Response:
    name = call.values["file"]
    _file(call, name)
    link = download_link(call, f"/downloads/logs/{quote(name, safe='')}")
    return Response(raw=link.encode(), media="text/plain; charset=utf-8")


@downloads.on("GET", "/downloads/logs/{file}")
def download(call: Call) -> Response:
    """The file itself, without a key, as from the storage behind the links."""
    check_download(call)
    name = call.values["file"]
    return Response(raw=_file(call, name)["lines"].encode(), media="binary/octet-stream")


def _file(call: Call, name: str) -> Doc:
    file = call.account.log_files.get(name)
    if file is None:
        raise Refusal(404, f"Log file [{name}] does not exist")
    return file


def _name(file: Doc) -> str:
    return str(file["filename"]).removesuffix(".json")
