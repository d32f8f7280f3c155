"""Contact with aiortc's private names, through real peers on this machine."""

from __future__ import annotations

import asyncio
import socket
import time
import tomllib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    rtcicetransport,
)
from aiortc.mediastreams import MediaStreamTrack

from agent import aiortc_seam
from agent.audio_receiver import RtpAudioPacket
from agent.opus import inspect_payload


@pytest.fixture(autouse=True)
def stock_ice_afterwards() -> Iterator[None]:
    names = ("Connection", "connection_kwargs")
    stock = {name: getattr(rtcicetransport, name) for name in names}
    yield
    for name, value in stock.items():
        setattr(rtcicetransport, name, value)


@asynccontextmanager
async def peers(configuration: RTCConfiguration) -> AsyncGenerator[tuple[RTCPeerConnection, RTCPeerConnection]]:
    first, second = RTCPeerConnection(configuration), RTCPeerConnection(configuration)
    try:
        yield first, second
    finally:
        await asyncio.gather(first.close(), second.close())


async def negotiate(caller: RTCPeerConnection, callee: RTCPeerConnection) -> None:
    await caller.setLocalDescription(await caller.createOffer())
    await callee.setRemoteDescription(caller.localDescription)
    await callee.setLocalDescription(await callee.createAnswer())
    await caller.setRemoteDescription(callee.localDescription)


def new_connection(*, ice_controlling: bool) -> Any:  # aioice's, as aiortc would make it now
    return getattr(rtcicetransport, "Connection")(ice_controlling=ice_controlling)  # noqa: B009


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A UDP port that takes everything and answers nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        yield server.getsockname()[1]


def test_the_versions_this_is_written_for_are_installed_and_pinned() -> None:
    aiortc_seam.check_versions()
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    for package, version in aiortc_seam.PINNED_VERSIONS.items():
        assert f"{package}=={version}" in project["dependencies"]


def test_a_receiver_without_the_private_names_is_refused() -> None:
    with pytest.raises(aiortc_seam.AiortcChangedError, match="jitter buffer"):
        aiortc_seam.attach_receiver(cast(RTCRtpReceiver, object()), lambda packet: None)


async def test_packets_come_out_and_nothing_piles_up_in_aiortc() -> None:
    packets: list[RtpAudioPacket] = []
    enough = asyncio.Event()
    tracks: list[MediaStreamTrack] = []

    def on_packet(packet: RtpAudioPacket) -> None:
        packets.append(packet)
        if len(packets) == 40:
            enough.set()

    async with peers(RTCConfiguration([])) as (caller, callee):

        @callee.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            tracks.append(track)
            aiortc_seam.attach_receiver(callee.getTransceivers()[0].receiver, on_packet)

        caller.addTrack(AudioStreamTrack())
        await negotiate(caller, callee)
        async with asyncio.timeout(15):
            await enough.wait()
        stats = await callee.getTransceivers()[0].receiver.getStats()
    numbers = [packet.sequence_number for packet in packets]
    assert all((after - before) & 0xFFFF == 1 for before, after in pairwise(numbers))
    assert all(inspect_payload(packet.payload).num_samples == 960 for packet in packets)
    assert all(packet.audio_level_dbov == -127.0 for packet in packets)  # AudioStreamTrack is silent
    assert len({packet.ssrc for packet in packets}) == 1
    queue: asyncio.Queue[Any] = cast(Any, tracks[0])._queue
    assert queue.qsize() <= 1, "only the end of the track may wait there"
    received = [each.packetsReceived for each in stats.values() if each.type == "inbound-rtp"]
    assert received and received[0] >= 40


