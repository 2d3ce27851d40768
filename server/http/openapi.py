"""The OpenAPI 3.1 document, made from the routes that serve."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.http.api import BASE, Route
from server.http.problems import Problem, status_of

REFERENCE = "#/components/schemas/{model}"
PARAMETER = re.compile(r"{(\w+)(?::[^}]*)?}")


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Describe every route."""
    listed = sorted(routes, key=lambda route: (route.path, route.method))
    schemas, references = _schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        path = PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Consilium",
            "version": version,
            "description": (
                "Second opinions by video. Errors are RFC 9457 problems with a stable `code`. Files go up by tus 1.0.0"
                f" at `{BASE}/uploads`, a protocol with a description of its own (metadata: case, filename, filetype,"
                " kind, container)."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": BASE}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"},
            },
        },
    }


def operation_id(route: Route) -> str:
    """Name an operation: the handler's module and its name."""
    return f"{route.handler.__module__.rpartition('.')[2]}_{route.handler.__name__}"


References = Mapping[Any, dict[str, Any]]  # by (model, "validation" or "serialization")


def _schemas(routes: list[Route]) -> tuple[dict[str, Any], References]:
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for route in routes:
        wanted += [(model, "validation") for model in (route.body, route.query) if model is not None]
        wanted += [(route.returns, "serialization")] if route.returns is not None else []
    references, definitions = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REFERENCE)
    return definitions.get("$defs", {}), references


def _operation(route: Route, schemas: dict[str, Any], references: References) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(route),
        "tags": [route.tag],
        "summary": route.summary,
        "responses": _responses(route, references),
    }
    if route.action is None:
        operation["security"] = []
    parameters = [_path_parameter(name) for name in PARAMETER.findall(route.path)]
    parameters += _query_parameters(route, schemas, references)
    if route.creates:
        key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        schema = references[(route.body, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _query_parameters(route: Route, schemas: dict[str, Any], references: References) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = schemas[references[(route.query, "validation")]["$ref"].rpartition("/")[2]]
    needed = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _in_an_address(value)}
        for name, value in schema.get("properties", {}).items()
    ]


def _in_an_address(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out null: in an address, what is not there is left out."""
    given = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return given[0] if len(given) == 1 else schema


def _responses(route: Route, references: References) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if route.returns is not None:
        content = {"application/json": {"schema": references[(route.returns, "serialization")]}}
        responses[str(route.status)] = {"description": "Done", "content": content}
    elif route.media_type != "application/json":
        responses[str(route.status)] = {"description": "The bytes", "content": {route.media_type: {}}}
    else:
        responses[str(route.status if route.status != 200 else 204)] = {"description": "Done"}
    problem = {"application/problem+json": {"schema": references[(Problem, "serialization")]}}
    for status in sorted(_refusals(route)):
        responses[str(status)] = {"description": "Refused", "content": problem}
    return responses


def _refusals(route: Route) -> set[int]:
    statuses = {400, 429} | {status_of(error) for error in route.refuses}
    if route.action is not None:
        statuses |= {401, 403}
    if "{" in route.path:
        statuses.add(404)
    if route.body is not None:
        statuses |= {408, 413, 415, 422}
    if route.query is not None:
        statuses.add(422)
    if route.creates:
        statuses |= {409, 422}
    return statuses
