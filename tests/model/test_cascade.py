"""The cascade end to end on real sound, in virtual time: organs are infinitely fast, so only logic is judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from model.cascade import LANGUAGE_MODEL_WEIGHTS, RECOGNISER_WEIGHTS, CascadeConfig, CascadeEngine
from model.types import (
    HEARD_SAMPLES,
    MICRO_TURN_MS,
    BackgroundDelta,
    CapacityError,
    Delegate,
    Heard,
    Hush,
    InputError,
    Mark,
    MicroTurnIn,
    SessionSettings,
    Silenced,
    TypedText,
)
from model.word_errors import words_of
from tests.model.spoken import Talk, at_heard_rate, speak, weights_or_skip

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
GREETING = (
    "Hello, this is a rather long greeting, and it goes on and on, so that there is time to say something over it."
)


class OpenTalk(Protocol):
    """Opens a conversation that the fixture closes."""

    def __call__(self, greeting: str = "", echo_gain: float = 0.0, has_background: bool = False) -> Awaitable[Talk]: ...


@pytest.fixture(scope="module")
def engine() -> Iterator[CascadeEngine]:
    whisper, model = weights_or_skip(RECOGNISER_WEIGHTS), weights_or_skip(LANGUAGE_MODEL_WEIGHTS)
    config = CascadeConfig(whisper, model / "model.gguf", num_language_threads=1)
    engine = asyncio.run(CascadeEngine.load(config, now=lambda: datetime(2026, 11, 22, 15, 45)))
    yield engine
    asyncio.run(engine.close())


@pytest.fixture
async def open_talk(engine: CascadeEngine) -> AsyncIterator[OpenTalk]:
    opened: list[Talk] = []

    async def open_one(greeting: str = "", echo_gain: float = 0.0, has_background: bool = False) -> Talk:
        settings = SessionSettings("test", greeting=greeting, extra={"background": "yes"} if has_background else {})
        opened.append(Talk(engine, await engine.open(settings), echo_gain))
        return opened[-1]

    yield open_one
    for talk in opened:
        await talk.session.close()


async def test_a_spoken_question_is_answered_in_speech(
    engine: CascadeEngine, open_talk: OpenTalk, tmp_path: Path
) -> None:
    talk = await open_talk()
    await talk.silence(0.5)
    await talk.hear(speak("What is the capital of France?", tmp_path))
    await talk.until_quiet()
    finals = [a.text for a in talk.of_kind(Heard) if isinstance(a, Heard) and a.is_final]
    assert len(finals) == 1
    assert "france" in words_of(finals[0])
    sound = at_heard_rate(np.concatenate(talk.spoken))
    loud = np.flatnonzero(sound)
    recognised = engine.organs.recogniser.submit(sound[loud[0] : loud[-1]], "en").result()
    assert "paris" in words_of(recognised.text), recognised.text
    assert "paris" in words_of(talk.text)


async def test_the_answer_waits_for_the_end_of_the_question(open_talk: OpenTalk, tmp_path: Path) -> None:
    talk = await open_talk()
    await talk.hear(speak("How many days are there", tmp_path))
    await talk.silence(0.2)  # shorter than an end
    await talk.hear(speak("in a week?", tmp_path))
    assert not any(piece.any() for piece in talk.spoken)
    await talk.until_quiet()
    assert {"seven", "7"} & set(words_of(talk.text)), talk.text


async def test_the_greeting_sounds_in_the_first_micro_turn(open_talk: OpenTalk) -> None:
    talk = await open_talk(greeting="Hello, I am Alongside.")
    await talk.silence(MICRO_TURN_MS / 1000)
    assert talk.spoken[0].any()
    await talk.until_quiet()
    assert talk.text == "Hello, I am Alongside."


async def test_speaking_over_the_agent_stops_it_within_a_second(open_talk: OpenTalk, tmp_path: Path) -> None:
    talk = await open_talk(greeting=GREETING)
    await talk.silence(1.0)
    begins = talk.index
    await talk.hear(speak("Wait a moment, what is the capital of Japan?", tmp_path))
    stops = [index for index, action in talk.actions if isinstance(action, Hush)]
    assert len(stops) == 1
    assert (stops[0] - begins + 1) * MICRO_TURN_MS <= 1000
    assert not np.concatenate(talk.spoken[stops[0] :]).any()
    await talk.until_quiet()
    assert "tokyo" in words_of(talk.text), talk.text
    assert "something" not in words_of(talk.text)


async def test_a_listeners_yeah_does_not_stop_the_agent(open_talk: OpenTalk, tmp_path: Path) -> None:
    talk = await open_talk(greeting=GREETING)
    await talk.silence(1.0)
    await talk.hear(speak("Yeah.", tmp_path))
    await talk.until_quiet()
    assert talk.of_kind(Hush) == []
    assert talk.text == GREETING


@pytest.mark.parametrize("delay_ms", [60, 150, 450])
async def test_its_own_echo_neither_stops_nor_answers_it(open_talk: OpenTalk, delay_ms: int) -> None:
    talk = await open_talk(greeting=GREETING, echo_gain=0.1)
    talk.echo_delay_samples = delay_ms * 16
    await talk.until_quiet()
    await talk.silence(2.0)
    assert talk.text == GREETING
    assert talk.of_kind(Hush) == []
    assert talk.of_kind(Heard) == []


async def test_a_person_is_heard_over_the_echo(open_talk: OpenTalk, tmp_path: Path) -> None:
    talk = await open_talk(greeting=GREETING, echo_gain=0.1)
    await talk.silence(1.6)
    await talk.hear(speak("Please stop now. What is the capital of France?", tmp_path))
    assert len(talk.of_kind(Hush)) == 1
    await talk.until_quiet()
    assert "paris" in words_of(talk.text), talk.text


async def test_typed_text_is_answered(open_talk: OpenTalk) -> None:
    talk = await open_talk()
    await talk.silence(0.2, (TypedText("p1", "What is the capital of Japan?"),))
    await talk.until_quiet()
    assert "tokyo" in words_of(talk.text), talk.text
    assert [mark.kind for mark in talk.of_kind(Mark) if isinstance(mark, Mark)] == ["working", "idle"]


async def test_silenced_speech_counts_as_unsaid(open_talk: OpenTalk) -> None:
    talk = await open_talk(greeting=GREETING)
    await talk.silence(1.0)
    await talk.silence(1.0, (Silenced("p1"),))
    assert not np.concatenate(talk.spoken[5:]).any()
    said = talk.session.conversation.messages()[-1]
    assert said.role == "assistant"
    assert GREETING.startswith(said.content.rstrip("\u2026"))
    assert len(said.content) < len(GREETING)


async def test_silence_and_noise_are_not_answered(open_talk: OpenTalk) -> None:
    talk = await open_talk()
    noise = np.random.default_rng(0).standard_normal(5 * 16000).astype(np.float32) * np.float32(0.01)
    await talk.hear(noise)
    await talk.silence(2.0)
    assert not np.concatenate(talk.spoken).any()
    assert talk.actions == []


async def test_what_needs_a_tool_is_handed_over_and_the_result_is_said(open_talk: OpenTalk) -> None:
    talk = await open_talk(has_background=True)
    await talk.silence(0.2, (TypedText("p1", "Make a chart of 3, 5 and 8"),))
    assert talk.of_kind(Delegate) == [Delegate("d1", "Make a chart of 3, 5 and 8")]
    await talk.silence(0.2, (BackgroundDelta("d1", "Here is the chart.", False), BackgroundDelta("d1", "", True)))
    await talk.until_quiet()
    assert talk.text == "Here is the chart."
    assert talk.session.conversation.messages()[-1].content == "Here is the chart."


async def test_work_that_takes_long_is_announced_once(open_talk: OpenTalk) -> None:
    talk = await open_talk(has_background=True)
    await talk.silence(0.2, (TypedText("p1", "Make a chart of 3, 5 and 8"),))
    await talk.silence(2.4)
    await talk.until_quiet()
    await talk.silence(3.0)
    assert talk.text == "One moment."


async def test_what_was_withdrawn_is_not_said_and_what_is_silent_is_known(open_talk: OpenTalk) -> None:
    talk = await open_talk(has_background=True)
    await talk.silence(0.2, (TypedText("p1", "Make a chart of 3, 5 and 8"),))
    withdrawn = (BackgroundDelta("d1", "Here.", False), BackgroundDelta("d1", "(cancelled)", True, "silent"))
    await talk.silence(3.0, withdrawn)
    assert talk.text == ""
    assert "(cancelled)" in talk.session.conversation.messages()[-1].content


async def test_a_conversation_too_many_is_refused_and_closing_makes_room(open_talk: OpenTalk) -> None:
    first, second = await open_talk(), await open_talk()
    with pytest.raises(CapacityError) as refused:
        await open_talk()
    assert refused.value.retry_after_s > 0
    await first.session.close()
    await first.session.close()
    third = await open_talk()
    await second.session.close()
    await third.session.close()


async def test_a_closed_session_and_an_unknown_language_are_refused(engine: CascadeEngine, open_talk: OpenTalk) -> None:
    talk = await open_talk()
    await talk.session.close()
    with pytest.raises(InputError, match="closed"):
        await talk.session.step((MicroTurnIn(0, np.zeros(HEARD_SAMPLES, np.float32)),))
    with pytest.raises(InputError, match="language"):
        await engine.open(SessionSettings("test", language="xx"))
