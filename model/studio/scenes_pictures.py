"""Scenes in which the agent looks: it counts, tells and marks what it is asked to, and keeps silent about the rest.

What it sees it always writes down, as it does with words; whether it says something rests on what it was asked.
"""

from __future__ import annotations

from model.studio import notes, phrases_cues
from model.studio import phrases_manners as manners
from model.studio import phrases_pictures as phrases
from model.studio import phrases_timing as timing
from model.studio.moves import answer, talk_on
from model.studio.number_words import in_words
from model.studio.pictures_bodies import STANDING
from model.studio.pictures_films import Actor, Film, film_of
from model.studio.pictures_moves import ACTIVITIES, EXERCISES, Exercise, Repetition
from model.studio.pictures_sights import (
    CARDS,
    SHOWN,
    Sight,
    draw_sight,
    show_activity,
    show_exercise,
    show_sight,
    told_at,
)
from model.studio.scenes_cues import keyword, set_cue
from model.studio.scenes_timing import end_request, single_delay
from model.studio.scenes_turns import questions_and_answers, small_conversation
from model.studio.stage import SEEING_DELAY_S, Stage
from model.types import Mark

LONGEST_S = 28.0  # of what is watched: some 3,000 positions
_OVER = " over"


def counted_aloud(stage: Stage) -> None:
    """Repetitions are counted as they are done; not those broken off, and not other exercises."""
    exercise = _exercise(stage)
    film, actor = _film_for(stage, exercise)
    begins_s = _camera_on(stage)
    moves = phrases.moves_of(exercise.singular, exercise.plural, stage.rng)
    note = set_cue(stage, phrases.draw("count", stage.rng, moves=moves), notes.count_seen(exercise.singular))
    stage.reach(begins_s)
    until_s, number = stage.now + LONGEST_S * stage.rng.uniform(0.5, 1.0), 0
    if exercise.rest is STANDING and stage.rng.random() < 0.3:
        _write_down(stage, _do(stage, actor, _exercise(stage, other_than=exercise), 3), speaks=False)
    while stage.now < until_s and number < 30:
        for done in _do(stage, actor, exercise, stage.rng.randint(2, 10)):
            number = _count(stage, done, number)
        stage.wait(stage.rng.uniform(0.5, 3.0))
        if stage.rng.random() < 0.5:
            break
    if stage.rng.random() < 0.25:
        asked = stage.user.says(manners.dressed(stage.rng, phrases.draw("how_many", stage.rng)))
        answer(stage, f"{in_words(number)}.", asked.end_s)
        stage.wait(stage.rng.uniform(0.5, 2.0))
    if stage.rng.random() < 0.3:
        told = stage.user.says(manners.dressed(stage.rng, timing.draw("stop", stage.rng), hesitates=0.0))
        end_request(stage, note, told)
        _write_down(stage, _do(stage, actor, exercise, 2), speaks=False)
    _camera_off(stage, film, begins_s)


def not_counted(stage: Stage) -> None:
    """Somebody exercises and talks, and nobody asked for a count; or for another one."""
    exercise = _exercise(stage)
    film, actor = _film_for(stage, exercise)
    begins_s = _camera_on(stage)
    if exercise.rest is STANDING and stage.rng.random() < 0.5:
        other = _exercise(stage, other_than=exercise)
        moves = phrases.moves_of(other.singular, other.plural, stage.rng)
        set_cue(stage, phrases.draw("count", stage.rng, moves=moves), notes.count_seen(other.singular))
    else:
        stage.wait(stage.rng.uniform(0.5, 2.0))
        stage.user.says(f"{phrases.draw('about_it', stage.rng)}.")
    stage.reach(begins_s)
    stage.wait(stage.rng.uniform(0.5, 2.0))
    _write_down(stage, _do(stage, actor, exercise, stage.rng.randint(4, 9)), speaks=True)
    _camera_off(stage, film, begins_s)


