"""The bench `voice` over several voices of an engine: a run for each, and one result in which each is a row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from agent.bench import hosts
from agent.bench.item_folder import Sounding
from agent.bench.item_run import Means, RunSettings, run_bench
from agent.bench.result import BenchResult, Row
from agent.bench.speaker import SpeakerEncoder, read_encoder
from model.types import Pcm, Voice

NUM_REFERENCE_SENTENCES = 8


async def run_voices(
    settings: RunSettings, voices: Sequence[str], items: Sequence[Sounding], folder: Path, encoder: Path | None
) -> BenchResult:
    """Measure each voice, `--speech VOICE` of the engine; the first one's figures are the result's own.

    `encoder` is the speaker encoder's file; without it similarity is left out. Raises what `run_bench` does, and
    SpeakerError.
    """
    speaker = None
    if encoder is not None:
        sentences = [each.item.given_text for each in items[:NUM_REFERENCE_SENTENCES]]
        speaker = await _shipped_voice(SpeakerEncoder(read_encoder(encoder)), sentences)
    results: list[BenchResult] = []
    for voice in voices:
        arguments = (*settings.engine_arguments, "--speech", voice) if voice else settings.engine_arguments
        results.append(
            await run_bench(
                replace(settings, engine_arguments=arguments), items, folder / (voice or "voice"), Means(speaker)
            )
        )
    rows = [_row(voice, result) for voice, result in zip(voices, results, strict=True)]
    items_of = [
        {**row, "voice": voice or "its own"}
        for voice, result in zip(voices, results, strict=True)
        for row in result.rows
    ]
    merged = replace(results[0], rows=[*rows, *items_of])
    merged.save(folder)
    return merged


def _row(voice: str, result: BenchResult) -> Row:
    low, high = result.interval or (None, None)
    return {"part": "voices", "voice": voice or "its own", "items": result.items, **result.metrics} | {
        "low": low,
        "high": high,
    }


async def _shipped_voice(encoder: SpeakerEncoder, sentences: Sequence[str]) -> SpeakerEncoder:
    """The encoder with the shipped voice, speaking the same sentences, as its reference."""
    async with hosts.voice() as voice:
        sounds = [await _sound(voice, text) for text in sentences]
    return replace(encoder, reference=encoder.vector(sounds))


async def _sound(voice: Voice, text: str) -> Pcm:
    async def once() -> AsyncIterator[str]:
        yield text

    return np.concatenate([piece.pcm async for piece in voice.speak(once())])
