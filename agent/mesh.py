"""A room of our own signaling server: who is there, and one peer connection to each of them.

Owns the agent's signaling socket, its resumption, and the peers' lives. Knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from functools import partial

import aiohttp

from agent.config import AgentConfig
from agent.conversation import Conversation
from agent.errors import NegotiationError, TransportError
from agent.metrics import AgentMetrics
from agent.peer import Peer, PeerInfo
from signaling.messages import (
    Bye,
    CandidateFrom,
    DescriptionFrom,
    DescriptionTo,
    Error,
    IceCandidate,
    IceServer,
    Join,
    Joined,
    Leave,
    MessageError,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantUpdated,
    ServerMessage,
    SessionDescription,
    parse_server,
)

logger = logging.getLogger(__name__)

JOIN_TIMEOUT_S = 10.0
RESUME_S = 30.0  # the server keeps a lost participant this long
FIRST_RETRY_S = 0.2
MAX_RETRY_S = 5.0
MAX_OUTBOX = 256
LEAVE_TIMEOUT_S = 1.0


class MeshRoom:
    """The agent's presence in one room; a `Transport`."""

    def __init__(self, room: str, token: str, config: AgentConfig, metrics: AgentMetrics) -> None:
        self._room = room
        self._token = token
        self._config = config
        self._metrics = metrics
        self._resume: str | None = None
        self._people: dict[str, str] = {}  # id to name, the agents left out
        self._peers: dict[str, Peer] = {}
        self._outbox: asyncio.Queue[str] = asyncio.Queue(MAX_OUTBOX)  # output waits, also for a new socket
        self._someone_here = asyncio.Event()
        self._ice_servers: tuple[IceServer, ...] = ()
        self._refusal: str | None = None
        self._renewed = asyncio.Event()
        self._is_ending = False

    async def run(self, conversation: Conversation) -> None:
        """Stay in the room until it has been empty for a while, or is lost for good (TransportError)."""
        async with asyncio.TaskGroup() as tasks:
            socket = tasks.create_task(self._keep_socket(conversation, tasks), name=f"signal {self._room}")
            await self._wait_until_empty()
            for peer in self._peers.values():
                peer.end()
            self._put(Leave())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_TIMEOUT_S):
                    await self._outbox.join()  # else the seat would stay taken for the time of a resumption
            socket.cancel()

    def renew(self, token: str) -> None:
        """Signaling lost this seat and sends the agent anew: join with this token at the next attempt."""
        self._token = token
        self._resume = None
        self._renewed.set()

    def end(self) -> None:
        """Leave now, whoever is there."""
        self._is_ending = True
        self._someone_here.set()

    async def _wait_until_empty(self) -> None:
        while not self._is_ending:
            if self._people:
                self._someone_here.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._config.empty_room_s):
                    await self._someone_here.wait()
                    self._someone_here.clear()
                    continue
            if not self._people:
                return

    async def _keep_socket(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        lost_at = time.monotonic()
        retry_s = FIRST_RETRY_S
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.ws_connect(
                        self._config.signaling_url, heartbeat=10.0, max_msg_size=1 << 20, ssl=self._config.tls or True
                    ) as socket:
                        retry_s = FIRST_RETRY_S
                        await self._talk(socket, conversation, tasks)
                        lost_at = time.monotonic()
                except (aiohttp.ClientError, OSError, TimeoutError) as error:
                    logger.warning("%s: signaling is not reachable: %s", self._room, error)
                if self._refusal is not None:
                    await self._wait_for_renewal()
                if time.monotonic() - lost_at > RESUME_S:
                    raise TransportError(f"{self._room}: signaling was away for {RESUME_S:.0f} s")
                await asyncio.sleep(retry_s)
                retry_s = min(MAX_RETRY_S, 2 * retry_s)

    async def _wait_for_renewal(self) -> None:
        """A seat that was refused may be given anew by a dispatch."""
        refusal, self._refusal = self._refusal, None
        try:
            async with asyncio.timeout(RESUME_S):
                await self._renewed.wait()
        except TimeoutError:
            raise TransportError(f"{self._room}: {refusal}") from None

    async def _talk(
        self, socket: aiohttp.ClientWebSocketResponse, conversation: Conversation, tasks: asyncio.TaskGroup
    ) -> None:
        self._renewed.clear()
        await socket.send_str(Join(self._room, self._token, self._config.name, self._resume).to_json())
        async with asyncio.TaskGroup() as talk:
            sending = talk.create_task(self._send(socket), name=f"send {self._room}")
            async for message in signaling_messages(socket):
                self._take(message, conversation, tasks)
                if self._refusal is not None:
                    break
            sending.cancel()

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            text = await self._outbox.get()
            try:
                await socket.send_str(text)
            except ConnectionError:
                return  # the reader notices too, and opens another socket
            finally:
                self._outbox.task_done()

    def _take(self, message: ServerMessage, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        match message:
            case Joined():
                self._resume = message.resume
                self._ice_servers = message.ice_servers
                present = {each.id: each.name for each in message.participants if each.role != "agent"}
                for gone in self._people.keys() - present.keys():
                    self._lose(gone)
                self._people = present
                self._someone_here.set()
            case ParticipantJoined(participant) | ParticipantUpdated(participant):
                if participant.role != "agent":
                    self._people[participant.id] = participant.name
                    self._someone_here.set()
            case ParticipantLeft(id=who):
                self._lose(who)
                self._someone_here.set()
            case DescriptionFrom(sender, connection, description):
                self._describe(sender, connection, description, conversation, tasks)
            case CandidateFrom(sender, connection, candidate):
                peer = self._peers.get(sender)
                if peer is not None and peer.info.connection == connection and candidate is not None:
                    self._hand_over(peer, candidate)
            case Bye(reason):
                logger.info("%s: signaling says bye: %s", self._room, reason)
            case Error(code, text):
                logger.warning("%s: signaling error %s: %s", self._room, code, text)
                if code in ("bad-token", "room-full", "too-many-rooms", "version", "resume-expired"):
                    self._refusal = f"{code}: {text}"
            case _:
                pass

    def _describe(
        self,
        sender: str,
        connection: str,
        description: SessionDescription,
        conversation: Conversation,
        tasks: asyncio.TaskGroup,
    ) -> None:
        peer = self._peers.get(sender)
        if peer is None or peer.info.connection != connection:
            if description.type != "offer":
                return
            if peer is not None:
                peer.end()
            info = PeerInfo(sender, self._people.get(sender, "Somebody"), connection)
            signal = partial(self._signal, sender, connection)
            peer = self._peers[sender] = Peer(info, conversation, self._ice_servers, signal)
            tasks.create_task(self._live(peer), name=f"peer {sender} {connection}")
        self._hand_over(peer, description)

    def _hand_over(self, peer: Peer, signal: SessionDescription | IceCandidate) -> None:
        try:
            peer.signal(signal)
        except NegotiationError as error:
            logger.warning("%s: %s", self._room, error)
            peer.end()

    async def _live(self, peer: Peer) -> None:
        """Run one peer to its end; whatever goes wrong in it stays in it."""
        self._metrics.peers += 1
        try:
            await peer.run()
        except Exception:
            self._metrics.failed_peers_total += 1
            logger.exception("%s: peer %s failed", self._room, peer.info.id)
        finally:
            self._metrics.peers -= 1
            if self._peers.get(peer.info.id) is peer:
                del self._peers[peer.info.id]

    def _signal(self, to: str, connection: str, description: SessionDescription) -> None:
        self._put(DescriptionTo(to, connection, description))

    def _put(self, message: DescriptionTo | Leave) -> None:
        if self._outbox.full():
            self._outbox.get_nowait()  # signaling has been away: the oldest answer is stale by now
            self._outbox.task_done()
        self._outbox.put_nowait(message.to_json())

    def _lose(self, who: str) -> None:
        self._people.pop(who, None)
        peer = self._peers.get(who)
        if peer is not None:
            peer.end()


async def signaling_messages(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[ServerMessage]:
    """The server's messages until the socket ends; what cannot be understood is logged and passed over."""
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.TEXT:
            continue
        try:
            yield parse_server(message.data)
        except MessageError as error:
            logger.warning("signaling sent something that is not understood: %s", error)
