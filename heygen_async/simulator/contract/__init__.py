"""The published contracts, one per dialect: which operations exist, and who keeps to them.

Nothing here knows the client's classes: the simulator judges requests by the contract file and by
a JSON Schema validator, so one typo cannot agree with itself.

A JSON Schema `oneOf` that fails says only that no branch fitted. The contract names the deciding
field of each such choice (`discriminator`), so the choice is rewritten as "if the field says
`avatar`, then this branch": the validator then names the field deep inside that is wrong. The same
is done with "X or null".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import attrs
import jsonschema_rs
import orjson

from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.wire.violations import Violation, violations

Schema = dict[str, Any]

FILES = {
    "v3": "heygen-v3.openapi.json",
    "v2": "heygen-v2.openapi.json",
    "agentai": "agentai.openapi.json",
}
"""The contract file of each dialect; no two of them share an operation id."""

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@attrs.frozen(kw_only=True)
class Parameter:
    """A parameter of the path, the query or the header."""

    name: str
    location: str
    required: bool
    schema: Schema


@attrs.frozen(kw_only=True)
class Operation:
    """One operation of the API.

    Attributes:
        id: the contract's operationId.
        method: in capitals.
        path: with `{names}` where the caller's values go.
        tag: the family it belongs to.
        parameters: of path, query and header.
        body_types: media types of the body, none when it takes none.
        body_required: whether it must have one.
        success: HTTP status of its good answer.
        statuses: every HTTP status that the contract foresees, `4XX` and the like among them.
        keyed: whether it takes an Idempotency-Key.
        successor: method and path of what HeyGen wants called instead, if the contract names it.
    """

    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Parameter, ...]
    body_types: tuple[str, ...]
    body_required: bool
    success: int
    statuses: frozenset[str]
    keyed: bool
    successor: str | None = None

    @property
    def body_type(self) -> str | None:
        """The media type of the body, the first one if there are several."""
        return next(iter(self.body_types), None)


class Contract:
    """The contract file, ready to judge.

    Attributes:
        operations: every operation, those without path parameters first.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._components = _precise(document["components"])
        self.operations = tuple(
            sorted(self._operations(), key=lambda it: (it.path.count("{"), it.path, it.method))
        )
        self._by_id = {operation.id: operation for operation in self.operations}
        self._patterns = [(_pattern(it.path), it) for it in self.operations]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @staticmethod
    def load(dialect: str = "v3") -> Contract:
        """The contract of a dialect, which lies beside this module; read once."""
        return _load(dialect)

    def named(self, operation_id: str) -> Operation:
        """The operation with this id; KeyError if there is none."""
        return self._by_id[operation_id]

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a request with this method and concrete path means."""
        for pattern, operation in self._patterns:
            if operation.method == method.upper() and pattern.fullmatch(path):
                return operation
        return None

    def check_request(
        self, operation: Operation, *, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """The query parameters as typed values, defaults filled in.

        Raises:
            RefusedError: naming the parameter that breaks a rule.
        """
        values: dict[str, Any] = {}
        for parameter in operation.parameters:
            match parameter.location:
                case "query":
                    text = query.get(parameter.name)
                    value = None if text is None else _typed(text, parameter.schema)
                case "header":
                    value = headers.get(parameter.name)
                case _:
                    continue
            if value is None:
                if parameter.required:
                    message = f"{parameter.name} is required"
                    raise RefusedError("invalid_parameter", message, parameter.name)
                value = parameter.schema.get("default")
            else:
                validator = self._validator(f"{operation.id} {parameter.name}", parameter.schema)
                _refuse(list(violations(validator, value, parameter.name)))
            if parameter.location == "query":
                values[parameter.name] = value
        return values

    def check_body(self, operation: Operation, body: Any) -> None:
        """Let a JSON body pass that keeps to the contract.

        Raises:
            RefusedError: with the dotted path of the first offending field, and all violations.
        """
        schema = self._raw(operation)["requestBody"]["content"]["application/json"]["schema"]
        validator = self._validator(f"{operation.id} body", schema)
        _refuse(list(violations(validator, body, "")))

    def check_answer(self, operation_id: str, status: int, body: Any) -> list[Violation]:
        """How an answer breaks the contract; an empty list when it does not."""
        answers = self._raw(self.named(operation_id))["responses"]
        key = next((it for it in (str(status), f"{status // 100}XX") if it in answers), None)
        if key is None:
            return [Violation(path="", message=f"status {status} is not foreseen", rule="status")]
        answer = self._resolve(answers[key])
        content = answer.get("content", {}).get("application/json")
        if content is None:
            return []
        validator = self._validator(f"{operation_id} {key}", content["schema"])
        return list(violations(validator, body, ""))

    def _operations(self) -> Iterator[Operation]:
        for path, methods in self._document["paths"].items():
            for method, raw in methods.items():
                if method not in _METHODS:
                    continue
                parameters = tuple(self._parameter(it) for it in raw.get("parameters", ()))
                body = raw.get("requestBody")
                yield Operation(
                    id=raw["operationId"],
                    method=method.upper(),
                    path=path,
                    tag=raw["tags"][0],
                    parameters=parameters,
                    body_types=tuple(body["content"]) if body else (),
                    body_required=bool(body and body.get("required", False)),
                    success=next(int(it) for it in raw["responses"] if it.startswith("2")),
                    statuses=frozenset(raw["responses"]),
                    keyed=any(it.name == "Idempotency-Key" for it in parameters),
                    successor=raw.get("x-v3-replacement"),
                )

    def _parameter(self, raw: Mapping[str, Any]) -> Parameter:
        raw = self._resolve(raw)
        return Parameter(
            name=raw["name"],
            location=raw["in"],
            required=raw.get("required", False),
            schema=self._resolve(raw["schema"]) | raw["schema"],
        )

    def _raw(self, operation: Operation) -> Mapping[str, Any]:
        raw: Mapping[str, Any] = self._document["paths"][operation.path][operation.method.lower()]
        return raw

    def _resolve(self, value: Any) -> Any:
        while "$ref" in value:
            target: Any = self._document
            for step in value["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            value = target
        return value

    def _validator(self, use: str, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        if use not in self._validators:
            rooted = {"allOf": [_precise(schema)], "components": self._components}
            self._validators[use] = jsonschema_rs.Draft202012Validator(rooted)
        return self._validators[use]


@cache
def _load(dialect: str) -> Contract:
    file = resources.files("heygen_async.simulator") / "contract" / FILES[dialect]
    return Contract(orjson.loads(file.read_bytes()))


def _precise(schema: Any) -> Any:
    """The schema with its choices rewritten so that errors name the field (see above)."""
    match schema:
        case {"oneOf": _, "discriminator": {"propertyName": name, "mapping": mapping}}:
            return {
                "type": "object",
                "required": [name],
                "properties": {name: {"enum": list(mapping)}},
                "allOf": [
                    {
                        "if": {
                            "type": "object",
                            "properties": {name: {"const": word}},
                            "required": [name],
                        },
                        "then": {"$ref": target},
                    }
                    for word, target in mapping.items()
                ],
            }
        case {"anyOf": [choice, {"type": "null"}]}:
            return {"if": {"type": "null"}, "else": _precise(choice)}
        case dict():
            return {key: _precise(value) for key, value in schema.items()}
        case list():
            return [_precise(value) for value in schema]
        case _:
            return schema


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            "[^/]+" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", path)
        )
    )


def _typed(text: str, schema: Schema) -> Any:
    """A query value as its schema's type; text that is none stays as it is."""
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?\d{1,18}", text):
            return int(text)
        case "number" if re.fullmatch(r"-?\d{1,18}(\.\d+)?", text):
            return float(text)
        case "boolean" if text in {"true", "false"}:
            return text == "true"
        case _:
            return text


def _refuse(found: Sequence[Violation]) -> None:
    if not found:
        return
    first = found[0]
    errors = [{"code": "invalid_parameter", "message": it.message, "path": it.path} for it in found]
    raise RefusedError(
        "invalid_parameter",
        first.message,
        first.path or None,
        errors=errors if len(errors) > 1 else (),
    )
