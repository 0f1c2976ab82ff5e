"""The API, page by page: one file and one class a page, one declared method an operation.

The file is named like the attribute of the client (`og.team_roles` is `TeamRoles` in `team_roles.py`), its models stand
in `opsgenie_async.models` under the singular. To add an operation, write its method into the class of its page:

    @operation("GET", "v2/teams/{team:teamIdentifierType}/roles/{role:identifierType}")
    async def get(self, team: ByName, role: ByName) -> TeamRole:
        \"\"\"Get one custom role of *team*.\"\"\"
        ...

The signature defines everything: identifiers go into the path, every other argument is a field of the body (of the
query in a GET or DELETE), the return type says how the response is read. `operation/declare.py` says what else can be
declared. To add a page, write its class and one line in `opsgenie_async/client.py`, which loads it when it is used.
"""
