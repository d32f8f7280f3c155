"""Scenes about the agent itself: silence when asked for, its timers, the call's age, and what it is told in writing."""

from __future__ import annotations

from model.studio import notes
from model.studio import phrases_manners as manners
from model.studio import phrases_requests as requests
from model.studio import phrases_state as phrases
from model.studio import phrases_talk as talk
from model.studio.grammar import question, sentence
from model.studio.moves import BREATH_S, MARK_DELAY_S, NOTE_DELAY_S, acknowledge, answer, ask, ends_of, talk_on
from model.studio.number_words import HELD_OUT_WAITS, draw_wait, in_words
from model.studio.phrases_questions import exchange, fact
from model.studio.phrases_words import NAMES
from model.studio.scenes_timing import TIME_IS_UP, draw_delay, end_request, fire, meanwhile, wait_once
from model.studio.stage import HEARING_DELAY_S, REACTION_S, Stage
from model.types import BackgroundDelta, ToolResult, TypedText


def quiet_until_a_word(stage: Stage) -> None:
    """Asked for silence until a word falls, the agent answers nothing before it, and everything after it."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    cue = stage.rng.choice(phrases.GO_WORDS)
    asked = stage.user.says(manners.asked(stage.rng, phrases.draw("quiet_until", stage.rng, cue=cue)))
    note = notes.keep(stage, notes.quiet_until(cue), asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s)
    _unanswered(stage, without=tuple(cue.split()))
    said = stage.user.says(sentence(cue))
    end_s = ends_of(said, cue)[0]
    notes.drop(stage, note, end_s + HEARING_DELAY_S)
    acknowledge(stage, end_s)
    _answered(stage)


def quiet_when_asked(stage: Stage) -> None:
    """Asked for silence, the agent answers nothing until it may speak again."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    asked = stage.user.says(manners.dressed(stage.rng, phrases.draw("quiet", stage.rng)))
    note = notes.keep(stage, notes.QUIET, asked.end_s + NOTE_DELAY_S)
    acknowledge(stage, asked.end_s, "Okay.")
    _unanswered(stage, without=())
    said = stage.user.says(manners.dressed(stage.rng, phrases.draw("speak_again", stage.rng)))
    notes.drop(stage, note, said.end_s + HEARING_DELAY_S)
    acknowledge(stage, said.end_s)
    _answered(stage)


def asked_about_its_timer(stage: Stage) -> None:
    """While it keeps time the agent is asked what it does or what is left, and tells from its own count."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    wait_s = max(20, draw_wait(stage.rng, 60))
    request, words = draw_delay(stage, wait_s)
    asked = stage.user.says(manners.asked(stage.rng, request))
    note, due_s = wait_once(stage, "a", wait_s, words, asked.end_s)
    acknowledge(stage, asked.end_s)
    while stage.now + 8.0 < due_s:
        stage.wait(stage.rng.uniform(0.6, 6.0))
        rule = stage.rng.choice(("what_doing", "time_left"))
        said = stage.user.says(question(manners.dressed(stage.rng, phrases.draw(rule, stage.rng), hesitates=0.1)))
        left = _left(due_s - said.end_s)
        told = left if rule == "time_left" or words == TIME_IS_UP else f"{notes.as_heard(words)}, in {left}"
        answer(stage, sentence(told), said.end_s)
    stage.reach(due_s)
    fire(stage, words, due_s, note)
    stage.wait(stage.rng.uniform(0.8, 2.0))
    said = stage.user.says(question(phrases.draw("what_doing", stage.rng)))
    answer(stage, "I'm listening.", said.end_s)


def asked_how_long(stage: Stage) -> None:
    """The agent is asked how long the call has lasted."""
    for _ in range(stage.rng.randint(1, 3)):
        stage.wait(stage.rng.uniform(0.5, 4.0))
        talk_on(stage, stage.user, stage.rng.choice((0, 8, 20, 40)) * stage.rng.random())
        said = stage.user.says(question(manners.dressed(stage.rng, phrases.draw("call_age", stage.rng), hesitates=0.1)))
        answer(stage, sentence(f"about {phrases.about(said.end_s)}"), said.end_s)


def several_called_off(stage: Stage) -> None:
    """Two or three waits run, and all are called off at once."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    running: list[tuple[str, float, int, str]] = []
    for label in notes.LABELS[: stage.rng.randint(2, 3)]:
        wait_s = max(25, draw_wait(stage.rng, 60))
        request, words = draw_delay(stage, wait_s)
        asked = stage.user.says(manners.asked(stage.rng, request))
        note = notes.keep(stage, notes.once_after(label, wait_s, words), asked.end_s + NOTE_DELAY_S)
        acknowledge(stage, asked.end_s)
        running.append((label, asked.end_s, wait_s, note))
        stage.wait(stage.rng.uniform(0.5, 1.5))
    told = stage.user.says(manners.dressed(stage.rng, phrases.draw("drop_all", stage.rng)))
    for label, origin_s, wait_s, note in running[:-1]:
        stage.agent.counts_down(label, origin_s, wait_s, origin_s + MARK_DELAY_S, until=told.end_s)
        notes.drop(stage, note, told.end_s + HEARING_DELAY_S)
    label, origin_s, wait_s, note = running[-1]
    stage.agent.counts_down(label, origin_s, wait_s, origin_s + MARK_DELAY_S, until=told.end_s)
    end_request(stage, note, told)
    meanwhile(stage, stage.now + stage.rng.uniform(8, 30))


