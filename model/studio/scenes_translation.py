"""Scenes of translating short phrases into Spanish while the user still speaks."""

from __future__ import annotations

from model.studio import notes, phrases_foreign
from model.studio import phrases_manners as manners
from model.studio import phrases_timing as timing
from model.studio.scenes_cues import set_cue
from model.studio.scenes_timing import end_request
from model.studio.stage import HEARING_DELAY_S, Stage


def into_spanish(stage: Stage) -> None:
    """After a request to translate, each phrase is said in Spanish as soon as it is over, until the user stops it."""
    note = set_cue(stage, phrases_foreign.translation_request(stage.rng), notes.on_kind("sentence", "spanish"))
    spoken_end_s = stage.now
    for _ in range(stage.rng.randint(4, 9)):
        english, spanish = phrases_foreign.phrase_pair(stage.rng)
        said = stage.user.says(english)
        at = max(said.end_s + HEARING_DELAY_S, spoken_end_s)
        spoken_end_s = stage.agent.says(spanish, at).end_s
        stage.wait(stage.rng.uniform(0.4, 2.5))
    stage.reach(spoken_end_s)
    stage.wait(stage.rng.uniform(0.3, 2.0))
    if stage.rng.random() < 0.5:
        told = stage.user.says(manners.dressed(stage.rng, timing.draw("stop", stage.rng), hesitates=0.0))
        end_request(stage, note, told)
        stage.user.says(phrases_foreign.phrase_pair(stage.rng)[0], after=stage.rng.uniform(0.8, 2.0))
        stage.wait(2.0)
