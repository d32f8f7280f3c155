"""The `sglang` engine: conversations in the streaming sessions of an SGLang server, behind the seam.

It counts positions in front of the server, which does not: a pool that is full there hangs every turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from model.config import ModelConfig
from model.history import KEPT_POSITIONS, MAX_STRETCH, History
from model.native_core import Choice
from model.native_slot import NativeSlot
from model.native_voice import ClauseVoice, VoicedUtterance
from model.session_record import decode_record
from model.sglang.client import AwayError, ServerError, SglangClient
from model.sglang.remote import Remote
from model.sglang.session import SglangSession
from model.sglang.speaking import Mouth
from model.speech_decoder import SpeechDecoder
from model.types import CapacityError, SessionSettings
from model.utterance import Utterance
from model.worker import Worker

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
RETRY_AFTER_S = 5.0
ASK_AGAIN_S = 0.5  # an SGLang that was away
PRIMED_POSITIONS = KEPT_POSITIONS + 4 * MAX_STRETCH  # the most that a new session takes in before it talks


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much conversations may hold."""

    max_sessions: int = 4
    rotate_turns: int = 450  # between two rotations, 90 s; then a session is primed anew beside the one that talks
    rotate_at: int = 4096  # positions below which it is not
    rotate_soon_at: int = 8192  # positions over which it is, whatever its age

    @property
    def session_positions(self) -> int:
        """That one session may grow to: what is said while the next one is primed is over `rotate_soon_at`."""
        return self.rotate_soon_at + 2 * PRIMED_POSITIONS

    def are_over(self, num_positions: int, num_turns: int) -> bool:
        """Whether a session of so many positions, the last of them in so many micro-turns, is to be rotated."""
        return num_positions > (self.rotate_at if num_turns >= self.rotate_turns else self.rotate_soon_at)

    @property
    def positions(self) -> int:
        """That one conversation may hold at once: in the session it talks in, and the one it moves to."""
        return self.session_positions + PRIMED_POSITIONS