def told_when_seen(stage: Stage) -> None:
    """Something is asked for, comes into view and is told; what else comes is not."""
    film, actor = film_of(stage.rng, is_close=stage.rng.random() < 0.6, turn=stage.rng.choice((0, 0, 30, 60)))
    begins_s = _camera_on(stage)
    wanted = draw_sight(stage.rng, film.is_close)
    clause, is_once = phrases.clause_of(wanted, stage.rng), stage.rng.random() < 0.6
    says = phrases_cues.reply(stage.rng) if not is_once or stage.rng.random() < 0.3 else ""
    rule = "often" if not is_once else "once_reply" if says else "once"
    request = phrases.draw(rule, stage.rng, sight=clause, reply=says)
    words = says or phrases.told(wanted)
    note = set_cue(stage, request, notes.on_sight(wanted, words, is_once))
    stage.reach(begins_s)
    until_s, num_told = stage.now + LONGEST_S * stage.rng.uniform(0.4, 0.9), 0
    comes_at = stage.rng.choice((0, 0, 1, 1, 2, 9))  # after so many others; some never come
    for index in range(9):
        stage.wait(stage.rng.uniform(0.6, 4.0))
        if stage.now > until_s:
            break
        is_wanted = index == comes_at or (num_told > 0 and stage.rng.random() < 0.5)
        name = wanted if is_wanted else _another_sight(stage, film, wanted)
        sight = _see(stage, film, actor, name)
        if is_wanted and (num_told == 0 or not is_once):
            stage.agent.says(notes.aloud(words), sight.start_s + SEEING_DELAY_S)
            num_told += 1
            if is_once:
                notes.drop(stage, note, sight.start_s + SEEING_DELAY_S + 0.2)
    _camera_off(stage, film, begins_s)


def start_and_stop(stage: Stage) -> None:
    """Where something that is done begins and ends, a word is said; not for other things that are done."""
    names = stage.rng.sample(list(ACTIVITIES), 3)
    wanted = ACTIVITIES[names[0]]
    is_close = stage.rng.random() < 0.3 and names[0] not in ("jumping", "crouching", "jogging in place")
    film, actor = film_of(stage.rng, is_close, turn=stage.rng.choice(wanted.turns))
    begins_s = _camera_on(stage)
    first, last = stage.rng.choice(phrases.STARTS)
    request = phrases.draw("start_stop", stage.rng, doing=wanted.name, first=first, last=last)
    set_cue(stage, request, notes.on_activity(wanted.name, first, last))
    stage.reach(begins_s)
    order = [*names[1 : 1 + stage.rng.choice((0, 0, 1, 2))], names[0]]
    stage.rng.shuffle(order)
    for name in [*order, *([names[0]] if stage.rng.random() < 0.25 else [])]:
        stage.wait(stage.rng.uniform(0.6, 5.0))
        sight = _act(stage, actor, name)
        if name == wanted.name:
            stage.agent.says(notes.aloud(first), sight.start_s + SEEING_DELAY_S)
            stage.agent.says(notes.aloud(last), sight.end_s + SEEING_DELAY_S)
        stage.reach(sight.end_s + 0.8)
    _camera_off(stage, film, begins_s)


def asked_what_is_seen(stage: Stage) -> None:
    """The user asks what there is to see, and it is said."""
    film, actor = film_of(stage.rng, is_close=stage.rng.random() < 0.6, turn=stage.rng.choice((0, 0, 30)))
    begins_s = _camera_on(stage)
    stage.reach(begins_s)
    for _ in range(stage.rng.randint(2, 4)):
        stage.wait(stage.rng.uniform(0.8, 2.5))
        lasts = stage.rng.uniform(4.0, 6.0)
        if stage.rng.random() < 0.4:
            name = stage.rng.choice(list(ACTIVITIES))
            sight, rule = _act(stage, actor, name, lasts), "what_doing"
            said = f"You are {name}."
        else:
            name = stage.rng.choice(CARDS if stage.rng.random() < 0.6 else SHOWN)
            sight = _see(stage, film, actor, name, lasts)
            is_card = name in CARDS
            rule = "what_colour" if is_card and stage.rng.random() < 0.7 else "what_shown"
            said = f"{name.split()[0]}." if rule == "what_colour" else phrases.told(name)
        end_s, stage.now = stage.now, sight.start_s + stage.rng.uniform(0.6, 1.5)
        asked = stage.user.says(manners.dressed(stage.rng, phrases.draw(rule, stage.rng)))
        answer(stage, said, asked.end_s)
        stage.reach(end_s)
    _camera_off(stage, film, begins_s)


def looking_on(stage: Stage) -> None:
    """A call like any other in which the camera is on: what is seen changes nothing."""
    film, actor = film_of(stage.rng, is_close=stage.rng.random() < 0.7)
    begins_s = _camera_on(stage)
    stage.reach(begins_s)
    start_s = stage.now
    scene = stage.rng.choice((questions_and_answers, small_conversation, keyword, single_delay, None))
    if scene is None:
        talk_on(stage, stage.user, stage.rng.uniform(12, 25))
    else:
        scene(stage)
    end_s, stage.now = stage.now, start_s
    while stage.now < min(end_s - 5.0, start_s + 1.5 * LONGEST_S):
        stage.wait(stage.rng.uniform(0.5, 7.0))
        if stage.rng.random() < 0.5:
            _see(stage, film, actor, draw_sight(stage.rng, film.is_close))
        else:
            _act(stage, actor, stage.rng.choice(list(ACTIVITIES)))
    stage.reach(end_s)
    _camera_off(stage, film, begins_s)


