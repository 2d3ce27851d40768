"""What the interface's own description admits, the service accepts, and nothing else: value by value, at every edge.

A random fuzzer finds one such fault a week. Here every value that a caller can send is tried with everything that
has ever told a schema and its validator apart.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel

from server.app import API
from server.domain.errors import DomainError
from server.http.api import Route, validate, validate_json
from server.http.bodies import check
from server.http.openapi import document

ROUTES = [route for routes in API for route in routes]
DOCUMENT = document(ROUTES, "0")
SCHEMAS = DOCUMENT["components"]["schemas"]

BLANKS = (
    *(chr(code) for code in range(1, 0x20)),
    *" \x7f\x85\xa0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff",
)
SIGNS = "aZ09_-.:/\\\"'<>@,;()[]{}|\u0301\u0665\u0958\u1d2c\ufb1d\ufffd\uffff\U0001f469\U0001d160\U0010ffff"
TEXTS = (
    *("", "\0", "a\0b", "null", "unknown", "a@b", "é@ö.example", '"a"@b', "a@b:c", "a(b)@c", "a\\@b"),
    *("+1 (313) 555-0142", "1    ", "1---- ", "12345)", "09:00", "24:00", "24:01", "9:00", "MI", "mi", "ZZ", "MI\n"),
    *("0", "1", "-1", "1e3", "1234567890", "20300131", "2030-01-31", "2030-02-30", "2030-W05-4", "9999-12-31"),
    *("2030-01-31T00:00:00", "2030-01-31T09:00Z", "2030-01-31 09:00:00Z", "2030-01-31T09:00:00Z", "Z", "+00:00"),
    *("2030-01-31t09:00:00.1234567z", "2030-01-31T09:00:00+0100", "2030-01-31T09:00:00+23:59", "2030-01-31T24:00:00Z"),
    *("America/Detroit", "america/detroit", "Nowhere/Land", "booking", "Booking", "true"),
)
OTHERS: tuple[Any, ...] = (
    *(None, True, False, [], {}, [None], [[]], {"": ""}, {"a": None}),
    *(0, -1, 1, 6, 7, 30, 31, 1000, 1001, 10**9, 10**9 + 1, -(10**9) - 1, 10**39, 10**41, 3.0, -0.0, 3.5, 1e9, 1e300),
)
# One value that fits is needed for every kind of value; where none of these does, add one.
FITTING = (
    *("ab", "abcdef0123", "Rosa@example.org", "313 555 0142", "2030-01-31", "2030-01-31T09:00:00Z", "MI", "09:00"),
    *("America/Detroit", "7K4M-QX2B", "C07", "0" * 64, 3, True, None),
)


def resolved(schema: Any) -> Any:
    """Put what is referred to in the place of the reference."""
    if isinstance(schema, list):
        return [resolved(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return resolved(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    return {name: resolved(value) for name, value in schema.items() if name not in ("default", "discriminator")}


def fits(schema: Any, value: Any) -> bool:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


def a_value(schema: Any) -> Any:
    """Find one value that fits."""
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return a_value(alternatives[0])
    if "properties" in schema:
        return {name: a_value(schema["properties"][name]) for name in schema.get("required", ())}
    if "patternProperties" in schema:
        (value,) = schema["patternProperties"].values()
        return {"ab": a_value(value)}
    if schema.get("type") == "array":
        return [a_value(schema["items"])]
    known = schema.get("enum") or [schema["const"]] if "enum" in schema or "const" in schema else FITTING
    return next(value for value in known if fits(schema, value))


def edges(schema: Any) -> Iterator[Any]:
    """Give values on either side of what a schema admits, for each of its parts in turn."""
    for alternative in schema.get("anyOf") or schema.get("oneOf") or ():
        yield from edges(alternative)
    if "properties" in schema:
        yield from _objects(schema, a_value(schema))
    elif "patternProperties" in schema:
        (value,) = schema["patternProperties"].values()
        yield from ({"ab": edge} for edge in edges(value))
        yield from ({name: a_value(value)} for name in ("", "a", "AB", "a b", "ab ", "ab\n", "a" * 60, "a" * 61))
        yield from ({f"a{number}": a_value(value) for number in range(many)} for many in (60, 61))
    elif schema.get("type") == "array":
        yield from ([edge] for edge in edges(schema["items"]))
        yield from ([a_value(schema["items"])] * many for many in (schema["maxItems"], schema["maxItems"] + 1))
    elif schema.get("type") == "string":
        yield from _texts(schema, a_value(schema))
    yield from chain(OTHERS, TEXTS)


def _objects(schema: Any, whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield whole
    yield {**whole, "stranger": 1}
    for name in schema.get("required", ()):
        yield {key: value for key, value in whole.items() if key != name}
    different = {json.dumps(part | {"title": ""}): (name, part) for name, part in schema["properties"].items()}
    for name, part in different.values():
        yield from ({**whole, name: edge} for edge in edges(part))


def _texts(schema: Any, fitting: str) -> Iterator[str]:
    lengths = {schema[bound] + more for bound in ("minLength", "maxLength") if bound in schema for more in (-1, 0, 1)}
    lengths |= {1, 2, 3, 5, 40, 41}
    for blank in BLANKS:
        yield from (blank, blank + fitting, fitting + blank)
    yield from (fitting[0] + blank + fitting[1:] for blank in " \n\x85")
    for sign in SIGNS:
        yield from (sign, fitting + sign)
    for length in lengths:
        yield from (sign * length for sign in (" ", "\u0958", fitting[0]))
        yield from ((fitting + sign * length)[:length] for sign in (" ", fitting[-1]))
        yield (" " * length + fitting)[-length:]


def kept(model: type[BaseModel], value: Any) -> BaseModel | None:
    """Take a body in as an endpoint does; None where it is refused."""
    raw = json.dumps(value).encode()
    try:
        check(raw)
        return validate_json(model, raw)
    except DomainError:
        return None


def bodies() -> list[type[BaseModel]]:
    return sorted({route.body for route in ROUTES if route.body is not None}, key=lambda model: model.__name__)


def queries() -> list[Route]:
    return [route for route in ROUTES if route.query is not None]


@pytest.mark.parametrize("model", bodies(), ids=lambda model: model.__name__)
def test_a_body_is_accepted_exactly_when_it_fits_its_schema(model: type[BaseModel]) -> None:
    schema = resolved(SCHEMAS[model.__name__])
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert kept(model, a_value(schema)) is not None

    apart = [value for value in edges(schema) if not _agree(validator, model, value)]

    assert not apart, [json.dumps(value)[:300] for value in apart[:10]]


@pytest.mark.parametrize("route", queries(), ids=lambda route: route.path)
def test_a_query_is_accepted_exactly_when_it_fits_its_parameters(route: Route) -> None:
    parameters = DOCUMENT["paths"][route.path][route.method.lower()]["parameters"]
    in_query = [parameter for parameter in parameters if parameter["in"] == "query"]
    schema = {
        "properties": {parameter["name"]: resolved(parameter["schema"]) for parameter in in_query},
        "required": [parameter["name"] for parameter in in_query if parameter["required"]],
        "additionalProperties": False,
    }
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    sent = (query for query in edges(schema) if isinstance(query, dict) and all(map(_is_text, query.values())))
    apart = [query for query in sent if validator.is_valid(query) != _accepted(route.query, query)]

    assert not apart, [json.dumps(query)[:300] for query in apart[:10]]


def test_patterns_mean_the_same_to_everybody_who_reads_them() -> None:
    patterns = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(DOCUMENT)))
    assert len(patterns) > 5

    assert not [pattern for pattern in map(json.loads, patterns) if re.search(r"\\[A-Za-tv-z]", pattern)]


def _agree(validator: jsonschema_rs.Draft202012Validator, model: type[BaseModel], value: Any) -> bool:
    """Whether schema and model say the same, and what is kept can be sent again."""
    found = kept(model, value)
    if found is None or not validator.is_valid(value):
        return found is None and not validator.is_valid(value)
    again = found.model_dump(mode="json", exclude_unset=True)
    return again == value or kept(model, again) == found


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _accepted(model: type[BaseModel], query: dict[str, str]) -> bool:
    try:
        return validate(model, query) is not None
    except DomainError:
        return False
