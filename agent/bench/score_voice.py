"""voice: is what the agent was given to say understood, is it one voice, and is it whole across its pieces?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from agent.bench.bootstrap import LOWER_PCT, NUM_RESAMPLES, UPPER_PCT
from agent.bench.item import Item
from agent.bench.meaning import in_words, words_of
from agent.bench.result import Row
from agent.bench.scored import Scored, step_metrics
from agent.bench.speaker import SpeakerEncoder, similarity_to
from agent.bench.take import Take
from agent.bench.through_engine import FIRST_SAMPLE_S
from model.types import MICRO_TURN_MS, SPOKEN_RATE_HZ, Pcm

BORDER_S = MICRO_TURN_MS / 1000
NEAR_S = 0.01  # around a border, with which it is compared
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_KILOMETRES = re.compile(r"\b(?:km|kilometers?)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_PRICE = re.compile(r"[€$]\s?(\d[\d,]*)(?:\.(\d\d))?")
QUIET = 1e-4  # below this a border lies in silence and tells nothing


def word_errors(heard: Sequence[str], meant: Sequence[str]) -> tuple[int, int]:
    """Fewest insertions, deletions and substitutions from what was meant, and how many words followed after it.

    What an agent goes on to say after its sentence is no fault of its voice: words behind the best end are not errors.
    """
    row = list(range(len(heard) + 1))
    for number, word in enumerate(meant, 1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(heard, 1):
            cost = min(row[at] + 1, row[at - 1] + 1, diagonal + (word != other))
            diagonal, row[at] = row[at], cost
    fewest = min(row)
    ends = [at for at, errors in enumerate(row) if errors == fewest]
    return fewest, len(heard) - ends[-1]


def words_heard(text: str, meant: Sequence[str]) -> list[str]:
    """The words of a recogniser, its digits spelt out as they were spoken: 1961 as nineteen sixty one."""
    spelt = _PRICE.sub(lambda found: f"{found[1]} euros" + (f" and {found[2]} cents" if found[2] else ""), text)
    spelt = _KILOMETRES.sub("kilometres", spelt)
    spelt = _GROUPED.sub(lambda found: found[0].replace(",", ""), spelt)
    spoken = " ".join(meant)
    return words_of(_DIGITS.sub(lambda found: _reading(found[0], spoken), spelt))


def _reading(digits: str, spoken: str) -> str:
    """One of the ways to say digits: the one that was meant, else as a number."""
    ways = [in_words(int(digits)), [word for digit in digits for word in in_words(int(digit))]]
    if len(digits) in (3, 4):
        ways.append([*in_words(int(digits[:-2])), *in_words(int(digits[-2:]))])
    said = [" ".join(way) for way in ways]
    return next((way for way in said if f" {way} " in f" {spoken} "), said[0])


def border_jumps(sound: Pcm) -> list[float]:
    """At each border between two pieces of (S,) sound at 24 kHz, how sharp its bend is beside those around it.

    1 is as smooth as elsewhere; a click is tens. The bend is the second difference, the largest of three samples.
    """
    bend = np.abs(np.diff(sound.astype(np.float64), 2))  # (S - 2,)
    near = round(NEAR_S * SPOKEN_RATE_HZ)
    jumps: list[float] = []
    first = round(FIRST_SAMPLE_S * SPOKEN_RATE_HZ)
    for at in range(first, bend.size - near, round(BORDER_S * SPOKEN_RATE_HZ)):
        around = np.concatenate([bend[max(0, at - near) : max(0, at - 4)], bend[at + 2 : at + near]])
        if around.size and np.percentile(around, 90) > QUIET and at >= 3:
            jumps.append(float(bend[at - 3 : at].max() / np.percentile(around, 90)))
    return jumps


def score_voice(pairs: Sequence[tuple[Item, Take]], speaker: SpeakerEncoder | None = None) -> Scored:
    """Word error rate in percent over all words; similarity and continuity where they can be measured."""
    rows: list[Row] = []
    jumps: list[float] = []
    for item, take in pairs:
        meant = words_of(item.given_text)
        heard = words_heard(" ".join(each.text for each in take.said), meant)
        errors, num_more = word_errors(heard, meant)
        jumps += border_jumps(take.output)
        rows.append(
            {"part": "items", "item": item.id, "category": item.category, "words": len(meant)}
            | {
                "errors": errors,
                "said_more": num_more,
                "is_whole": _is_whole(take, meant),
                "is_right": errors == 0,
                "given": item.given_text,
            }
            | {"heard": " ".join(each.text for each in take.said)}
        )
    counts = np.asarray([(row["errors"], row["words"]) for row in rows], np.float64).reshape(-1, 2)
    rate = round(float(100 * counts[:, 0].sum() / max(1.0, counts[:, 1].sum())), 2)
    said_more_pct = 100 * sum(row["said_more"] > 0 for row in rows) / max(1, len(rows))
    metrics = {"word_error_rate_pct": rate, "said_more_pct": round(said_more_pct, 1)}
    metrics |= _of_whole(rows)
    if jumps:
        metrics |= {
            "border_jump_median": round(float(np.median(jumps)), 3),
            "border_jump_p99": round(float(np.percentile(jumps, 99)), 3),
        }
    alike = None if speaker is None else similarity_to([take.output for _, take in pairs], speaker)
    if alike is not None:
        metrics["speaker_similarity"] = round(alike, 4)
    return Scored(rate, _interval(counts), {**metrics, **step_metrics([take for _, take in pairs])}, rows)


def _is_whole(take: Take, meant: Sequence[str]) -> bool | None:
    """Whether all words sounded, as far as the engine tells its words: an engine may break off, and its voice not."""
    if not take.texts:
        return None
    told = words_of(" ".join(each.text.strip() for each in take.texts))
    return word_errors(told, meant)[0] == 0


def _of_whole(rows: Sequence[Row]) -> dict[str, float]:
    told = [row for row in rows if row["is_whole"] is not None]
    whole = [row for row in told if row["is_whole"]]
    if not told:
        return {}
    rate = 100 * sum(row["errors"] for row in whole) / max(1, sum(row["words"] for row in whole))
    return {
        "broken_off_pct": round(100 * (1 - len(whole) / len(told)), 1),
        "word_error_rate_of_whole_pct": round(rate, 2),
    }


def _interval(counts: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    drawn = counts[rng.integers(0, len(counts), (NUM_RESAMPLES, len(counts)))].sum(axis=1)
    low, high = np.percentile(100 * drawn[:, 0] / np.maximum(1, drawn[:, 1]), [LOWER_PCT, UPPER_PCT])
    return (round(float(low), 3), round(float(high), 3))
