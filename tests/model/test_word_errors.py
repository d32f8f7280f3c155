"""Word error rate."""

from hypothesis import given
from hypothesis import strategies as st

from model.word_errors import num_errors, word_error_rate, words_of

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(WORDS, WORDS, WORDS)
def test_errors_are_a_distance(a: list[str], b: list[str], c: list[str]) -> None:
    assert num_errors(a, a) == 0
    assert num_errors(a, b) == num_errors(b, a)
    assert num_errors(a, c) <= num_errors(a, b) + num_errors(b, c)
    assert abs(len(a) - len(b)) <= num_errors(a, b) <= max(len(a), len(b))


def test_case_punctuation_and_small_digits_do_not_count() -> None:
    assert words_of("Press 1, or DON'T. [beep]") == ["press", "one", "or", "don't"]


def test_errors_are_counted_over_all_pairs() -> None:
    assert word_error_rate([("one two three", "one too three"), ("four", "four")]) == 0.25
