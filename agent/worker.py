"""One agent process: offers itself to signaling, and holds a conversation in each room it is sent to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import aiohttp

from agent import aiortc_seam
from agent.config import AgentConfig
from agent.conversation import Conversation
from agent.errors import TransportError
from agent.interpretation.organs import Organs
from agent.mesh import MeshRoom, signaling_messages
from agent.metrics import AgentMetrics
from agent.thinking import think
from agent.transport import Transport
from agent.work import WorkSetup
from model.types import Engine, SessionSettings, Spotter
from signaling.messages import Bye, Declined, Dispatch, Error, Register, Registered, ServerMessage

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 0.2
MAX_RETRY_S = 5.0
DRAIN_S = 3600.0  # how long the calls that are held may go on after `drain`


async def hold_conversation(
    conversation: Conversation,
    transport: Transport,
    engine: Engine,
    config: AgentConfig,
    metrics: AgentMetrics,
    setup: WorkSetup | None = None,
) -> None:
    """Carry one conversation from its first person to its end."""

    def on_lost() -> None:
        metrics.lost_sessions_total += 1

    async def live() -> None:
        await conversation.first_person.wait()
        extra = {"background": "yes"}
        if setup is not None and setup.has_look_up:
            extra["lookup"] = "yes"
        settings = SessionSettings(conversation.name, config.language, config.greeting, config.instructions, extra)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(conversation.run_clock(), name=f"clock {conversation.name}")
            tasks.create_task(conversation.work.run(), name=f"work {conversation.name}")
            tasks.create_task(conversation.interpretation.run(), name=f"interpretation {conversation.name}")
            tasks.create_task(think(conversation, engine, settings, on_lost), name=f"think {conversation.name}")

    async with asyncio.TaskGroup() as tasks:
        living = tasks.create_task(live(), name=f"live {conversation.name}")
        await transport.run(conversation)
        living.cancel()


@dataclass(slots=True)
class Worker:
    """Takes rooms from signaling until cancelled."""

    config: AgentConfig
    engine: Engine
    metrics: AgentMetrics = field(default_factory=AgentMetrics)
    registered: asyncio.Event = field(default_factory=asyncio.Event)
    setup: WorkSetup = field(default_factory=WorkSetup)
    spotter: Callable[[], Spotter] | None = None  # of stop words, one for each voice
    organs: Organs | None = None  # of interpretation; None does not offer it
    drain_s: float = DRAIN_S
    _rooms: dict[str, MeshRoom] = field(default_factory=dict[str, MeshRoom])
    _leaving: asyncio.Event = field(default_factory=asyncio.Event)
    _room_ended: asyncio.Event = field(default_factory=asyncio.Event)

    def drain(self) -> None:
        """Take no further room; `run` returns when those that are held have ended, or after `drain_s`."""
        self._leaving.set()

    async def run(self) -> None:
        """Register, and register again whenever signaling comes back, until `drain`. Rooms live on meanwhile."""
        aiortc_seam.configure_ice()
        aiortc_seam.prefer_opus_fec_dtx()
        with ThreadPoolExecutor(1, thread_name_prefix="media") as media_thread:
            async with asyncio.TaskGroup() as tasks, aiohttp.ClientSession() as http:
                registering = tasks.create_task(self._stay_registered(http, tasks, media_thread), name="registration")
                await self._leaving.wait()
                registering.cancel()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.drain_s):
                        await self._wait_for_rooms()
                for room in self._rooms.values():
                    room.end()

    async def _stay_registered(
        self, http: aiohttp.ClientSession, tasks: asyncio.TaskGroup, media_thread: ThreadPoolExecutor
    ) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                trusted = self.config.tls or True
                async with http.ws_connect(self.config.signaling_url, heartbeat=10.0, ssl=trusted) as socket:
                    retry_s = FIRST_RETRY_S
                    await self._serve(socket, tasks, media_thread)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                logger.warning("signaling is not reachable: %s", error)
            finally:
                self.registered.clear()
            await asyncio.sleep(retry_s)
            retry_s = min(MAX_RETRY_S, 2 * retry_s)

    async def _wait_for_rooms(self) -> None:
        while self._rooms:
            logger.info("draining: %d rooms are left", len(self._rooms))
            self._room_ended.clear()
            await self._room_ended.wait()

    async def _serve(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        tasks: asyncio.TaskGroup,
        media_thread: ThreadPoolExecutor,
    ) -> None:
        await socket.send_str(Register(self.config.worker_token, self.config.max_rooms - len(self._rooms)).to_json())
        async for message in signaling_messages(socket):
            if not isinstance(message, Dispatch):
                self._note(message)
            elif message.room in self._rooms:
                self._rooms[message.room].renew(message.token)
            elif len(self._rooms) >= self.config.max_rooms:
                full = Declined(message.room, f"all {self.config.max_rooms} places are taken")
                await socket.send_str(full.to_json())
            else:
                room = MeshRoom(message.room, message.token, self.config, self.metrics)
                self._rooms[message.room] = room
                tasks.create_task(self._hold(message.room, room, media_thread), name=f"room {message.room}")

    def _note(self, message: ServerMessage) -> None:
        match message:
            case Registered():
                logger.info("registered with signaling")
                self.registered.set()
            case Error(code, text):
                logger.error("signaling refused this worker: %s: %s", code, text)
                if code in ("bad-token", "version"):
                    raise TransportError(f"{code}: {text}")
            case Bye(reason):
                logger.info("signaling says bye: %s", reason)
            case _:
                pass

    async def _hold(self, name: str, room: MeshRoom, media_thread: ThreadPoolExecutor) -> None:
        """One room to its end; whatever goes wrong in it stays in it."""
        self.metrics.rooms += 1
        try:
            conversation = Conversation(
                name, self.config, media_thread, self.metrics, self.setup, self.spotter, self.organs
            )
            await hold_conversation(conversation, room, self.engine, self.config, self.metrics, self.setup)
        except Exception:
            self.metrics.lost_sessions_total += 1
            logger.exception("room %s failed", name)
        finally:
            self.metrics.rooms -= 1
            del self._rooms[name]
            self._room_ended.set()
