"""Frames that are not for a session yet, session descriptions, buckets, ICE configuration."""

import base64
import hashlib
import hmac
import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.codes import CloseCode
from signaling.entrance import first_message
from signaling.errors import ViolationError
from signaling.ice import IceServers
from signaling.ids import MemberId
from signaling.limits import MAX_SDP_BYTES, Rate, TokenBucket
from signaling.messages import decode
from signaling.sdp import check_sdp
from tests.unit.signaling.stage import FINGERPRINT, SDP, START


def close_code(attempt: Callable[[], object]) -> CloseCode | None:
    try:
        attempt()
    except ViolationError as violation:
        return violation.close_code
    return None


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("nonsense", CloseCode.BAD_FRAME),
        ('{"type": "hello"}', CloseCode.BAD_FRAME),
        ('{"type": "hello", "data": {"versions": ["1"], "tab_id": "short"}}', CloseCode.BAD_FRAME),
        ('{"type": "hello", "data": {"versions": "1", "tab_id": "tab-0001"}}', CloseCode.BAD_FRAME),
        ('{"type": "resume", "data": {"session_id": "s", "resume_key": "k", "last_s": -1}}', CloseCode.BAD_FRAME),
        ('{"type": "ping", "data": {"ts": 1}}', CloseCode.OUT_OF_ORDER),
        ('{"type": "rtc.offer", "seq": 1, "to": "s", "data": {"gen": 1, "neg": 1, "sdp": ""}}', CloseCode.OUT_OF_ORDER),
        ('{"type": "levitate", "seq": 1}', CloseCode.OUT_OF_ORDER),
    ],
)
def test_only_a_sound_hello_or_resume_may_come_first(frame: str, code: CloseCode) -> None:
    with pytest.raises(ViolationError) as refused:
        first_message(frame)

    assert refused.value.close_code == code


@given(st.text(max_size=300))
def test_any_text_is_a_message_or_a_violation(text: str) -> None:
    assert close_code(lambda: decode(text)) in (None, CloseCode.BAD_FRAME)


@pytest.mark.parametrize(
    "sdp",
    [
        SDP,
        SDP.replace("\r\n", "\n"),
        SDP + f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:sha-256 {FINGERPRINT.lower()}\r\n",
        SDP + "a=fingerprint:sha-384 " + ":".join(["AB"] * 48) + "\r\n",
        SDP + "a=fingerprint:SHA-512 " + ":".join(["AB"] * 64) + "\r\n",
    ],
)
def test_a_description_that_binds_one_certificate_is_sound(sdp: str) -> None:
    check_sdp(sdp)


OTHER = ":".join(["FF"] * 32)


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "hello",
        SDP.replace("v=0", "v=1"),
        SDP.replace("a=fingerprint", "a=finger"),
        SDP.replace("sha-256", "sha-1"),
        SDP.replace("sha-256", "md5"),
        SDP.replace(FINGERPRINT, FINGERPRINT[:-3]),
        SDP.replace(FINGERPRINT, FINGERPRINT[:-1] + "G"),
        SDP.replace(FINGERPRINT, ""),
        SDP.replace("sha-256 ", "sha-256"),
        SDP + f"a=fingerprint:sha-256 {OTHER}\r\n",
        SDP + "a=fingerprint:sha-1 " + ":".join(["AB"] * 20) + "\r\n",
        SDP + "a=fingerprint\r\n",
        SDP.replace("sha-256 " + FINGERPRINT, "sha-384 " + ":".join(["AB"] * 48)),
        SDP + "\0",
        SDP.replace("\r\n", "\r"),
    ],
)
def test_a_description_without_exactly_one_safe_fingerprint_is_refused(sdp: str) -> None:
    with pytest.raises(ViolationError) as refused:
        check_sdp(sdp)

    assert refused.value.close_code == CloseCode.BAD_FRAME


def test_a_description_may_have_32_kib_and_no_more() -> None:
    check_sdp(SDP + "a=" + "x" * (MAX_SDP_BYTES - len(SDP) - 2))

    with pytest.raises(ViolationError) as refused:
        check_sdp(SDP + "a=" + "x" * (MAX_SDP_BYTES - len(SDP) - 1))

    assert refused.value.close_code == CloseCode.TOO_BIG


def test_three_thousand_mutations_are_taken_or_refused_and_nothing_else() -> None:
    dice = random.Random(3)
    for _ in range(3000):
        characters = list(SDP)
        for _ in range(dice.randint(1, 8)):
            characters[dice.randrange(len(characters))] = chr(dice.randrange(0, 0x2FF))
        assert close_code(partial(check_sdp, "".join(characters))) in (None, CloseCode.BAD_FRAME)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(Rate(per_second=5, burst=20), seconds=100)

    assert all(bucket.take(1, seconds=100) for _ in range(20))
    assert not bucket.take(1, seconds=100)
    assert bucket.wait_ms(1) == 200
    assert bucket.take(1, seconds=100.2)
    assert not bucket.take(1, seconds=100.2)


def test_a_bucket_is_never_fuller_than_its_burst_and_blind_to_a_clock_that_goes_back() -> None:
    bucket = TokenBucket(Rate(per_second=5, burst=2), seconds=100)

    assert [bucket.take(1, seconds=1000) for _ in range(3)] == [True, True, False]
    assert not bucket.take(1, seconds=500)


def test_no_ice_servers_are_given_out_unless_they_are_set() -> None:
    config = IceServers()(MemberId("m_1"), START)

    assert (config.ice_servers, config.ice_transport_policy) == ([], "all")


def test_turn_credentials_are_those_of_the_turn_rest_scheme() -> None:
    secret = b"a secret of the relay"
    servers = IceServers(
        stun=("stun:stun.example.org",),
        turn=("turn:t.example.org", "turns:t.example.org"),
        secret=secret,
        relay_only=True,
    )

    config = servers(MemberId("m_1"), START)

    stun, turn = config.ice_servers
    expiry = int((START + timedelta(minutes=10)).timestamp())
    mac = hmac.new(secret, f"{expiry}:m_1".encode(), hashlib.sha1).digest()
    assert (stun.urls, stun.username) == (["stun:stun.example.org"], None)
    assert turn.urls == ["turn:t.example.org", "turns:t.example.org"]
    assert (turn.username, turn.credential) == (f"{expiry}:m_1", base64.b64encode(mac).decode())
    assert (config.ice_transport_policy, config.ttl_s) == ("relay", 600)


@pytest.mark.parametrize(
    "make",
    [
        lambda: IceServers(stun=("turn:x",)),
        lambda: IceServers(turn=("stun:x",), secret=b"x" * 16),
        lambda: IceServers(turn=("turn:x",), secret=b"short"),
        lambda: IceServers(relay_only=True),
    ],
)
def test_ice_servers_that_cannot_work_are_refused(make: Callable[[], IceServers]) -> None:
    with pytest.raises(ValueError, match=r"STUN|TURN"):
        make()


def test_the_secret_of_the_relay_is_not_shown() -> None:
    assert "topsecret" not in repr(IceServers(turn=("turn:x",), secret=b"topsecrettopsecret"))
