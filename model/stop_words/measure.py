"""How well the spotter hears: `python -m model.stop_words.measure`, some minutes of one core the first time.

hits      stop words by Kokoro's held-out voices, which no training heard: in how many within 400 ms, and when
near      what only sounds like one, and sentences that hold one, by the same voices: how many silence the agent
alarms    an hour: on human prompts (half of Debian's asterisk-core-sounds-en-g722), and on the agent's own voice
chosen    an hour, on the other half of the prompts: THRESHOLD keeps MAX_AN_HOUR there
cost      of 20 ms of one voice
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from model import weights
from model.stop_words.examples import sounding_end
from model.stop_words.people import decoded
from model.stop_words.render import FOLDER
from model.stop_words.spotter import SHIPPED, THRESHOLD, StopWords
from model.stop_words.words import OTHERS, PHRASES, SENTENCES, WORDS
from model.studio.bank import Bank, levelled
from model.studio.clip_store import ClipStore
from model.studio.kokoro_voices import HELD_OUT_VOICES, WEIGHTS, KokoroVoices
from model.studio.sound_room import in_a_room
from model.studio.stage import AGENT_VOICE, Clip
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, TICK_MS, InputError, Pcm

PROMPTS = Path("/usr/share/asterisk/sounds/en")
WITHIN_MS = 400
EARLY_MS = -200  # a phrase may be sure before its last sound
LEAD_S, TAIL_S = 1.0, 1.0
REST_TICKS = 30  # after one alarm; as agent/stop_words.py
ECHO_DB = -20.0
OWN_VOICE_S = 900.0
PHRASES_A_WORD, NEAR_A_VOICE, SENTENCES_A_VOICE = 2, 14, 6
MAX_AN_HOUR = 60.0
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Trace:
    """The spotter's probability, tick by tick, and when the word ended; None where there is none."""

    probabilities: tuple[float, ...]
    end_ms: float | None = None
    name: str = ""

    def alarms(self, threshold: float) -> list[float]:
        """When it silences, in ms after the word's end, or after the beginning."""
        found: list[float] = []
        rest = 0
        for tick, probability in enumerate(self.probabilities):
            rest -= 1
            if probability >= threshold and rest <= 0:
                found.append((tick + 1) * TICK_MS - (self.end_ms or 0.0))
                rest = REST_TICKS
        return found

    def latency_ms(self, threshold: float) -> float | None:
        """Of the first alarm that is neither too early nor too late."""
        return next((at for at in self.alarms(threshold) if EARLY_MS <= at <= WITHIN_MS), None)


def trace(
    net: StopWords, sound: Pcm, end_s: float | None = None, name: str = "", words: Sequence[str] = WORDS
) -> Trace:
    """(S,) at 16 kHz through a fresh spotter."""
    spotter = net.spotter(words)
    found: list[float] = []
    for tick in sound[: len(sound) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES].reshape(-1, HEARD_TICK_SAMPLES):
        spotter.hear(tick)
        found.append(spotter.probability)
    return Trace(tuple(found), None if end_s is None else end_s * 1000, name)


def test_clips(folder: Path) -> Iterator[tuple[str, str, Clip]]:
    """Voice, text and sound of what held-out voices say; rendered once."""
    store, kokoro = ClipStore(folder / "test.sqlite", 1 << 30), None
    for voice in HELD_OUT_VOICES:
        rng = random.Random(f"test {voice}")
        texts = [text for each in PHRASES.values() for text in rng.sample(sorted(set(each)), PHRASES_A_WORD)]
        texts += rng.sample(sorted(set(OTHERS)), NEAR_A_VOICE) + rng.sample(SENTENCES, SENTENCES_A_VOICE)
        for text in texts:
            clip = store.find(voice, text, 0)
            if clip is None:
                kokoro = kokoro or KokoroVoices(weights.path(WEIGHTS))
                store.keep(voice, text, 0, levelled(kokoro.say(voice, text, rng.uniform(0.9, 1.15))))
                clip = store.find(voice, text, 0)
                assert clip is not None
            yield voice, text, clip


