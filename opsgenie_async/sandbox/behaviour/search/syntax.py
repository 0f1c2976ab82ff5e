"""The query language: parse a query into a tree, and render it again.

As in the vendor's page on search queries: `field: value` and comparisons, `AND`, `OR`, `NOT` and parentheses, also
around the values of one field (`tag: (a OR b)`), `*` for any characters, single or double quotes around phrases,
`is null`. Bare words are searched in the message; adjacent conditions must all be true.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["LONGEST", "And", "Comparison", "Node", "Not", "Null", "Or", "QueryError", "Text", "parse", "render"]

LONGEST = 1000
"""Characters in a query; documented for saved ones, by the OpenAPI file."""
DEEPEST = 50

_TOKEN = re.compile(
    r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'(?=[\s()]|$)|[()]|[<>]=?|!?=|:|[^\s()<>=:"!]+|[!"])""", re.DOTALL
)
_COMPARISONS = (">", ">=", "<", "<=")
_OPERATORS = (":", "=", "!=", *_COMPARISONS)
_RESERVED = ("AND", "OR", "NOT", "IS", "NULL")
_PLAIN = re.compile(r"""[^\s()<>=:"'!\\]+""")


@dataclass(frozen=True, slots=True)
class Text:
    """A word or phrase in the message."""

    value: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field, one of `:`, `<`, `<=`, `>`, `>=`, and a value."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Null:
    """A test for an empty field."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a part."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """Parts that must all be true; without parts, the empty query, which matches everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Parts of which at least one must be true."""

    parts: tuple[Node, ...]


Node = Text | Comparison | Null | Not | And | Or


class QueryError(ValueError):
    """An invalid query, with the reason."""


def parse(query: str, fields: Collection[str]) -> Node:
    """The tree of *query*.

    Args:
        query: A query of at most `LONGEST` characters.
        fields: The names of fields, case-insensitive.

    Raises:
        QueryError: The query is invalid.
    """
    if len(query) > LONGEST:
        raise QueryError(f"should not be longer than {LONGEST} characters")
    return _Parser(query, {name.casefold(): name for name in fields}).query()


def render(node: Node) -> str:
    """The text of *node*, which `parse` reads as the same."""
    match node:
        case Text(value):
            return _quote(value)
        case Comparison(field, operator, value):
            return f"{field} {operator} {_quote(value)}"
        case Null(field):
            return f"{field} is null"
        case Not(part):
            return f"NOT {_group_text(part)}"
        case And(parts):
            return " AND ".join(_group_text(part) for part in parts)
        case Or(parts):
            return " OR ".join(_group_text(part) for part in parts)


def _group_text(node: Node) -> str:
    return f"({render(node)})" if isinstance(node, And | Or) else render(node)


def _quote(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.upper() not in _RESERVED:
        return value
    text = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{text}"'


class _Parser:
    """A recursive descent parser: every method consumes what it understands."""

    def __init__(self, query: str, fields: dict[str, str]) -> None:
        self._tokens = _TOKEN.findall(query)
        self._fields = fields
        self._next = 0
        self._depth = 0

    def query(self) -> Node:
        if not self._tokens:
            return And(())
        node = self._any("")
        if self._peek():
            raise QueryError(f"[{self._peek()}] is not expected")
        return node

    def _peek(self, ahead: int = 0) -> str:
        place = self._next + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def _accept(self, word: str) -> bool:
        if self._peek().upper() != word:
            return False
        self._next += 1
        return True

    def _any(self, field: str) -> Node:
        parts = [self._all(field)]
        while self._accept("OR"):
            parts.append(self._all(field))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, field: str) -> Node:
        parts = [self._one(field)]
        while self._accept("AND") or self._peek().upper() not in ("", ")", "OR"):
            parts.append(self._one(field))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, field: str) -> Node:
        if self._accept("NOT"):
            return Not(self._one(field))
        if self._peek() == "(":
            return self._group(field)
        token = self._take()
        if token in ("", ")", '"', "!", *_OPERATORS) or token.upper() in ("AND", "OR"):
            raise QueryError(f"something is missing before [{token}]" if token else "ends too early")
        if field:
            return Comparison(field, ":", _unquote(token))
        if self._peek() in _OPERATORS or self._peek().casefold() == "is":
            return self._comparison(self._field(token))
        return Text(_unquote(token))

    def _group(self, field: str) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError("has too many parentheses")
        self._take()
        node = self._any(field)
        if not self._accept(")"):
            raise QueryError("a parenthesis is not closed")
        self._depth -= 1
        return node

    def _comparison(self, field: str) -> Node:
        operator = self._take()
        if operator.casefold() == "is":
            is_negative = self._accept("NOT")
            if not self._accept("NULL"):
                raise QueryError("[is] should be followed by null or not null")
            return Not(Null(field)) if is_negative else Null(field)
        if operator in _COMPARISONS:
            return Comparison(field, operator, self._value())
        node = self._group(field) if self._peek() == "(" else Comparison(field, ":", self._value())
        return Not(node) if operator == "!=" else node

    def _value(self) -> str:
        """A value, which may contain colons (a time of day), unlike the name of a field."""
        value = self._take()
        if not value or value in ("(", ")", '"', "!"):
            raise QueryError("a value is missing")
        while not value.startswith(('"', "'")) and self._peek() == ":" and self._peek(1) not in ("", "(", ")"):
            value += self._take() + self._take()
        return _unquote(value)

    def _field(self, token: str) -> str:
        field = self._fields.get(_unquote(token).casefold())
        if field is None:
            raise QueryError(f"[{token}] is not a field that can be searched")
        return field


def _unquote(token: str) -> str:
    if len(token) > 1 and token[0] == token[-1] and token[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL)
    return token
