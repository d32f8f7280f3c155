"""Scenes in which nobody speaks to the agent: it listens, writes down what it hears, and says nothing."""

from __future__ import annotations

from model.studio import phrases_talk as talk
from model.studio.moves import NOISES, talk_on
from model.studio.phrases_everyday import to_somebody
from model.studio.phrases_talk import answer_among, digits, question_to
from model.studio.phrases_words import NAMES
from model.studio.stage import Stage
from model.studio.wide_words import wide_row


def monologue(stage: Stage) -> None:
    """One person tells something, with pauses."""
    stage.wait(stage.rng.uniform(0.0, 2.0))
    talk_on(
        stage, stage.user, stage.rng.uniform(20, 60), pause_s=stage.rng.choice(((0.05, 0.4), (0.1, 1.2), (0.5, 3.0)))
    )


def word_rows(stage: Stage) -> None:
    """One person reads words, names and numbers."""
    until = stage.rng.uniform(20, 50)
    while stage.now < until:
        stage.user.says(_row(stage))
        stage.wait(stage.rng.uniform(0.1, 1.5))


def dialogue(stage: Stage) -> None:
    """Two people talk with each other by name; nobody means the agent."""
    names = stage.rng.sample(NAMES, 2)
    people = [stage.user, stage.person("guest")]
    until = stage.rng.uniform(20, 60)
    gain = stage.rng.uniform(0.4, 1.0)
    while stage.now < until:
        turn = stage.rng.randrange(2)
        people[turn].says(_to(stage, names[1 - turn]), after=stage.rng.uniform(0.1, 1.0), gain=gain if turn else 1.0)
        people[1 - turn].says(answer_among(stage.rng), after=stage.rng.uniform(-0.3, 1.0), gain=1.0 if turn else gain)
        if stage.rng.random() < 0.5:
            people[turn].says(talk.statement(stage.rng), after=stage.rng.uniform(0.1, 0.8), gain=gain if turn else 1.0)
        stage.wait(stage.rng.uniform(0.1, 2.0))


def noises_and_silence(stage: Stage) -> None:
    """Little is said; there are noises in the room, and long silence."""
    until = stage.rng.uniform(20, 45)
    while stage.now < until:
        stage.wait(stage.rng.uniform(0.5, 5.0))
        if stage.rng.random() < 0.7:
            duration_s = stage.rng.uniform(0.2, 2.0)
            stage.noise(stage.rng.choice(NOISES), stage.now, duration_s, stage.rng.uniform(0.2, 1.0))
            stage.wait(duration_s)
        else:
            stage.user.says(talk.statement(stage.rng))


def _to(stage: Stage, name: str) -> str:
    return to_somebody(stage.rng, name) if stage.rng.random() < 0.4 else question_to(stage.rng, name)


def _row(stage: Stage) -> str:
    kind = stage.rng.random()
    if kind < 0.15:
        return digits(stage.rng, stage.rng.randint(3, 9))
    return wide_row(stage.rng) if kind < 0.7 else talk.word_row(stage.rng)
