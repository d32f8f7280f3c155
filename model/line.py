"""One end of an engine socket: messages in and out of a WebSocket, each wait bounded. Knows no engine."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Protocol, runtime_checkable

import aiohttp

from model.types import InputError, SessionLostError
from model.wire import Message, decode, encode


class LineCutError(SessionLostError):
    """The connection is gone and nobody said goodbye: what it carried may go on over another one."""


class _Socket(Protocol):
    """What the client's and the server's WebSocket of aiohttp have in common."""

    async def receive(self) -> aiohttp.WSMessage: ...
    async def send_bytes(self, data: bytes) -> None: ...
    async def close(self) -> bool: ...
    def get_extra_info(self, name: str, default: object = None) -> object: ...


@runtime_checkable
class _Ends(Protocol):
    """What a transport shows of its socket."""

    def shutdown(self, how: int) -> None: ...


class Line:
    """Messages over one WebSocket. Sends may overlap, receives may not."""

    def __init__(self, socket: _Socket, send_s: float = 10.0, close_s: float = 10.0) -> None:
        self._socket = socket
        self._send_s = send_s
        self._close_s = close_s

    async def send(self, message: Message) -> None:
        """Raises InputError before anything is sent, LineCutError when the other side does not take it."""
        await self.send_frame(encode(message))

    async def send_frame(self, frame: bytes) -> None:
        """Send an encoded message. Raises LineCutError."""
        try:
            async with asyncio.timeout(self._send_s):
                await self._socket.send_bytes(frame)
        except TimeoutError as error:
            raise LineCutError(f"the other side took nothing for {self._send_s:g} s") from error
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            # aiohttp says RuntimeError where the socket is closed already
            raise LineCutError(f"the connection is closed: {error}") from error

    async def receive(self, timeout_s: float) -> Message:
        """Raises InputError for what is no message, SessionLostError at the end or after `timeout_s`.

        LineCutError where the end came without a goodbye.
        """
        try:
            async with asyncio.timeout(timeout_s):
                frame = await self._socket.receive()
        except TimeoutError as error:
            raise SessionLostError(f"nothing came for {timeout_s:g} s") from error
        match frame.type:
            case aiohttp.WSMsgType.BINARY:
                return decode(frame.data)
            case aiohttp.WSMsgType.TEXT:
                raise InputError("frame: text, where the engine socket speaks binary")
            case aiohttp.WSMsgType.ERROR if isinstance(frame.data, aiohttp.WebSocketError):
                raise SessionLostError(f"the other side broke the protocol: {frame.data}")
            case aiohttp.WSMsgType.CLOSE:
                raise SessionLostError("the connection was closed")
            case _:
                raise LineCutError("the connection broke")

    def abort(self) -> None:
        """End the connection without a goodbye, so that the other side keeps what it carried."""
        found = self._socket.get_extra_info("socket")
        with suppress(OSError):  # gone already
            if isinstance(found, _Ends):
                found.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """Close both directions; does not raise, and does not wait for ever for a side that reads nothing."""
        try:
            async with asyncio.timeout(self._close_s):  # the socket's own covers the answer, not what is written
                await self._socket.close()
        except (aiohttp.ClientError, OSError, RuntimeError):
            pass  # closed by the other side first, or deaf: the same end
