"""agent/own_echo.py: the agent's own sound is known when it comes back, and people are not taken for it"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable

import numpy as np
import pytest

from agent.audio_receiver import AudioReceiver, RtpAudioPacket
from agent.bench.wav import resampled
from agent.media_tick import MediaTick
from agent.opus import OpusEncoder
from agent.own_echo import SPAN_TICKS, OwnEcho
from agent.stop_words import StopWordEar
from agent.voice_track import RTP_TICK_SAMPLES
from model.hibari import HibariVoice
from model.stop_words.spotter import StopWords
from model.types import HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, SPOKEN_TICK_SAMPLES, TICK_MS, Pcm
from tests.agent.rtp_path import listen, send
from tests.agent.speech import RATE_HZ, read_prompt

logger = logging.getLogger(__name__)
OWN = "demo-instruct"
LIKE_A_STOP_WORD = "which are heated and condensed into tiny droplets that can then be vaporized into liquid water."
OTHERS = ("conf-adminmenu", "vm-options", "demo-congrats")  # by the same person: the hardest case
ECHO_GAIN = 0.1  # -20 dB
LOUD = 0.1  # of the loudest: half a second whose ticks reach this holds speech
OWN_S = 12
SPAN_SAMPLES = SPAN_TICKS * HEARD_TICK_SAMPLES
JITTER_S = 0.04


def over_network(pcm: Pcm, seed: int) -> Pcm:
    """What a receiver plays of it behind a network with jitter: coded, stretched and squeezed."""
    draw = random.Random(seed)
    arrivals = [(each.packet, each.sent_at + 0.02 + JITTER_S * draw.random()) for each in send(pcm)]
    return listen(AudioReceiver(), arrivals, len(pcm) // HEARD_TICK_SAMPLES).pcm


def echo_of(own: Pcm, gain: float, delay_ms: int, seed: int) -> Pcm:
    """There, through a room, and back."""
    there = np.roll(np.pad(over_network(own, seed), (0, RATE_HZ)), delay_ms * RATE_HZ // 1000) * gain
    return over_network(there.astype(np.float32), seed + 1)[: len(own)]


def judged(heard: Pcm, own: Pcm) -> list[bool]:
    """For each fifth tick in which somebody is heard for half a second: whether that is the agent."""
    echo, found = OwnEcho(), list[bool]()
    least = LOUD * float(np.abs(heard).max())
    for tick in range(min(len(heard), len(own)) // HEARD_TICK_SAMPLES):
        end = (tick + 1) * HEARD_TICK_SAMPLES
        echo.add({"p1": heard[end - HEARD_TICK_SAMPLES : end]}, own[end - HEARD_TICK_SAMPLES : end])
        span = heard[max(0, end - SPAN_SAMPLES) : end].reshape(-1, HEARD_TICK_SAMPLES)
        if tick % 5 == 0 and len(span) == SPAN_TICKS and np.median(np.abs(span).max(1)) > least:
            found.append(echo.is_in("p1"))
    return found


@pytest.mark.parametrize(("gain", "delay_ms"), [(0.3, 20), (ECHO_GAIN, 150), (0.03, 400)])
def test_its_own_sound_is_known_behind_two_networks_at_any_level(gain: float, delay_ms: int) -> None:
    own = read_prompt(OWN)[: OWN_S * RATE_HZ]
    found = judged(echo_of(own, gain, delay_ms, seed=delay_ms), own)
    assert len(found) > 40 and np.mean(found) > 0.95, np.mean(found)


def test_a_person_is_hardly_ever_taken_for_it_with_an_echo_under_them_and_without() -> None:
    own = read_prompt(OWN)[: OWN_S * RATE_HZ]
    echo, found = echo_of(own, ECHO_GAIN, 150, seed=1), list[bool]()
    for name in OTHERS:
        said = np.resize(read_prompt(name), len(own))
        found += judged(said, own)
        found += judged(over_network(said, seed=2)[: len(own)] + echo, own)
    assert len(found) > 400 and np.mean(found) < 0.01, np.mean(found)


def test_before_half_a_second_and_of_strangers_nothing_is_said() -> None:
    echo, tick = OwnEcho(), read_prompt(OWN)[:HEARD_TICK_SAMPLES]
    for _ in range(SPAN_TICKS - 1):
        echo.add({"p1": tick}, tick)
    assert not echo.is_in("p1") and not echo.is_in("p2")
    echo.add({}, tick)
    echo.add({"p1": tick}, tick)
    assert not echo.is_in("p1"), "who left and came back begins anew"


def test_where_the_echo_of_its_own_voice_sounds_most_like_a_stop_word_it_is_known() -> None:
    voice = HibariVoice()
    spoken = voice.submit(LIKE_A_STOP_WORD).result().pcm
    voice.close()
    own = resampled(np.pad(spoken, (SPOKEN_RATE_HZ, SPOKEN_RATE_HZ)), SPOKEN_RATE_HZ, RATE_HZ)
    heard = echo_of(own, ECHO_GAIN, 150, seed=4)
    ticks = heard[: len(heard) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES].reshape(-1, HEARD_TICK_SAMPLES)
    spotter, echo, doubts = StopWords.read().spotter(), OwnEcho(), list[float]()
    for tick in ticks:
        spotter.hear(tick)
        doubts.append(spotter.probability)
    logger.info("a stop word in the echo of %r: %.2f at most", LIKE_A_STOP_WORD, max(doubts))
    most = set(np.argsort(doubts)[-5:].tolist())
    for index, tick in enumerate(ticks):
        echo.add({"p1": tick}, own[index * HEARD_TICK_SAMPLES :][:HEARD_TICK_SAMPLES])
        assert index not in most or echo.is_in("p1"), (index, doubts[index])


class AnySpeech:
    """Takes all that is louder than its bound for a stop word, but nothing of what the agent says itself."""

    def __init__(self) -> None:
        self.probability = 0.0

    def hear(self, pcm: Pcm) -> str | None:
        return "stop" if np.abs(pcm).max() > 0.005 else None

    def reset(self) -> None:
        pass


def spotted_in(sound: Callable[[Pcm], Pcm], seconds: int = 8) -> list[str]:
    """Who stops an agent that says a prompt, while a page sends what `sound` makes of it."""
    own = read_prompt(OWN)[: seconds * RATE_HZ]
    encoder, receiver = OpusEncoder(rate_hz=RATE_HZ), AudioReceiver()
    media, sent, found = MediaTick(StopWordEar(AnySpeech)), sound(own), list[str]()
    spoken = np.interp(np.arange(len(own) * 3 // 2) / 1.5, np.arange(len(own)), own).astype(np.float32)
    for tick in range(seconds * 1000 // TICK_MS):
        now = 1.0 + tick * TICK_MS / 1000
        part = sent[tick * HEARD_TICK_SAMPLES : (tick + 1) * HEARD_TICK_SAMPLES]
        receiver.add(RtpAudioPacket(tick, tick * RTP_TICK_SAMPLES, encoder.encode(part), False, None), now)
        voice = spoken[tick * SPOKEN_TICK_SAMPLES : (tick + 1) * SPOKEN_TICK_SAMPLES]
        spotted = media.run({"p1": receiver}, voice, now).spotted
        found += [spotted.who] if spotted is not None and tick > 2 * SPAN_TICKS else []
    return found


def test_what_sounds_like_a_stop_word_in_its_echo_stops_it_only_when_a_person_says_it() -> None:
    assert spotted_in(lambda own: echo_of(own, ECHO_GAIN, 150, seed=3)) == []
    assert len(spotted_in(lambda own: np.resize(read_prompt(OTHERS[0]), len(own)))) > 3
