"""Scenes in which somebody or something sounds while the agent speaks: it yields, or it goes on."""

from __future__ import annotations

from model.studio import notes
from model.studio import phrases_manners as manners
from model.studio import phrases_overlaps as phrases
from model.studio import phrases_talk as talk
from model.studio.grammar import going_on, question, sentence
from model.studio.moves import NOISES, answer, ask, hand_on
from model.studio.phrases_everyday import to_somebody
from model.studio.phrases_questions import exchange
from model.studio.phrases_requests import request
from model.studio.phrases_words import NAMES
from model.studio.scenes_cues import set_cue
from model.studio.stage import HEARING_DELAY_S, REACTION_S, Spoken, Stage
from model.types import Hush

TURNED_AWAY = (0.2, 0.8)  # loudness of who speaks to somebody else
YIELD_S = 0.25  # from the start of an interruption to the agent's silence


def interrupted(stage: Stage) -> None:
    """The user asks something else while the agent tells a long thing: it falls silent and answers."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(1, 3)):
        told = tells(stage)
        starts_s = stage.rng.uniform(told.start_s + 0.8, max(told.start_s + 1.0, told.end_s - 2.5))
        hushes(stage, starts_s + YIELD_S)
        asked, before = exchange(stage.rng), phrases.draw("interrupts", stage.rng)
        stage.now = starts_s
        if stage.rng.random() < 0.2:
            made = request(stage.rng)
            hand_on(stage, made, stage.user.says(question(f"{before} {going_on(made.said)}"), at=starts_s).end_s)
        else:
            said = stage.user.says(question(f"{before} {going_on(asked.said)}"), at=starts_s)
            answer(stage, asked.answer, said.end_s)
        stage.wait(stage.rng.uniform(0.8, 4.0))


def told_to_be_quiet(stage: Stage) -> None:
    """The user stops the agent in the middle of a long thing: it is silent at once and says no more."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(1, 3)):
        told = tells(stage)
        starts_s = stage.rng.uniform(told.start_s + 0.6, max(told.start_s + 0.8, told.end_s - 2.0))
        said = stage.user.says(sentence(phrases.draw("hush", stage.rng)), at=starts_s)
        first_word_s = said.words[0].end_s
        hushes(stage, min(first_word_s, starts_s + 0.5) + 0.2)
        stage.now = said.end_s
        stage.wait(stage.rng.uniform(2.0, 6.0))
        if stage.rng.random() < 0.5:
            ask(stage, exchange(stage.rng))
            stage.wait(stage.rng.uniform(0.8, 3.0))


def carried_on(stage: Stage) -> None:
    """While the agent tells a long thing there are coughs, doors, small signs of listening: it goes on."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(1, 2)):
        told = tells(stage)
        at = told.start_s + stage.rng.uniform(0.8, 2.0)
        while at < told.end_s - 0.8:
            if stage.rng.random() < 0.5:
                duration_s = stage.rng.uniform(0.2, 1.0)
                stage.noise(stage.rng.choice(NOISES), at, duration_s, stage.rng.uniform(0.3, 1.0))
                at += duration_s
            else:
                said = stage.user.says(
                    sentence(phrases.draw("backchannel", stage.rng)), at=at, gain=stage.rng.uniform(0.5, 1.0)
                )
                at = said.end_s
            at += stage.rng.uniform(1.0, 4.0)
        stage.reach(told.end_s)
        stage.wait(stage.rng.uniform(0.8, 3.0))
        if stage.rng.random() < 0.6:
            ask(stage, exchange(stage.rng))
            stage.wait(stage.rng.uniform(0.8, 3.0))


def others_talk(stage: Stage) -> None:
    """While the agent tells a long thing somebody talks in the background, or the user to somebody else: it goes on."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    told = tells(stage)
    stage.now = told.start_s + stage.rng.uniform(0.8, 2.5)
    is_background = stage.rng.random() < 0.5
    person = stage.person("guest") if is_background else stage.user
    gain = stage.rng.uniform(0.08, 0.3) if is_background else stage.rng.uniform(*TURNED_AWAY)
    while stage.now < told.end_s - 0.5:
        if is_background:
            text = talk.statement(stage.rng)
        else:
            name = stage.rng.choice(NAMES)
            text = to_somebody(stage.rng, name) if stage.rng.random() < 0.6 else talk.question_to(stage.rng, name)
        person.says(text, gain=gain, is_transcribed=not is_background)
        if not is_background and stage.rng.random() < 0.7:
            stage.person("guest").says(talk.answer_among(stage.rng), after=stage.rng.uniform(0.1, 0.8), gain=0.7)
        stage.wait(stage.rng.uniform(0.3, 2.5))
    stage.reach(told.end_s)
    stage.wait(stage.rng.uniform(1.0, 3.0))
    ask(stage, exchange(stage.rng))
    stage.wait(stage.rng.uniform(0.8, 3.0))


def background_voices(stage: Stage) -> None:
    """People talk faintly in the room while the user asks things: only the user is answered."""
    stage.wait(stage.rng.uniform(0.3, 1.0))
    guest, gain = stage.person("guest"), stage.rng.uniform(0.08, 0.25)
    for _ in range(stage.rng.randint(3, 6)):
        for _ in range(stage.rng.randint(0, 2)):
            text = talk.statement(stage.rng) if stage.rng.random() < 0.7 else exchange(stage.rng).said
            guest.says(text, gain=gain, is_transcribed=False)
            stage.wait(stage.rng.uniform(0.2, 1.5))
        ask(stage, exchange(stage.rng))
        stage.wait(stage.rng.uniform(0.5, 2.0))


def meant_for_others(stage: Stage) -> None:
    """The user speaks now to the agent, now to somebody in the room, who answers: the agent answers only the first."""
    name = stage.rng.choice(NAMES)
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(4, 8)):
        if stage.rng.random() < 0.45:
            ask(stage, exchange(stage.rng))
        else:
            text = to_somebody(stage.rng, name) if stage.rng.random() < 0.6 else talk.question_to(stage.rng, name)
            stage.user.says(text, gain=stage.rng.uniform(0.4, 1.0))
            if stage.rng.random() < 0.7:
                stage.person("guest").says(talk.answer_among(stage.rng), after=stage.rng.uniform(0.2, 1.0), gain=0.6)
        stage.wait(stage.rng.uniform(0.8, 3.0))


def listening_signs(stage: Stage) -> None:
    """Asked to show that it listens, the agent says mhm in the user's longer pauses."""
    set_cue(stage, phrases.draw("backchannel_request", stage.rng), notes.on_kind("pause", "mhm"))
    until = stage.now + stage.rng.uniform(18, 45)
    while stage.now < until:
        for _ in range(stage.rng.randint(0, 2)):
            stage.user.says(talk.statement(stage.rng))
            stage.wait(stage.rng.uniform(0.05, 0.25))
        last = stage.user.says(talk.statement(stage.rng))
        stage.agent.says(stage.rng.choice(phrases.LISTENING), last.end_s + HEARING_DELAY_S)
        stage.now = last.end_s
        stage.wait(stage.rng.uniform(0.7, 1.6))


def tells(stage: Stage) -> Spoken:
    """The user asks for something longer and the agent begins to tell it; `now` stays where it begins."""
    asked, telling = phrases.long_telling(stage.rng)
    said = stage.user.says(manners.dressed(stage.rng, asked))
    return stage.agent.says(telling, said.end_s + REACTION_S)


def hushes(stage: Stage, at: float) -> None:
    """The agent falls silent, and drops what it had not said."""
    stage.agent.hushes(at)
    stage.agent.does(Hush(), at)
