"""A token opens one room, in one role, for some minutes."""

from __future__ import annotations

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.claims import Claims
from signaling.errors import ConfigError, TokenError
from signaling.tokens import Tokens

SECRET = "s" * 32
CLAIMS = Claims("kitchen", "participant", "ada", "Ada", is_guest=True)


class HandClock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_says_what_was_claimed_until_it_expires() -> None:
    clock = HandClock()
    tokens = Tokens(SECRET, clock)
    token = tokens.mint(CLAIMS, lifetime_s=60)
    assert tokens.verify(token) == CLAIMS
    clock.now += 69
    assert tokens.verify(token) == CLAIMS
    clock.now += 2
    with pytest.raises(TokenError, match="expired 11 s ago"):
        tokens.verify(token)


def test_another_secret_neither_opens_nor_forges() -> None:
    token = Tokens("x" * 32).mint(CLAIMS, lifetime_s=60)
    with pytest.raises(TokenError, match="not one of ours"):
        Tokens(SECRET).verify(token)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "elsewhere"},
        {"role": "king"},
        {"role": None},
        {"room": "no room"},
        {"room": 5},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"exp": "soon"},
        {"name": "n" * 81},
        {"guest": "perhaps"},
    ],
    ids=str,
)
def test_signed_claims_are_checked_like_any_input(change: dict[str, object]) -> None:
    payload = jwt.decode(Tokens(SECRET).mint(CLAIMS, 60), SECRET, ["HS256"], audience="alongside") | change
    token = jwt.encode({key: value for key, value in payload.items() if value is not None}, SECRET, "HS256")
    with pytest.raises(TokenError):
        Tokens(SECRET).verify(token)


def test_an_unsigned_token_opens_nothing() -> None:
    payload = jwt.decode(Tokens(SECRET).mint(CLAIMS, 60), SECRET, ["HS256"], audience="alongside")
    with pytest.raises(TokenError):
        Tokens(SECRET).verify(jwt.encode(payload, "", "none"))


def test_a_workers_token_names_no_room() -> None:
    token = Tokens(SECRET).mint(Claims("*", "worker", "w1"), 60)
    assert Tokens(SECRET).verify(token) == Claims("*", "worker", "w1")


@given(st.text() | st.text("abcXYZ019-_=.", max_size=80))
def test_any_text_is_a_token_or_a_token_error(text: str) -> None:
    with pytest.raises(TokenError):
        Tokens(SECRET).verify(text)


def test_a_short_secret_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match="secret: needs at least 32 bytes"):
        Tokens("short")
