"""The API, page by page: one file and one class a page, one method an operation.

The file is named like the attribute of the client (`og.team_roles` is `TeamRoles` in `team_roles.py`), its model stands
in `opsgenie_async.models` under the singular. To add an operation, write its method into the class of its page:

    async def get(self, team: ByName, role: ByName) -> TeamRole:
        \"\"\"Get one role. Team Role API page.\"\"\"
        return await self._entity(TeamRole, self._request("GET", self._role(team, role)))

- `Place` turns identifiers into a path: `Place("v2/teams").at(team, "teamIdentifierType") / "roles"`;
- `self._request` makes the request: its rate-limit domain is the class's, GET, PUT and DELETE are repeatable, any other
  method only when it says so;
- `self._entity`, `self._reference`, `self._listing`, `self._delete` send it and read the answer;
- `converters.body(name=name, ...)` makes the JSON body: `UNSET` is left out, `None` is sent as null.

To add a page, write its class and one line in `opsgenie_async/client.py`; the client loads it when it is first used.
"""
