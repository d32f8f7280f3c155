"""Only pages that were named may connect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import ConfigError
from signaling.origins import LOCAL_ORIGINS, Origins


@pytest.mark.parametrize(
    "origin", ["http://localhost", "http://localhost:8080", "https://127.0.0.1:1", "http://[::1]:5000"]
)
def test_pages_of_this_machine_are_allowed_on_any_port(origin: str) -> None:
    assert Origins(LOCAL_ORIGINS).allow(origin)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://localhost.evil.example",
        "http://evil.example:8080",
        "http://localhost:8080/",
        "http://localhost:80:80",
        "http://evil.example#localhost",
        "ftp://localhost",
        "http://localhost:8080\n",
    ],
)
def test_others_are_not(origin: str | None) -> None:
    assert not Origins(LOCAL_ORIGINS).allow(origin)


def test_a_missing_port_is_the_schemes_own() -> None:
    origins = Origins(("https://call.example",))
    assert origins.allow("https://call.example")
    assert origins.allow("https://call.example:443")
    assert not origins.allow("https://call.example:8443")
    assert not origins.allow("http://call.example")


def test_a_star_allows_every_real_origin() -> None:
    assert Origins(("*",)).allow("https://anything.example")
    assert not Origins(("*",)).allow("null")


@given(st.text())
def test_any_header_is_judged_without_an_exception(origin: str) -> None:
    assert not Origins(("https://call.example",)).allow(origin)


@pytest.mark.parametrize("entry", ["call.example", "https://", "https://call.example/page", "https://*.example"])
def test_an_entry_that_could_never_match_is_refused(entry: str) -> None:
    with pytest.raises(ConfigError, match="origins"):
        Origins((entry,))


def test_frame_ancestors_name_the_same_pages() -> None:
    assert Origins(("https://a.example", "http://[::1]:*")).frame_ancestors() == "'self' https://a.example"
