"""Engines, recognisers, voices and translators that live behind an engine socket. Imports no torch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial
from typing import NoReturn

import aiohttp
import numpy as np

from model import wire
from model.line import Line
from model.remote_session import Patience, RemoteSession, UnreachableError
from model.types import (
    HEARD_RATE_HZ,
    NOT_TOLD,
    About,
    CapacityError,
    InputError,
    Pcm,
    SessionLostError,
    SessionSettings,
    SpokenPiece,
    Transcript,
)
from model.wire_errors import raise_answer

__all__ = [
    "EngineClient",
    "Patience",
    "RecogniserClient",
    "RemoteSession",
    "TranslatorClient",
    "VoiceClient",
]

CONNECT_S = 10.0
OPEN_S = 60.0  # an engine may load or warm up when it is asked for a session
ANSWER_S = 60.0  # between two pieces of a recogniser, voice or translator
CLOSE_S = 5.0
LOAD_S = 1.0
BUSY_RETRY_S = 5.0


class _Remote:
    """Where an engine socket is: `ws://host:port` (or wss, http, https), or `unix:/path`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        scheme = url.partition(":")[0]
        if scheme not in ("ws", "wss", "http", "https", "unix"):
            raise InputError(f"engine address {url!r}: expected ws://host:port or unix:/path")
        self._url = url.rstrip("/")
        self._token = token

    @asynccontextmanager
    async def _connected(self, path: str) -> AsyncGenerator[Line]:
        """A line to `path`, closed at exit.

        Raises SessionLostError when nobody answers, CapacityError when the server is full, InputError when it
        refuses the token.
        """
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        is_local = self._url.startswith("unix:")
        connector = aiohttp.UnixConnector(self._url.removeprefix("unix:")) if is_local else None
        base = "ws://localhost" if is_local else self._url
        timeout = aiohttp.ClientTimeout(total=CONNECT_S)
        async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout) as http:
            try:
                socket = await http.ws_connect(
                    base + path,
                    max_msg_size=wire.MAX_FRAME_BYTES,
                    # made by attrs, whose fields pyright does not see
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),  # pyright: ignore[reportCallIssue]
                )
            except aiohttp.WSServerHandshakeError as error:
                _refuse(self._url, error.status)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise _away(error)(
                    f"no engine answers at {self._url} ({error}); is `alongside serve` running there?"
                ) from error
            line = Line(socket)
            try:
                yield line
            finally:
                await line.close()

    async def _answers(
        self, path: str, opening: wire.Message, pieces: AsyncIterator[wire.Message]
    ) -> AsyncGenerator[wire.Message]:
        """Send `opening`, then `pieces` and End, and yield what comes back up to End."""
        async with self._connected(path) as line:
            await line.send(opening)
            failures: list[Exception] = []
            async with _child(_send_all(line, pieces, failures), f"send {path}"):
                while True:
                    try:
                        answer = await line.receive(ANSWER_S)
                    except SessionLostError:
                        if failures:
                            raise failures[0] from None
                        raise
                    if isinstance(answer, wire.End):
                        return
                    yield answer


class EngineClient(_Remote):
    """An `Engine` behind a socket; each session has a connection of its own, and outlives it for a while."""

    def __init__(self, url: str, token: str | None = None, patience: Patience | None = None) -> None:
        super().__init__(url, token)
        self._patience = patience or Patience()

    async def open(self, settings: SessionSettings) -> RemoteSession:
        """Raises CapacityError with a retry hint, SessionLostError when no engine answers."""
        return await self._begin(wire.Open(settings))

    async def rebuild(self, record: bytes) -> RemoteSession:
        """Go on with an exported session. Raises as `open` does, and InputError on a bad record."""
        return await self._begin(wire.Rebuild(np.frombuffer(record, np.uint8)))

    async def load(self) -> float:
        """The share of the server's places that is taken, at most 1. Raises SessionLostError, also while it drains."""
        is_local = self._url.startswith("unix:")
        connector = aiohttp.UnixConnector(self._url.removeprefix("unix:")) if is_local else None
        base = (
            "http://localhost"
            if is_local
            else self._url.replace("ws", "http", 1)
            if self._url.startswith("ws")
            else self._url
        )
        timeout = aiohttp.ClientTimeout(total=LOAD_S)
        try:
            async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
                async with http.get(f"{base}/readyz", raise_for_status=True) as answer:
                    found = await answer.json()
            return min(1.0, int(found["sessions"]) / int(found["max_sessions"]))
        except (
            aiohttp.ClientError,
            OSError,
            TimeoutError,
            ValueError,
            KeyError,
            TypeError,
            ZeroDivisionError,
        ) as error:
            raise SessionLostError(f"no engine takes sessions at {self._url} ({error!r})") from error

    async def _begin(self, opening: wire.Open | wire.Rebuild) -> RemoteSession:
        async with AsyncExitStack() as stack:
            line = await stack.enter_async_context(self._connected("/v1/session"))
            await line.send(opening)
            answer = await line.receive(OPEN_S)
            if not isinstance(answer, wire.Opened):
                raise_answer(answer)
            connect = partial(self._connected, "/v1/session")
            return RemoteSession(answer.session, line, stack.pop_all(), connect, self._patience)
        raise AssertionError("unreachable: the stack swallows nothing")


