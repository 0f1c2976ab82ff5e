"""Alert API: attachments. The file itself is behind a link that needs no key."""

from __future__ import annotations

from urllib.parse import quote

from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.behaviour import alerts as alert_records
from opsgenie_async.sandbox.behaviour.alerts import NOBODY
from opsgenie_async.sandbox.checks.validate import MANDATORY, semantic, text, validate
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.domains import ALERT
from opsgenie_async.sandbox.http.links import check_download, download_link
from opsgenie_async.sandbox.http.multipart import parts
from opsgenie_async.sandbox.http.responses import Dialect, Pattern, Response, created_response, data, result
from opsgenie_async.sandbox.http.route import FORM
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["downloads", "routes"]

routes = Routes(domain=ALERT)
downloads = Routes(domain=None, dialect=Dialect.LINK)


@routes.on("POST", "/v2/alerts/{alert}/attachments", media=FORM)
def add(call: Call) -> Response:
    alert = alert_records.require(call, "alertIdentifierType")
    fields = {part.name: part for part in parts(call.headers.get("Content-Type", ""), call.raw)}
    file = fields.get("file")
    if file is None or not file.filename:
        raise semantic({"file": MANDATORY})
    texts: Doc = {
        name: fields[name].content.decode(errors="replace") for name in ("user", "indexFile") if name in fields
    }
    validate(texts, {"user": text(100), "indexFile": text()})
    attachments = call.account.alert_attachments.setdefault(alert["id"], {})
    attachment: Doc = {
        "id": call.world.ids.number(),
        "name": file.filename,
        "media": file.media,
        "content": file.content,
    }
    attachments[str(attachment["id"])] = attachment
    alert_records.log(call, alert, f"Attachment [{file.filename}] added", owner=texts.get("user") or NOBODY)
    alert["updatedAt"] = alert_records.now(call)
    with_name = call.account.assumptions.attachment_name
    # A number in lists, a text here: so in the Go SDK.
    return created_response({"id": str(attachment["id"]), "name": attachment["name"] if with_name else None})


@routes.on("GET", "/v2/alerts/{alert}/attachments")
def list_all(call: Call) -> Response:
    alert = alert_records.require(call, "alertIdentifierType")
    attachments = call.account.alert_attachments.get(alert["id"], {})
    return data([{"id": each["id"], "name": each["name"]} for each in attachments.values()])


@routes.on("GET", "/v2/alerts/{alert}/attachments/{attachment}")
def get(call: Call) -> Response:
    alert, attachment = _attachment(call)
    # A segment of dots alone would lead out of the path.
    name = quote(attachment["name"], safe="", errors="replace") if attachment["name"].strip(".") else "file"
    path = f"/downloads/attachments/{quote(alert['id'], safe='')}/{attachment['id']}/{name}"
    return data({"name": attachment["name"], "url": download_link(call, path)})


@routes.on("DELETE", "/v2/alerts/{alert}/attachments/{attachment}")
def delete(call: Call) -> Response:
    alert, attachment = _attachment(call)
    del call.account.alert_attachments[alert["id"]][str(attachment["id"])]
    owner = call.query.get("user") or NOBODY
    alert_records.log(call, alert, f"Attachment [{attachment['name']}] deleted", owner=owner)
    alert["updatedAt"] = alert_records.now(call)
    return result("Deleted")


@downloads.on("GET", "/downloads/attachments/{alert}/{attachment}/{name}")
def download(call: Call) -> Response:
    """The content, without a key."""
    check_download(call)
    file = call.account.alert_attachments.get(call.values["alert"], {}).get(call.values["attachment"])
    if file is None:
        raise Refusal(404, "There is no such file")
    content = file["content"]
    return Response(raw=content if isinstance(content, bytes) else Pattern(content), media=file["media"])


def _attachment(call: Call) -> tuple[Doc, Doc]:
    alert = alert_records.require(call, "alertIdentifierType")
    attachment = call.account.alert_attachments.get(alert["id"], {}).get(call.values["attachment"])
    if attachment is None:
        raise Refusal(404, f"Attachment [{call.values['attachment']}] does not exist")
    return alert, attachment
