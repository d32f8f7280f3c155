"""One language's voice in a room: it speaks for every speaker, one segment at a time. Knows no WebRTC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from agent.interpretation.ear_voice_span import EarVoiceSpan, Playout
from agent.interpretation.phrases import phrases_of
from model.types import Pcm, Voice

MAX_BACKLOG_S = 12.0  # of sound that waits; what comes later stays in the captions
ENOUGH_S = 1.5  # of sound that waits: the next clause is made in one piece meanwhile
SLOW = frozenset({"es", "fr", "it", "pt"})  # whose voice needs most of a second for a second


class LanguageVoice:
    """`emit` gets speech at 24 kHz and when it is to play; it does not wait."""

    def __init__(
        self, voice: Voice | None, language: str, clock: Callable[[], float], emit: Callable[[Pcm, float], None]
    ) -> None:
        """Without a voice there are captions only. `clock` tells seconds of the conversation."""
        self._voice = voice
        self._language = language
        self._clock = clock
        self._emit = emit
        self._turn = asyncio.Lock()
        self._playout = Playout()
        self.is_muted = False  # a human interprets: captions go on
        self.num_late = 0  # segments that were not spoken because too much waited

    @property
    def backlog_s(self) -> float:
        """Sound that waits to be heard."""
        return self._playout.backlog_s(self._clock())

    def mute(self) -> None:
        """A human took this language: no more sound, captions go on."""
        self.is_muted = True
        self._playout.clear(self._clock())

    def unmute(self) -> None:
        """The human is gone: speak again from the next segment on."""
        self.is_muted = False

    async def say(self, text: AsyncIterator[str], start_s: float, end_s: float) -> EarVoiceSpan | None:
        """Speak text that may still stream, for words that sounded from `start_s` to `end_s`.

        None when it stayed silent. Raises SeamError.
        """
        async with self._turn:
            if self._voice is None or self.is_muted:
                return None
            if self.backlog_s > MAX_BACKLOG_S:
                self.num_late += 1
                return None
            return await self._speak(self._voice, text, start_s, end_s)

    async def _speak(self, voice: Voice, text: AsyncIterator[str], start_s: float, end_s: float) -> EarVoiceSpan | None:
        first_s = last_s = None
        is_urgent = self.backlog_s < ENOUGH_S and self._language in SLOW
        said = _lines(phrases_of(text, self._language)) if is_urgent else text
        pieces = voice.speak(said, self._language, self._playout.pace(self._clock(), end_s))
        try:
            async for piece in pieces:
                if self.is_muted:
                    break
                begin_s, last_s = self._playout.add(len(piece.pcm), self._clock())
                first_s = begin_s if first_s is None else first_s
                self._emit(piece.pcm, begin_s)
        finally:
            if isinstance(pieces, AsyncGenerator):
                await pieces.aclose()  # a voice cut short is free for the next segment
        if first_s is None or last_s is None:
            return None
        return EarVoiceSpan(first_s - start_s, last_s - end_s)


async def _lines(parts: AsyncIterator[str]) -> AsyncIterator[str]:
    """A voice speaks each line as soon as it is complete."""
    async for part in parts:
        yield f"{part}\n"
