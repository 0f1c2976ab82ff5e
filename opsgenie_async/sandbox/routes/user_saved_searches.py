"""User API: saved searches, created in the web application; the API only reads and deletes them."""

from __future__ import annotations

from opsgenie_async.sandbox.account import lookup
from opsgenie_async.sandbox.account.refusal import Refusal
from opsgenie_async.sandbox.account.state import Doc
from opsgenie_async.sandbox.http.context import Call
from opsgenie_async.sandbox.http.responses import Response, data, result
from opsgenie_async.sandbox.http.router import Routes

__all__ = ["routes"]

routes = Routes()


@routes.on("GET", "/v2/users/saved-searches")
def list_all(call: Call) -> Response:
    return data([{"id": each["id"], "name": each["name"]} for each in call.account.user_saved_searches.values()])


@routes.on("GET", "/v2/users/saved-searches/{search}")
def get(call: Call) -> Response:
    return data(_search(call))


@routes.on("DELETE", "/v2/users/saved-searches/{search}")
def delete(call: Call) -> Response:
    del call.account.user_saved_searches[_search(call)["id"]]
    return result("Deleted")


def _search(call: Call) -> Doc:
    search = lookup.find(call.account.user_saved_searches, call.values["search"], call.kind())
    if search is None:
        raise Refusal(404, f"Saved search [{call.values['search']}] does not exist")
    return search
