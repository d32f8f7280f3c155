"""The server over real WebSockets on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest
from aiohttp import WSServerHandshakeError

from signaling import messages as m
from signaling.claims import Claims
from signaling.config import Config
from signaling.limits import Rate
from signaling.room import RoomLimits
from signaling.server import serve
from tests.signaling.house import SECRET, TOKENS, House, open_house

OFFER = m.SessionDescription("offer", "v=0\r\ns=" + "-" * 20_000)


@pytest.fixture
async def house() -> AsyncGenerator[House]:
    async with open_house() as house:
        yield house


async def test_two_people_join_and_negotiate(house: House) -> None:
    ada, ada_joined = await house.join("ada")
    ben, ben_joined = await house.join("ben")
    assert ben_joined.participants == (ada_joined.you,)
    assert (await ada.hear(m.ParticipantJoined)).participant == ben_joined.you
    await ben.say(m.DescriptionTo(ada_joined.you.id, "c1", OFFER))
    assert await ada.hear(m.DescriptionFrom) == m.DescriptionFrom(ben_joined.you.id, "c1", OFFER)


async def test_a_cut_socket_resumes_and_gets_what_it_missed(house: House) -> None:
    ada, ada_joined = await house.join("ada")
    ben, ben_joined = await house.join("ben")
    ada.cut()
    await ben.say(m.CandidateTo(ada_joined.you.id, "c1", None))
    again, again_joined = await house.join("ada", resume=ada_joined.resume)
    assert again_joined.resumed
    assert again_joined.you == ada_joined.you
    await ben.say(m.CandidateTo(ada_joined.you.id, "c2", None))
    assert (await again.hear(m.CandidateFrom)).sender == ben_joined.you.id


async def test_a_vanished_person_is_lost_after_the_grace() -> None:
    async with open_house(rooms=RoomLimits(resume_grace_s=0.05)) as house:
        ada, ada_joined = await house.join("ada")
        ben, _ = await house.join("ben")
        ada.cut()
        assert await ben.hear(m.ParticipantLeft) == m.ParticipantLeft(ada_joined.you.id, "lost")


async def test_one_who_answers_no_ping_is_lost_though_the_socket_seems_open() -> None:
    async with open_house(heartbeat_s=0.2, rooms=RoomLimits(resume_grace_s=0.05)) as house:
        _, mute_joined = await house.join("mute")  # reads nothing more, so no ping is answered
        ben, _ = await house.join("ben")
        assert await ben.hear(m.ParticipantLeft) == m.ParticipantLeft(mute_joined.you.id, "lost")


async def test_the_same_person_in_two_tabs_is_told_so(house: House) -> None:
    await house.join("ada")
    second = await house.connect()
    await second.say(m.Join("r", TOKENS.mint(Claims("r", "participant", "ada"), 60)))
    assert (await second.hear(m.Error)).code == "duplicate-tab"
    assert await second.hear_close() == 1008


async def test_an_agent_is_dispatched_joins_and_is_announced(house: House) -> None:
    worker = await house.work()
    ada, _ = await house.join("ada")
    dispatch = await worker.hear(m.Dispatch)
    assert (await ada.hear(m.AgentStatus)).status == "coming"
    agent = await house.connect(origin=None)
    await agent.say(m.Join(dispatch.room, dispatch.token))
    joined = await agent.hear(m.Joined)
    assert joined.you.role == "agent"
    assert (await ada.hear(m.AgentStatus)).status == "here"


async def test_a_dispatch_token_opens_no_other_room(house: House) -> None:
    worker = await house.work()
    await house.join("ada")
    dispatch = await worker.hear(m.Dispatch)
    agent = await house.connect(origin=None)
    await agent.say(m.Join("other", dispatch.token))
    assert (await agent.hear(m.Error)).code == "bad-token"


async def test_an_oversized_message_is_answered_and_the_room_lives_on(house: House) -> None:
    ada, _ = await house.join("ada")
    ben, ben_joined = await house.join("ben")
    await ada.socket.send_str(json.dumps({"type": "leave", "x": "x" * m.MAX_MESSAGE_BYTES}))
    assert (await ada.hear(m.Error)).code == "message-too-large"
    await ada.say(m.CandidateTo(ben_joined.you.id, "c1", None))
    assert (await ben.hear(m.CandidateFrom)).connection == "c1"


async def test_a_far_too_large_message_ends_only_the_socket_that_sent_it(house: House) -> None:
    ada, ada_joined = await house.join("ada")
    await ada.socket.send_str("x" * 300_000)
    assert await ada.hear_close() == 1009
    _, again = await house.join("ada", resume=ada_joined.resume)
    assert again.resumed


@pytest.mark.parametrize("text", ["", "[", '{"type":"dance"}', '{"type":"join","v":1}'])
async def test_a_malformed_message_is_answered_and_joining_still_works(house: House, text: str) -> None:
    client = await house.connect()
    await client.socket.send_str(text)
    assert (await client.hear(m.Error)).code == "bad-message"
    await client.socket.send_bytes(b"binary")
    assert "binary" in (await client.hear(m.Error)).message
    await client.say(m.Join("r", TOKENS.mint(Claims("r", "participant", "ada"), 60)))
    assert await client.hear(m.Joined)


async def test_eight_bad_messages_close_the_socket(house: House) -> None:
    client = await house.connect()
    for _ in range(8):
        await client.socket.send_str("nonsense")
    assert await client.hear_close() == 1008


async def test_another_version_is_refused(house: House) -> None:
    client = await house.connect()
    await client.socket.send_str('{"type":"join","v":2,"room":"r","token":"t"}')
    assert (await client.hear(m.Error)).code == "version"
    assert await client.hear_close() == 1008


async def test_a_silent_socket_is_closed_in_time() -> None:
    async with open_house(rooms=RoomLimits(join_timeout_s=0.05)) as house:
        client = await house.connect()
        assert (await client.hear(m.Error)).code == "join-timeout"
        assert await client.hear_close() == 1008


async def test_a_flood_is_dropped_told_once_and_at_last_cut() -> None:
    async with open_house(message_rate=Rate(per_s=0.01, burst=3), max_dropped_messages=20) as house:
        ada, _ = await house.join("ada")
        for _ in range(30):
            await ada.say(m.Media(m.MediaState()))
        error = await ada.hear(m.Error)
        assert error.code == "rate-limited"
        assert error.retry_after_s
        assert await ada.hear_close() == 1008
        assert await house.metric('errors_total{code="rate-limited"}') == 1
        _, ben_joined = await house.join("ben")
        assert len(ben_joined.participants) == 1


async def test_a_socket_that_does_not_read_is_cut_and_counted() -> None:
    async with open_house(max_queued_messages=8, message_rate=Rate(1e6, 1_000_000)) as house:
        _, deaf_joined = await house.join("deaf")  # reads nothing more
        ada, _ = await house.join("ada")
        for _ in range(2000):
            if house.server.metrics.slow_sockets_total:
                break
            await ada.say(m.DescriptionTo(deaf_joined.you.id, "c1", OFFER))
        assert await house.metric("slow_sockets_total") == 1
        await ada.say(m.Leave())
        assert (await ada.hear(m.Bye)).reason == "left"


async def test_a_burst_to_one_who_reads_arrives_whole_and_in_order() -> None:
    async with open_house(max_queued_messages=8) as house:
        ada, _ = await house.join("ada")
        ben, ben_joined = await house.join("ben")
        for index in range(200):
            await ada.say(m.CandidateTo(ben_joined.you.id, f"c{index}", None))
        heard = [(await ben.hear(m.CandidateFrom)).connection for _ in range(200)]
        assert heard == [f"c{index}" for index in range(200)]
        assert await house.metric("slow_sockets_total") == 0


async def test_a_page_of_a_strange_origin_gets_no_socket(house: House) -> None:
    with pytest.raises(WSServerHandshakeError) as raised:
        await house.connect(origin="https://evil.example")
    assert raised.value.status == 403
    assert await house.metric('denied_total{reason="origin"}') == 1


async def test_what_is_no_page_needs_more_than_a_guest_token(house: House) -> None:
    token = TOKENS.mint(Claims("r", "participant", "x", is_guest=True), 60)
    script = await house.connect(origin=None)
    await script.say(m.Join("r", token))
    assert (await script.hear(m.Error)).code == "bad-token"


async def test_too_many_connections_from_one_place_are_refused_with_a_hint() -> None:
    async with open_house(connect_rate=Rate(per_s=0.1, burst=2)) as house:
        await house.connect()
        await house.connect()
        with pytest.raises(WSServerHandshakeError) as raised:
            await house.connect()
        assert raised.value.status == 429
        assert raised.value.headers is not None and int(raised.value.headers["Retry-After"]) >= 1


async def test_a_full_server_takes_no_further_socket() -> None:
    async with open_house(max_sockets=1) as house:
        await house.connect()
        with pytest.raises(WSServerHandshakeError) as raised:
            await house.connect()
        assert raised.value.status == 503


async def test_a_request_that_is_no_websocket_is_refused_and_forgotten(house: House) -> None:
    async with house.http.get(f"{house.url}/ws") as response:
        assert response.status == 400
    assert house.server.num_sockets == 0


async def test_closing_says_goodbye_and_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    async with open_house() as house:
        ada, _ = await house.join("ada")
        worker = await house.work()
        silent = await house.connect()
        async with asyncio.TaskGroup() as tasks:
            byes = [tasks.create_task(each.hear(m.Bye), name="bye") for each in (ada, worker, silent)]
            tasks.create_task(house.server.close(), name="close")
        assert {bye.result().reason for bye in byes} == {"shutdown"}
        assert house.server.num_sockets == 0
    assert asyncio.all_tasks() == before


async def test_a_hung_client_does_not_hold_up_the_shutdown() -> None:
    async with asyncio.timeout(5), open_house(shutdown_timeout_s=0.1) as house:
        await house.join("deaf")  # reads nothing more, so it never answers the close
    assert house.server.num_sockets == 0


async def test_two_servers_run_in_one_loop_on_ports_of_their_own() -> None:
    async with open_house() as one, open_house() as two:
        assert one.server.port != two.server.port
        await one.join("ada")
        _, joined = await two.join("ada")
        assert not joined.participants


async def test_relay_credentials_come_with_the_join() -> None:
    stun_urls, turn_urls = ("stun:relay.example",), ("turn:relay.example:3478",)
    async with open_house(stun_urls=stun_urls, turn_urls=turn_urls, turn_secret="north") as house:
        _, joined = await house.join("ada")
        stun, turn = joined.ice_servers
        assert stun.urls == ("stun:relay.example",)
        assert turn.username is not None and turn.username.endswith(f":{joined.you.id}")


async def test_a_taken_port_is_an_os_error(house: House) -> None:
    with pytest.raises(OSError, match="address already in use"):
        async with serve(Config(secret=SECRET, port=house.server.port)):
            pass


async def test_health_and_metrics_show_what_goes_on(house: House) -> None:
    await house.work()
    await house.join("ada")
    async with house.http.get(f"{house.url}/healthz") as response:
        assert await response.json() == {"status": "ok", "rooms": 1, "workers": 1}
    assert await house.metric("people") == 1
    assert await house.metric("sockets") == 2
    assert await house.metric("dispatches_total") == 1
