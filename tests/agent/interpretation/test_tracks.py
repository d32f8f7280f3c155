"""There is one track for each language somebody listens to, and none else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.interpretation.ear_voice_span import MAX_PACE, EarVoiceSpan, Playout, SpanGauge
from agent.interpretation.errors import InterpretationError
from agent.interpretation.fillers import without_fillers
from agent.interpretation.tracks import MAX_LANGUAGES, LanguageTracks, TrackEnded, TrackStarted
from model.types import SPOKEN_RATE_HZ, Word

OFFERED = frozenset({"es", "fr", "it"})
CHOICES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["es", "fr", "it", None])), max_size=30)


@settings(max_examples=60)
@given(CHOICES)
def test_changes_add_up_to_the_languages_in_use(choices: list[tuple[str, str | None]]) -> None:
    tracks = LanguageTracks("room", OFFERED)
    open_tracks: set[str] = set()
    for who, language in choices:
        for change in tracks.leave(who) if language is None else tracks.choose(who, language):
            if isinstance(change, TrackStarted):
                assert change.track not in open_tracks
                open_tracks.add(change.track)
            else:
                open_tracks.remove(change.track)
        assert open_tracks == {f"room-{language}" for language in tracks.in_use}
    for who in "abc":
        for change in tracks.leave(who):
            assert isinstance(change, TrackEnded)
            open_tracks.remove(change.track)
    assert not open_tracks


def test_speakers_of_the_target_pass_through() -> None:
    tracks = LanguageTracks("room", OFFERED)
    tracks.choose("a", "es")
    tracks.choose("b", "fr")
    assert tracks.lanes({"ann": "en", "luis": "es"}) == {("ann", "es"), ("ann", "fr"), ("luis", "fr")}


def test_what_is_not_offered_is_refused_in_words() -> None:
    with pytest.raises(InterpretationError, match="no interpretation into 'de' here; there is es, fr, it"):
        LanguageTracks("room", OFFERED).choose("a", "de")


def test_a_room_has_a_bounded_number_of_languages() -> None:
    languages = [f"x{chr(97 + n)}" for n in range(MAX_LANGUAGES + 1)]
    tracks = LanguageTracks("room", frozenset(languages))
    for n in range(MAX_LANGUAGES):
        tracks.choose(f"p{n}", languages[n])
    with pytest.raises(InterpretationError, match="at most 8"):
        tracks.choose("late", languages[-1])
    assert len(tracks.choose("p0", languages[-1])) == 2, "who changes frees a place"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 5 * SPOKEN_RATE_HZ)), max_size=20))
def test_sound_plays_one_after_another_and_never_early(gifts: list[tuple[float, int]]) -> None:
    playout = Playout()
    now_s = end_s = 0.0
    for wait_s, num_samples in gifts:
        now_s += wait_s
        assert 1 <= playout.pace(now_s, now_s - wait_s) <= playout.pace(now_s, now_s - wait_s - 1) <= MAX_PACE
        start_s, end_s = (playout.add(num_samples, now_s), end_s)[0]
        assert start_s >= now_s
    assert playout.backlog_s(now_s) == max(0.0, end_s - now_s)


def test_the_gauge_shows_medians_of_late_segments() -> None:
    gauge = SpanGauge()
    assert gauge.now is None
    for lag_s in (9.0, *([2.0] * 15), *([3.0] * 5)):
        gauge.add(EarVoiceSpan(lag_s, lag_s + 1))
    assert gauge.now == EarVoiceSpan(2.0, 3.0)


def test_fillers_go_and_the_sentence_still_ends() -> None:
    words = [Word(text, 0, 1) for text in "Um, I think so, uh. Er we".split()]
    assert [word.text for word in without_fillers(words, "en")] == ["I", "think", "so.", "we"]
    assert len(without_fillers(words, "de")) == len(words)
