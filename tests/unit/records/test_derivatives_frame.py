"""The service believes nothing of an answer before it is checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.integrations.derivatives_frame import Answer, BrokenAnswerError, decode, encode


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9), max_size=4), st.binary(max_size=99))
def test_an_answer_comes_over_whole(fields: dict[str, object], body: bytes) -> None:
    assert decode(encode(Answer(fields, body))) == Answer(fields, body)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"CSD1",
        b"HTTP/1.1 200 OK",
        b"CSD1\0\0\0\x09{}",
        b"CSD1\xff\xff\xff\xff{}",
        b"CSD1\0\0\0\x02[]",
        b"CSD1\0\0\0\x02{{",
        b"CSD1\0\0\0\x02\xff\xff",
        b"CSD1\0\x02\0\0" + b" " * 200_000,
    ],
)
def test_what_is_no_answer_is_broken(raw: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        decode(raw)
