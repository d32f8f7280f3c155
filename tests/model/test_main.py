"""`alongside serve` and `alongside fetch` as processes: what they print, how they end."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from model.__main__ import main
from model.checkpoint import save_checkpoint
from model.client import EngineClient, RecogniserClient, VoiceClient
from model.types import (
    HEARD_SAMPLES,
    CapacityError,
    InputError,
    MicroTurnIn,
    Pcm,
    Session,
    SessionSettings,
    SpokenPiece,
)
from tests.model.tiny_native import MUTE_CONFIG, tiny_model


@asynccontextmanager
async def serving(arguments: Sequence[str], **environ: str) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str]]:
    """A serving process and its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "model", "serve", "--port", "0", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environ},
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode().strip()
        assert line.startswith("listening on ")
        yield process, line.removeprefix("listening on ")
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_serve_prints_its_address_when_it_is_ready_and_ends_on_a_signal() -> None:
    async with serving(["--engine", "echo", "--max-sessions", "1"]) as (process, url):
        assert url.startswith("ws://127.0.0.1:") and not url.endswith(":0")
        session = await EngineClient(url).open(SessionSettings("c"))
        with pytest.raises(CapacityError):
            await EngineClient(url).open(SessionSettings("d"))
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        await session.close()


async def test_serve_ends_with_its_owner() -> None:
    async with serving(["--engine", "echo", "--end-with-stdin"]) as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == 0


async def test_serve_lives_on_without_an_owner() -> None:
    async with serving(["--engine", "echo"]) as (process, url):
        assert process.stdin is not None
        process.stdin.close()
        session = await EngineClient(url).open(SessionSettings("c"))
        await session.ping()
        await session.close()


async def test_the_token_comes_from_the_environment(tmp_path: Path) -> None:
    async with serving(["--engine", "echo", "--unix", str(tmp_path / "s")], ALONGSIDE_ENGINE_TOKEN="t0ken") as (_, url):
        with pytest.raises(InputError, match="refused the token"):
            await EngineClient(url).open(SessionSettings("c"))
        await (await EngineClient(url, "t0ken").open(SessionSettings("c"))).close()


async def test_an_address_in_use_is_one_line_and_a_failure() -> None:
    async with serving(["--engine", "echo"]) as (_, url):
        command = (sys.executable, "-m", "model", "serve", "--engine", "echo", "--port", url.rpartition(":")[2])
        second = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        _, words = await second.communicate()
        assert second.returncode == 1
        assert b"alongside serve: " in words and b"address already in use" in words
        assert b"Traceback" not in words


@pytest.mark.timeout(60)
@pytest.mark.parametrize("speech", [["--speech", "decoder"], []])
async def test_random_weights_are_said_to_be_untrained(speech: list[str]) -> None:
    words = ["--engine", "native", "--checkpoint", "random", "--max-sessions", "1", *speech]
    async with serving(words, OMP_NUM_THREADS="1") as (process, url):
        assert process.stderr is not None
        assert b"random weights, untrained" in await process.stderr.readline()
        session = await EngineClient(url).open(SessionSettings("c", greeting="Hello."))
        with pytest.raises(CapacityError):
            await EngineClient(url).open(SessionSettings("d"))
        await _sounds(session)
        await session.close()


async def _sounds(session: Session) -> None:
    """Step until the session is heard: a step waits for no voice, and here no clock paces them."""
    loudest = 0.0
    for index in itertools.count():
        out = await session.step((MicroTurnIn(index, np.zeros(HEARD_SAMPLES, np.float32)),))
        assert out.index == index
        loudest = max(loudest, 0.0 if out.pcm is None else float(np.abs(out.pcm).max()))
        if loudest > 0.02:
            return


