"""Scenes of talking with the agent in turns: a question and its answer, thinking aloud, work that takes a while."""

from __future__ import annotations

from model.studio import phrases_manners as manners
from model.studio import phrases_requests as requests
from model.studio import phrases_trailing
from model.studio.grammar import going_on, sentence
from model.studio.moves import BREATH_S, answer, ask, bring_back, hand_on, says_in_pieces
from model.studio.phrases_questions import Exchange, exchange, fact, small_talk
from model.studio.stage import Stage
from model.types import BackgroundDelta

NO_WORK = 0.5  # of the requests have something before them that needs none


def questions_and_answers(stage: Stage) -> None:
    """The user asks one thing after another and gets each answer at once."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(4, 9)):
        ask(stage, exchange(stage.rng))
        stage.wait(stage.rng.uniform(0.6, 4.0))


def small_conversation(stage: Stage) -> None:
    """Greetings and small talk, each answered at once."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(4, 8)):
        ask(stage, small_talk(stage.rng))
        stage.wait(stage.rng.uniform(0.5, 3.0))


def pauses_inside_a_thought(stage: Stage) -> None:
    """A question comes in pieces with silence between them; the answer waits for its end."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(3, 5)):
        asked = fact(stage.rng) if stage.rng.random() < 0.7 else exchange(stage.rng)
        last = says_in_pieces(stage, stage.user, _of_words(manners.led_up_to(stage.rng, asked.said)))
        answer(stage, asked.answer, last.end_s)
        stage.wait(stage.rng.uniform(0.6, 3.0))


def thinking_aloud(stage: Stage) -> None:
    """The user trails off or asks for time before the question; the agent waits."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(3, 5)):
        for _ in range(stage.rng.randint(1, 2)):
            stage.user.says(
                sentence(phrases_trailing.draw("thinking", stage.rng)).rstrip(".") + stage.rng.choice(("...", ",", "."))
            )
            stage.wait(stage.rng.uniform(0.6, 2.5))
        ask(stage, fact(stage.rng))
        stage.wait(stage.rng.uniform(0.8, 3.0))


def self_correction(stage: Stage) -> None:
    """The user begins one question and turns it into another; only the second is answered."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(3, 5)):
        started = fact(stage.rng).said.rstrip(".?").split()
        begun = " ".join(started[: stage.rng.randint(1, max(1, len(started) - 1))])
        stage.user.says(f"{begun},")
        stage.wait(stage.rng.uniform(0.1, 0.9))
        meant = fact(stage.rng)
        said = f"{sentence(phrases_trailing.draw('correction', stage.rng)).rstrip('.')} {going_on(meant.said)}"
        ask(stage, Exchange(said, meant.answer))
        stage.wait(stage.rng.uniform(0.6, 3.0))


def work_handed_on(stage: Stage) -> None:
    """Requests the agent cannot fulfil by itself are acknowledged and handed on; the results are read out."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for _ in range(stage.rng.randint(2, 4)):
        if stage.rng.random() < NO_WORK:
            _needs_no_work(stage)
        made = requests.request(stage.rng)
        if stage.rng.random() < 0.25:
            asked = says_in_pieces(stage, stage.user, manners.led_up_to(stage.rng, made.said))
        else:
            asked = stage.user.says(manners.dressed(stage.rng, manners.led_up_to(stage.rng, made.said)))
        delegation = hand_on(stage, made, asked.end_s)
        if stage.rng.random() < 0.75:
            bring_back(stage, delegation, made.result, stage.now + stage.rng.uniform(0.5, 6.0))
        stage.wait(stage.rng.uniform(0.8, 4.0))


def work_beside_talk(stage: Stage) -> None:
    """While work handed on is going on, the talk goes on; its result waits until nobody speaks."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    made = requests.request(stage.rng)
    delegation = hand_on(stage, made, stage.user.says(manners.dressed(stage.rng, made.said)).end_s)
    for _ in range(stage.rng.randint(1, 3)):
        stage.wait(stage.rng.uniform(0.6, 2.0))
        ask(stage, exchange(stage.rng))
    stage.wait(stage.rng.uniform(0.8, 2.0))
    last = exchange(stage.rng)
    asked = stage.user.says(manners.dressed(stage.rng, last.said))
    stage.tell(BackgroundDelta(delegation, made.result, is_done=True), stage.rng.uniform(asked.start_s, asked.end_s))
    answer(stage, last.answer, asked.end_s)
    stage.reach(stage.agent.says_event(delegation, made.result, stage.now + BREATH_S).end_s)
    stage.wait(stage.rng.uniform(0.5, 2.0))


def _needs_no_work(stage: Stage) -> None:
    """Something like a request that is answered at once, or that asks for nothing."""
    if stage.rng.random() < 0.6:
        ask(stage, exchange(stage.rng))
    else:
        stage.user.says(requests.beside_work(stage.rng))
    stage.wait(stage.rng.uniform(1.0, 4.0))


def _of_words(text: str) -> str:
    """Enough words to pause between."""
    return text if " " in text else f"well {going_on(text)}"
