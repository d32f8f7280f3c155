"""One WebSocket: reads, checks and counts what comes, writes what goes out. Knows nothing of rooms."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Protocol

from aiohttp import WSMsgType, web

from signaling.config import Config
from signaling.limits import TokenBucket
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    ClientMessage,
    Error,
    MessageError,
    parse_client,
)
from signaling.metrics import Metrics
from signaling.room import POLICY, Close, Output, Send

logger = logging.getLogger(__name__)
# Up to this size a message is answered with an error; beyond it the socket closes with code 1009.
MAX_READ_BYTES = 4 * MAX_MESSAGE_BYTES


class Receiver(Protocol):
    """Who is told of what came."""

    def received(self, socket: str, message: ClientMessage) -> None: ...

    def rejected(self, socket: str, error: MessageError) -> None: ...


class Connection:
    """A socket with a bounded queue of what goes out.

    Who does not read until the queue is full, or for `send_timeout_s`, loses the socket; a page resumes.
    """

    def __init__(self, name: str, request: web.Request, receiver: Receiver, config: Config, metrics: Metrics) -> None:
        self.name = name
        self._request = request
        self._receiver = receiver
        self._config = config
        self._metrics = metrics
        self._outgoing: asyncio.Queue[Output] = asyncio.Queue(config.max_queued_messages)
        self._is_closing = False
        self._socket = web.WebSocketResponse(
            timeout=config.shutdown_timeout_s,
            heartbeat=config.heartbeat_s,
            max_msg_size=MAX_READ_BYTES,
            compress=False,  # messages are small, and inflating is work a stranger could ask for
        )

    @property
    def response(self) -> web.WebSocketResponse:
        return self._socket

    async def prepare(self) -> None:
        """Answer the upgrade; raises aiohttp's HTTP errors when it is none."""
        async with asyncio.timeout(self._config.send_timeout_s):
            await self._socket.prepare(self._request)

    async def run(self) -> None:
        """Read and write until the socket is closed by either side."""
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write(), name=f"write {self.name}")
            await self._read()
            if not self._is_closing:
                writing.cancel()

    def put(self, output: Output) -> None:
        """Queue `output`; a full queue ends the socket."""
        try:
            self._outgoing.put_nowait(output)
        except asyncio.QueueFull:
            self._give_up("its queue is full")

    async def _read(self) -> None:
        bucket = TokenBucket(self._config.message_rate, time.monotonic())
        num_dropped = 0
        is_warned = False
        async for message in self._socket:
            if message.type is WSMsgType.ERROR:  # far too large, or no UTF-8: aiohttp has closed it
                return
            self._metrics.messages_total += 1
            wait_s = bucket.take(time.monotonic())
            if wait_s == 0:
                is_warned = False
                self._handle(message.type, message.data)
                await asyncio.sleep(0)  # a burst lies read already: let those it went to write it out
                continue
            num_dropped += 1
            self._metrics.dropped_messages_total += 1
            if not is_warned:  # once, until a message passes again: errors must not flood either
                is_warned = True
                self.put(Send(self.name, Error("rate-limited", "too many messages; this was dropped", wait_s)))
            if num_dropped == self._config.max_dropped_messages:
                self.put(Close(self.name, POLICY, "rate-limited"))

    def _handle(self, kind: WSMsgType, data: object) -> None:
        try:
            if kind is not WSMsgType.TEXT or not isinstance(data, str):
                raise MessageError("bad-message", "messages are JSON text, this one is binary")
            message = parse_client(data)
        except MessageError as error:
            self._receiver.rejected(self.name, error)
        else:
            self._receiver.received(self.name, message)

    async def _write(self) -> None:
        try:
            while True:
                output = await self._outgoing.get()
                if isinstance(output, Close):
                    self._is_closing = True
                    await self._socket.close(code=output.code, message=output.reason.encode()[:120])
                    return
                if isinstance(output.message, Error):
                    self._metrics.errors_total[output.message.code] += 1
                async with asyncio.timeout(self._config.send_timeout_s):
                    await self._socket.send_str(output.message.to_json())
        except TimeoutError:
            self._give_up("it does not read")
        except ConnectionError:
            logger.debug("socket %s broke while writing", self.name)

    def _give_up(self, reason: str) -> None:
        """End the connection without asking the other side, which does not listen."""
        transport = self._request.transport
        if transport is not None and not transport.is_closing():
            logger.info("socket %s is cut: %s", self.name, reason)
            self._metrics.slow_sockets_total += 1
            transport.abort()