@pytest.mark.timeout(60)
async def test_a_checkpoint_without_a_speech_decoder_is_spoken_by_a_voice(tmp_path: Path) -> None:
    save_checkpoint(file := tmp_path / "tiny.safetensors", MUTE_CONFIG, tiny_model(MUTE_CONFIG))
    words = ["--engine", "native", "--checkpoint", str(file)]
    async with serving(words, OMP_NUM_THREADS="1") as (_, url):
        session = await EngineClient(url).open(SessionSettings("c", greeting="Hello, I am here."))
        await _sounds(session)
        await session.close()
    command = (sys.executable, "-m", "model", "serve", *words, "--speech", "decoder")
    refused = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, why = await refused.communicate()
    assert refused.returncode == 1
    assert (
        why == f"alongside serve: --speech decoder: {file} has no speech decoder; leave it out, or say voice\n".encode()
    )


async def test_a_damaged_checkpoint_is_one_line_and_a_failure(tmp_path: Path) -> None:
    (file := tmp_path / "model.safetensors").write_bytes(b"no checkpoint")
    command = (sys.executable, "-m", "model", "serve", "--engine", "native", "--checkpoint", str(file))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, words = await process.communicate()
    assert process.returncode == 1
    assert words.startswith(b"alongside serve: ") and str(file).encode() in words
    assert words.count(b"\n") == 1


@pytest.mark.weights
@pytest.mark.timeout(120)  # reads 600 MB of weights from a cold disk
async def test_the_cascade_serves_its_voice_and_recogniser_and_they_understand_each_other() -> None:
    async with serving(["--engine", "cascade", "--max-sessions", "1"], OMP_NUM_THREADS="1") as (_, url):
        spoken = [piece async for piece in VoiceClient(url).speak(_clauses("What is the capital of France?"))]
        assert [word.text for piece in spoken for word in piece.words][-1] == "France?"
        heard = [found async for found in RecogniserClient(url).transcribe(_halves(spoken), "en")]
        assert heard[-1].is_final
        assert "capital of france" in heard[-1].text.lower()
        session = await EngineClient(url).open(SessionSettings("c"))
        assert (await session.step((MicroTurnIn(0, np.zeros(HEARD_SAMPLES, np.float32)),))).index == 0
        await session.close()


async def _clauses(text: str) -> AsyncGenerator[str]:
    yield text


async def _halves(spoken: Sequence[SpokenPiece]) -> AsyncGenerator[Pcm]:
    """24 kHz to 16 kHz by straight lines, good enough for a recogniser."""
    pcm = np.concatenate([piece.pcm for piece in spoken])
    times = np.arange(pcm.size * 2 // 3) * 1.5
    for part in np.array_split(np.interp(times, np.arange(pcm.size), pcm).astype(np.float32), 2):
        yield part


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["serve", "--port", "70000"], "70000 is no port"),
        (["serve", "--max-sessions", "0"], "at least 1"),
        (["serve", "--threads", "-1"], "at least 1"),
        (["serve", "--engine", "magic"], "invalid choice"),
        (["fetch", "--for", "magic"], "invalid choice"),
        ([], "required"),
    ],
)
def test_a_bad_word_is_named(arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err


def test_fetch_lists_what_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "--list", "--cache", str(tmp_path)]) == 0
    listed = capsys.readouterr().out
    assert "whisper-base" in listed and "148 MB" in listed and "missing" in listed


@pytest.mark.parametrize("engine", ["echo", "native"])
def test_fetch_brings_nothing_for_an_engine_without_weights(tmp_path: Path, engine: str) -> None:
    assert main(["fetch", "--for", engine, "--cache", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []


def test_fetch_fails_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "magic", "--cache", str(tmp_path)]) == 1
    assert "no weights named 'magic'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("device", "why"), [("cuda:9", "sees 0 CUDA devices"), ("tpu", "none that torch knows"), ("meta", "runs on cpu")]
)
def test_a_device_that_is_not_there_is_named_with_what_to_do(
    device: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if torch.cuda.device_count() > 0:
        why = why.replace("0 CUDA", f"{torch.cuda.device_count()} CUDA")
    assert main(["serve", "--engine", "native", "--port", "0", "--device", device]) == 1
    said = capsys.readouterr().err
    assert f"device '{device}'" in said and why in said
