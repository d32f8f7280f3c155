"""timespeak's items: somebody asks for speech at certain times. One function a category."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.bench.item import Meaning, Once, Repeat
from agent.bench.meaning import in_words
from agent.bench.sets.phrases import number_meaning, seconds
from agent.bench.sets.script import Script

TABLE = "timespeak"
FIRST_NUMBER_WITHIN_S = 3.0  # of the request's end
SILENCE_AFTER_S = 3.0  # in which nothing more may be said
CHANGE_AFTER_S = (3.0, 4.0)


def single_delay(script: Script) -> None:
    """One thing, once, after a while."""
    task, wait_s = script.phrases.pick(script.rng, TABLE, "task"), _wait(script)
    asked = script.asks(_request(script, "single_delay", task=task.text, wait=seconds(wait_s)))
    script.expect_at(asked.end_s + wait_s, wait_s, task.meaning)


def period(script: Script) -> None:
    """One thing again and again until told to stop."""
    task, period_s = script.phrases.pick(script.rng, TABLE, "exercise"), _period(script)
    asked = script.asks(_request(script, "period", task=task.text, wait=seconds(period_s)))
    _until_stopped(script, (task.meaning,), period_s, asked.end_s, _request(script, "stop"))


def in_turns(script: Script) -> None:
    """Two words in turn, again and again until told to stop; scored among the periods."""
    first, second = script.phrases.some(script.rng, TABLE, "word", 2)
    period_s = _period(script)
    asked = script.asks(_request(script, "in_turns", first=first.text, second=second.text, wait=seconds(period_s)))
    _until_stopped(script, (first.meaning, second.meaning), period_s, asked.end_s, _request(script, "stop"))


def countdown(script: Script) -> None:
    """Numbers aloud, downwards, at a pace."""
    first = script.rng.choice(script.phrases.numbers(TABLE, "countdown_from"))
    pace_s = script.rng.choice(script.phrases.numbers(TABLE, "countdown_pace_s"))
    frame = "countdown" if pace_s == 1 else "slow_countdown"
    asked = script.asks(_request(script, frame, number=" ".join(in_words(first)), wait=seconds(pace_s)))
    numbers = [number_meaning(number) for number in range(first, 0, -1)]
    script.expected.append(Once(numbers[0], asked.end_s, asked.end_s + FIRST_NUMBER_WITHIN_S))
    script.expected.append(Repeat(tuple(numbers[1:]), pace_s, None, times=first - 1))
    script.reach(asked.end_s + FIRST_NUMBER_WITHIN_S + (pace_s + 0.6) * (first - 1))


def elapsed(script: Script) -> None:
    """A word when the conversation has a certain age."""
    word = script.phrases.pick(script.rng, TABLE, "word")
    age_s = script.rng.choice(script.phrases.numbers(TABLE, "age_s"))
    slots = {"word": word.text, "wait": seconds(age_s), "number_word": " ".join(in_words(age_s))}
    asked = script.asks(_request(script, "elapsed", **slots))
    script.expect_at(age_s, age_s, word.meaning)
    assert age_s > asked.end_s + 4, (age_s, asked)


def stop_condition(script: Script) -> None:
    """A period that ends after a number of times, or when a word falls."""
    word, period_s = script.phrases.pick(script.rng, TABLE, "word"), _period(script)
    if script.rng.random() < 0.5:
        times = script.rng.choice((2, 3, 4) if period_s < 8 else (2, 3))
        count = " ".join(in_words(times))
        asked = script.asks(_request(script, "so_many_times", word=word.text, wait=seconds(period_s), count=count))
        script.expected.append(Repeat((word.meaning,), period_s, asked.end_s, times=times))
        script.reach(asked.end_s + (times + 1) * (period_s + 0.8) + 0.6)  # long enough to say it once too often
        return
    cue = script.phrases.pick(script.rng, TABLE, "stop_word")
    asked = script.asks(_request(script, "until_word", word=word.text, wait=seconds(period_s), cue=cue.text))
    _until_stopped(script, (word.meaning,), period_s, asked.end_s, _request(script, "with_stop_word", cue=cue.text))


def two_timers(script: Script) -> None:
    """Two things, each at its own time."""
    first, second = script.phrases.some(script.rng, TABLE, "task", 2)
    short_s, long_s = script.rng.choice(_pairs(script))
    asked = script.asks(
        _request(
            script, "two_timers", first=first.text, second=second.text, short=seconds(short_s), long=seconds(long_s)
        )
    )
    script.expect_at(asked.end_s + short_s, short_s, first.meaning)
    script.expect_at(asked.end_s + long_s, long_s, second.meaning)


def change_of_plan(script: Script) -> None:
    """A wait that is changed, or given up, before it is over."""
    task, wait_s = script.phrases.pick(script.rng, TABLE, "task"), _wait(script)
    changed_s = script.rng.choice([each for each in _waits(script) if each != wait_s])
    asked = script.asks(_request(script, "single_delay", task=task.text, wait=seconds(wait_s)))
    after = min(script.rng.uniform(*CHANGE_AFTER_S), wait_s - 2.5)
    if script.rng.random() < 0.3:
        script.says(_request(script, "cancel"), after)
        script.reach(asked.end_s + wait_s + SILENCE_AFTER_S)
        return
    change, _ = script.says(_request(script, "change", wait=seconds(changed_s)), after)
    script.expect_at(change.end_s + changed_s, changed_s, task.meaning)
    script.reach(asked.end_s + wait_s + SILENCE_AFTER_S)


CATEGORIES: Mapping[str, tuple[Callable[[Script], None], ...]] = {
    "single_delay": (single_delay,),
    "period": (period, period, in_turns),
    "countdown": (countdown,),
    "elapsed": (elapsed,),
    "stop_condition": (stop_condition,),
    "two_timers": (two_timers,),
    "change_of_plan": (change_of_plan,),
}


def _until_stopped(script: Script, meanings: tuple[Meaning, ...], period_s: float, origin_s: float, stop: str) -> None:
    times = script.rng.choice((2, 3, 4) if period_s < 8 else (2, 3))
    start_s = origin_s + (times + script.rng.uniform(0.4, 0.55)) * period_s
    turn, _ = script.says(stop, after=start_s - script.now)
    script.expected.append(Repeat(meanings, period_s, origin_s, until_s=turn.start_s))
    script.reach(turn.end_s + period_s + SILENCE_AFTER_S)


def _request(script: Script, frame: str, **slots: str) -> str:
    return script.phrases.filled(script.rng, TABLE, frame, **slots)


def _waits(script: Script) -> list[int]:
    return script.phrases.numbers(TABLE, "wait_s")


def _wait(script: Script) -> int:
    return script.rng.choice(_waits(script))


def _period(script: Script) -> int:
    return script.rng.choice(script.phrases.numbers(TABLE, "period_s"))


def _pairs(script: Script) -> list[tuple[int, int]]:
    waits = sorted(set(_waits(script)))
    return [(short, long) for short in waits for long in waits if long - short >= 4 and short >= 6]
