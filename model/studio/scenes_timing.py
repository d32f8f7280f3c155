"""Scenes of speech at certain times: the agent counts for itself, and speaks when its count is over."""

from __future__ import annotations

from model.studio import notes
from model.studio import phrases_manners as manners
from model.studio import phrases_timing as phrases
from model.studio.moves import MARK_DELAY_S, NOTE_DELAY_S, acknowledge, ask, talk_on
from model.studio.number_words import HELD_OUT_WAITS, MINUTES, draw_wait, in_words, wait_in_words
from model.studio.phrases_questions import exchange
from model.studio.stage import HEARING_DELAY_S, REACTION_S, Spoken, Stage

TIME_IS_UP = "time is up"
CORRECTED = 0.06  # of the spans are said wrong first
LEAD_S = 0.2  # what is said at a time is decided so much earlier, as it takes a while to sound


def single_delay(stage: Stage) -> None:
    """The user asks for something to be said after a while, and it is said then, once."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    for _ in range(stage.rng.choice((1, 1, 2))):
        wait_s = _short_wait(stage)
        request, words = draw_delay(stage, wait_s)
        asked = stage.user.says(manners.asked(stage.rng, request))
        note, due_s = wait_once(stage, "a", wait_s, words, asked.end_s)
        acknowledge(stage, asked.end_s, "Okay." if wait_s < 4 else "")
        meanwhile(stage, due_s)
        fire(stage, words, due_s, note)
        stage.wait(stage.rng.uniform(1.0, 8.0))


def long_delay(stage: Stage) -> None:
    """The user asks for something minutes away; the call is over before it is due, and nothing is said."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    wait_s = 60 * stage.rng.choice(MINUTES[1:])
    request, words = draw_delay(stage, wait_s)
    asked = stage.user.says(manners.asked(stage.rng, request))
    end_s = asked.end_s + stage.rng.uniform(15, 40)
    notes.keep(stage, notes.once_after("a", wait_s, words), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s)
    meanwhile(stage, end_s)
    stage.agent.counts_down("a", asked.end_s, wait_s, asked.end_s + MARK_DELAY_S, until=stage.now)


def period(stage: Stage) -> None:
    """Something is said again and again, until the user stops it."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    period_s = draw_wait(stage.rng, stage.rng.choice((6, 12, 20, 40)))
    request, words = draw_period(stage, period_s)
    request = f"{request} {phrases.draw('until_told', stage.rng)}"
    asked = stage.user.says(manners.asked(stage.rng, request))
    origin_s = asked.end_s
    note = notes.keep(stage, notes.every("a", period_s, words), origin_s + NOTE_DELAY_S)
    acknowledge(stage, origin_s, "Okay." if period_s < 4 else "")
    num_rounds = stage.rng.randint(2, max(2, min(6, 70 // period_s)))
    meanwhile(stage, origin_s + period_s * num_rounds + 0.5)
    stop_s = max(stage.now + 0.3, origin_s + period_s * (num_rounds + stage.rng.uniform(0.2, 0.6)))
    stopped = stage.user.says(manners.dressed(stage.rng, phrases.draw("stop", stage.rng), hesitates=0.0), at=stop_s)
    say_rounds(stage, "a", words, origin_s, period_s, stopped.end_s)
    end_request(stage, note, stopped)
    stage.wait(stage.rng.uniform(0.5, 1.5) * min(period_s, 12))


def countdown(stage: Stage) -> None:
    """The agent counts aloud, down or up, a number a second or slower."""
    stage.wait(stage.rng.uniform(0.3, 3.0))
    for _ in range(stage.rng.choice((1, 1, 2))):
        is_up = stage.rng.random() < 0.3
        number = stage.rng.choice((3, 4, 5, 5, 6, 8, 9, 10, 10, 12, 14, 15, 16, 20, *range(2, 25)))
        pace_s = stage.rng.choice((1, 1, 1, 2, 3)) if number <= 10 else 1
        request = _to_count(stage, "count_up" if is_up else "count_down", number)
        if pace_s > 1:
            request += f", {phrases.draw('count_pace', stage.rng, wait=f'{in_words(pace_s)} seconds')}"
        word = phrases.saying(stage.rng) if stage.rng.random() < 0.35 else ""
        if word:
            request += f" {phrases.draw('then_say', stage.rng, word=word)}"
        asked = stage.user.says(manners.asked(stage.rng, request))
        note = notes.keep(stage, notes.counting("a", number, is_up, pace_s, word), asked.end_s + NOTE_DELAY_S)
        numbers = range(1, number + 1) if is_up else range(number, 0, -1)
        count_aloud(stage, [in_words(n) for n in numbers] + [word] * bool(word), asked.end_s, pace_s)
        notes.drop(stage, note, stage.now)
        stage.wait(stage.rng.uniform(2.0, 6.0))


def _to_count(stage: Stage, rule: str, number: int) -> str:
    """A request to count; of spans of time only those that no test asks for."""
    while "second" in (request := phrases.draw(rule, stage.rng, number=in_words(number))) and number in HELD_OUT_WAITS:
        pass
    return request


def draw_delay(stage: Stage, wait_s: int) -> tuple[str, str]:
    """A request for one thing after a while, and the words to say then."""
    wait, kind = _corrected(stage, wait_in_words(wait_s, stage.rng)), stage.rng.random()
    if kind < 0.4:
        task = phrases.draw("chore", stage.rng)
        return phrases.draw("remind", stage.rng, task=task, wait=wait), manners.yours(task)
    if kind < 0.75:
        word = phrases.saying(stage.rng)
        return phrases.draw("say_once", stage.rng, word=word, wait=wait), word
    return phrases.draw("timer", stage.rng, wait=wait), TIME_IS_UP


def draw_period(stage: Stage, period_s: int) -> tuple[str, str]:
    """A request for the same thing again and again, and its words."""
    wait = wait_in_words(period_s, stage.rng)
    if stage.rng.random() < 0.55:
        task = phrases.draw("exercise", stage.rng)
        return phrases.draw("remind_often", stage.rng, task=task, wait=wait), manners.yours(task)
    word = phrases.saying(stage.rng)
    return phrases.draw("say_often", stage.rng, word=word, wait=wait), word


def wait_once(stage: Stage, label: str, wait_s: int, words: str, origin_s: float) -> tuple[str, float]:
    """The note of a wait and its count; the note's id and when it is due."""
    note = notes.keep(stage, notes.once_after(label, wait_s, words), origin_s + NOTE_DELAY_S)
    return note, stage.agent.counts_down(label, origin_s, wait_s, origin_s + MARK_DELAY_S)


