"""A scene of general English: people read to each other, and nobody means the agent."""

from __future__ import annotations

from model.studio.plain_english import plain_english
from model.studio.stage import Stage

_PAUSES_S = ((0.05, 0.4), (0.1, 1.2), (0.5, 2.5))


def read_aloud(stage: Stage) -> None:
    """One to three people read sentences in turn; the agent writes down what it hears."""
    readers = [stage.user, *(stage.person(f"reader {number}") for number in range(stage.rng.randrange(3)))]
    until, pause_s = stage.rng.uniform(20, 50), stage.rng.choice(_PAUSES_S)
    while stage.now < until:
        reader = stage.rng.choice(readers)
        for _ in range(stage.rng.randint(1, 3)):
            reader.says(plain_english(stage.rng))
            stage.wait(stage.rng.uniform(*pause_s))
