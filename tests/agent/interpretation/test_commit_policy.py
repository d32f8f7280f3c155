"""Committed words stay, come once, and come in time, whatever the recogniser changes its mind about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.interpretation.commit_policy import CommitLimits, CommitPolicy, Segment, join_words
from agent.interpretation.word_alignment import matching_prefix, normal
from model.types import Word

PATIENT = CommitLimits(max_lag_s=9, hard_lag_s=9)
VOCABULARY = st.sampled_from(["we", "met", "the", "board,", "board", "yesterday.", "Dr.", "and", "it", "rained"])


def spoken(text: str, word_s: float = 0.4) -> list[Word]:
    return [Word(word, index * word_s, (index + 1) * word_s) for index, word in enumerate(text.split())]


def heard_s(words: list[Word]) -> float:
    return words[-1].end_s if words else 0.0


def listen(policy: CommitPolicy, text: str) -> list[Segment]:
    """Word by word, as a recogniser that never errs."""
    words = spoken(text)
    segments: list[Segment] = []
    for count in range(1, len(words) + 1):
        segments += policy.update(words[:count], heard_s(words[:count]))
    return segments + policy.update(words, heard_s(words), is_final=True)


def test_a_word_needs_two_hypotheses() -> None:
    policy = CommitPolicy()
    assert policy.update(spoken("It rained. Then"), 1.2) == []
    assert [each.text for each in policy.update(spoken("It rained. When"), 1.3)] == ["It rained."]


def test_a_full_stop_at_the_end_of_a_hypothesis_proves_nothing() -> None:
    policy = CommitPolicy()
    assert policy.update(spoken("I live in London."), 1.6) == []
    assert policy.update(spoken("I live in London."), 1.8) == []


def test_clauses_sentences_and_the_end_are_segments() -> None:
    segments = listen(CommitPolicy(), "Hello. When the board met on Monday, it voted. Thanks")
    assert [(each.text, each.reason) for each in segments] == [
        ("Hello.", "sentence"),
        ("When the board met on Monday,", "clause"),
        ("it voted.", "sentence"),
        ("Thanks", "end"),
    ]


def test_a_title_does_not_end_a_sentence() -> None:
    assert [each.text for each in listen(CommitPolicy(), "I saw Dr. Jones there")] == ["I saw Dr. Jones there"]


def test_a_pause_ends_a_clause() -> None:
    words = [*spoken("we can begin now"), Word("because", 2.1, 2.5), Word("everybody", 2.5, 2.9)]
    policy = CommitPolicy()
    policy.update(words, 2.9)
    assert [(each.text, each.reason) for each in policy.update(words, 3.0)] == [("we can begin now", "pause")]


def test_a_word_that_enough_words_follow_needs_one_hypothesis() -> None:
    clause = "When it rains so hard, we all stay"
    assert CommitPolicy(PATIENT).update(spoken(clause), 3.2) == []
    found = CommitPolicy(PATIENT).update(spoken(f"{clause} home"), 3.6)
    assert [each.text for each in found] == ["When it rains so hard,"]


def test_a_sentence_is_believed_sooner() -> None:
    assert CommitPolicy().update(spoken("It rained. Then"), 1.2) == []
    assert [each.text for each in CommitPolicy().update(spoken("It rained. Then we"), 1.6)] == ["It rained."]


def test_a_clause_ends_before_a_word_that_begins_another_in_that_language() -> None:
    text = "your call is first in line and will be answered soon by somebody who knows"
    words = spoken(text)
    found = CommitPolicy(PATIENT).update(words, heard_s(words), language="en")
    assert [each.text for each in found] == ["your call is first in line"]
    assert CommitPolicy(PATIENT).update(words, 5.6, language="zh") == []


def test_what_is_old_goes_up_to_where_a_phrase_ends() -> None:
    words = spoken("please enter your agent number followed by the pound key")
    policy = CommitPolicy()
    assert policy.update(words[:3], 1.2, language="en") == []
    found = policy.update(words[:5], 2.0, language="en")
    assert [(each.text, each.reason) for each in found] == [("please enter", "lag")], "one noun stays with the other"
    assert policy.update(words[:7], 2.2, language="en") == [], "what is left is young"
    assert policy.update(words[:8], 3.2, language="en")[0].text == "your agent number followed"


def test_what_has_no_phrase_s_end_goes_a_little_later_but_not_on_a_word_that_leans() -> None:
    words = spoken("old friends gladly visit quiet villages nearby their own way")
    policy = CommitPolicy()
    assert policy.update(words[:6], 2.4, language="en") == []
    assert policy.update(words[:6], 2.9, language="en") == []
    found = policy.update(words[:6], 3.2, language="en")
    assert [each.text for each in found] == ["old friends gladly visit quiet villages"]


def test_speech_without_an_end_is_let_go_when_it_is_old() -> None:
    segments = listen(CommitPolicy(CommitLimits(max_lag_s=2.0)), "and then and then and then and then and then")
    assert segments[0].reason == "lag"
    assert segments[0].end_s <= 2.0 + CommitLimits().patience_s + 0.8


def test_a_hypothesis_that_words_the_committed_part_otherwise_says_nothing_twice() -> None:
    policy = CommitPolicy()
    for end in ("Then", "Then we"):
        policy.update(spoken(f"It rained all day. {end}"), 2.4)
    assert policy.update(spoken("It had rained all the day. Then we left."), 3.5, is_final=True)[0].text == (
        "Then we left."
    )


def test_captions_count_what_they_took_back() -> None:
    policy = CommitPolicy()
    policy.update(spoken("the bored met"), 1.2)
    policy.update(spoken("the board met"), 1.3)
    assert (policy.num_erased, policy.num_shown) == (2, 3)
    assert join_words(policy.tentative) == "the board met"


@given(st.lists(st.lists(VOCABULARY, max_size=14), min_size=1, max_size=12))
def test_committed_words_are_never_taken_back(hypotheses: list[list[str]]) -> None:
    policy = CommitPolicy()
    committed: tuple[Word, ...] = ()
    for index, texts in enumerate(hypotheses):
        words = spoken(" ".join(texts))
        segments = policy.update(words, heard_s(words) + index, is_final=index + 1 == len(hypotheses))
        added = tuple(word for segment in segments for word in segment.words)
        assert policy.committed == committed + added
        committed = policy.committed
    assert policy.tentative == ()


@given(st.lists(VOCABULARY, max_size=60))
def test_a_recogniser_that_never_errs_loses_and_doubles_nothing(texts: list[str]) -> None:
    policy = CommitPolicy()
    segments = listen(policy, " ".join(texts))
    assert " ".join(each.text for each in segments) == " ".join(texts)
    assert policy.num_erased == 0


@given(st.lists(st.lists(VOCABULARY, min_size=1, max_size=3), min_size=1, max_size=40))
def test_no_word_waits_longer_than_the_hard_cap(changes: list[list[str]]) -> None:
    limits = CommitLimits(max_lag_s=2.0, hard_lag_s=3.0)
    policy = CommitPolicy(limits)
    texts: list[str] = []
    for change in changes:
        texts = texts[:-1] + change  # the newest word changes again and again
        words = spoken(" ".join(texts))
        policy.update(words, heard_s(words))
        for word in policy.tentative[:-1]:
            assert heard_s(words) - word.start_s <= limits.hard_lag_s + 1.2


@given(st.lists(VOCABULARY, max_size=60), st.lists(VOCABULARY, max_size=10))
def test_a_prefix_is_found_again(committed: list[str], more: list[str]) -> None:
    assert matching_prefix(spoken(" ".join(committed)), spoken(" ".join(committed + more))) == len(committed)


def test_case_and_punctuation_do_not_part_words() -> None:
    assert normal("Board,") == normal("board")


def test_limits_that_cannot_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="max_lag_s <= hard_lag_s"):
        CommitLimits(max_lag_s=5, hard_lag_s=3)
    with pytest.raises(ValueError, match="counted from 1"):
        CommitLimits(words_behind=0)
