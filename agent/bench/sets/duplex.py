"""duplex's items: who may take the floor when. One function a category.

A request for a long answer is followed, some seconds later, by what may or may not stop it; when exactly the agent
speaks is its own affair, so the moment is drawn well inside a long answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.bench.item import Span
from agent.bench.sets.room import SINGLE_SOUNDS, single_sound
from agent.bench.sets.script import Script
from model.types import HEARD_RATE_HZ

TABLE = "duplex"
PAUSE_S = (0.7, 2.2)
ANSWER_WITHIN_S = 6.0
EVENT_AFTER_S = (4.0, 5.5)  # the request for a long answer
GOES_ON_S = 4.0  # of the item after an event that should not stop the agent
BACKGROUND_GAIN = 0.3


def pause_handling(script: Script) -> None:
    """A thought with a pause inside, then its end."""
    line = script.phrases.pick(script.rng, TABLE, "paused")
    parts = line.text.split("...")
    script.says(parts[0].strip(), after=script.rng.uniform(0.6, 1.4), is_addressed=False)
    for number, part in enumerate(parts[1:], 2):
        pause_s = script.rng.uniform(*PAUSE_S)
        script.spans.append(Span("pause", script.now, round(script.now + pause_s, 3)))
        script.says(part.strip(), pause_s, is_addressed=number == len(parts))
    script.answer = line.meaning
    _answer_at(script, script.now)


def turn_taking(script: Script) -> None:
    """A question, and the floor is free."""
    line = script.phrases.pick(script.rng, TABLE, "asked")
    asked = script.asks(line.text)
    script.answer = line.meaning
    _answer_at(script, asked.end_s)


def user_interruption(script: Script) -> None:
    """A new question over the agent's long answer."""
    _ask_for_long_answer(script)
    line = script.phrases.pick(script.rng, TABLE, "interruption")
    turn, _ = script.says(line.text, script.rng.uniform(*EVENT_AFTER_S))
    script.answer = line.meaning
    script.spans.append(Span("interruption", turn.start_s, turn.end_s))
    _answer_at(script, turn.end_s)


def user_backchannel(script: Script) -> None:
    """The person nods in a word while the agent speaks."""
    _ask_for_long_answer(script)
    turn, _ = script.says(_line(script, "nod"), script.rng.uniform(*EVENT_AFTER_S), is_addressed=False)
    _goes_on(script, Span("user_backchannel", turn.start_s, turn.end_s))


def talking_to_other(script: Script) -> None:
    """The person says something to somebody else, who answers."""
    _ask_for_long_answer(script)
    turn, _ = script.says(_line(script, "aside"), script.rng.uniform(*EVENT_AFTER_S), is_addressed=False)
    answer, _ = script.says(_line(script, "aside_answer"), 0.3, "other", is_addressed=False, gain=0.6)
    _goes_on(script, Span("talking_to_other", turn.start_s, answer.end_s))


def background_speech(script: Script) -> None:
    """Somebody far from the microphone talks."""
    _ask_for_long_answer(script)
    after = script.rng.uniform(*EVENT_AFTER_S)
    turn, _ = script.says(_line(script, "background"), after, "other", is_addressed=False, gain=BACKGROUND_GAIN)
    _goes_on(script, Span("background_speech", turn.start_s, turn.end_s))


def room_sound(script: Script) -> None:
    """A sound that is no speech while the agent speaks."""
    _ask_for_long_answer(script)
    kind = script.rng.choice(SINGLE_SOUNDS[script.split])
    pcm = single_sound(kind, script.rng.randrange(1 << 30))
    at_s = round(script.now + script.rng.uniform(*EVENT_AFTER_S), 3)
    script.sounds_at(at_s, pcm)
    _goes_on(script, Span("room_sound", at_s, round(at_s + pcm.size / HEARD_RATE_HZ, 3)))


def listening(script: Script) -> None:
    """A story during which a listener may nod and must not take the floor."""
    start_s = script.rng.uniform(0.6, 1.4)
    script.now = start_s
    for line in script.phrases.some(script.rng, TABLE, "story", 4):
        script.says(line.text, script.rng.uniform(0.25, 0.6), is_addressed=False)
    script.spans.append(Span("listening", round(start_s, 3), script.now))
    script.reach(script.now + 1.0)


CATEGORIES: Mapping[str, tuple[Callable[[Script], None], ...]] = {
    "pause_handling": (pause_handling,),
    "turn_taking": (turn_taking,),
    "user_interruption": (user_interruption,),
    "user_backchannel": (user_backchannel,),
    "talking_to_other": (talking_to_other,),
    "background_speech": (background_speech,),
    "room_sound": (room_sound,),
    "listening": (listening,),
}


def _ask_for_long_answer(script: Script) -> None:
    asked = script.asks(_line(script, "long_answer"))
    script.spans.append(Span("monologue", asked.end_s, asked.end_s))


def _answer_at(script: Script, at_s: float) -> None:
    script.spans.append(Span("answer", at_s, round(at_s + ANSWER_WITHIN_S, 3)))
    script.reach(at_s + ANSWER_WITHIN_S)


def _goes_on(script: Script, span: Span) -> None:
    script.spans.append(span)
    script.reach(span.end_s + GOES_ON_S)


def _line(script: Script, name: str) -> str:
    return script.phrases.filled(script.rng, TABLE, name)
