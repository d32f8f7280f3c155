"""Scenes of speech at certain times whose plan has more to it: turns, an end, two at once, a change, the call's age."""

from __future__ import annotations

import math
import random

from model.studio import notes, phrases_cues, phrases_talk
from model.studio import phrases_manners as manners
from model.studio import phrases_timing as phrases
from model.studio.moves import MARK_DELAY_S, NOTE_DELAY_S, acknowledge, ends_of, talk_on
from model.studio.number_words import HELD_OUT_WAITS, draw_wait, in_words, wait_in_words
from model.studio.scenes_timing import (
    LEAD_S,
    TIME_IS_UP,
    draw_delay,
    draw_period,
    end_request,
    fire,
    meanwhile,
    say_rounds,
    wait_once,
)
from model.studio.stage import HEARING_DELAY_S, Spoken, Stage

LONGEST_REQUEST_S = 15.0


def in_turns(stage: Stage) -> None:
    """Two things are said in turn each period, until the user stops it."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    period_s = draw_wait(stage.rng, stage.rng.choice((6, 12, 20)))
    word, other = phrases.saying(stage.rng), phrases.saying(stage.rng)
    wait = wait_in_words(period_s, stage.rng)
    asked = stage.user.says(
        manners.asked(stage.rng, phrases.draw("in_turns", stage.rng, word=word, other=other, wait=wait))
    )
    note = notes.keep(stage, notes.in_turns("a", period_s, word, other), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s, "Okay." if period_s < 4 else "")
    num_rounds = stage.rng.randint(2, max(3, min(6, 60 // period_s)))
    meanwhile(stage, asked.end_s + period_s * num_rounds + 0.5)
    stop_s = max(stage.now + 0.3, asked.end_s + period_s * (num_rounds + stage.rng.uniform(0.2, 0.6)))
    stopped = stage.user.says(manners.dressed(stage.rng, phrases.draw("stop", stage.rng), hesitates=0.0), at=stop_s)
    say_rounds(stage, "a", f"{word} / {other}", asked.end_s, period_s, stopped.end_s)
    end_request(stage, note, stopped)
    stage.wait(stage.rng.uniform(0.5, 1.5) * min(period_s, 12))


def so_many_times(stage: Stage) -> None:
    """Something is said each period, and after so many times no more."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    period_s, times = draw_wait(stage.rng, stage.rng.choice((6, 10, 15, 25))), stage.rng.randint(2, 6)
    times = max(2, min(times, 70 // period_s))
    request, words = draw_period(stage, period_s)
    asked = stage.user.says(manners.asked(stage.rng, _with(stage, request, "times", count=in_words(times))))
    note = notes.keep(stage, notes.every("a", period_s, words, times), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s, "Okay." if period_s < 4 else "")
    origin_s = asked.end_s
    for left in range(times - 1, -1, -1):
        due_s = stage.agent.counts_down("a", origin_s, period_s, origin_s + (0.2 if left < times - 1 else MARK_DELAY_S))
        stage.agent.says(notes.aloud(words), due_s - LEAD_S)
        if left:
            stage.agent.does(notes.times_left("a", left), due_s)
        origin_s = due_s
    notes.drop(stage, note, origin_s)
    meanwhile(stage, origin_s + stage.rng.uniform(1.2, 2.5) * min(period_s, 12))


def until_a_word(stage: Stage) -> None:
    """Something is said each period until a word falls, in whatever sentence."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    period_s, cue = draw_wait(stage.rng, stage.rng.choice((6, 12, 20))), phrases_cues.cue_word(stage.rng)
    request, words = draw_period(stage, period_s)
    if phrases_talk.says_any(words, (cue,)):
        return until_a_word(stage)
    asked = stage.user.says(manners.asked(stage.rng, _with(stage, request, "until_word", cue=cue)))
    note = notes.keep(stage, notes.every("a", period_s, words, until=cue), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s, "Okay." if period_s < 4 else "")
    num_rounds = stage.rng.randint(2, max(2, min(5, 50 // period_s)))
    if stage.rng.random() < 0.5:
        talk_on(stage, stage.user, num_rounds * period_s - 3, without=(cue,), pause_s=(0.2, 3.0))
    falls_s = max(stage.now + 0.3, asked.end_s + period_s * (num_rounds + stage.rng.uniform(0.2, 0.6)))
    text = cue.capitalize() if stage.rng.random() < 0.5 else phrases_cues.with_cue(stage.rng, cue)
    said = stage.user.says(f"{text.rstrip('.')}.", at=falls_s)
    heard_s = ends_of(said, cue)[0] + HEARING_DELAY_S
    say_rounds(stage, "a", words, asked.end_s, period_s, heard_s - HEARING_DELAY_S)
    notes.drop(stage, note, heard_s)
    spoken = stage.agent.says(stage.rng.choice(manners.STOPPED), heard_s)
    stage.reach(spoken.end_s)
    talk_on(stage, stage.user, stage.rng.uniform(0.0, 1.5) * min(period_s, 10), without=(cue,))
    stage.wait(stage.rng.uniform(0.5, 4.0))


def two_timers(stage: Stage) -> None:
    """Two waits at once, asked for together or one after the other; each has its end."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    short_s = draw_wait(stage.rng, 25)
    long_s = draw_wait(stage.rng, 50)
    if abs(long_s - short_s) < 4:
        return two_timers(stage)
    if stage.rng.random() < 0.3:
        short_s, long_s = long_s, short_s
    dues = _two_at_once(stage, short_s, long_s) if stage.rng.random() < 0.6 else _two_in_a_row(stage, short_s, long_s)
    meanwhile(stage, max(due_s for due_s, _, _ in dues))
    for due_s, words, note in sorted(dues):
        fire(stage, words, due_s, note)
    stage.wait(stage.rng.uniform(1.0, 6.0))


def change_of_plan(stage: Stage) -> None:
    """A wait is given another length, or more of it, before it is over."""
    wait_s, words, asked, note = _begin_wait(stage)
    stage.wait(stage.rng.uniform(0.5, max(0.6, min(12.0, wait_s - 6.0))))
    other_s, is_more = draw_wait(stage.rng, 30), stage.rng.random() < 0.2
    rule, wait = "add" if is_more else "change", wait_in_words(other_s, stage.rng)
    changed = stage.user.says(manners.dressed(stage.rng, phrases.draw(rule, stage.rng, wait=wait)))
    stage.agent.counts_down("a", asked.end_s, wait_s, asked.end_s + MARK_DELAY_S, until=changed.end_s)
    notes.drop(stage, note, changed.end_s + NOTE_DELAY_S)
    left_s = max(0, math.ceil(asked.end_s + wait_s - changed.end_s)) if is_more else 0
    left_s += left_s + other_s in HELD_OUT_WAITS
    note, due_s = wait_once(stage, "a", left_s + other_s, words, changed.end_s)
    acknowledge(stage, changed.end_s, "Okay." if other_s < 4 else "")
    meanwhile(stage, due_s)
    fire(stage, words, due_s, note)
    stage.wait(stage.rng.uniform(1.0, 6.0))


def cancelled(stage: Stage) -> None:
    """A wait is called off before it is over; at its end nothing is said."""
    wait_s, _, asked, note = _begin_wait(stage)
    stage.wait(stage.rng.uniform(0.5, max(0.6, wait_s - 6.0)))
    told = stage.user.says(manners.dressed(stage.rng, phrases.draw("cancel", stage.rng)))
    stage.agent.counts_down("a", asked.end_s, wait_s, asked.end_s + MARK_DELAY_S, until=told.end_s)
    end_request(stage, note, told)
    meanwhile(stage, asked.end_s + wait_s + stage.rng.uniform(2.0, 5.0))


def age_of_the_call(stage: Stage) -> None:
    """Something is said when the call has reached an age."""
    stage.wait(stage.rng.uniform(0.3, 4.0))
    talk_on(stage, stage.user, stage.rng.choice((0, 0, 5, 12)))
    ages_s = [n for n in (*range(20, 125, 5), 60, 60, 60, 120) if n > stage.now + LONGEST_REQUEST_S]
    age_s = stage.rng.choice(ages_s)
    wait = wait_in_words(age_s, stage.rng)
    word = phrases.saying(stage.rng)
    has_word = stage.rng.random() < 0.6
    request = phrases.draw("at_age", stage.rng, word=word, wait=wait) if has_word else ""
    request = request or phrases.draw("tell_at_age", stage.rng, wait=wait)
    asked = stage.user.says(manners.asked(stage.rng, request))
    words = word if has_word else wait
    note = notes.keep(stage, notes.once_at("a", age_s, words), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s)
    counted_from_s = math.floor(asked.end_s + MARK_DELAY_S)
    stage.agent.counts_down("a", counted_from_s, age_s - counted_from_s, asked.end_s + MARK_DELAY_S)
    meanwhile(stage, age_s)
    fire(stage, words, age_s, note)
    stage.wait(stage.rng.uniform(1.0, 6.0))


def _with(stage: Stage, request: str, rule: str, **given: str) -> str:
    return f"{request} {phrases.draw(rule, stage.rng, **given)}"


def _two_at_once(stage: Stage, first_s: int, second_s: int) -> list[tuple[float, str, str]]:
    request, words = _two_requests(stage.rng, wait_in_words(first_s, stage.rng), wait_in_words(second_s, stage.rng))
    asked = stage.user.says(manners.asked(stage.rng, request))
    dues: list[tuple[float, str, str]] = []
    for label, wait_s, each in zip(notes.LABELS, (first_s, second_s), words, strict=False):
        note, due_s = wait_once(stage, label, wait_s, each, asked.end_s)
        dues.append((due_s, each, note))
    acknowledge(stage, asked.end_s, "Okay.")
    return dues


def _two_requests(rng: random.Random, wait: str, later: str) -> tuple[str, tuple[str, str]]:
    """Two waits asked for in one breath, and the words of each: joined from two requests, or worded for both."""
    kind = rng.choice(("timer", "word", "task"))
    if kind == "timer":
        first, second = TIME_IS_UP, TIME_IS_UP
        whole, one, other = "two_timers", "timer", "second_timer"
    elif kind == "word":
        first, second = phrases.saying(rng), phrases.saying(rng)
        whole, one, other = "two_words", "say_once", "and_also_say"
    else:
        first, second = _chore(rng), _chore(rng)
        whole, one, other = "two_reminders", "remind", "and_also"
    if rng.random() < 0.4:
        said = phrases.draw(one, rng, word=first, task=first, wait=wait)
        said = f"{said} {phrases.draw(other, rng, word=second, task=second, wait=later)}"
    else:
        said = phrases.draw(whole, rng, word=first, task=first, wait=wait, other=second, another=second, later=later)
    return said, (manners.yours(first), manners.yours(second))


def _two_in_a_row(stage: Stage, first_s: int, second_s: int) -> list[tuple[float, str, str]]:
    dues: list[tuple[float, str, str]] = []
    for label, wait_s in zip(notes.LABELS, (max(first_s, 15), second_s), strict=False):
        request, words = draw_delay(stage, wait_s)
        asked = stage.user.says(manners.asked(stage.rng, request))
        note, due_s = wait_once(stage, label, wait_s, words, asked.end_s)
        acknowledge(stage, asked.end_s, "Okay." if wait_s < 4 else "")
        dues.append((due_s, words, note))
        stage.wait(stage.rng.uniform(0.5, 3.0))
    return dues


def _chore(rng: random.Random) -> str:
    return phrases.draw("chore", rng)


def _begin_wait(stage: Stage) -> tuple[int, str, Spoken, str]:
    """A wait that something happens to: its length, what is to be said, the request and the note's id."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    wait_s = max(8, draw_wait(stage.rng, 40))
    request, words = draw_delay(stage, wait_s)
    asked = stage.user.says(manners.asked(stage.rng, request))
    note = notes.keep(stage, notes.once_after("a", wait_s, words), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s)
    return wait_s, words, asked, note
