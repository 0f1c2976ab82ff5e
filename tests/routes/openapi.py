"""The vendor's OpenAPI file (Swagger 2.0) as JSON Schema, made strict: a field that it does not name is a problem."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema

from tests.routes.table import Row, shape

__all__ = ["OpenApi"]

Schema = dict[str, Any]
SCHEMA_MEMBERS = ("type", "enum", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
SCALARS = ("string", "integer", "number", "boolean")

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).utcoffset() is not None


class OpenApi:
    """What the file says of answers."""

    def __init__(self, path: Path) -> None:
        document: Schema = json.loads(path.read_text())
        self._definitions: Schema = document["definitions"]
        self._responses: Schema = document["responses"]
        self._operations = {
            (method.upper(), shape(path)): operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
        self._defs: Schema = {}

    def knows(self, row: Row) -> bool:
        """Whether the file has the operation, and promises JSON."""
        operation = self._operations.get((row.method, shape(row.path)), {})
        return bool(operation) and operation.get("produces") is None

    def problems(self, row: Row, status: int, body: object) -> Iterator[str]:
        """What does not fit, a line each: the place, and what is wrong there; no indexes and no values."""
        responses = self._operations[row.method, shape(row.path)]["responses"]
        response = responses.get(str(status))
        if response is None:
            yield f"status {status}"
            return
        if "$ref" in response:
            response = self._responses[_name(response)]
        schema = self._value(response["schema"])
        validator = jsonschema.Draft202012Validator({**schema, "$defs": self._defs}, format_checker=formats)
        for error in validator.iter_errors(body):
            field = ".".join(str(step) for step in error.path if isinstance(step, str)) or "(answer)"
            if error.validator == "additionalProperties":
                yield from (f"{field}: has {name}" for name in error.instance.keys() - error.schema["properties"])
            elif error.validator == "required":
                yield f"{field}: lacks {error.message.partition(' is ')[0]}"
            elif error.instance is None:
                yield f"{field}: null"
            else:
                yield f"{field}: {error.validator} {json.dumps(error.validator_value)[:60]}"

    def _value(self, schema: Schema) -> Schema:
        """The schema of a value, where nothing is added to it from beside."""
        if "$ref" in schema:
            name = _name(schema)
            if name not in self._defs:
                self._defs[name] = {}  # for a definition that holds itself
                self._defs[name] = self._definition(name)
            result: Schema = {"$ref": f"#/$defs/{name}"}
        elif schema.get("type") == "array":
            result = {**self._known_members(schema), "items": self._value(schema["items"])}
        elif schema.get("type") in SCALARS:
            result = self._known_members(schema)
        else:
            result = self._closed(schema)
        return {"anyOf": [{"type": "null"}, result]} if schema.get("nullable") else result

    def _definition(self, name: str) -> Schema:
        schema = self._definitions[name]
        tag = schema.get("discriminator")
        if tag is None:
            return self._value(schema)
        members = {
            member["x-discriminator-value"]: other
            for other, member in self._definitions.items()
            if "x-discriminator-value" in member and name in self._bases(member)
        }
        return {
            "if": {"properties": {tag: {"enum": [*members]}}, "required": [tag]},
            "then": {
                "allOf": [
                    {
                        "if": {"properties": {tag: {"const": word}}},
                        "then": self._value({"$ref": f"#/definitions/{other}"}),
                    }
                    for word, other in members.items()
                ]
            },
            "else": self._closed(schema),
        }

    def _bases(self, schema: Schema) -> set[str]:
        names = {_name(part) for part in schema.get("allOf", []) if "$ref" in part}
        return names.union(*(self._bases(self._definitions[name]) for name in names))

    def _closed(self, schema: Schema) -> Schema:
        """An object with all that its `allOf` brings together, and nothing else."""
        properties: dict[str, Schema] = {}
        required: set[str] = set()
        additional: Schema | bool | None = None
        for part in self._parts(schema):
            properties |= {name: self._value(value) for name, value in part.get("properties", {}).items()}
            required |= {*part.get("required", [])}
            additional = part.get("additionalProperties", additional)
        if isinstance(additional, dict):
            additional = self._value(additional)
        return {
            "type": "object",
            "properties": properties,
            "required": sorted(required),
            "additionalProperties": not properties if additional is None else additional,
        }

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        if "$ref" in schema:
            yield from self._parts(self._definitions[_name(schema)])
            return
        for part in schema.get("allOf", []):
            yield from self._parts(part)
        yield schema

    def _known_members(self, schema: Schema) -> Schema:
        return {key: schema[key] for key in SCHEMA_MEMBERS if key in schema}


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
