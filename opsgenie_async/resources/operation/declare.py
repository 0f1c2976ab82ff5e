"""How a declared method becomes a call: its path, its signature and its return type say everything.

    @operation("POST", "v2/teams/{team:teamIdentifierType}/routing-rules")
    async def create(self, team: ByName, *, notify: Recipient, name: str | Unset = UNSET) -> Reference:
        \"\"\"Add a rule to *team*'s table.\"\"\"

- `{team:teamIdentifierType}` takes the argument `team` as an identifier; behind the colon stands the query parameter
  that names its kind. The kinds it may have are those in the argument's type.
- Every other argument is a field of the JSON body, or of the query in a GET or DELETE (and where `query` names it), in
  camelCase; `UNSET` stays out. `**fields: Unpack[...]` takes those of a `TypedDict` that several operations share, and
  an argument `extra` holds the ones that have no argument, by their names on the wire.
- The return type says how the answer is read: a model from `data`, a `Pager` of models, `Pending` for a 202, `bytes` or
  `str` as they come, None for nothing.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast, get_args, get_origin, get_type_hints

import attrs

from opsgenie_async.converters import body, query_text, read, read_list, write
from opsgenie_async.converters.names import camel
from opsgenie_async.errors import ArgumentTypeError, ArgumentValueError, Conflict, NotFound, ProtocolError
from opsgenie_async.http.request import REPEATABLE_METHODS, Request
from opsgenie_async.http.response import Envelope, next_request, read_envelope, read_file, read_text, understand
from opsgenie_async.json_text import Json
from opsgenie_async.models.mismatch import NaiveMoment, Unwritable
from opsgenie_async.paging import Follow, Pager
from opsgenie_async.pending import Pending
from opsgenie_async.resources.operation.arguments import Expectation
from opsgenie_async.resources.path import WORDS, HasAlias, HasName, Place
from opsgenie_async.unset import UNSET

if TYPE_CHECKING:
    from opsgenie_async.resources.base import Resource

__all__ = ["Operation", "operation", "without_note"]

F = TypeVar("F", bound=Callable[..., object])
Fields = dict[str, Any]
Settle = Callable[[Any, Fields], Awaitable[object]]
Variant = Callable[[Fields], type]

NO_FIELDS: Fields = {}

PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def operation(
    method: str,
    path: str,
    *,
    domain: str | None = None,
    repeatable: bool | Callable[[Fields], bool] | None = None,
    query: Iterable[str] = (),
    form: bool = False,
    at: str | Callable[[Json], Json] = "",
    follow: Follow = next_request,
    variant: Variant | None = None,
    prepare: Callable[[Fields], None] | None = None,
    settle: Settle | None = None,
) -> Callable[[F], F]:
    """Make a method out of a signature.

    domain: the rate limit it spends, in place of its class's.
    repeatable: whether it may be sent twice, or how to tell by its fields; GET, PUT and DELETE may, if not said.
    query: arguments of a write that belong into the query.
    form: the body is a multipart form in place of JSON; its fields are `str` and `File`.
    at: the key inside `data` that the answer is under, or how to find it there.
    follow: finds the next page of a listing.
    variant: tells by the arguments what an answer (an item of a listing) is, where overloads promise one of several.
    prepare: checks or completes the arguments before anything is made of them.
    settle: asked when a repeat meets `Conflict`, and an earlier attempt may be what it conflicts with: returns the
        answer if it was, None if it was not.
    """

    def declare(function: F) -> F:
        declared = Operation(
            function, method, path, domain, repeatable, frozenset(query), form, at, follow, variant, prepare, settle
        )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call(self: Resource, *args: object, **fields: object) -> object:
                return await declared.send(self, args, fields)
        else:

            @functools.wraps(function)
            def call(self: Resource, *args: object, **fields: object) -> object:
                return declared.listing(self, args, fields)

        call.operation = declared  # type: ignore[attr-defined]
        return cast("F", call)

    return declare


def without_note(fields: Fields) -> bool:
    """Whether a change of state may be sent twice: it ends the same, but a note would be written each time."""
    return "note" not in fields


@attrs.frozen
class Placeholder:
    """An identifier in a path."""

    name: str
    parameter: str
    kinds: tuple[type, ...]
    own: str


@attrs.frozen(slots=False)
class Operation:
    """One operation of the API, as its method declares it."""

    function: Callable[..., object]
    method: str
    path: str
    domain: str | None
    repeatable: bool | Callable[[Fields], bool] | None
    query: frozenset[str]
    form: bool
    at: str | Callable[[Json], Json]
    follow: Follow
    variant: Variant | None
    prepare: Callable[[Fields], None] | None
    settle: Settle | None

    @functools.cached_property
    def bare(self) -> dict[str, Request]:
        """What a GET without any argument sends, by rate-limit domain: always the same, so made once."""
        return {}

    @functools.cached_property
    def signature(self) -> inspect.Signature:
        """The method's, with the fields of a `TypedDict` one by one."""
        signature = inspect.signature(self.function)
        *named, last = signature.parameters.values()
        if last.kind is not last.VAR_KEYWORD:
            return signature
        (shared,) = get_args(self.types[last.name])
        optional = [inspect.Parameter(name, last.KEYWORD_ONLY, default=UNSET) for name in shared.__annotations__]
        return signature.replace(parameters=[*named, *optional])

    @functools.cached_property
    def types(self) -> Mapping[str, Any]:
        return get_type_hints(self.function)

    @functools.cached_property
    def route(self) -> list[str | Placeholder]:
        """The path in pieces: literal text and placeholders by turns."""
        pieces: list[str | Placeholder] = []
        end = 0
        for found in PLACEHOLDER.finditer(self.path):
            arms = get_args(self.types[found[1]])
            kinds = tuple(kind for kind in WORDS if kind in arms)
            own = "alias" if HasAlias in arms else "name" if HasName in arms else "id"
            pieces += [self.path[end : found.start()], Placeholder(found[1], found[2] or "", kinds, own)]
            end = found.end()
        return [*pieces, self.path[end:]]

    @functools.cached_property
    def identifiers(self) -> frozenset[str]:
        """Arguments that are part of the path."""
        return frozenset(piece.name for piece in self.route if isinstance(piece, Placeholder))

    @functools.cached_property
    def positional(self) -> tuple[str, ...]:
        """Arguments that may be given without their names, in order."""
        _, *parameters = self.signature.parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)

    @functools.cached_property
    def accepted(self) -> frozenset[str]:
        """Arguments that may be given."""
        return frozenset(self.signature.parameters)

    @functools.cached_property
    def has_body(self) -> bool:
        """Whether a JSON body goes along: an empty one, too, where there are fields that were not given."""
        fields = self.accepted - self.identifiers - self.query - {"self"}
        return bool(fields) and not self.form and self.method not in ("GET", "DELETE")

    @functools.cached_property
    def required(self) -> frozenset[str]:
        """Arguments that have to be given."""
        _, *parameters = self.signature.parameters.values()
        return frozenset(p.name for p in parameters if p.default is p.empty)

    @functools.cached_property
    def in_query(self) -> frozenset[str]:
        """Arguments of the query that may be left out."""
        asked = self.query if self.method not in ("GET", "DELETE") else self.accepted - self.identifiers - {"self"}
        return asked - self.required

    @functools.cached_property
    def defaults(self) -> Fields:
        """Arguments that are sent unless the caller says otherwise."""
        parameters = self.signature.parameters.values()
        return {p.name: p.default for p in parameters if p.default is not p.empty and p.default is not UNSET}

    @functools.cached_property
    def answer(self) -> Any:
        """The type of what a call returns, of an item for a listing."""
        returned = self.types["return"]
        return get_args(returned)[0] if get_origin(returned) is Pager else returned

    @functools.cached_property
    def label(self) -> str:
        """The method as its user writes it, behind the client: `alerts.create`."""
        module = self.function.__module__.removeprefix("opsgenie_async.").removeprefix("resources.")
        return f"{module}.{self.function.__name__}"

    @functools.cached_property
    def expectations(self) -> Mapping[str, Expectation]:
        """What each argument must be that is no part of the path."""
        types = dict(self.types)
        for kind in self.types.values():
            if get_origin(kind) is Unpack:
                types |= get_type_hints(get_args(kind)[0])
        # An argument that may be left out may be None as well: no value in a query, null in a body.
        return {
            name: Expectation(types[name], nullable=name not in self.required)
            for name in self.accepted - self.identifiers - {"self", "extra"}
            if name in types
        }

    def request(self, resource: Resource, args: tuple[object, ...], given: Fields) -> tuple[Request, Fields]:
        """Make the request of one call, and tell its arguments.

        Raises:
            ArgumentTypeError: An argument is missing, unknown, or of a wrong type.
            ArgumentValueError: An argument cannot be sent.
        """
        try:
            return self._request(resource, args, given)
        except (ArgumentTypeError, ArgumentValueError):
            raise
        except NaiveMoment as error:
            raise ArgumentValueError(str(error), call=self.label) from None
        except Unwritable as error:
            wrong = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
            raise wrong(f"{self.label}: {error}") from None
        except TypeError as error:
            raise ArgumentTypeError(str(error), call=self.label) from None
        except ValueError as error:
            raise ArgumentValueError(str(error), call=self.label) from None

    def _request(self, resource: Resource, args: tuple[object, ...], given: Fields) -> tuple[Request, Fields]:
        bare = not args and not given and self.method == "GET"
        if bare and (request := self.bare.get(resource.domain)) is not None:
            return request, self.defaults
        arguments = self._arguments(resource, args, given)
        expectations = self.expectations
        for name, value in arguments.items():
            if name in expectations and value.__class__ not in expectations[name].at_a_glance:
                self._check(name, value)
        if self.prepare is not None:
            self.prepare(arguments)
        place = self._place(arguments)
        identifiers = self.identifiers
        fields = {name: value for name, value in arguments.items() if value is not UNSET and name not in identifiers}
        repeatable = self.repeatable(fields) if callable(self.repeatable) else self.repeatable
        asked, sent = fields, NO_FIELDS
        if self.method not in ("GET", "DELETE"):
            asked = {name: value for name, value in fields.items() if name in self.query}
            sent = {name: value for name, value in fields.items() if name not in self.query}
        extra = {name: write(value) for name, value in sent.pop("extra").items()} if "extra" in sent else NO_FIELDS
        request = Request(
            method=self.method,
            path=place.path,
            query=(*place.query, *((camel(name), query_text(name, value)) for name, value in asked.items())),
            json=body(**sent) | extra if self.has_body else None,
            form={camel(name): value for name, value in sent.items()} if self.form else None,
            domain=resource.domain if self.domain is None else self.domain,
            repeatable=self.method in REPEATABLE_METHODS if repeatable is None else repeatable,
            accept="*/*" if self.answer in (bytes, str) else "application/json",
        )
        if bare:
            self.bare[resource.domain] = request
        return request, arguments

    def _arguments(self, resource: Resource, args: tuple[object, ...], given: Fields) -> Fields:
        placed = self.positional[: len(args)]
        arguments = {**self.defaults, **dict(zip(placed, args, strict=False)), **given}
        if not (
            len(args) <= len(self.positional)
            and self.required <= arguments.keys() <= self.accepted
            and given.keys().isdisjoint(placed)
        ):
            self.signature.bind(resource, *args, **given)  # raises, in Python's own words; too slow for every call
        for name in self.in_query:  # None is no value there; in a body it is null
            if arguments.get(name, UNSET) is None:
                arguments[name] = UNSET
        return arguments

    def _check(self, name: str, value: object) -> None:
        try:
            self.expectations[name].check(value)
        except Unwritable as error:
            wrong = ArgumentTypeError if isinstance(error, TypeError) else ArgumentValueError
            raise wrong(f"{self.label}: {error.under(name)}") from None

    def _place(self, arguments: Fields) -> Place:
        start, *pieces = self.route
        place = Place(str(start))
        for piece in pieces:
            if isinstance(piece, str):
                place = place.then(piece)
                continue
            try:
                place = place.at(arguments[piece.name], piece.parameter, piece.kinds, own=piece.own)
            except (TypeError, ValueError) as error:
                raise type(error)(f"{piece.name}: {error}") from None
        return place

    async def send(self, resource: Resource, args: tuple[object, ...], given: Fields) -> object:
        """Send the request of one call, and read the answer as the method promises it."""
        request, arguments = self.request(resource, args, given)
        try:
            response = await resource._transport.send(request)
        except NotFound as error:
            # "Not found" on a repeat means that the first one had arrived.
            if self.method == "DELETE" and self.answer is NoneType and error.maybe_done:
                return None
            raise
        except Conflict as error:
            if self.settle is None or not error.maybe_done:
                raise
            if (answer := await self.settle(resource, arguments)) is None:
                raise
            return answer
        if self.answer is bytes:
            return read_file(response)
        if self.answer is str:
            return read_text(response)
        if self.answer is NoneType:
            read_envelope(response)
            return None
        if self.answer is Pending:
            alias = str(arguments.get("alias") or "")
            return understand(response, lambda envelope: resource._pending(envelope, alias=alias))
        kind = self.answer if self.variant is None else self.variant(arguments)
        return understand(response, lambda envelope: read(self._data(envelope), kind))

    def listing(self, resource: Resource, args: tuple[object, ...], given: Fields) -> Pager[Any]:
        """A pager that has not asked for anything yet."""
        request, arguments = self.request(resource, args, given)
        items = self.items if self.variant is None else self._items_of(self.variant(arguments))
        return Pager(resource._transport, request, items, self.follow)

    @functools.cached_property
    def items(self) -> Callable[[Envelope], list[Any]]:
        """Reads the items of a page of a listing."""
        return self._items_of(self.answer)

    def _items_of(self, kind: Any) -> Callable[[Envelope], list[Any]]:
        return lambda envelope: read_list(self._data(envelope), kind)

    def _data(self, envelope: Envelope) -> Json:
        if not self.at:
            return envelope.data
        if callable(self.at):
            return self.at(envelope.data)
        if not isinstance(envelope.data, dict):
            raise ProtocolError(f"data: expected an object with {self.at!r}")
        return envelope.data.get(self.at)
