"""Engine servers as one engine: a conversation goes to the least loaded, stays there, and outlives it.

Owns where conversations run and what is needed to go on elsewhere. Knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from agent.lasting_session import Kept, LastingSession
from model.client import EngineClient, Patience, RemoteSession
from model.types import CapacityError, InputError, SessionLostError, SessionSettings

logger = logging.getLogger(__name__)

RESOLVE_S = 2.0
OTHERS_S = 0.2  # after the first server has told its load; who says nothing gets no conversation
ELSEWHERE = Patience(alive_s=0.5, resume_s=0.5)  # where another server can take the conversation over
MAX_KEPT = 64  # conversations that found no server and may come back; the oldest is forgotten


class EnginePool:
    """An `Engine` over some servers; `on_moved` is called for each conversation that goes on elsewhere."""

    def __init__(self, urls: str, token: str | None = None, on_moved: Callable[[], None] = lambda: None) -> None:
        """`urls`: engine addresses, comma between; a name stands for all its addresses. Raises InputError."""
        self._urls = [url.strip() for url in urls.split(",") if url.strip()]
        self._token = token
        self.on_moved = on_moved
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        if not self._urls:
            raise InputError("engine address: none is given; expected ws://host:port, comma between several")
        for url in self._urls:
            EngineClient(url, token)  # a wrong one is told now

    async def open(self, settings: SessionSettings) -> LastingSession:
        """Go on with the conversation if it was lost while no server had room for it, else begin it."""
        kept = self._kept.pop(settings.conversation, None)
        if kept is not None:
            try:
                session = await self.rebuild(kept.record)
            except InputError as error:
                logger.warning("%s: begins anew, its record is refused: %s", settings.conversation, error)
            except (CapacityError, SessionLostError):
                self.keep(settings.conversation, kept)
                raise
            else:
                return LastingSession(self, settings.conversation, session, kept)
        return LastingSession(self, settings.conversation, await self._first(lambda client: client.open(settings)))

    async def rebuild(self, record: bytes) -> RemoteSession:
        """Go on with an exported session at the least loaded server. Raises as `open` does, and InputError."""
        session = await self._first(lambda client: client.rebuild(record))
        self.on_moved()
        return session

    def keep(self, conversation: str, kept: Kept) -> None:
        """Hold what a conversation needs until it is opened again."""
        self._kept[conversation] = kept
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    async def _first(self, begin: Callable[[EngineClient], Awaitable[RemoteSession]]) -> RemoteSession:
        """What the first server gives that has room, the least loaded first; raises what the last one said."""
        failure: CapacityError | SessionLostError | None = None
        for client in await self._by_load():
            try:
                return await begin(client)
            except CapacityError as error:
                failure = error
            except SessionLostError as error:
                failure = failure or error  # "full" says more than "away"
        raise failure or SessionLostError(f"no engine server takes sessions at {', '.join(self._urls)}")

    async def _by_load(self) -> list[EngineClient]:
        addresses = await self._addresses()
        patience = Patience() if len(addresses) == 1 else ELSEWHERE
        clients = [EngineClient(url, self._token, patience) for url in addresses]
        if len(clients) == 1:
            return clients  # it says by itself whether it has room
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(_load_of(client), name="ask an engine server's load") for client in clients]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(asked, timeout=OTHERS_S)
            for task in asked:
                task.cancel()
        loads = [float("inf") if task.cancelled() else task.result() for task in asked]
        order = sorted(range(len(clients)), key=lambda index: loads[index])
        return [clients[index] for index in order if loads[index] != float("inf")]

    async def _addresses(self) -> list[str]:
        """Every address of every name. Behind TLS a name must stay one."""
        found: list[str] = []
        for url in self._urls:
            parts = urlsplit(url)
            if parts.scheme not in ("ws", "http") or parts.hostname is None or parts.port is None:
                found.append(url)
                continue
            try:
                async with asyncio.timeout(RESOLVE_S):
                    infos = await asyncio.get_running_loop().getaddrinfo(
                        parts.hostname, parts.port, type=socket.SOCK_STREAM
                    )
            except (OSError, TimeoutError):
                found.append(url)  # the connection's own error says more
                continue
            hosts = [str(info[4][0]) for info in infos]
            found += [f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port}" for host in hosts]
        return list(dict.fromkeys(found))


async def _load_of(client: EngineClient) -> float:
    """The share of its places that is taken; infinite when it takes no session."""
    try:
        return await client.load()
    except SessionLostError:
        return float("inf")
