"""Only what was offered can be booked, by whom it was offered to, for a quarter of an hour."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import slot_tokens
from server.domain.ids import AccountId, CaseId
from server.domain.slot_tokens import SlotOffer, SlotOfferExpiredError, SlotTokenInvalidError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OFFER = SlotOffer(
    "first-visit", AccountId("specialist"), NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30),
    CaseId("case"), NOW,
)  # fmt: skip


def mac(message: bytes) -> bytes:
    return hmac.digest(b"key", message, hashlib.sha256)


def another_mac(message: bytes) -> bytes:
    return hmac.digest(b"other", message, hashlib.sha256)


def test_an_offer_comes_back_as_it_was_made() -> None:
    assert slot_tokens.verify(slot_tokens.encode(OFFER, mac), mac, now=NOW) == OFFER


def test_an_offer_is_safe_in_an_address() -> None:
    token = slot_tokens.encode(OFFER, mac)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_an_offer_lapses_after_a_quarter_of_an_hour() -> None:
    token = slot_tokens.encode(OFFER, mac)
    assert slot_tokens.verify(token, mac, now=NOW + timedelta(minutes=15)) == OFFER
    with pytest.raises(SlotOfferExpiredError):
        slot_tokens.verify(token, mac, now=NOW + timedelta(minutes=15, seconds=1))


def test_an_offer_signed_with_another_key_is_refused() -> None:
    with pytest.raises(SlotTokenInvalidError):
        slot_tokens.verify(slot_tokens.encode(OFFER, another_mac), mac, now=NOW)


@settings(deadline=None)
@given(st.data())
def test_no_character_of_an_offer_can_be_changed(data: st.DataObject) -> None:
    token = slot_tokens.encode(OFFER, mac)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(SlotTokenInvalidError):
        slot_tokens.verify(token[:place] + other + token[place + 1 :], mac, now=NOW)


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="\ud800.é"), st.just("." * 2000), st.just(".")))
def test_nonsense_is_refused_and_never_breaks(token: str) -> None:
    with pytest.raises(SlotTokenInvalidError):
        slot_tokens.verify(token, mac, now=NOW)