def typed(stage: Stage) -> None:
    """Somebody types to the agent, who answers aloud when nobody speaks."""
    who = stage.rng.choice(NAMES)
    for _ in range(stage.rng.randint(2, 5)):
        stage.wait(stage.rng.uniform(0.8, 4.0))
        if stage.rng.random() < 0.3:
            talk_on(stage, stage.user, 3.0)
            stage.wait(BREATH_S)
        written = exchange(stage.rng)
        stage.tell(TypedText(who, written.said), stage.now)
        stage.reach(stage.agent.says(written.answer, stage.now + BREATH_S).end_s)
        if stage.rng.random() < 0.3:
            stage.wait(stage.rng.uniform(0.8, 2.0))
            ask(stage, fact(stage.rng))


def results_arrive(stage: Stage) -> None:
    """Results of tools are read out as soon as nobody speaks; what is marked silent is not."""
    stage.wait(stage.rng.uniform(0.3, 2.0))
    for number in range(1, stage.rng.randint(3, 6)):
        text = requests.result(stage.rng)
        at, is_spoken = stage.now + stage.rng.uniform(0.3, 2.0), True
        if stage.rng.random() < 0.5:
            said = stage.user.says(talk.statement(stage.rng), after=stage.rng.uniform(0.3, 1.5))
            at = stage.rng.uniform(said.start_s, said.end_s)
        if stage.rng.random() < 0.5:
            event_id = f"t{number}"
            stage.tell(ToolResult(event_id, text), at)
        else:
            event_id, is_spoken = f"d{number}", stage.rng.random() < 0.4
            stage.tell(BackgroundDelta(event_id, text, is_done=True, kind="spoken" if is_spoken else "silent"), at)
        stage.reach(at)
        if is_spoken:
            stage.reach(stage.agent.says_event(event_id, text, stage.now + BREATH_S).end_s)
        stage.wait(stage.rng.uniform(1.0, 4.0))


def _left(left_s: float) -> str:
    number = max(1, round(left_s))
    if number in HELD_OUT_WAITS:
        return f"about {in_words(5 * round(number / 5))} seconds"
    return f"{in_words(number)} second{'s' * (number > 1)}"


def _unanswered(stage: Stage, without: tuple[str, ...]) -> None:
    """Questions and talk while the agent is to be silent."""
    for _ in range(stage.rng.randint(2, 6)):
        stage.wait(stage.rng.uniform(0.5, 3.0))
        asked = exchange(stage.rng).said
        said_aloud = asked if stage.rng.random() < 0.5 and not talk.says_any(asked, without) else ""
        stage.user.says(said_aloud or talk.statement(stage.rng, without))
    stage.wait(stage.rng.uniform(0.8, 3.0))


def _answered(stage: Stage) -> None:
    for _ in range(stage.rng.randint(1, 3)):
        stage.wait(stage.rng.uniform(0.6, 2.5))
        ask(stage, exchange(stage.rng))
    stage.wait(REACTION_S)
