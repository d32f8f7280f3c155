"""agent/bench/score_voice.py and speaker.py"""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.bench.item import Item
from agent.bench.score_voice import border_jumps, score_voice, word_errors, words_heard
from agent.bench.speaker import NUM_MELS, SpeakerEncoder, SpeakerError, read_encoder, similarity_to
from agent.bench.take import Take
from agent.bench.utterances import Said, TimedText
from model.types import SPOKEN_RATE_HZ, SPOKEN_SAMPLES, Pcm


def _tone(hz: float, duration_s: float = 3.0) -> Pcm:
    times = np.arange(round(duration_s * SPOKEN_RATE_HZ)) / SPOKEN_RATE_HZ
    return (0.2 * np.sin(2 * np.pi * hz * times)).astype(np.float32)


def _pair(given: str, heard: str) -> tuple[Item, Take]:
    item = Item(f"v{given}", "voice", "sentence", "test", 0, "none", 4.0, (), given_text=given)
    return item, Take(_tone(220), said=(Said(0.5, 2.0, heard),))


def _encoder(seed: int) -> SpeakerEncoder:
    rng = np.random.default_rng(seed)
    weights = {"linear.weight": rng.normal(size=(256, 256)), "linear.bias": np.zeros(256)}
    for layer, width in enumerate((NUM_MELS, 256, 256)):
        weights |= {f"lstm.weight_ih_l{layer}": rng.normal(scale=0.1, size=(1024, width))}
        weights |= {f"lstm.weight_hh_l{layer}": rng.normal(scale=0.1, size=(1024, 256))}
        weights |= {f"lstm.bias_{name}_l{layer}": np.zeros(1024) for name in ("ih", "hh")}
    return SpeakerEncoder({name: value.astype(np.float32) for name, value in weights.items()})


@pytest.mark.parametrize(
    ("heard", "errors"),
    [("a b c", (0, 0)), ("a c", (1, 0)), ("a x c", (1, 0)), ("a b b c", (1, 0)), ("", (3, 0)), ("a b c d e", (0, 2))],
)
def test_word_errors_are_the_fewest_edits_and_what_follows_is_counted_apart(
    heard: str, errors: tuple[int, int]
) -> None:
    assert word_errors(heard.split(), "a b c".split()) == errors


def test_the_rate_is_over_all_words_and_numbers_match_in_both_forms() -> None:
    found = score_voice([_pair("Platform nine, Cardiff.", "Platform 9, Cardiff."), _pair("Ravi pays.", "Ronny pays.")])
    assert found.score == pytest.approx(20.0)  # one of five words
    assert found.metrics["word_error_rate_pct"] == 20.0
    assert [row["errors"] for row in found.rows] == [0, 1]


def test_a_sentence_that_the_engine_broke_off_is_told_apart_from_one_that_was_not_understood() -> None:
    def told(given: str, heard: str, texts: str) -> tuple[Item, Take]:
        item, take = _pair(given, heard)
        return item, replace(take, texts=(TimedText(0.5, 1.0, texts),))

    pairs = [told("Seat two, please.", "Seat", "Seat"), told("Ravi pays Rosa.", "Ronny pays Rosa.", "Ravi pays Rosa.")]
    metrics = score_voice(pairs).metrics
    assert metrics["word_error_rate_pct"] == 50.0 and metrics["broken_off_pct"] == 50.0
    assert metrics["word_error_rate_of_whole_pct"] == pytest.approx(33.33)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("In 1961 Dmitri moved.", "in nineteen sixty one dmitri moved"),
        ("Ring Ravi on 786946 before 9:10", "ring ravi on seven eight six nine four six before nine ten"),
        ("She lives at 4,861 Mill Pond Road.", "she lives at four thousand eight hundred sixty one mill pond road"),
        ("It amounts to €4,861.20", "it amounts two four thousand eight hundred sixty one euros and twenty cents"),
        ("Flight 7 4 2", "flight seven four two"),
        ("Cardiff lies 1163 km away", "cardiff lies one thousand one hundred sixty three kilometres away"),
        ("Flight 742", "flight seven four two"),
        ("Seat 42", "seat forty two"),
        ("Seat 43", "seat forty two"),
    ],
)
def test_digits_are_read_as_they_were_spoken(heard: str, meant: str) -> None:
    assert word_errors(words_heard(heard, meant.split()), meant.split())[0] == (1 if heard == "Seat 43" else 0)


def test_a_click_at_a_border_is_heard_and_a_smooth_sound_is_not() -> None:
    smooth = _tone(220)
    broken = smooth.copy()
    first = round(0.06 * SPOKEN_RATE_HZ)
    for at in range(first, broken.size, 2 * SPOKEN_SAMPLES):
        broken[at : at + SPOKEN_SAMPLES] *= -1
    assert np.median(border_jumps(smooth)) == pytest.approx(1.0, abs=0.3)
    assert np.median(border_jumps(broken)) > 10
    assert border_jumps(np.zeros(48_000, np.float32)) == []


def test_a_voice_is_most_like_itself() -> None:
    encoder = _encoder(1)
    low, high = _tone(150), _tone(900)
    like = SpeakerEncoder(encoder.weights, encoder.vector([low]))
    assert similarity_to([low], like) == pytest.approx(1.0, abs=1e-5)
    other = similarity_to([high], like)
    assert other is not None and other < 0.999
    assert encoder.vector([np.zeros(48_000, np.float32)]) is None and similarity_to([], like) is None


def test_a_file_that_names_code_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]  # what an attacker would write

    path = tmp_path / "pretrained.pt"
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(SpeakerError, match="has no place in weights"):
        read_encoder(path)
    assert not (tmp_path / "ran").exists()
    path.write_bytes(b"")
    with pytest.raises(SpeakerError, match="--no-deps Resemblyzer"):
        read_encoder(path)
