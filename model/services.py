"""Loads what one engine process serves: an engine by its name, and the recogniser, voice or translator beside it.

torch and other heavy packages come in here, each with the engine that needs it, after the number of threads is fixed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from model import weights
from model.echo import EchoEngine
from model.machine import measure_machine
from model.types import Engine, Recogniser, Translator, Voice

if TYPE_CHECKING:
    from model.hibari import HibariVoice
    from model.interaction import InteractionModel
    from model.kokoro import KokoroVoice
    from model.native_load import NativeConfig

SHIPPED_MODEL = Path(__file__).parent / "checkpoints" / "nano10.safetensors"
MAX_ORGAN_THREADS = 8  # models this small gain nothing from more


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """One engine process, from flags over environment."""

    engine: str
    host: str
    port: int
    unix_path: Path | None
    max_sessions: int
    threads: int | None
    cache: Path
    checkpoint: Path | None = SHIPPED_MODEL  # of the native engines; None draws weights
    speech: str | None = None  # one of SPEECH; None leaves it to the checkpoint
    is_in_step: bool = False
    device: str = "cpu"
    is_deterministic: bool = False
    sglang_url: str | None = None  # of a server that runs; None starts one
    sglang_key: str | None = field(default=None, repr=False)
    organs: tuple[str, ...] = ()
    translator: str | None = None  # "embedded", a name of weights, a GGUF file or the address of an endpoint
    translator_model: str = ""  # the endpoint's name of its model
    translator_key: str | None = field(default=None, repr=False)
    ends_with_stdin: bool = False
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Served:
    """An engine, how it is closed, and what it can do for others."""

    engine: Engine
    close: Callable[[], Awaitable[None]]
    recogniser: Recogniser | None = None
    voice: Voice | None = None
    translator: Translator | None = None


class NoEngine(Exception):
    """The engine that was asked for cannot run; says why."""


@asynccontextmanager
async def services(config: ServeConfig) -> AsyncGenerator[Served]:
    """What is asked for, loaded; closed at the end. Raises NoEngine, WeightsError and SeamError."""
    async with AsyncExitStack() as stack:
        served = await _LOADERS[config.engine](config)
        stack.push_async_callback(served.close)
        if config.translator is not None:
            # Imported here, like the engines: after the number of threads is fixed.
            from model import translator_load

            translator = await translator_load.load_translator(
                config.translator, config.translator_model, config.translator_key, config.cache, config.threads or 1
            )
            stack.push_async_callback(asyncio.to_thread, translator.close)
            served = replace(served, translator=translator)
        yield served


async def _load_cascade(config: ServeConfig) -> Served:
    # Imported here: this is where torch comes in, after the number of its threads is fixed.
    from model import cascade

    machine = measure_machine()

    def folder_of(name: str) -> Path:
        return weights.path(weights.preferred(name, config.cache, machine), config.cache)

    engine = await cascade.CascadeEngine.load(
        cascade.CascadeConfig(
            whisper=folder_of(cascade.RECOGNISER_WEIGHTS),
            language_model=folder_of(cascade.LANGUAGE_MODEL_WEIGHTS) / "model.gguf",
            num_recogniser_threads=config.threads or min(machine.num_cores, MAX_ORGAN_THREADS),
            num_language_threads=config.threads or min(machine.num_cores, MAX_ORGAN_THREADS),
            max_sessions=config.max_sessions,
        )
    )
    return Served(engine, engine.close, engine.organs.recogniser, engine.organs.voice)


async def _load_native(config: ServeConfig) -> Served:
    # Imported here, like the cascade: this is where torch comes in.
    from model import native_load
    from model.in_step_voice import InStepVoice

    wanted = native_load.NativeConfig(
        checkpoint=config.checkpoint,
        max_sessions=config.max_sessions,
        num_threads=config.threads or 1,
        is_timely=not config.is_in_step,
        device=config.device,
        is_deterministic=config.is_deterministic,
    )
    model, voice = await _model_and_voice(config, wanted)
    speaker = InStepVoice(voice) if voice is not None and config.is_in_step else voice
    engine = await asyncio.to_thread(native_load.load_engine, wanted, model, speaker)
    engine.start()

    async def close() -> None:
        await engine.close()
        if voice is not None:
            await asyncio.to_thread(voice.close)

    return Served(engine, close, voice=voice)


async def _load_sglang(config: ServeConfig) -> Served:
    # Imported here, as above.
    from model import native_load
    from model.sglang.client import ServerError
    from model.sglang.load import SglangConfig, sglang_engine
    from model.sglang.process import StartError

    if config.checkpoint is None:
        raise NoEngine("--engine sglang: say with --checkpoint which model it serves")
    model, voice = await _model_and_voice(config, native_load.NativeConfig(config.checkpoint))
    wanted = SglangConfig(config.checkpoint, config.max_sessions, config.sglang_url, config.sglang_key)
    stack = AsyncExitStack()
    try:
        engine = await stack.enter_async_context(sglang_engine(wanted, model, voice))
    except (ServerError, StartError) as error:
        raise NoEngine(str(error)) from error

    async def close() -> None:
        await stack.aclose()
        if voice is not None:
            await asyncio.to_thread(voice.close)

    return Served(engine, close, voice=voice)


async def _model_and_voice(config: ServeConfig, wanted: NativeConfig) -> tuple[InteractionModel, HibariVoice | None]:
    """The model of the checkpoint, and what speaks in the place of a decoder that it has not."""
    from model import native_load
    from model.checkpoint import CheckpointError
    from model.hibari import HibariVoice

    try:
        model = await asyncio.to_thread(native_load.load_model, wanted)
    except (CheckpointError, native_load.DeviceError) as error:
        raise NoEngine(str(error)) from error
    if config.speech == "decoder" and model.speech is None:
        raise NoEngine(f"--speech decoder: {config.checkpoint} has no speech decoder; leave it out, or say voice")
    has_decoder = model.speech is not None and config.checkpoint is not None
    speech = config.speech or ("decoder" if has_decoder else "voice")
    return model, await asyncio.to_thread(HibariVoice) if speech == "voice" else None


async def _load_echo(config: ServeConfig) -> Served:
    """An echo, and the organs that were asked for: what a benchmark or another process needs without an engine."""
    voice = recogniser = kokoro = None
    if "voice" in config.organs or "voices" in config.organs:
        from model.hibari import HibariVoice

        voice = await asyncio.to_thread(HibariVoice)
    if "voices" in config.organs:
        from model.kokoro import GRAPH_WEIGHTS, VOICE_WEIGHTS, KokoroVoice

        graph, voices = (weights.path(name, config.cache) for name in (GRAPH_WEIGHTS, VOICE_WEIGHTS))
        kokoro = await asyncio.to_thread(KokoroVoice, graph, voices, config.threads or 1)
    if "recogniser" in config.organs:
        from model.recogniser import EAGER_PASS_S, PASS_EVERY_S, WhisperRecogniser

        interprets = "voices" in config.organs
        folder = weights.path("whisper-base", config.cache)
        every_s = EAGER_PASS_S if interprets else PASS_EVERY_S
        recogniser = await asyncio.to_thread(WhisperRecogniser, folder, config.threads or 1, pass_every_s=every_s)

    async def close() -> None:
        for organ in (voice, kokoro, recogniser):
            if organ is not None:
                await asyncio.to_thread(organ.close)

    speaker = _by_language(voice, kokoro) if voice is not None and kokoro is not None else voice
    return Served(EchoEngine(config.max_sessions), close, recogniser, speaker)


def _by_language(english: Voice, others: KokoroVoice) -> Voice:
    from model.voices import VoicesByLanguage

    return VoicesByLanguage({"en": english, **dict.fromkeys(others.languages, others)})


_LOADERS = {"cascade": _load_cascade, "echo": _load_echo, "native": _load_native, "sglang": _load_sglang}
