"""The compact forms in which the agent writes down what it was asked to keep doing. The one place for them.

Timers carry a label, the unit of every number is a second:

    a in 45: turn off the oven          once, 45 s after the request
    a at 120: two minutes               once, when the call is 120 s old
    a every 12: stretch                 again and again
    a every 12 x5: stretch              five times
    a every 12 until "banana": stretch  until a word falls
    a every 12: tick / tock             in turns
    a count 10                          down to one aloud, a number a second
    a count up 10 every 2: go           up to ten, a number every two seconds, then "go"

What is seen is written down as it begins and ends (`pictures_sights.py` has the words); requests rest on that:

    count squat                         each repetition that is seen is counted aloud
    see red card: ding                  whenever it comes into view
    see once red card: ding             the first time only
    watch waving: start / stop          where something that is done begins and ends

Cues answer a sound in what people say:

    on "bicycle": ding                  on a word (or several) say something
    on animal: count                    on any member of a category
    on um: beep                         on a filler
    on wrong word english               on a foreign word, its English one
    on wrong fact: correct              on a false statement, the true one
    on question: answer                 on a question inside a monologue
    on sentence: spanish                on every piece of speech, its translation
    on pause: mhm                       where a listener nods

What is to be kept in mind:

    know seat: 11                       numbers in digits
    know cat: emily                     names as they are heard

Silence:

    quiet until "go"                    nothing at all before a word falls
    quiet                               nothing at all until asked to speak
"""

from __future__ import annotations

from model.studio.grammar import sentence
from model.studio.stage import Stage, plain
from model.types import DropNote, Mark, Note, StandingNote

LABELS = "abc"


def once_after(label: str, wait_s: int, words: str) -> str:
    return f"{label} in {wait_s}: {as_heard(words)}"


def once_at(label: str, call_age_s: int, words: str) -> str:
    return f"{label} at {call_age_s}: {as_heard(words)}"


def every(label: str, period_s: int, words: str, times: int | None = None, until: str = "") -> str:
    count = "" if times is None else f" x{times}"
    end = f' until "{as_heard(until)}"' if until else ""
    return f"{label} every {period_s}{count}{end}: {as_heard(words)}"


def in_turns(label: str, period_s: int, first: str, second: str) -> str:
    return f"{label} every {period_s}: {as_heard(first)} / {as_heard(second)}"


def times_left(label: str, times: int) -> Mark:
    """How often a request is still to be fulfilled; written when it was."""
    return Mark(f"{label} x{times}")


def counting(label: str, number: int, is_up: bool = False, period_s: int = 1, then: str = "") -> str:
    direction = "count up" if is_up else "count"
    pace = "" if period_s == 1 else f" every {period_s}"
    return f"{label} {direction} {number}{pace}" + (f": {as_heard(then)}" if then else "")


def on_word(cue: str, reply: str) -> str:
    return f'on "{as_heard(cue)}": {as_heard(reply)}'


def on_kind(kind: str, reply: str) -> str:
    """`kind` is a category such as animal, or um, question, wrong fact, pause, sentence."""
    return f"on {kind}: {as_heard(reply)}"


def known(what: str, value: str) -> str:
    return f"know {as_heard(what)}: {as_heard(value)}"


ON_FOREIGN_WORD = "on wrong word english"
QUIET = "quiet"


def quiet_until(cue: str) -> str:
    return f'quiet until "{as_heard(cue)}"'


def count_seen(exercise: str) -> str:
    return f"count {as_heard(exercise)}"


def on_sight(sight: str, reply: str, is_once: bool = False) -> str:
    return f"see {'once ' * is_once}{as_heard(sight)}: {as_heard(reply)}"


def on_activity(activity: str, first: str, last: str) -> str:
    return f"watch {as_heard(activity)}: {as_heard(first)} / {as_heard(last)}"


def as_heard(words: str) -> str:
    """Words as the agent writes them down and says them again: lower case, without punctuation."""
    return " ".join(filter(None, (plain(word) for word in words.split())))


def aloud(words: str) -> str:
    """What a note holds, as it is said."""
    return sentence(as_heard(words))


def keep(stage: Stage, text: str, at: float) -> str:
    """The agent writes a note; the id under which the engine will know it."""
    stage.agent.does(Note(text), at)
    return f"n{_num_notes(stage)}"


def drop(stage: Stage, note_id: str, at: float) -> None:
    stage.agent.does(DropNote(note_id), at)


def _num_notes(stage: Stage) -> int:
    written = sum(isinstance(deed.action, Note) for deed in stage.play.deeds)
    return written + sum(isinstance(told.event, StandingNote) for told in stage.play.told)
