"""Speech on its way out: nothing lost, nothing doubled, words with their sound."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.cascade_speech import Speech
from model.types import SPOKEN_RATE_HZ, SPOKEN_SAMPLES, SpokenPiece, Word


def piece(num_samples: int, first: float, words: tuple[Word, ...] = ()) -> SpokenPiece:
    return SpokenPiece(np.arange(num_samples, dtype=np.float32) + np.float32(first), words)


@given(st.lists(st.integers(1, 12_000), min_size=1, max_size=6))
def test_micro_turns_are_the_pieces_in_order(sizes: list[int]) -> None:
    speech = Speech()
    starts = [sum(sizes[:i]) + 1 for i in range(len(sizes))]  # no sample is zero, as the padding is
    for size, start in zip(sizes, starts, strict=True):
        speech.append(piece(size, start))
    taken: list[np.ndarray] = []
    while (pcm := speech.take()[0]) is not None:
        assert pcm.shape == (SPOKEN_SAMPLES,)
        taken.append(pcm)
    sound = np.concatenate(taken)
    np.testing.assert_array_equal(sound[: sum(sizes)], np.arange(1, sum(sizes) + 1, dtype=np.float32))
    assert not sound[sum(sizes) :].any()


def test_words_come_with_the_micro_turn_in_which_they_begin() -> None:
    speech = Speech()
    words = (Word("one", 0.0, 0.1), Word("two", 0.19, 0.3), Word("three", 0.2, 0.4))
    speech.append(SpokenPiece(np.zeros(2 * SPOKEN_SAMPLES, np.float32), words))
    assert speech.take()[1] == "one two"
    assert speech.sounded == "one two"
    assert speech.take()[1] == "three"


def test_words_of_a_later_piece_count_from_its_start() -> None:
    speech = Speech()
    speech.append(SpokenPiece(np.zeros(SPOKEN_RATE_HZ, np.float32)))
    speech.append(SpokenPiece(np.zeros(SPOKEN_SAMPLES, np.float32), (Word("late", 0.05, 0.1),)))
    assert [speech.take()[1] for _ in range(6)] == ["", "", "", "", "", "late"]


def test_what_did_not_sound_is_forgotten_by_clear() -> None:
    speech = Speech()
    speech.append(SpokenPiece(np.ones(3 * SPOKEN_SAMPLES, np.float32), (Word("a", 0.0, 0.1), Word("b", 0.5, 0.6))))
    speech.take()
    assert speech.sounded == "a"
    speech.clear()
    assert speech.is_empty
    assert speech.take() == (None, "")
    assert speech.sounded == ""
