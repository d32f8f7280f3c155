"""agent/bench/sets: items are made alike from alike seeds, cues are timed, test stays out of training"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.bench.item import ItemError, read_items
from agent.bench.sets import make
from agent.bench.sets.casting import LOUDNESS_RMS, Casting, CastingError
from agent.bench.sets.line_speaker import LineSpeaker, SpeakerError
from agent.bench.sets.overlap import overlap
from agent.bench.sets.phrases import Phrases, parsed
from agent.bench.sets.room import SINGLE_SOUNDS, SNR_DB, single_sound, with_noise
from agent.bench.sets.word_times import word_times
from model.hibari import HibariVoice
from model.studio.scenes import SCENES, play_scene
from model.types import HEARD_RATE_HZ, Pcm, Word
from tests.model.studio.silent_cast import SilentCast

ITEMS = Path(make.__file__).parent / "items"
SEEDS_PER_SCENE = 40


@pytest.fixture(scope="module")
def voice() -> Iterator[HibariVoice]:
    speaking = HibariVoice()
    yield speaking
    speaking.close()


def _spoken(voice: HibariVoice, text: str, pace: float = 1.0) -> tuple[Pcm, tuple[Word, ...]]:
    piece = voice.say(text, pace)
    heard = np.arange(len(piece.pcm) * 2 // 3) * 1.5
    return np.interp(heard, np.arange(len(piece.pcm)), piece.pcm).astype(np.float32), piece.words


@pytest.fixture
def casting(tmp_path: Path, voice: HibariVoice) -> Iterator[Casting]:
    if shutil.which("flite") is None:
        pytest.skip("the package flite is missing; apt-get install flite")
    with LineSpeaker(("false",)) as kokoro:
        yield Casting(tmp_path / "clips", lambda text: _spoken(voice, text), kokoro)


def test_the_same_seed_makes_the_same_item(casting: Casting, tmp_path: Path) -> None:
    order = make.Order("timespeak", "dev", tmp_path, 7, ("flite:slt",))
    phrases = Phrases.of_split("dev")
    made = [make.make_item(order, phrases, casting, "period-001", "period", 1) for _ in range(2)]
    assert made[0][0] == made[1][0] and np.array_equal(made[0][1], made[1][1])
    item, sound = made[0]
    assert sound.size == round(item.duration_s * HEARD_RATE_HZ) and sound.size % 3200 == 0
    spoken = sound[round(item.turns[0].start_s * HEARD_RATE_HZ) : round(item.turns[0].end_s * HEARD_RATE_HZ)]
    assert np.sqrt(np.mean(spoken**2)) == pytest.approx(LOUDNESS_RMS, rel=0.05)


def test_a_voice_that_cannot_speak_says_why(casting: Casting) -> None:
    with pytest.raises(CastingError, match="there are flite:, espeak:, kokoro: and hibari"):
        casting.clip("stone:grey", "hello")
    with pytest.raises(SpeakerError, match="ended with status 1"):
        casting.clip("kokoro:bf_emma", "hello")


def test_words_are_timed_by_warping_to_a_voice_of_known_times(voice: HibariVoice) -> None:
    text = "My brother told me about the bicycle yesterday."
    known, words = _spoken(voice, text)
    other, truth = _spoken(voice, text, pace=0.75)
    errors = [abs(found.end_s - true.end_s) for found, true in zip(word_times(other, known, words), truth, strict=True)]
    assert len(errors) == 8 and np.median(errors) < 0.03 and max(errors) < 0.12


@pytest.mark.parametrize("split", ["dev", "test"])
@pytest.mark.parametrize("noise", ["low", "high"])
def test_noise_lies_below_speech_by_its_level(split: str, noise: str) -> None:
    added = with_noise(np.zeros(3 * HEARD_RATE_HZ, np.float32), noise, split, seed=5)
    snr_db = 20 * np.log10(LOUDNESS_RMS / np.sqrt(np.mean(np.square(added, dtype=np.float64))))
    assert snr_db == pytest.approx(SNR_DB[noise], abs=0.5)


def test_test_has_sounds_of_its_own() -> None:
    assert not set(SINGLE_SOUNDS["dev"]) & set(SINGLE_SOUNDS["test"])
    assert all(np.isfinite(single_sound(kind, 1)).all() for some in SINGLE_SOUNDS.values() for kind in some)


def test_a_phrase_carries_its_rule() -> None:
    phrase = parsed("rinse the lentils now | lentils/rinse; now")
    assert phrase.text == "rinse the lentils now" and phrase.meaning.all_of == (("lentils", "rinse"), ("now",))
    with pytest.raises(ItemError, match="no list 'nothing'"):
        Phrases.of_split("dev").lines("timespeak", "nothing")


@pytest.mark.parametrize("path", sorted(ITEMS.glob("*.jsonl")), ids=lambda path: path.name)
def test_committed_items_are_whole_and_of_every_category(path: Path) -> None:
    items = read_items(path)
    bench, split, _ = path.name.split(".")
    assert {item.bench for item in items} == {bench} and {item.split for item in items} == {split}
    assert {item.category for item in items} == set(make.SETS[bench])


@pytest.mark.timeout(120)
def test_nothing_that_test_says_is_said_in_training() -> None:
    cast = SilentCast()
    texts: list[str] = []
    for name in SCENES:
        for seed in range(SEEDS_PER_SCENE):
            play = play_scene(name, cast, random.Random(f"{name} {seed}"))
            texts += [sound.spoken.text for sound in play.sounds if sound.spoken is not None]
    phrases = Phrases.of_split("test")
    said = [turn.text for path in ITEMS.glob("*.test.jsonl") for item in read_items(path) for turn in item.turns]
    found = overlap([*said, *phrases.all_texts()], phrases, texts)
    assert found.is_empty, found


def test_an_overlap_is_found() -> None:
    phrases = Phrases.of_split("test")
    found = overlap(
        ["one two three four five six"], phrases, ["so two three four five six", "the lighthouse in eleven seconds"]
    )
    assert found.sequences == {("two", "three", "four", "five", "six")}
    assert found.cue_words == {"lighthouse"} and found.waits == {"eleven seconds"}
