"""The scenes to train on, and how often each is drawn."""

from __future__ import annotations

import random
from dataclasses import dataclass

from model.studio import (
    phrases_state,
    scenes_cues,
    scenes_listening,
    scenes_meanings,
    scenes_memory,
    scenes_mixed,
    scenes_overlaps,
    scenes_pictures,
    scenes_plans,
    scenes_reading,
    scenes_requests,
    scenes_state,
    scenes_timing,
    scenes_translation,
    scenes_turns,
)
from model.studio.stage import Cast, Play, Scene, Stage

GREETED = 0.2  # of the calls open with words given to the agent


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A scene, the behaviour it teaches, and its weight among all."""

    scene: Scene
    behaviour: str
    weight: float


SCENES: dict[str, SceneKind] = {
    "monologue": SceneKind(scenes_listening.monologue, "listening", 6.0),
    "word_rows": SceneKind(scenes_listening.word_rows, "listening", 5.0),
    "read_aloud": SceneKind(scenes_reading.read_aloud, "reading", 6.0),
    "dialogue": SceneKind(scenes_listening.dialogue, "listening", 3.0),
    "noises_and_silence": SceneKind(scenes_listening.noises_and_silence, "listening", 1.0),
    "questions_and_answers": SceneKind(scenes_turns.questions_and_answers, "turns", 5.0),
    "small_conversation": SceneKind(scenes_turns.small_conversation, "turns", 1.5),
    "pauses_inside_a_thought": SceneKind(scenes_turns.pauses_inside_a_thought, "turns", 2.5),
    "thinking_aloud": SceneKind(scenes_turns.thinking_aloud, "turns", 1.5),
    "self_correction": SceneKind(scenes_turns.self_correction, "turns", 1.0),
    "work_handed_on": SceneKind(scenes_turns.work_handed_on, "delegation", 4.0),
    "work_beside_talk": SceneKind(scenes_turns.work_beside_talk, "delegation", 1.0),
    "single_delay": SceneKind(scenes_timing.single_delay, "timing", 4.0),
    "long_delay": SceneKind(scenes_timing.long_delay, "timing", 0.7),
    "period": SceneKind(scenes_timing.period, "timing", 3.0),
    "countdown": SceneKind(scenes_timing.countdown, "timing", 2.0),
    "in_turns": SceneKind(scenes_plans.in_turns, "timing", 1.0),
    "so_many_times": SceneKind(scenes_plans.so_many_times, "timing", 1.5),
    "until_a_word": SceneKind(scenes_plans.until_a_word, "timing", 1.2),
    "two_timers": SceneKind(scenes_plans.two_timers, "timing", 2.0),
    "change_of_plan": SceneKind(scenes_plans.change_of_plan, "timing", 1.8),
    "asked_in_a_row": SceneKind(scenes_requests.asked_in_a_row, "noting", 6.0),
    "cancelled": SceneKind(scenes_plans.cancelled, "timing", 1.2),
    "age_of_the_call": SceneKind(scenes_plans.age_of_the_call, "timing", 1.8),
    "keyword": SceneKind(scenes_cues.keyword, "cues", 3.5),
    "counting": SceneKind(scenes_cues.counting, "cues", 2.0),
    "category_word": SceneKind(scenes_meanings.category_word, "cues", 3.0),
    "no_word_of_the_kind": SceneKind(scenes_meanings.no_word_of_the_kind, "cues", 1.0),
    "filler": SceneKind(scenes_meanings.filler, "cues", 1.5),
    "false_facts": SceneKind(scenes_meanings.false_facts, "cues", 2.5),
    "foreign_words": SceneKind(scenes_meanings.foreign_words, "cues", 2.0),
    "questions_in_a_monologue": SceneKind(scenes_meanings.questions_in_a_monologue, "cues", 2.0),
    "keyword_that_never_falls": SceneKind(scenes_cues.keyword_that_never_falls, "cues", 1.5),
    "cue_called_off": SceneKind(scenes_mixed.cue_called_off, "cues", 1.0),
    "wait_beside_a_cue": SceneKind(scenes_mixed.wait_beside_a_cue, "cues", 0.7),
    "one_after_another": SceneKind(scenes_mixed.one_after_another, "mixed", 2.5),
    "interrupted": SceneKind(scenes_overlaps.interrupted, "overlaps", 3.0),
    "told_to_be_quiet": SceneKind(scenes_overlaps.told_to_be_quiet, "overlaps", 1.5),
    "carried_on": SceneKind(scenes_overlaps.carried_on, "overlaps", 3.0),
    "others_talk": SceneKind(scenes_overlaps.others_talk, "overlaps", 2.0),
    "background_voices": SceneKind(scenes_overlaps.background_voices, "overlaps", 1.5),
    "meant_for_others": SceneKind(scenes_overlaps.meant_for_others, "turns", 2.0),
    "listening_signs": SceneKind(scenes_overlaps.listening_signs, "overlaps", 1.0),
    "quiet_until_a_word": SceneKind(scenes_state.quiet_until_a_word, "silence", 1.5),
    "quiet_when_asked": SceneKind(scenes_state.quiet_when_asked, "silence", 1.0),
    "asked_about_its_timer": SceneKind(scenes_state.asked_about_its_timer, "state", 1.0),
    "asked_how_long": SceneKind(scenes_state.asked_how_long, "state", 0.7),
    "several_called_off": SceneKind(scenes_state.several_called_off, "state", 0.7),
    "kept_in_mind": SceneKind(scenes_memory.kept_in_mind, "noting", 4.0),
    "typed": SceneKind(scenes_state.typed, "events", 1.0),
    "results_arrive": SceneKind(scenes_state.results_arrive, "events", 1.2),
    "into_spanish": SceneKind(scenes_translation.into_spanish, "translation", 1.5),
    "counted_aloud": SceneKind(scenes_pictures.counted_aloud, "seeing", 2.0),
    "not_counted": SceneKind(scenes_pictures.not_counted, "seeing", 0.7),
    "told_when_seen": SceneKind(scenes_pictures.told_when_seen, "seeing", 1.5),
    "start_and_stop": SceneKind(scenes_pictures.start_and_stop, "seeing", 1.2),
    "asked_what_is_seen": SceneKind(scenes_pictures.asked_what_is_seen, "seeing", 0.7),
    "looking_on": SceneKind(scenes_pictures.looking_on, "seeing", 0.7),
}


def draw_scene(rng: random.Random) -> str:
    """The name of a scene, by weight."""
    return rng.choices(list(SCENES), weights=[kind.weight for kind in SCENES.values()])[0]


def play_scene(name: str, cast: Cast, rng: random.Random) -> Play:
    """What happens in a call of a scene."""
    stage = Stage(cast, rng)
    if rng.random() < GREETED:
        stage.reach(stage.agent.greets(rng.choice(phrases_state.GREETINGS)).end_s)
    SCENES[name].scene(stage)
    return stage.play
