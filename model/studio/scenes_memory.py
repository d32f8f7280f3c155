"""Scenes of things to keep in mind: numbers and names that people tell the agent and ask for later."""

from __future__ import annotations

from dataclasses import dataclass

from model.studio import notes, phrases_memory
from model.studio import phrases_manners as manners
from model.studio.grammar import question, sentence
from model.studio.moves import NOTE_DELAY_S, acknowledge, answer, ask, talk_on
from model.studio.number_words import in_words
from model.studio.phrases_questions import exchange
from model.studio.stage import Stage

MAX_THINGS = 3


@dataclass(slots=True)
class _Kept:
    """A thing that was told, and the note of it."""

    what: str
    is_number: bool
    aloud: str
    note: str


def kept_in_mind(stage: Stage) -> None:
    """One to three things are told; some change; in the end, and in between, some are asked for."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    things: dict[str, _Kept] = {}
    for _ in range(stage.rng.randint(1, MAX_THINGS)):
        is_number = stage.rng.random() < 0.7
        what = stage.rng.choice(phrases_memory.NUMBERED if is_number else phrases_memory.NAMED)
        if what not in things:
            things[what] = _told(stage, what, is_number, "keep_number" if is_number else "keep_name")
            _meanwhile(stage)
    for kept in stage.rng.sample(list(things.values()), stage.rng.randint(1, len(things))):
        if stage.rng.random() < 0.25:
            gone = kept.note
            kept = things[kept.what] = _told(stage, kept.what, kept.is_number, "change", instead_of=gone)
            _meanwhile(stage)
        asked = stage.user.says(
            question(manners.dressed(stage.rng, phrases_memory.draw("ask", stage.rng, what=kept.what), hesitates=0.1))
        )
        told = phrases_memory.draw("told", stage.rng, what=kept.what, x=kept.aloud)
        answer(stage, sentence(told.rstrip(".")), asked.end_s)
        stage.wait(stage.rng.uniform(0.6, 3.0))


def _told(stage: Stage, what: str, is_number: bool, rule: str, instead_of: str = "") -> _Kept:
    number, name = phrases_memory.a_number(stage.rng), phrases_memory.a_name(stage.rng)
    x = phrases_memory.said(number, stage.rng) if is_number else name
    text = phrases_memory.draw(rule, stage.rng, what=what, x=x)
    said = stage.user.says(sentence(manners.dressed(stage.rng, text, hesitates=0.1)))
    note = notes.keep(stage, notes.known(what, f"{number}" if is_number else name), said.end_s + NOTE_DELAY_S)
    if instead_of:
        notes.drop(stage, instead_of, said.end_s + NOTE_DELAY_S)
    acknowledge(stage, said.end_s)
    return _Kept(what, is_number, in_words(number) if is_number else name, note)


def _meanwhile(stage: Stage) -> None:
    stage.wait(stage.rng.uniform(0.6, 3.0))
    chance = stage.rng.random()
    if chance < 0.3:
        ask(stage, exchange(stage.rng))
    elif chance < 0.5:
        talk_on(stage, stage.user, stage.rng.uniform(2, 6))
    stage.wait(stage.rng.uniform(0.4, 1.5))
