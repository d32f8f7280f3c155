"""One conversation of the `sglang` engine: what it knows beside the model is `native`'s, the model is a session away.

A request that goes wrong costs a micro-turn of silence and a new session, primed with what the conversation keeps; a
second of them, or an SGLang that does not answer, and the conversation is handed back, to go on at another server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.history import Stretch
from model.history_since import stretches_since
from model.native_slot import NativeSlot
from model.sequence import NUM_SPEECH, SPEECH, Marks
from model.session_record import SessionRecord, encode_record
from model.sglang.client import Reply, ServerError
from model.sglang.remote import Remote
from model.sglang.speaking import Mouth
from model.sglang.writing import Writing
from model.types import Action, InputError, MicroTurnIn, MicroTurnOut, Pcm, SessionLostError, SessionMovedError

if TYPE_CHECKING:
    from model.sglang.engine import Bounds

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
MAX_SILENT_TURNS = 5  # a second without the server


class Host(Protocol):
    """What a session needs of its engine."""

    @property
    def temperature(self) -> float: ...
    @property
    def bounds(self) -> Bounds: ...
    @property
    def is_away(self) -> bool: ...
    async def remote(self) -> Remote: ...
    async def call(self, act: Callable[[], Answer]) -> Answer: ...
    def restored(self, record: bytes) -> NativeSlot: ...
    def begin(self, session: SglangSession) -> None: ...
    def note_rotation(self) -> None: ...
    def note_failure(self, error: ServerError) -> None: ...
    def retire(self, remote: Remote) -> None: ...
    async def leave(self, session: SglangSession) -> None: ...


@dataclass(frozen=True, slots=True)
class _Written:
    actions: list[Action]
    is_speaking: bool
    pcm: Pcm | None = None
    num_fed: int = 1  # of the tokens that close the micro-turn


class SglangSession:
    """A slot of the gateway. `mouth` speaks from hidden states; without one the slot's own utterance has a voice."""

    def __init__(self, host: Host, slot: NativeSlot, mouth: Mouth | None) -> None:
        self._host, self._slot, self._mouth = host, slot, mouth
        self._remote: Remote | None = None
        self._next: Remote | None = None
        self._is_rotating = self._is_stepping = self._is_closed = False
        self._num_silent = 0
        self._num_turns_here = 0  # that the remote session took in as they came
        self.num_rotations = 0

    async def prepare(self) -> None:
        """Have all that the conversation keeps in a session of SGLang; raises ServerError."""
        if self._remote is None:
            self._remote = await self._host.remote()
        await self._remote.prime([*self._slot.history.first, *self._slot.history.last])

    async def step(self, heard: tuple[MicroTurnIn, ...]) -> MicroTurnOut:
        """Raises InputError on a bad micro-turn, after which the session goes on.

        SessionMovedError when SGLang is away or has failed for a second, SessionLostError when the session is closed.
        """
        self._check("step")
        if self._host.is_away or self._num_silent >= MAX_SILENT_TURNS:
            raise SessionMovedError(f"SGLang has not answered for {self._num_silent} micro-turns", await self.export())
        self._is_stepping = True
        try:
            await self._host.call(lambda: self._slot.hear(heard))
            written = await self._respond()
            return await self._host.call(lambda: self._output(heard[-1].index, written))
        except asyncio.CancelledError:
            self._drop_remote()  # a request of it may still be in flight
            raise
        finally:
            self._is_stepping = False

    async def export(self) -> bytes:
        """The conversation as bytes, to be rebuilt elsewhere; it goes on here too. Raises SessionLostError."""
        self._check("export")
        return await self._host.call(
            lambda: encode_record(SessionRecord(self._slot.history.export(), self._slot.export()))
        )

    async def refresh(self, record: bytes) -> None:
        """Go on with what the conversation became elsewhere; only what is not known here is read.

        Raises InputError on a bad record, after which the session is as it was, and SessionLostError.
        """
        self._check("refresh")
        self._is_stepping = True
        try:
            slot = await self._host.call(lambda: self._host.restored(record))
            later = await self._host.call(lambda: stretches_since(slot.history, self._slot.history))
            is_known = self._remote is not None and self._remote.has_all(self._slot.history)
            self._slot = slot
            self._drop_next()
            if later is None or not is_known:
                self._drop_remote()
                await self.prepare()
            elif self._remote is not None:
                await self._remote.prime(later, slot.history)
        except ServerError as error:  # the next step begins a session, and says so when it cannot
            logger.warning("a session was not brought up to date: %s", error)
            self._host.note_failure(error)
            self._drop_remote()
        finally:
            self._is_stepping = False

    async def close(self) -> None:
        """Give back what it holds in SGLang; the second time does nothing."""
        if not self._is_closed:
            self._is_closed = True
            await self._host.leave(self)
            for remote in (self._remote, self._next):
                if remote is not None:
                    await remote.close()

    async def rotate(self) -> None:
        """Prime a session beside the one that talks; the next step takes it. Never raises ServerError."""
        fresh, slot = None, self._slot
        try:
            fresh = await self._host.remote()
            await fresh.prime(await self._host.call(self._complete))
            if slot is self._slot:
                self._next, fresh = fresh, None
        except ServerError as error:
            logger.warning("a session was not rotated: %s", error)
            self._host.note_failure(error)
        finally:
            self._is_rotating = False
            for left in (fresh, self._next if self._is_closed else None):
                if left is not None:
                    self._host.retire(left)

    def _check(self, what: str) -> None:
        if self._is_closed:
            raise SessionLostError("the session is closed")
        if self._is_stepping:
            raise InputError(f"{what}: a step of this session is in flight")

    async def _respond(self) -> _Written:
        """What the model writes, and the sound of it; silence where SGLang fails."""
        try:
            written = await self._write(await self._open_remote())
            self._num_silent = 0
        except ServerError as error:
            logger.warning("a micro-turn stays silent: %s", error)
            self._host.note_failure(error)
            self._drop_remote()
            self._num_silent += 1
            return _Written([], is_speaking=False, num_fed=0)
        self._num_turns_here += 1
        if self._remote is not None and not self._is_rotating and self._next is None:
            if self._host.bounds.are_over(self._remote.num_positions, self._num_turns_here):
                self._is_rotating = True
                self._host.begin(self)
        return written

    async def _write(self, remote: Remote) -> _Written:
        slot = self._slot
        given, writing = await self._host.call(self._begin_writing)
        reply = await remote.answer(slot.history, writing, self._host.temperature)
        if not reply.tokens or reply.tokens[-1] not in (Marks.QUIET, Marks.SPEAK):
            raise ServerError(f"generate: {list(reply.tokens)} close no micro-turn")
        actions = given + await self._host.call(lambda: self._take(reply))
        if reply.tokens[-1] == Marks.QUIET:
            return _Written(actions, is_speaking=False)
        if self._mouth is None:
            return _Written(actions, is_speaking=True)
        mouth, states = self._mouth, await self._speech_states(remote)
        if states is None:  # what it does counts all the same
            return _Written(actions, is_speaking=False, num_fed=0)
        pcm = await self._host.call(lambda: mouth.speak_(states, slot))
        return _Written(actions, True, pcm, num_fed=1 + NUM_SPEECH)

    async def _speech_states(self, remote: Remote) -> NDArray[np.float32] | None:
        """(NUM_SPEECH, C) to speak from; None where SGLang fails now."""
        try:
            return (await remote.append(SPEECH)).speech
        except ServerError as error:
            logger.warning("a micro-turn stays silent: %s", error)
            self._host.note_failure(error)
            self._drop_remote()
            return None

    def _begin_writing(self) -> tuple[list[Action], Writing]:
        """Words that are given go with what was heard."""
        given = self._slot.given(0)
        actions = [action for token in given for action in self._slot.write(token)]
        return actions, Writing.of(self._slot, len(given))

    def _complete(self) -> list[Stretch]:
        """What the conversation keeps, less the last stretch: it may be growing."""
        return [*self._slot.history.first, *self._slot.history.last][:-1]

    def _take(self, reply: Reply) -> list[Action]:
        return [action for token in reply.tokens[:-1] for action in self._slot.write(token)]

    def _output(self, index: int, written: _Written) -> MicroTurnOut:
        slot = self._slot
        text = slot.speak() if written.is_speaking else ""
        sound = slot.utterance.sound if written.is_speaking and written.pcm is None else written.pcm
        slot.close_turn(written.is_speaking, written.num_fed)
        return MicroTurnOut(index, sound, text, slot.heard.take(written.actions))

    async def _open_remote(self) -> Remote:
        """The session that talks: the one that was primed, or a new one that has everything to take in."""
        if self._next is not None:
            if self._remote is not None:
                self._host.retire(self._remote)
                self._host.note_rotation()
                self.num_rotations += 1
            self._remote, self._next = self._next, None
            self._num_turns_here = 0
        if self._remote is None:
            self._remote = await self._host.remote()
            self._num_turns_here = 0
            await self._remote.prime(await self._host.call(self._complete))  # in pieces: others have their turns
        return self._remote

    def _drop_remote(self) -> None:
        if self._remote is not None:
            self._host.retire(self._remote)
            self._remote = None

    def _drop_next(self) -> None:
        if self._next is not None:
            self._host.retire(self._next)
            self._next = None
