"""PROTOCOL.md is what clients are written against: it and the types say the same."""

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

import signaling
from signaling import limits
from signaling.codes import NEVER_COME_BACK, CloseCode, Denial
from signaling.doorway import Knocks
from signaling.envelope import Command, Ordered, Relayed
from signaling.errors import RefusalError
from signaling.events import SERVER_TYPES, ServerMessage, encode
from signaling.messages import CLIENT_TYPES, ClientMessage, Misfit, decode
from signaling.rights import CAPS, HOST_CAPS, Cap, Role

DOCUMENT = (Path(signaling.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```json (client|server)\n(.*?)\n```", re.DOTALL)
EXAMPLES = EXAMPLE.findall(DOCUMENT)
BY_TAG = {kind.__struct_config__.tag: kind for kind in get_args(ServerMessage)}
FROM_CLIENT = {kind.__struct_config__.tag: kind for kind in get_args(ClientMessage)}


def section(number: int) -> str:
    return DOCUMENT.split(f"\n## {number}. ")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def table(text: str, head: str) -> dict[str, list[str]]:
    """The first table whose first heading is `head`, by the first cell."""
    after = text.split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    return {row[0].strip("`"): row[1:] for row in rows(after)}


def data_fields(kind: Any) -> set[str]:
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    data = fields.get("data")
    return {field.encode_name for field in msgspec.structs.fields(data)} if data is not None else set()


def test_every_client_message_stands_in_the_document_and_no_other() -> None:
    assert set(table(section(3), "type")) == CLIENT_TYPES


def test_every_server_message_stands_in_the_document_and_no_other() -> None:
    assert set(table(section(4), "type")) == SERVER_TYPES


@pytest.mark.parametrize("tag", sorted(CLIENT_TYPES))
def test_a_client_message_is_described_with_its_fields_its_number_and_its_answer(tag: str) -> None:
    described, _, numbered, answered = table(section(3), "type")[tag]
    kind = FROM_CLIENT[tag]

    assert all(f"`{name}`" in described for name in data_fields(kind))
    assert (numbered == "yes") is issubclass(kind, Ordered)
    assert (answered in ("always", "`ice.config`")) is issubclass(kind, Command)
    assert (answered == "refused") is issubclass(kind, Relayed)
    assert ("`to`" in described) is issubclass(kind, Relayed)


@pytest.mark.parametrize("tag", sorted(tag for tag in SERVER_TYPES if tag not in CLIENT_TYPES and tag != "snapshot"))
def test_a_server_message_is_described_with_its_fields(tag: str) -> None:
    described = table(section(4), "type")[tag][0]

    if described not in ("a member (section 5)", "a member, whole"):
        assert all(f"`{name}`" in described for name in data_fields(BY_TAG[tag]))


@pytest.mark.parametrize("tag", sorted(CLIENT_TYPES))
def test_every_client_message_has_an_example(tag: str) -> None:
    assert any(side == "client" and json.loads(text)["type"] == tag for side, text in EXAMPLES)


@pytest.mark.parametrize("tag", sorted(SERVER_TYPES))
def test_every_server_message_has_an_example(tag: str) -> None:
    assert any(side == "server" and json.loads(text)["type"] == tag for side, text in EXAMPLES)


@pytest.mark.parametrize("text", [text for side, text in EXAMPLES if side == "client"])
def test_every_example_from_a_client_is_understood(text: str) -> None:
    message = decode(text)

    assert not isinstance(message, Misfit)
    assert known_names(json.loads(text)) <= known_names(msgspec.to_builtins(message))


@pytest.mark.parametrize("text", [text for side, text in EXAMPLES if side == "server"])
def test_every_example_from_the_server_is_what_the_server_sends(text: str) -> None:
    message = msgspec.json.decode(text, type=ServerMessage)

    assert json.loads(encode(message)) == json.loads(text)


def test_every_close_code_stands_in_the_document_and_no_other() -> None:
    described = table(section(7), "code")

    assert {int(code): row[0] for code, row in described.items()} == {code: code.name.lower() for code in CloseCode}
    assert {code for code in CloseCode if described[str(int(code))][2] == "no"} == NEVER_COME_BACK


def test_every_error_code_stands_in_the_document_and_no_other() -> None:
    refusals = RefusalError.__subclasses__()

    assert sorted(table(section(8), "code")) == sorted(refusal.code for refusal in refusals)
    assert all(refusal.words.endswith(".") and "!" not in refusal.words for refusal in refusals)


def test_every_reason_for_denying_a_resume_stands_in_the_document_and_no_other() -> None:
    assert set(table(section(3), "`resume.denied` code")) == set(Denial)


def test_the_rights_are_those_of_the_document() -> None:
    described = table(section(6), "right")
    order = [Role.PATIENT, Role.COMPANION, Role.INTERPRETER, Role.SPECIALIST, Role.SCHEDULER, Role.OBSERVER]
    columns = [CAPS[role] for role in order]
    columns.insert(3, CAPS[Role.SPECIALIST] | HOST_CAPS)

    for cap in Cap:
        (row,) = (row for name, row in described.items() if name.split("`")[0] == cap)
        assert row == ["yes" if cap in column else "–" for column in columns], cap


def test_the_limits_are_those_of_the_document() -> None:
    said = section(9)

    assert f"{limits.MESSAGES.per_second:.0f} messages a second (burst {limits.MESSAGES.burst:.0f})" in said
    assert f"commands {limits.COMMANDS.per_second:.0f} a second, burst {limits.COMMANDS.burst:.0f}" in said
    assert f"{limits.MAX_MEMBERS} people in the room, {limits.MAX_SEATS} with those who wait" in said
    knocks = Knocks()
    assert f"connects: {knocks.member} a minute a member in a visit; {knocks.address} a minute an address" in said
    assert f"and {knocks.failures} wrong tickets" in said
    assert f"replay: {limits.RING_EVENTS} messages or {limits.RING_BYTES // 1024} KiB" in said
    assert f"{limits.RESUME_WINDOW_SECONDS:.0f} s · {limits.REPLIES_KEPT} stored answers" in said


def known_names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | set(chain.from_iterable(known_names(inner) for inner in value.values()))
    if isinstance(value, list):
        return set(chain.from_iterable(known_names(inner) for inner in value))
    return set()