def _camera_on(stage: Stage) -> float:
    """When the agent begins to look: from the start, or a little later."""
    return 0.0 if stage.rng.random() < 0.6 else stage.now + stage.rng.uniform(0.0, 3.0)


def _camera_off(stage: Stage, film: Film, begins_s: float) -> None:
    stage.wait(stage.rng.uniform(0.8, 2.5))
    stage.shows(film, begins_s, stage.now)


def _exercise(stage: Stage, other_than: Exercise | None = None) -> Exercise:
    """Any; beside another one, one that is done standing up as well."""
    return stage.rng.choice(
        [e for e in EXERCISES.values() if other_than is None or (e is not other_than and e.rest is STANDING)]
    )


def _film_for(stage: Stage, exercise: Exercise) -> tuple[Film, Actor]:
    return film_of(stage.rng, turn=stage.rng.choice(exercise.turns), rest=exercise.rest)


def _do(stage: Stage, actor: Actor, exercise: Exercise, num_whole: int) -> list[tuple[Exercise, Repetition]]:
    """Some repetitions from now on."""
    start_s = stage.now + stage.rng.uniform(0.3, 1.5)
    made = show_exercise(actor, exercise, start_s, num_whole, stage.rng)
    stage.reach(made[-1].end_s + 0.2)
    return [(exercise, one) for one in made]


def _count(stage: Stage, done: tuple[Exercise, Repetition], number: int) -> int:
    """The next number, if this one counts."""
    _write_down(stage, [done], speaks=False)
    if not done[1].is_whole:
        return number
    at = told_at(done[1]) + SEEING_DELAY_S
    stage.reach(stage.agent.says(notes.aloud(in_words(number + 1)), at).end_s - 0.5)
    return number + 1


def _write_down(stage: Stage, done: list[tuple[Exercise, Repetition]], speaks: bool) -> None:
    """Each repetition; while it goes on the user may talk."""
    start_s, end_s = stage.now, stage.now
    for exercise, one in done:
        start_s = min(start_s, one.start_s)
        if one.is_whole:
            stage.agent.does(Mark("half"), one.far_s + SEEING_DELAY_S)
            stage.agent.does(Mark(exercise.singular), told_at(one) + SEEING_DELAY_S)
        else:
            stage.play.telling += [one.far_s + SEEING_DELAY_S, one.end_s + SEEING_DELAY_S]
    if speaks and stage.rng.random() < 0.5:
        stage.now = start_s + stage.rng.uniform(0.5, 2.0)
        talk_on(stage, stage.user, end_s - stage.now - 3.0, pause_s=(0.3, 2.0))
        stage.reach(end_s)


def _see(stage: Stage, film: Film, actor: Actor, name: str, lasts_s: float = 0.0) -> Sight:
    """Something comes into view from now on for a while, and is written down."""
    start_s = stage.now
    end_s = start_s + (lasts_s or stage.rng.uniform(1.5, 5.0))
    return _noted(stage, show_sight(film, actor, name, start_s, end_s, stage.rng))


def _act(stage: Stage, actor: Actor, name: str, lasts_s: float = 0.0) -> Sight:
    """Something is done from now on for a while, and written down."""
    end_s = stage.now + (lasts_s or stage.rng.uniform(2.5, 8.0))
    return _noted(stage, show_activity(actor, ACTIVITIES[name], stage.now, end_s, stage.rng))


def _noted(stage: Stage, sight: Sight) -> Sight:
    stage.agent.does(Mark(sight.name), sight.start_s + SEEING_DELAY_S)
    stage.agent.does(Mark(f"{sight.name}{_OVER}"), sight.end_s + SEEING_DELAY_S)
    stage.reach(sight.end_s + 0.7)
    return sight


def _another_sight(stage: Stage, film: Film, wanted: str) -> str:
    """Mostly anything else; for a card often one of another colour."""
    if wanted in CARDS and stage.rng.random() < 0.5:
        return stage.rng.choice([card for card in CARDS if card != wanted])
    while (other := draw_sight(stage.rng, film.is_close)) == wanted:
        pass
    return other
