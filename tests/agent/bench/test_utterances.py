"""agent/bench/utterances.py"""

from __future__ import annotations

import numpy as np

from agent.bench.utterances import Said, TimedText, pieces_of_speech, with_words
from model.types import Pcm

RATE_HZ = 24_000


def _sound(*stretches: tuple[float, float], duration_s: float = 4.0, dbfs: float = -20.0) -> Pcm:
    pcm = np.zeros(round(duration_s * RATE_HZ), np.float32)
    for start_s, end_s in stretches:
        size = round((end_s - start_s) * RATE_HZ)
        tone = np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * 200 * np.arange(size) / RATE_HZ)
        pcm[round(start_s * RATE_HZ) :][:size] = tone
    return pcm


def test_speech_begins_with_the_first_20_ms_that_100_ms_follow() -> None:
    assert pieces_of_speech(_sound((1.0, 2.0)), RATE_HZ) == [Said(1.0, 2.0)]
    assert pieces_of_speech(_sound((1.0, 1.1)), RATE_HZ) == []  # a click: nothing follows its first 20 ms for 100 ms
    assert pieces_of_speech(_sound((1.0, 1.12)), RATE_HZ) == [Said(1.0, 1.12)]


def test_sound_below_the_threshold_is_silence() -> None:
    assert pieces_of_speech(_sound((1.0, 2.0), dbfs=-51.0), RATE_HZ) == []
    assert len(pieces_of_speech(_sound((1.0, 2.0), dbfs=-49.0), RATE_HZ)) == 1


def test_a_quarter_of_a_second_of_silence_parts_two_pieces() -> None:
    assert len(pieces_of_speech(_sound((1.0, 2.0), (2.22, 3.0)), RATE_HZ)) == 1
    assert pieces_of_speech(_sound((1.0, 2.0), (2.26, 3.0)), RATE_HZ) == [Said(1.0, 2.0), Said(2.26, 3.0)]


def test_words_go_to_the_piece_they_overlap_else_to_the_nearest() -> None:
    pieces = [Said(1.0, 1.5), Said(2.0, 2.6)]
    texts = [
        TimedText(1.0, 1.2, "one"),
        TimedText(1.8, 2.0, "two"),
        TimedText(2.2, 2.4, "three"),
        TimedText(3.6, 3.8, "x"),
    ]
    assert [piece.text for piece in with_words(pieces, texts)] == ["one", "two three"]
    assert with_words([], texts) == []
