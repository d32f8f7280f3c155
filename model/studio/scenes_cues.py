"""Scenes in which the user sets a cue and talks on: the agent speaks where it falls, over the user."""

from __future__ import annotations

from collections.abc import Iterator

from model.studio import notes
from model.studio import phrases_cues as phrases
from model.studio import phrases_manners as manners
from model.studio import phrases_talk as talk
from model.studio.moves import NOTE_DELAY_S, acknowledge, ends_of, talk_on
from model.studio.number_words import in_words
from model.studio.stage import HEARING_DELAY_S, Stage

Replies = Iterator[str]


def keyword(stage: Stage) -> None:
    """A word is a cue; what was asked for is said each time it falls."""
    cue = phrases.cue_word(stage.rng)
    reply = phrases.reply(stage.rng, without=(cue,))
    request = phrases.word_request(stage.rng, cue, phrases.say_reply(stage.rng, reply))
    set_cue(stage, request, notes.on_word(cue, reply))
    cues_in_talk(stage, cue, iter(lambda: reply, None), without=(reply,))


def counting(stage: Stage) -> None:
    """A word is counted aloud each time it falls."""
    cue = phrases.cue_word(stage.rng)
    set_cue(stage, phrases.word_request(stage.rng, cue, phrases.count_reply(stage.rng)), notes.on_word(cue, "count"))
    cues_in_talk(stage, cue, (in_words(n) for n in range(1, 100)))


def keyword_that_never_falls(stage: Stage) -> None:
    """A cue is set, and only words like it fall: nothing is said."""
    cue = phrases.cue_word(stage.rng)
    reply = phrases.reply(stage.rng, without=(cue,))
    request = phrases.word_request(stage.rng, cue, phrases.say_reply(stage.rng, reply))
    set_cue(stage, request, notes.on_word(cue, reply))
    alike = phrases.similar(cue)
    for _ in range(stage.rng.randint(3, 8)):
        if alike and stage.rng.random() < 0.6:
            text = phrases.with_cue(stage.rng, stage.rng.choice(alike))
            if not talk.says_any(text, (cue,)):
                stage.user.says(text, after=stage.rng.uniform(0.1, 1.0))
        else:
            talk_on(stage, stage.user, 2.0, without=(cue,))


def set_cue(stage: Stage, request: str, note: str, hesitates: bool = True) -> str:
    """The user asks for it, the agent writes it down and says so; the note's id."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    asked = stage.user.says(manners.asked(stage.rng, request, hesitates=0.15 * hesitates))
    note_id = notes.keep(stage, note, asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s)
    stage.wait(stage.rng.uniform(0.2, 2.0))
    return note_id


def cues_in_talk(stage: Stage, cue: str, replies: Replies, without: tuple[str, ...] = ()) -> None:
    """Talk in which the cue falls a few times, a reply at each."""
    num_left = stage.rng.randint(2, 7)
    while num_left:
        if stage.rng.random() < 0.55:
            said = stage.user.says(phrases.with_cue(stage.rng, cue))
            react(stage, ends_of(said, cue), replies)
            num_left -= 1
        else:
            stage.user.says(talk.statement(stage.rng, without=(cue, *without)))
        stage.wait(stage.rng.uniform(0.1, 1.2))
    talk_on(stage, stage.user, stage.rng.uniform(1, 6), without=(cue, *without))


def react(stage: Stage, cue_ends_s: list[float], replies: Replies) -> None:
    """A reply at each cue."""
    for end_s in cue_ends_s:
        spoken = stage.agent.says(notes.aloud(next(replies)), end_s + HEARING_DELAY_S)
        stage.play.end_s = max(stage.play.end_s, spoken.end_s)
