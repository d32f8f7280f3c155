"""A scene of requests alone: one after another is written down and called off, so that there is much to note."""

from __future__ import annotations

from model.studio import notes, phrases_cues
from model.studio import phrases_manners as manners
from model.studio import phrases_timing as phrases
from model.studio.moves import MARK_DELAY_S, NOTE_DELAY_S, acknowledge
from model.studio.number_words import draw_wait
from model.studio.scenes_timing import draw_delay, draw_period, end_request
from model.studio.stage import Stage

SHORTEST_S = 14  # longer than it takes to call it off

_Asked = tuple[str, str, int]  # the request, its note, and what it has the agent wait; 0 for nothing


def asked_in_a_row(stage: Stage) -> None:
    """Requests of several kinds, none of which comes to its end."""
    stage.wait(stage.rng.uniform(0.3, 1.5))
    for _ in range(stage.rng.randint(4, 7)):
        draw = stage.rng.choices((_delay, _period, _cue), (6, 3, 1))[0]
        request, text, wait_s = draw(stage)
        asked = stage.user.says(manners.asked(stage.rng, request))
        note = notes.keep(stage, text, asked.end_s + NOTE_DELAY_S)
        acknowledge(stage, asked.end_s)
        stage.wait(stage.rng.uniform(0.2, 1.5))
        told = stage.user.says(manners.dressed(stage.rng, phrases.draw("cancel", stage.rng), hesitates=0.05))
        if wait_s:
            stage.agent.counts_down("a", asked.end_s, wait_s, asked.end_s + MARK_DELAY_S, until=told.end_s)
        end_request(stage, note, told)
        stage.wait(stage.rng.uniform(0.4, 1.5))


def _delay(stage: Stage) -> _Asked:
    wait_s = _wait(stage)
    request, words = draw_delay(stage, wait_s)
    return request, notes.once_after("a", wait_s, words), wait_s


def _period(stage: Stage) -> _Asked:
    period_s = _wait(stage)
    request, words = draw_period(stage, period_s)
    return request, notes.every("a", period_s, words), period_s


def _cue(stage: Stage) -> _Asked:
    cue = phrases_cues.cue_word(stage.rng)
    reply = phrases_cues.reply(stage.rng, without=(cue,))
    said = phrases_cues.say_reply(stage.rng, reply)
    return phrases_cues.word_request(stage.rng, cue, said), notes.on_word(cue, reply), 0


def _wait(stage: Stage) -> int:
    while (wait_s := draw_wait(stage.rng, stage.rng.choice((30, 60, 60, 120)))) < SHORTEST_S:
        pass
    return wait_s
