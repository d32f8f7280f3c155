"""Scenes in which one thing comes after another, or beside another: cues that end, a wait beside a cue, long calls."""

from __future__ import annotations

from model.studio import notes, phrases_cues, scenes_plans, scenes_state, scenes_timing, scenes_turns
from model.studio import phrases_manners as manners
from model.studio import phrases_timing as timing
from model.studio.moves import acknowledge, ends_of, talk_on
from model.studio.number_words import draw_wait
from model.studio.scenes_cues import react, set_cue
from model.studio.stage import Scene, Stage

_THAT_END: tuple[Scene, ...] = (  # what they were asked for is over when they are
    scenes_turns.questions_and_answers,
    scenes_turns.pauses_inside_a_thought,
    scenes_turns.work_handed_on,
    scenes_timing.single_delay,
    scenes_timing.period,
    scenes_timing.countdown,
    scenes_plans.so_many_times,
    scenes_plans.two_timers,
    scenes_plans.change_of_plan,
    scenes_plans.cancelled,
    scenes_state.quiet_when_asked,
    scenes_state.asked_about_its_timer,
)
_LONG_S = 70.0


def one_after_another(stage: Stage) -> None:
    """Several requests in one call, each when the one before is over."""
    for scene in stage.rng.sample(_THAT_END, len(_THAT_END)):
        scene(stage)
        stage.wait(stage.rng.uniform(0.5, 3.0))
        if stage.now > _LONG_S:
            break


def cue_called_off(stage: Stage) -> None:
    """A cue is answered until the user ends it; after that it falls unanswered."""
    cue, reply, note_id = _keyword(stage)
    _cues(stage, cue, reply, stage.rng.randint(2, 4))
    stage.wait(stage.rng.uniform(0.8, 2.0))
    told = stage.user.says(manners.dressed(stage.rng, timing.draw("stop", stage.rng), hesitates=0.0))
    scenes_timing.end_request(stage, note_id, told)
    stage.wait(stage.rng.uniform(0.5, 1.5))
    _cues(stage, cue, "", stage.rng.randint(2, 4))
    stage.wait(1.0)


def wait_beside_a_cue(stage: Stage) -> None:
    """While a cue holds, the user also asks for a wait; both are kept."""
    cue, reply, _ = _keyword(stage)
    _cues(stage, cue, reply, stage.rng.randint(1, 2))
    stage.wait(stage.rng.uniform(1.0, 2.0))
    wait_s = draw_wait(stage.rng, 30)
    request, words = scenes_timing.draw_delay(stage, wait_s)
    asked = stage.user.says(manners.asked(stage.rng, request))
    react(stage, ends_of(asked, cue), iter(lambda: reply, None))
    timer, due_s = scenes_timing.wait_once(stage, "a", wait_s, words, asked.end_s)
    acknowledge(stage, asked.end_s, "Okay.")
    if due_s - stage.now > 12:
        stage.wait(1.0)
        _cues(stage, cue, reply, 1)
    stage.reach(due_s)
    scenes_timing.fire(stage, words, due_s, timer)
    stage.wait(stage.rng.uniform(0.5, 1.5))
    _cues(stage, cue, reply, stage.rng.randint(1, 2))
    stage.wait(1.0)


def _keyword(stage: Stage) -> tuple[str, str, str]:
    """The cue, the reply, and the note's id."""
    cue = phrases_cues.cue_word(stage.rng)
    reply = phrases_cues.reply(stage.rng, without=(cue,))
    request = phrases_cues.word_request(stage.rng, cue, phrases_cues.say_reply(stage.rng, reply))
    return cue, reply, set_cue(stage, request, notes.on_word(cue, reply))


def _cues(stage: Stage, cue: str, reply: str, times: int) -> None:
    """Talk in which the cue falls so many times; answered if there is a reply."""
    for _ in range(times):
        if stage.rng.random() < 0.5:
            talk_on(stage, stage.user, 2.0, without=(cue,))
        said = stage.user.says(phrases_cues.with_cue(stage.rng, cue))
        if reply:
            react(stage, ends_of(said, cue), iter(lambda: reply, None))
        stage.wait(stage.rng.uniform(0.2, 1.2))
