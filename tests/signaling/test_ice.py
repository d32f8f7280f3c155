"""Relay credentials are what a TURN server with the same secret computes."""

from __future__ import annotations

from signaling.ice import ice_servers, turn_credentials


def test_credentials_equal_the_worked_example() -> None:
    # printf %s '1433895918:filter' | openssl dgst -sha1 -hmac 'north' -binary | base64
    assert turn_credentials("north", "filter", 1_433_895_918) == (
        "1433895918:filter",
        "NS54WEJEEUTt4rjiXpRvzNJv0h4=",
    )


def test_each_participant_gets_stun_and_its_own_relay_credentials() -> None:
    servers = ice_servers(("stun:a",), ("turn:b", "turns:b"), "north", "p1", 5)
    assert servers[0].urls == ("stun:a",)
    assert servers[0].credential is None
    assert servers[1].urls == ("turn:b", "turns:b")
    assert servers[1].username == "5:p1"
    assert servers[1].credential != ice_servers((), ("turn:b",), "north", "p2", 5)[0].credential


def test_without_servers_nothing_is_offered() -> None:
    assert ice_servers((), (), "", "p1", 5) == ()