class RecogniserClient(_Remote):
    """A `Recogniser` behind a socket; each utterance has a connection of its own."""

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncGenerator[Transcript]:
        """Partial transcripts, then the final one. Raises CapacityError, InputError, SessionLostError."""
        pieces = (wire.Sound(pcm) async for pcm in sound)
        async with aclosing(self._answers("/v1/recognise", wire.Recognise(language), pieces)) as answers:
            async for answer in answers:
                if not isinstance(answer, wire.Recognised):
                    raise_answer(answer)
                yield answer.transcript

    async def into_english(self, pcm: Pcm, language: str) -> str:
        """What is said in (S,) samples, at most 30 s, in English.

        Raises CapacityError, SessionLostError, and InputError also where the recogniser there cannot do it.
        """
        starts = range(0, len(pcm), HEARD_RATE_HZ)
        pieces = _each([wire.Sound(pcm[start : start + HEARD_RATE_HZ]) for start in starts])
        said = ""
        async with aclosing(self._answers("/v1/recognise", wire.Recognise(language, True), pieces)) as answers:
            async for answer in answers:
                if not isinstance(answer, wire.Recognised):
                    raise_answer(answer)
                said = answer.transcript.text
        return said


class VoiceClient(_Remote):
    """A `Voice` behind a socket; each utterance has a connection of its own."""

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncGenerator[SpokenPiece]:
        """Speech piece by piece. Raises CapacityError, InputError, SessionLostError."""
        pieces = (wire.Text(clause) async for clause in text)
        async with aclosing(self._answers("/v1/speak", wire.Speak(language, pace), pieces)) as answers:
            async for answer in answers:
                if not isinstance(answer, wire.Spoken):
                    raise_answer(answer)
                yield answer.piece


class TranslatorClient(_Remote):
    """A `Translator` behind a socket; each segment has a connection of its own."""

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """The translation in pieces. Raises CapacityError, also when the server has no translator."""
        opening = wire.Translate(segment, source, target, context, glossary, about)
        async with aclosing(self._answers("/v1/translate", opening, _nothing())) as answers:
            async for answer in answers:
                if not isinstance(answer, wire.Text):
                    raise_answer(answer)
                yield answer.text


async def _each(messages: Sequence[wire.Message]) -> AsyncGenerator[wire.Message]:
    for message in messages:
        yield message


async def _nothing() -> AsyncGenerator[wire.Message]:
    return
    yield wire.End()


async def _send_all(line: Line, pieces: AsyncIterator[wire.Message], failures: list[Exception]) -> None:
    try:
        async for piece in pieces:
            await line.send(piece)
        await line.send(wire.End())
    except SessionLostError:
        return  # whoever receives learns why
    except Exception as error:  # the caller's own iterator failed: it is raised where the caller waits
        failures.append(error)
        await line.close()


@asynccontextmanager
async def _child(work: Coroutine[None, None, None], name: str) -> AsyncGenerator[None]:
    """A task that ends with this block. A TaskGroup cannot stand around a yield: it would wrap GeneratorExit."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _away(error: Exception) -> type[SessionLostError]:
    """Whether nobody is there, or the way to them is broken just now."""
    is_gone = isinstance(error, aiohttp.ClientConnectorError) and isinstance(
        error.os_error, ConnectionRefusedError | FileNotFoundError
    )
    return SessionLostError if is_gone else UnreachableError


def _refuse(url: str, status: int) -> NoReturn:
    match status:
        case 401:
            raise InputError(f"{url} refused the token")
        case 503:
            raise CapacityError(f"{url} has no place for a further connection", BUSY_RETRY_S)
        case _:
            raise SessionLostError(f"{url} is no engine socket (HTTP {status})")
