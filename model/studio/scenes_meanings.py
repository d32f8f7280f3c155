"""Scenes with cues known by what they mean: words of a kind, fillers, false facts, foreign words, questions."""

from __future__ import annotations

from model.studio import notes, phrases_cues, phrases_facts, phrases_foreign, phrases_kinds
from model.studio import phrases_talk as talk
from model.studio.grammar import sentence
from model.studio.moves import ends_of, talk_on
from model.studio.number_words import in_words
from model.studio.phrases_categories import neighbours
from model.studio.phrases_questions import fact
from model.studio.scenes_cues import Replies, react, set_cue
from model.studio.stage import HEARING_DELAY_S, REACTION_S, Stage, plain


def category_word(stage: Stage) -> None:
    """Each word of a kind gets a reply: always the same, its number, or the word itself."""
    kind = stage.rng.choice(phrases_kinds.KINDS)
    members, way = phrases_kinds.members(kind), stage.rng.random()
    without = neighbours(kind)
    if way < 0.6:
        what = phrases_cues.reply(stage.rng, without=without)
        set_cue(stage, _kind_request(stage, kind, phrases_cues.say_reply(stage.rng, what)), notes.on_kind(kind, what))
        replies: Replies = iter(lambda: what, None)
        _cues_in_talk(stage, members, replies, (*without, what))
    elif way < 0.8:
        set_cue(stage, _kind_request(stage, kind, phrases_cues.count_reply(stage.rng)), notes.on_kind(kind, "count"))
        _cues_in_talk(stage, members, (in_words(n) for n in range(1, 100)), without)
    else:
        set_cue(stage, _kind_request(stage, kind, phrases_kinds.repeat_reply(stage.rng)), notes.on_kind(kind, "repeat"))
        _cues_in_talk(stage, members, None, without)


def no_word_of_the_kind(stage: Stage) -> None:
    """A kind of words is the cue, and none falls: nothing is said."""
    kind = stage.rng.choice(phrases_kinds.KINDS)
    what = phrases_cues.reply(stage.rng)
    request = phrases_cues.say_reply(stage.rng, what)
    set_cue(stage, _kind_request(stage, kind, request), notes.on_kind(kind, what))
    talk_on(stage, stage.user, stage.rng.uniform(12, 35), without=neighbours(kind))


def filler(stage: Stage) -> None:
    """Each um gets a reply."""
    what = phrases_cues.reply(stage.rng)
    request = phrases_kinds.kind_request(stage.rng, "um", phrases_cues.say_reply(stage.rng, what))
    set_cue(stage, request, notes.on_kind("um", what), hesitates=False)
    for _ in range(stage.rng.randint(4, 10)):
        text = talk.statement(stage.rng, without=(*phrases_kinds.FILLERS, "hm"))
        if stage.rng.random() < 0.5:
            text = phrases_kinds.with_filler(stage.rng, text)
        said = stage.user.says(sentence(text))
        ends_s = [end_s for each in phrases_kinds.FILLERS for end_s in ends_of(said, each)]
        react(stage, ends_s, iter(lambda: what, None))
        stage.wait(stage.rng.uniform(0.1, 1.2))


def false_facts(stage: Stage) -> None:
    """Of the facts the user states, the false ones are put right."""
    set_cue(stage, phrases_facts.fact_request(stage.rng), notes.on_kind("wrong fact", "correct"))
    for _ in range(stage.rng.randint(4, 9)):
        kind = stage.rng.random()
        if kind < 0.3:
            stage.user.says(talk.statement(stage.rng))
        else:
            claim = phrases_facts.claim(stage.rng, is_true=kind < 0.6)
            said = stage.user.says(claim.said)
            if claim.false_after:
                stage.reach(
                    stage.agent.says(claim.correction, ends_of(said, claim.false_after)[-1] + HEARING_DELAY_S).end_s
                    - 0.8
                )
        stage.wait(stage.rng.uniform(0.2, 2.0))


def foreign_words(stage: Stage) -> None:
    """A word of another language inside English gets its English one."""
    language = stage.rng.choice(list(phrases_foreign.LANGUAGES))
    set_cue(stage, phrases_foreign.foreign_request(stage.rng, language), notes.ON_FOREIGN_WORD)
    for _ in range(stage.rng.randint(4, 9)):
        if stage.rng.random() < 0.5:
            word, english = phrases_foreign.foreign_word(stage.rng, language)
            said = stage.user.says(phrases_cues.with_cue(stage.rng, word))
            react(stage, ends_of(said, plain(word))[:1], iter([english]))
        else:
            stage.user.says(talk.statement(stage.rng))
        stage.wait(stage.rng.uniform(0.1, 1.2))


def questions_in_a_monologue(stage: Stage) -> None:
    """While the user talks on, each question is answered where it ends."""
    set_cue(stage, phrases_kinds.question_request(stage.rng), notes.on_kind("question", "answer"))
    for _ in range(stage.rng.randint(4, 9)):
        if stage.rng.random() < 0.4:
            asked = fact(stage.rng)
            said = stage.user.says(asked.said)
            stage.agent.says(asked.answer, said.end_s + REACTION_S)
            stage.wait(stage.rng.uniform(0.1, 1.5))
        else:
            talk_on(stage, stage.user, 2.0)
    stage.wait(0.5)


def _kind_request(stage: Stage, kind: str, what: str) -> str:
    return phrases_kinds.kind_request(stage.rng, kind, what)


def _cues_in_talk(stage: Stage, members: tuple[str, ...], replies: Replies | None, without: tuple[str, ...]) -> None:
    """Talk in which words of a kind fall; without `replies` the word itself is said."""
    for _ in range(stage.rng.randint(4, 10)):
        if stage.rng.random() < 0.5:
            cue = stage.rng.choice(members)
            said = stage.user.says(phrases_cues.with_cue(stage.rng, cue, without))
            react(stage, ends_of(said, cue), replies or iter([cue]))
        else:
            stage.user.says(talk.statement(stage.rng, without=without))
        stage.wait(stage.rng.uniform(0.1, 1.2))
