"""Messages to a relay are those of RFC 8489, and nothing that comes back can do more than be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.integrations.stun import (
    Attribute,
    Kind,
    Message,
    Method,
    decode,
    key_of,
    pack_address,
    unpack_address,
)

# RFC 5769 section 2.2: an answer with an address of IPv4.
ANSWER = bytes.fromhex(
    "0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200008 0001a147e112a643"
    "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96"
)
XOR_MAPPED_ADDRESS = 0x0020
TRANSACTION = bytes(range(12))


def test_the_example_of_the_standard_is_read() -> None:
    message = decode(ANSWER)

    assert (message.method, message.kind) == (Method.BINDING, Kind.SUCCESS)
    assert unpack_address(message.attributes[XOR_MAPPED_ADDRESS], message.transaction) == ("192.0.2.1", 32853)


def test_the_key_is_that_of_the_standard() -> None:
    assert key_of("user", "realm", "pass").hex() == "8493fbc53ba582fb4c044c456bdc40eb"  # RFC 8489 section 9.2.2


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_an_address_comes_back_as_it_went(host: str) -> None:
    assert unpack_address(pack_address((host, 40_000), TRANSACTION), TRANSACTION) == (host, 40_000)


def test_a_signed_message_comes_back_with_its_signature() -> None:
    sent = Message(Method.ALLOCATE, Kind.REQUEST, TRANSACTION, {Attribute.USERNAME: b"someone"})

    read = decode(sent.encode(b"key"))

    assert read.attributes[Attribute.USERNAME] == b"someone"
    assert len(read.attributes[Attribute.MESSAGE_INTEGRITY]) == 20
    assert decode(sent.encode()) == sent


def test_a_refusal_says_its_number() -> None:
    refusal = Message(Method.ALLOCATE, Kind.ERROR, TRANSACTION, {Attribute.ERROR_CODE: bytes([0, 0, 4, 86])})

    assert decode(refusal.encode()).error == 486
    assert decode(ANSWER).error == 0


@given(st.binary(max_size=80), st.integers(0, len(ANSWER)))
def test_what_is_no_message_is_refused(noise: bytes, cut: int) -> None:
    for data in (noise, ANSWER[:cut], ANSWER[:cut] + noise):
        try:
            message = decode(data)
            message.address(Attribute.XOR_RELAYED_ADDRESS)
        except ValueError:
            continue
