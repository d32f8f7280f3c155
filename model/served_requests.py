"""Recognise, speak and translate over one line each: pieces in, pieces out, all bounded. Knows no HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np

from model import wire
from model.limits import Limits
from model.line import Line
from model.types import HEARD_RATE_HZ, InputError, IntoEnglish, Pcm, Recogniser, Transcript, Translator, Voice

MAX_INTO_ENGLISH_S = 30  # what whisper looks at


async def recognise(line: Line, asked: wire.Recognise, recogniser: Recogniser, limits: Limits) -> None:
    """Send transcripts while Sound messages arrive, and End. Raises InputError, SessionLostError."""
    async with aclosing(_sound(line, limits)) as sound:
        if asked.into_english:
            await line.send(wire.Recognised(await _into_english(sound, asked.language, recogniser)))
            await line.send(wire.End())
            return
        async for transcript in recogniser.transcribe(sound, asked.language):
            await line.send(wire.Recognised(transcript))
    await line.send(wire.End())


async def speak(line: Line, asked: wire.Speak, voice: Voice, limits: Limits) -> None:
    """Send speech while Text messages arrive, and End. Raises InputError, SessionLostError."""
    if not 0.25 <= asked.pace <= 4:
        raise InputError(f"Speak.pace: {asked.pace:g} is outside 0.25 … 4")
    async with aclosing(_text(line, limits)) as text:
        async for piece in voice.speak(text, asked.language, asked.pace):
            await line.send(wire.Spoken(piece))
    await line.send(wire.End())


async def translate(line: Line, asked: wire.Translate, translator: Translator) -> None:
    """Send the translation in Text messages, and End. Raises InputError, CapacityError, SessionLostError."""
    pieces = translator.translate(asked.segment, asked.source, asked.target, asked.context, asked.glossary, asked.about)
    try:
        async for piece in pieces:
            await line.send(wire.Text(piece))
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()  # whoever hung up does not keep the translator busy
    await line.send(wire.End())


async def _into_english(sound: AsyncGenerator[Pcm], language: str | None, recogniser: Recogniser) -> Transcript:
    if not isinstance(recogniser, IntoEnglish) or language is None:
        why = "this recogniser only recognises" if language else "the language is missing"
        raise InputError(f"Recognise.into_english: {why}")
    pieces = [pcm async for pcm in sound]
    pcm = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    if len(pcm) > MAX_INTO_ENGLISH_S * HEARD_RATE_HZ:
        raise InputError(f"Recognise.into_english: at most {MAX_INTO_ENGLISH_S} s of sound at once")
    return Transcript(await recogniser.into_english(pcm, language), "en")


async def _sound(line: Line, limits: Limits) -> AsyncGenerator[Pcm]:
    num_samples = 0
    while not isinstance(message := await line.receive(limits.idle_s), wire.End):
        if not isinstance(message, wire.Sound):
            raise InputError(f"{type(message).__name__} among the sound")
        pcm = message.pcm
        if pcm.ndim != 1 or pcm.size > limits.max_piece_s * HEARD_RATE_HZ:
            raise InputError(f"Sound.pcm: shape {pcm.shape}, expected one dimension of at most {limits.max_piece_s} s")
        num_samples += pcm.size
        if num_samples > limits.max_sound_s * HEARD_RATE_HZ:
            raise InputError(f"Sound: an utterance of more than {limits.max_sound_s} s; end it and begin another")
        yield pcm


async def _text(line: Line, limits: Limits) -> AsyncGenerator[str]:
    num_chars = 0
    while not isinstance(message := await line.receive(limits.idle_s), wire.End):
        if not isinstance(message, wire.Text):
            raise InputError(f"{type(message).__name__} among the text")
        num_chars += len(message.text)
        if num_chars > limits.max_spoken_chars:
            raise InputError(f"Text: more than {limits.max_spoken_chars} characters in one utterance")
        yield message.text
