"""Recognisers, voices and translators behind the engine socket, over real loopback connections."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TypeVar

import numpy as np
import pytest

from model.client import EngineClient, RecogniserClient, TranslatorClient, VoiceClient
from model.echo import EchoEngine
from model.limits import Limits
from model.serve import EngineServer
from model.types import (
    NOT_TOLD,
    About,
    CapacityError,
    Engine,
    InputError,
    Pcm,
    Recogniser,
    SessionLostError,
    SessionSettings,
    SpokenPiece,
    Transcript,
    Translator,
    Voice,
    Word,
)

Item = TypeVar("Item")
NOISE = np.random.default_rng(2).uniform(-1, 1, 9600).astype(np.float32)


class Words:
    """A recogniser, voice and translator of one idea: each piece in gives one piece out."""

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        num_samples = 0
        async for pcm in sound:
            num_samples += pcm.size
            yield Transcript(f"{num_samples}", language or "xx", is_final=False)
        if num_samples == 13:
            raise RuntimeError("unlucky")
        yield Transcript(f"{num_samples}", language or "xx", (Word("samples", 0, num_samples / 16_000),))

    async def speak(
        self, text: AsyncIterator[str], language: str = "en", pace: float = 1.0
    ) -> AsyncIterator[SpokenPiece]:
        async for clause in text:
            yield SpokenPiece(np.full(len(clause), pace / 8, np.float32), (Word(f"{language}:{clause}", 0, 1),))

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncIterator[str]:
        for word in segment.split():
            yield glossary.get(word, f"{source}>{target}:{word}")
        for line in (*context, about.topic, *about.names):
            if line:
                yield line


@pytest.fixture
async def words() -> AsyncGenerator[str]:
    service = Words()
    async with EngineServer(None, service, service, service, limits=Limits(max_requests=2, max_sound_s=20)) as server:
        yield server.url


async def pieces(*items: Item) -> AsyncGenerator[Item]:
    for item in items:
        yield item


async def test_sound_streams_in_and_transcripts_stream_out(words: str) -> None:
    release = asyncio.Event()

    async def sound() -> AsyncGenerator[Pcm]:
        yield NOISE[:100]
        await release.wait()  # the first partial must not wait for the end of the sound
        yield NOISE[:50]

    heard: list[Transcript] = []
    async for transcript in RecogniserClient(words).transcribe(sound(), "en"):
        heard.append(transcript)
        release.set()
    assert heard == [
        Transcript("100", "en", is_final=False),
        Transcript("150", "en", is_final=False),
        Transcript("150", "en", (Word("samples", 0, 150 / 16_000),)),
    ]


async def test_clauses_go_in_and_speech_comes_out(words: str) -> None:
    spoken = [piece async for piece in VoiceClient(words).speak(pieces("good", "day"), "de", 2.0)]
    assert [piece.words[0].text for piece in spoken] == ["de:good", "de:day"]
    assert np.array_equal(spoken[1].pcm, np.full(3, 0.25, np.float32))
    with pytest.raises(InputError, match="pace: 9 is outside"):
        [piece async for piece in VoiceClient(words).speak(pieces("a"), pace=9)]


async def test_a_segment_is_translated_with_context_and_glossary(words: str) -> None:
    translated = TranslatorClient(words).translate("hallo welt", "de", "en", ("before",), {"welt": "world"})
    assert [piece async for piece in translated] == ["de>en:hallo", "world", "before"]


async def test_topic_and_names_go_along_with_a_segment(words: str) -> None:
    translated = TranslatorClient(words).translate("hallo", "de", "en", (), {}, About("bees", ("Ada", "Bob")))
    assert [piece async for piece in translated] == ["de>en:hallo", "bees", "Ada", "Bob"]


async def test_what_a_server_lacks_it_refuses_by_name() -> None:
    async with EngineServer(engine=EchoEngine()) as server:
        with pytest.raises(CapacityError, match="this server has no translator"):
            [piece async for piece in TranslatorClient(server.url).translate("a", "de", "en", (), {})]
        with pytest.raises(CapacityError, match="this server has no recogniser"):
            [piece async for piece in RecogniserClient(server.url).transcribe(pieces(NOISE))]
        with pytest.raises(CapacityError, match="this server has no voice"):
            [piece async for piece in VoiceClient(server.url).speak(pieces("a"))]


async def test_no_engine_is_refused_by_name(words: str) -> None:
    with pytest.raises(CapacityError, match="this server has no engine"):
        await EngineClient(words).open(SessionSettings("c"))


async def test_a_recogniser_that_fails_ends_its_request_alone(words: str) -> None:
    with pytest.raises(SessionLostError, match="its log says why"):
        [heard async for heard in RecogniserClient(words).transcribe(pieces(NOISE[:13]))]
    assert len([heard async for heard in RecogniserClient(words).transcribe(pieces(NOISE[:14]))]) == 2


async def test_too_much_sound_is_refused(words: str) -> None:
    with pytest.raises(InputError, match="more than 20 s"):
        endless = pieces(*[np.zeros(160_000, np.float32)] * 3)
        [heard async for heard in RecogniserClient(words).transcribe(endless)]
    with pytest.raises(InputError, match="at most 10 s"):
        [heard async for heard in RecogniserClient(words).transcribe(pieces(np.zeros(160_001, np.float32)))]


async def test_requests_beyond_the_limit_are_refused_until_one_ends(words: str) -> None:
    hold = asyncio.Event()

    async def slow() -> AsyncGenerator[str]:
        yield "a"
        await hold.wait()

    first, second = VoiceClient(words).speak(slow()), VoiceClient(words).speak(slow())
    await anext(first)
    await anext(second)
    with pytest.raises(CapacityError, match="2 requests"):
        [piece async for piece in VoiceClient(words).speak(pieces("a"))]
    hold.set()
    assert [piece async for piece in first] == []
    assert len([piece async for piece in VoiceClient(words).speak(pieces("a"))]) == 1
    await second.aclose()


async def test_the_callers_own_failure_comes_back_as_it_was(words: str) -> None:
    async def broken() -> AsyncGenerator[str]:
        yield "a"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        [piece async for piece in VoiceClient(words).speak(broken())]


async def test_a_stream_left_in_the_middle_leaves_no_task_behind(words: str) -> None:
    async def endless() -> AsyncGenerator[str]:
        yield "a"
        await asyncio.Event().wait()

    speech = VoiceClient(words).speak(endless())
    await anext(speech)
    await speech.aclose()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("send ")]


def test_each_client_is_what_it_stands_for() -> None:
    url = "ws://127.0.0.1:9"
    # The annotation is the test: the type checker holds the clients to the seam's protocols.
    services: tuple[Engine, Recogniser, Voice, Translator] = (
        EngineClient(url),
        RecogniserClient(url),
        VoiceClient(url),
        TranslatorClient(url),
    )
    assert len(services) == 4


async def test_nobody_at_the_address_says_what_to_start() -> None:
    with pytest.raises(SessionLostError, match="is `alongside serve` running there"):
        await EngineClient("ws://127.0.0.1:9").open(SessionSettings("c"))
    with pytest.raises(InputError, match="expected ws://host:port"):
        EngineClient("127.0.0.1:9")


def test_the_client_does_not_import_torch() -> None:
    code = "import sys, model.client; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
