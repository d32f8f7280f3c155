"""Where utterances begin and end, in which language they are, what is echo, and what goes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.channel import FADE_SAMPLES, MAX_QUEUED_SAMPLES, LanguageChannel
from agent.interpretation.ear import MAX_TICKS, PAUSE_TICKS, PRE_ROLL_TICKS, Ear, SpeechGate, Utterance
from agent.interpretation.echo import EchoGate
from agent.interpretation.lane import HeardPart
from agent.interpretation.speaker_language import SpeakerLanguage
from agent.interpretation.upsample import Upsampler
from agent.interpretation.word_alignment import without_rush
from model.types import (
    HEARD_RATE_HZ,
    HEARD_TICK_SAMPLES,
    SPOKEN_RATE_HZ,
    SPOKEN_TICK_SAMPLES,
    TICK_MS,
    Pcm,
    Transcript,
    Word,
)

LOUD = np.full(HEARD_TICK_SAMPLES, 0.1, np.float32)
QUIET = np.zeros(HEARD_TICK_SAMPLES, np.float32)


async def test_an_utterance_begins_before_it_was_noticed_and_ends_with_a_pause() -> None:
    gate, begun = SpeechGate(), list[Utterance]()
    for tick in range(200):
        utterance = gate.add(tick, LOUD if 50 <= tick < 100 else QUIET, False)
        begun += [utterance] if utterance else []
    [utterance] = begun
    assert 50 - PRE_ROLL_TICKS <= utterance.start_s * 1000 / TICK_MS <= 50
    pieces = [piece async for piece in utterance.sound()]
    heard_ticks = sum(map(len, pieces)) // HEARD_TICK_SAMPLES
    assert 50 + PAUSE_TICKS <= heard_ticks <= 50 + PAUSE_TICKS + PRE_ROLL_TICKS


@given(st.lists(st.booleans(), max_size=400), st.integers(0, 3))
def test_no_utterance_is_longer_than_its_bound_whatever_is_heard(loud: list[bool], repeats: int) -> None:
    gate, begun = SpeechGate(), list[Utterance]()
    for tick, is_loud in enumerate(loud * (repeats + 1) * 4):
        utterance = gate.add(tick, LOUD if is_loud else QUIET, False)
        begun += [utterance] if utterance else []
    assert all(each.num_samples <= (MAX_TICKS + PRE_ROLL_TICKS) * HEARD_TICK_SAMPLES for each in begun)


def test_an_ear_has_the_last_half_minute_without_echo() -> None:
    ear = Ear(OnlyHears(), SpeakerLanguage(("en",), "en"), lambda part: None)
    for tick in range(2_000):
        ear.add(tick, np.full(HEARD_TICK_SAMPLES, tick / 2_000, np.float32), is_echo=1_990 <= tick < 1_995)
    sound = ear.sound(30.0, 31.0)
    assert len(sound) == (10 + 50 + 15 + 1) * HEARD_TICK_SAMPLES, "0.2 s before, 0.3 s behind"
    assert sound[0] == np.float32(1_490 / 2_000) and sound[-1] == np.float32(1_565 / 2_000)
    assert len(ear.sound(5.0, 6.0)) == 0, "that is let go"
    assert len(ear.sound(39.8, 39.9)) < len(ear.sound(38.8, 38.9)), "without what was echo"


def spoken(text: str, word_s: float, start_s: float = 0.0) -> tuple[Word, ...]:
    words = text.split()
    return tuple(Word(word, start_s + at * word_s, start_s + (at + 1) * word_s) for at, word in enumerate(words))


def test_words_that_all_sound_at_one_moment_were_not_said() -> None:
    said = spoken("Playback of the list of people.", 0.4)
    loop = spoken("Playback of the list of people.", 0.0, 2.4)
    assert tuple(without_rush(said + loop + loop)) == said
    quick = spoken("I told you so, did I not?", 0.08)
    assert tuple(without_rush(quick)) == quick, "people can say twelve words a second"
    assert tuple(without_rush(loop)) == () and tuple(without_rush(())) == ()


async def test_what_a_recogniser_repeats_reaches_nobody() -> None:
    told, heard_all = list[HeardPart](), asyncio.Event()
    said = spoken("It rained.", 0.4)
    loop = spoken("It rained. It rained.", 0.0, 0.8)

    class RepeatsItself:
        async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
            async for _ in sound:
                pass
            yield Transcript("It rained. It rained. It rained.", "en", said + loop)

    def tell(part: HeardPart) -> None:
        told.append(part)
        heard_all.set()

    ear = Ear(RepeatsItself(), SpeakerLanguage(("en",), "en"), tell)
    for tick in range(100):
        ear.add(tick, LOUD if 10 <= tick < 50 else QUIET)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(ear.run(), name="ear")
        await heard_all.wait()
        running.cancel()
    assert told[0].transcript.words == said and told[0].transcript.text == "It rained."


class OnlyHears:
    """A recogniser that understands nothing."""

    async def transcribe(self, sound: AsyncIterator[Pcm], language: str | None = None) -> AsyncIterator[Transcript]:
        async for _ in sound:
            yield Transcript("", "en")


def heard(language: str) -> Transcript:
    return Transcript("x", language, (Word("x", 0.0, 0.5),), False)


def test_a_speaker_who_switches_language_is_followed_after_two_beliefs_or_one_sure_one() -> None:
    language = SpeakerLanguage(("en", "es", "fr"), "en")
    assert language.settle(heard("es"), 1.5).language == "en", "one belief about a short sound is none"
    assert language.settle(heard("es"), 2.0).language == "es"
    assert language.settle(heard("fr"), 4.0).language == "fr"
    assert language.settle(heard("cy"), 9.0).language == "fr", "nobody here speaks that"
    assert language.settle(heard("en"), 0.6).language == "fr"


def test_echo_is_what_is_much_quieter_than_what_was_played_a_moment_ago() -> None:
    gate = EchoGate()
    gate.is_echo(-100, -20)
    for _ in range(10):  # 200 ms
        assert not gate.is_echo(-22, -100), "who is as loud as the others speaks"
        assert gate.is_echo(-35, -100)
    for _ in range(60):
        gate.is_echo(-100, -100)
    assert not gate.is_echo(-35, -100), "long after it is somebody who speaks softly"


def ramp(count: int) -> Pcm:
    return (np.arange(1, count + 1) / MAX_QUEUED_SAMPLES).astype(np.float32)


@given(st.lists(st.integers(1, 3000), max_size=8))
def test_a_channel_plays_what_was_put_once_and_in_order(sizes: list[int]) -> None:
    channel, whole = LanguageChannel("room-es"), ramp(sum(sizes))
    for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False):
        channel.put(whole[start : start + size])
    played: list[Pcm] = []
    while (piece := channel.pull()) is not None:
        assert len(piece) == SPOKEN_TICK_SAMPLES
        played.append(piece)
    flat = np.concatenate([np.zeros(0, np.float32), *played])
    np.testing.assert_array_equal(flat[: len(whole)], whole)
    assert not flat[len(whole) :].any() and not channel.is_sounding


def test_a_full_channel_never_grows_and_a_cleared_one_fades_out() -> None:
    channel = LanguageChannel("room-es")
    for _ in range(70):
        channel.put(np.full(SPOKEN_RATE_HZ, 0.5, np.float32))
    assert channel.num_dropped == 10 * SPOKEN_RATE_HZ
    channel.pull()
    channel.clear()
    tail = channel.pull()
    assert tail is not None and channel.pull() is None
    assert tail[0] > 0.4 and not tail[FADE_SAMPLES:].any()
    assert np.all(np.diff(tail[:FADE_SAMPLES]) <= 0)


def test_an_interpreters_sound_keeps_its_pitch_and_level_at_the_other_rate() -> None:
    seconds = np.arange(HEARD_RATE_HZ) / HEARD_RATE_HZ
    tone = (0.5 * np.sin(2 * np.pi * 1000 * seconds)).astype(np.float32)
    stream = Upsampler()
    out = np.concatenate([stream.resample(piece) for piece in tone.reshape(-1, HEARD_TICK_SAMPLES)])
    assert len(out) == SPOKEN_RATE_HZ
    middle = out[2000:22000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert abs(np.argmax(spectrum) * SPOKEN_RATE_HZ / len(middle) - 1000) < 2
    assert abs(float(np.sqrt(np.mean(middle**2))) - 0.5 / np.sqrt(2)) < 0.01
    spectrum[np.argmax(spectrum) - 5 : np.argmax(spectrum) + 6] = 0
    assert spectrum.max() < 0.01 * len(middle) / 8, "no image of it elsewhere"