async def test_the_answer_asks_for_fec_dtx_and_audio_levels() -> None:
    aiortc_seam.prefer_opus_fec_dtx()
    aiortc_seam.prefer_opus_fec_dtx()
    async with peers(RTCConfiguration([])) as (caller, callee):
        caller.addTransceiver("audio")
        await negotiate(caller, callee)
        answer = callee.localDescription.sdp
    fmtp = next(line for line in answer.splitlines() if line.startswith("a=fmtp:96"))
    assert "useinbandfec=1" in fmtp and "usedtx=1" in fmtp
    assert answer.count("a=fmtp:96") == 1
    assert f" {aiortc_seam.AUDIO_LEVEL_URI}" in answer


async def test_unreachable_servers_hold_an_answer_for_less_than_half_a_second(silent_server: int) -> None:
    aiortc_seam.configure_ice(gather_timeout_s=0.3)
    servers = [
        RTCIceServer(f"stun:127.0.0.1:{silent_server}"),
        RTCIceServer(f"turn:127.0.0.1:{silent_server}", "user", "secret"),
        RTCIceServer([f"turn:127.0.0.1:{silent_server}?transport=udp", "turn:127.0.0.1:9?transport=tcp"], "u", "p"),
    ]
    async with peers(RTCConfiguration(servers)) as (caller, _):
        caller.addTransceiver("audio")
        offer = await caller.createOffer()
        started_at = time.monotonic()
        await caller.setLocalDescription(offer)
        assert time.monotonic() - started_at < 0.5
        assert "a=candidate:" in caller.localDescription.sdp


def test_every_turn_server_is_asked_and_the_first_stun_server() -> None:
    aiortc_seam.configure_ice()
    kwargs = rtcicetransport.connection_kwargs(
        [
            RTCIceServer(["stun:a.example", "stun:b.example"]),
            RTCIceServer(["turn:c.example", "turns:c.example:443?transport=tcp"], "user", "secret"),
            RTCIceServer("turn:d.example?transport=tcp", "other", "word"),
        ]
    )
    assert kwargs["stun_server"] == ("a.example", 3478)
    assert kwargs["turn_server"] == ("c.example", 3478)
    more = [(server["turn_server"], server["turn_username"]) for server in kwargs["more_turn_servers"]]
    assert more == [(("c.example", 443), "user"), (("d.example", 3478), "other")]


async def test_a_machine_without_network_still_connects_on_loopback() -> None:
    aiortc_seam.configure_ice()
    first = new_connection(ice_controlling=True)
    second = new_connection(ice_controlling=False)
    for connection in (first, second):
        found = await connection.get_component_candidates(1, addresses=[])  # what no interface looks like
        assert [candidate.host for candidate in found] == ["127.0.0.1"]
        connection._local_candidates = found
        connection._local_candidates_end = True
    await _connect(first, second)
    await first.send(b"hello")
    assert await second.recv() == b"hello"
    await asyncio.gather(first.close(), second.close())


async def test_a_peer_that_vanishes_is_noticed_soon_and_one_that_talks_is_kept() -> None:
    aiortc_seam.configure_ice(vanish_timeout_s=1.0)
    first = new_connection(ice_controlling=True)
    second = new_connection(ice_controlling=False)
    await asyncio.gather(first.gather_candidates(), second.gather_candidates())
    await _connect(first, second)
    closing = asyncio.create_task(first.get_event(), name="closing")
    for _ in range(15):  # 1.5 s of media every 0.1 s: longer than the bound
        await asyncio.gather(first.send(b"media"), second.send(b"media"))
        await asyncio.wait([closing], timeout=0.1)
    assert not closing.done()
    vanished_at = time.monotonic()
    async with asyncio.timeout(10):
        await closing
    assert 0.5 < time.monotonic() - vanished_at < 3.0
    await asyncio.gather(first.close(), second.close())


async def _connect(first: Any, second: Any) -> None:
    for here, there in ((first, second), (second, first)):
        here.remote_username, here.remote_password = there.local_username, there.local_password
        for candidate in there.local_candidates:
            await here.add_remote_candidate(candidate)
        await here.add_remote_candidate(None)
    await asyncio.gather(first.connect(), second.connect())