def fire(stage: Stage, words: str, due_s: float, note: str = "") -> Spoken:
    """What was asked for is said when it is due, and its note, if given, is forgotten."""
    spoken = stage.agent.says(notes.aloud(words), due_s - LEAD_S)
    if note:
        notes.drop(stage, note, due_s)
    stage.reach(spoken.end_s)
    return spoken


def say_rounds(stage: Stage, label: str, words: str, origin_s: float, period_s: int, until_s: float) -> int:
    """The same words each period from an origin on, or several (`tick / tock`) in turn; how many times."""
    in_turn = words.split(" / ")
    num_said, due_s = 0, origin_s
    while True:
        first_at = due_s + (0.1 if num_said else MARK_DELAY_S)
        due_s = stage.agent.counts_down(label, due_s, period_s, first_at, until=until_s)
        if due_s - LEAD_S > until_s:
            return num_said
        stage.agent.says(notes.aloud(in_turn[num_said % len(in_turn)]), due_s - LEAD_S)
        num_said += 1


def count_aloud(stage: Stage, spoken_words: list[str], request_end_s: float, pace_s: int) -> None:
    """A word each `pace_s` from the request's end on."""
    first_s = request_end_s + HEARING_DELAY_S
    for index, word in enumerate(spoken_words):
        at = first_s + index * pace_s
        stage.reach(stage.agent.says(notes.aloud(word), at).end_s)
        if pace_s > 1 and index + 1 < len(spoken_words):
            stage.agent.counts_down("a", at, pace_s, at + 0.2)


def end_request(stage: Stage, note: str, told: Spoken) -> None:
    """The agent forgets a note as it was told to, and says so."""
    notes.drop(stage, note, told.end_s + HEARING_DELAY_S)
    spoken = stage.agent.says(stage.rng.choice(manners.STOPPED), told.end_s + REACTION_S)
    stage.reach(spoken.end_s)


def meanwhile(stage: Stage, until_s: float) -> None:
    """What happens while the agent waits: nothing, somebody talks, or it is asked something else."""
    kind = stage.rng.random()
    if kind < 0.35:
        stage.wait(min(0.8, max(0.0, until_s - stage.now)))
        talk_on(stage, stage.user, until_s - stage.now - 2.0, pause_s=(0.2, 3.0))
    elif kind < 0.5:
        while stage.now + 6.0 < until_s:
            stage.wait(stage.rng.uniform(0.8, 6.0))
            if stage.now + 6.0 < until_s:
                ask(stage, exchange(stage.rng))
    stage.reach(until_s)


def _corrected(stage: Stage, wait: str) -> str:
    """A span, seldom with another one before it that is taken back."""
    if stage.rng.random() > CORRECTED:
        return wait
    return phrases.draw("taken_back", stage.rng, wrong=wait_in_words(draw_wait(stage.rng, 60), stage.rng), wait=wait)


def _short_wait(stage: Stage) -> int:
    longest_s = stage.rng.choices((6, 12, 20, 40, 75, 120), weights=(2, 3, 4, 3, 1, 1))[0]
    return draw_wait(stage.rng, longest_s)