class SglangEngine:
    """`async with SglangEngine(client, …) as engine`; torch works on one thread of it, requests on the loop."""

    def __init__(
        self,
        client: SglangClient,
        config: ModelConfig,
        decoder: SpeechDecoder | None,
        voice: ClauseVoice | None,
        bounds: Bounds | None = None,
        choice: Choice | None = None,
    ) -> None:
        """`voice` speaks the words in the place of the decoder; without either the model is mute."""
        self._client, self._config = client, config
        self._decoder, self._voice = (decoder if voice is None else None), voice
        self._bounds, self._choice = bounds or Bounds(), choice or Choice()
        self._sessions: set[SglangSession] = set()
        self._num_opened = self._num_taken = self._num_rotated = self._num_failed = 0
        self._is_back = asyncio.Event()
        self._is_back.set()
        self._asking: asyncio.Task[None] | None = None  # whether it is back
        self._tasks = asyncio.TaskGroup()
        # A step and a rotation of each session wait at most, and what is being opened.
        self._worker = Worker("sglang gateway", 4 * self._bounds.max_sessions + 8)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> SglangEngine:
        """Raises ServerError when the server does not answer, CapacityError when its pool holds no conversation."""
        try:
            await self._check_pool()
        except BaseException:
            await asyncio.to_thread(self._worker.close)
            raise
        await self._stack.enter_async_context(self._tasks)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in tuple(self._sessions):
            await session.close()
        if self._asking is not None:
            self._asking.cancel()
        await self._stack.aclose()
        await asyncio.to_thread(self._worker.close)

    @property
    def temperature(self) -> float:
        """How tokens are drawn; 0 takes the likeliest."""
        return self._choice.temperature

    @property
    def bounds(self) -> Bounds:
        """When a session is primed anew."""
        return self._bounds

    @property
    def is_away(self) -> bool:
        """Whether SGLang did not answer when it was last asked."""
        return not self._is_back.is_set()

    async def until_back(self) -> None:
        """Returns when SGLang answers."""
        await self._is_back.wait()

    @property
    def counters(self) -> Mapping[str, int]:
        """What became of the sessions in SGLang."""
        return {"sessions_rotated_total": self._num_rotated, "sglang_failures_total": self._num_failed}

    async def open(self, settings: SessionSettings) -> SglangSession:
        """Raises CapacityError when every place is taken or SGLang is away, InputError on settings over bounds."""
        return await self._begun(lambda: self._slot(settings))

    async def rebuild(self, record: bytes) -> SglangSession:
        """Go on with an exported conversation; raises CapacityError, and InputError on a bad record."""
        return await self._begun(lambda: self.restored(record))

    def restored(self, record: bytes) -> NativeSlot:
        """A slot that goes on with an exported conversation; raises InputError. To be called on torch's thread."""
        decoded = decode_record(record)
        slot = self._slot(SessionSettings("rebuilt"))
        slot.restore(decoded.host, History.restored(decoded.positions, self._config.backbone.num_sinks))
        return slot

    async def remote(self) -> Remote:
        """A new session of the server; raises ServerError."""
        return await Remote.opened(self._client, self._bounds.positions)

    async def call(self, act: Callable[[], Answer]) -> Answer:
        """Run `act` on the thread that owns torch here."""
        return await asyncio.wrap_future(self._worker.submit(act))

    def begin(self, session: SglangSession) -> None:
        """Rotate beside the talk."""
        self._tasks.create_task(session.rotate(), name="rotate a session")

    def note_rotation(self) -> None:
        """A conversation goes on in a fresh session."""
        self._num_rotated += 1

    def note_failure(self, error: ServerError) -> None:
        """SGLang did not do what it was asked for; while it is away, no conversation comes here."""
        self._num_failed += 1
        if isinstance(error, AwayError) and self._is_back.is_set():
            self._is_back.clear()
            self._asking = self._tasks.create_task(self._ask_until_back(), name="ask whether SGLang is back")

    def retire(self, remote: Remote) -> None:
        """Close beside the talk what is not needed any more."""
        self._tasks.create_task(remote.close(), name="close a session")

    async def leave(self, session: SglangSession) -> None:
        """A conversation ends."""
        self._sessions.discard(session)
        self._num_taken -= 1

    async def _begun(self, make: Callable[[], NativeSlot]) -> SglangSession:
        """A conversation in a place that was free, with all that it begins with in a session of SGLang."""
        if self.is_away:
            raise CapacityError("SGLang does not answer", RETRY_AFTER_S)
        if self._num_taken >= self._bounds.max_sessions:
            raise CapacityError(f"all {self._bounds.max_sessions} conversations are taken", RETRY_AFTER_S)
        self._num_taken += 1
        try:
            slot = await self.call(make)
        except BaseException:
            self._num_taken -= 1
            raise
        mouth = None if self._decoder is None else Mouth(self._decoder, self._choice)
        session = SglangSession(self, slot, mouth)
        self._sessions.add(session)
        try:
            await session.prepare()
        except ServerError as error:
            self.note_failure(error)
            await session.close()
            raise CapacityError(f"SGLang takes no conversation now: {error}", RETRY_AFTER_S) from error
        except BaseException:
            await session.close()
            raise
        return session

    async def _ask_until_back(self) -> None:
        """Begin and end sessions with nothing in them until one is begun: that goes through SGLang's scheduler."""
        while not self._is_back.is_set():
            await asyncio.sleep(ASK_AGAIN_S)
            try:
                await (await Remote.opened(self._client, max_positions=1)).close()
            except ServerError as error:
                logger.info("SGLang is still away: %s", error)
            else:
                self._is_back.set()

    async def _check_pool(self) -> None:
        num_tokens = await self._client.num_pool_tokens()
        needed = self._bounds.max_sessions * self._bounds.positions
        if num_tokens < needed:
            raise CapacityError(
                f"{self._bounds.max_sessions} conversations need a pool of {needed} positions, SGLang has {num_tokens}:"
                f" start it with --max-total-tokens {needed}",
                RETRY_AFTER_S,
            )

    def _slot(self, settings: SessionSettings) -> NativeSlot:
        seed = self._choice.seed + self._num_opened
        self._num_opened += 1
        backbone = self._config.backbone
        utterance = Utterance() if self._voice is None else VoicedUtterance(self._voice)
        return NativeSlot(settings, seed, backbone.memory, utterance, backbone.num_sinks)