def heard(clip: Clip, condition: str, echo: Pcm, seed: str) -> Pcm:
    """The clip between silences: as it is, under the agent's echo, or in a room with noise and network."""
    lead, tail = (np.zeros(round(each * HEARD_RATE_HZ), np.float32) for each in (LEAD_S, TAIL_S))
    sound: Pcm = np.concatenate((lead, clip.pcm, tail))
    sound = sound[: len(sound) // HEARD_TICK_SAMPLES * HEARD_TICK_SAMPLES].copy()
    if condition != "clean":
        start = zlib.crc32(seed.encode()) % (len(echo) - len(sound))
        sound += echo[start : start + len(sound)] * np.float32(10 ** (ECHO_DB / 20))
    return in_a_room(sound, random.Random(seed)) if condition == "room" else sound


def prompts(to_choose: bool = False) -> Iterator[tuple[str, Pcm]]:
    """The prompts of one half by name, and (S,) at 16 kHz between pauses. Raises InputError where there are none."""
    files = sorted(PROMPTS.glob("*.g722"))
    files = files[len(files) // 2 :] if to_choose else files[: len(files) // 2]
    if not files:
        raise InputError(f"{PROMPTS}: no prompts; apt-get install asterisk-core-sounds-en-g722")
    pause = np.zeros(HEARD_RATE_HZ // 4, np.float32)
    for file, pcm in zip(files, decoded(files), strict=True):
        yield file.stem, np.concatenate((pause, pcm.astype(np.float32) / np.float32(32_768), pause))


def own_voice(bank: Bank) -> Pcm:
    """What the agent says for a quarter of an hour, (S,); none of it is a stop word alone."""
    rng = random.Random("own voice")
    stops = {phrase for each in PHRASES.values() for phrase in each}
    texts = [text for text in bank.texts_of(AGENT_VOICE) if text.lower().strip(".!? ") not in stops]
    parts: list[Pcm] = []
    while sum(map(len, parts)) < OWN_VOICE_S * HEARD_RATE_HZ:
        parts.append(bank.clip(AGENT_VOICE, rng.choice(texts), rng).pcm)
    return np.concatenate(parts)


def table(net: StopWords, folder: Path, bank: Bank, words: Sequence[str]) -> Iterator[str]:
    """Lines of markdown: what is found of these words, and what is taken for one."""
    echo = own_voice(bank)
    all_phrases = {phrase for each in PHRASES.values() for phrase in each}
    spot = partial(trace, net, words=words)
    phrases = {phrase for word in words for phrase in PHRASES[word]}
    clips = list(test_clips(folder))
    hits: dict[str, list[Trace]] = {}
    for condition in ("clean", "echo", "room"):
        hits[condition] = [
            spot(
                heard(clip, condition, echo, f"{voice} {text}"),
                LEAD_S + sounding_end(clip.pcm) / HEARD_RATE_HZ,
                text,
            )
            for voice, text, clip in clips
            if text in phrases
        ]
    near = [
        spot(heard(clip, "echo", echo, f"{voice} {text}"), name=text)
        for voice, text, clip in clips
        if text not in all_phrases
    ]
    human = [spot(sound, name=name) for name, sound in prompts()]
    to_choose = [spot(sound, name=name) for name, sound in prompts(to_choose=True)]
    own = [spot(echo * np.float32(10 ** (ECHO_DB / 20)))]
    yield (
        "| threshold | "
        + " | ".join(f"hits {name}, %" for name in hits)
        + " | near, % | prompts, /h | own echo, /h | chosen on, /h |"
    )
    yield "|---|" + "---|" * (len(hits) + 4)
    for threshold in THRESHOLDS:
        cells = [f"{100 * _share(each, threshold):.0f}" for each in hits.values()]
        cells += [f"{100 * sum(bool(each.alarms(threshold)) for each in near) / len(near):.0f}"]
        cells += [f"{_an_hour(each, threshold):.1f}" for each in (human, own, to_choose)]
        yield f"| {threshold:.2f} | " + " | ".join(cells) + " |"
    yield ""
    yield from _at_threshold(hits, near, human)
    chosen = next((each for each in THRESHOLDS if _an_hour(to_choose, each) <= MAX_AN_HOUR), THRESHOLDS[-1])
    yield f"lowest threshold with at most {MAX_AN_HOUR:.0f} an hour where it is chosen: {chosen}; in use: {THRESHOLD}"
    yield f"minutes of prompts: {_minutes(human):.1f}, of own voice: {_minutes(own):.1f}"
    yield f"cost: {_cost_us(net):.0f} us of processor time for 20 ms of one voice"


def _at_threshold(hits: dict[str, list[Trace]], near: Sequence[Trace], human: Sequence[Trace]) -> Iterator[str]:
    for condition, traces in hits.items():
        latencies = [at for each in traces if (at := each.latency_ms(THRESHOLD)) is not None]
        if latencies:
            middle, late = np.percentile(latencies, (50, 95))
            yield f"{condition}: median {middle:.0f} ms after the word, p95 {late:.0f} ms, {len(traces)} words"
        missed = [each.name for each in traces if each.latency_ms(THRESHOLD) is None]
        yield f"{condition}: missed: {', '.join(sorted(missed)) or 'none'}"
    for name, traces in (("near", near), ("prompts", human)):
        wrong = [each.name for each in traces if each.alarms(THRESHOLD)]
        yield f"{name}, wrongly taken, of {len(traces)}: {', '.join(sorted(wrong)) or 'none'}"


def _share(traces: Sequence[Trace], threshold: float) -> float:
    return sum(each.latency_ms(threshold) is not None for each in traces) / len(traces)


def _an_hour(traces: Iterable[Trace], threshold: float) -> float:
    counts, ticks = zip(*((len(each.alarms(threshold)), len(each.probabilities)) for each in traces), strict=True)
    return float(sum(counts)) / (sum(ticks) * TICK_MS / 3_600_000)


def _minutes(traces: Iterable[Trace]) -> float:
    return sum(len(each.probabilities) for each in traces) * TICK_MS / 60_000


def _cost_us(net: StopWords, num_ticks: int = 2_000) -> float:
    spotter, noise = net.spotter(), np.random.default_rng(0).normal(0, 0.1, HEARD_TICK_SAMPLES).astype(np.float32)
    began = time.thread_time()
    for _ in range(num_ticks):
        spotter.hear(noise)
    return (time.thread_time() - began) / num_ticks * 1e6


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Hit rate, latency, false alarms and cost of the stop-word spotter.")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where test clips are kept")
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"), help="has the agent's own voice")
    parser.add_argument("--words", default=",".join(WORDS), help="the words to hear (default: %(default)s)")
    options = parser.parse_args(arguments)
    words = [word.strip() for word in options.words.split(",")]
    for line in table(StopWords.read(options.weights), options.folder, Bank(options.bank), words):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
