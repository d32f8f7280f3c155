"""`alongside bench interpret --through call`: in a call of the product one person speaks and one listens in a language.

The speaker says real prompts over WebRTC, the listener records the track of their language. Which segment says what,
and how far behind the speaker the agent gave it out, is told by the call's record; what that is at the listener's ear
is added from the sound: both people are in this process, on one clock.
"""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory
from typing import Any, cast

from agent.bench.call_client import CallClient, call, through_room
from agent.bench.interpret import ALL_SPEECH, LAST_S, Played, means_of, median, programme
from agent.bench.interpret_prompts import Half, prompts
from agent.bench.interpret_scores import bleu, chrf
from agent.bench.result import BenchResult, Row
from agent.bench.through_call import CallError, product
from agent.bench.wav import resampled
from agent.bench.words import said_by_ear
from agent.interpretation.record import Entry, from_json
from agent.wire import encode
from agent.wire_interpretation import AskExport, ChooseLanguage, Consent
from model.types import HEARD_RATE_HZ, HEARD_TICK_SAMPLES, SPOKEN_RATE_HZ, Recogniser

READY_TIMEOUT_S = 300.0  # the weights of translator and voices are read
SETTLE_S = 1.0
SAME_S = 0.3  # of a prompt's beginning, as an ear hears it
NEAR_S = 1.0  # a piece of sound begins within it of where the record says, or belongs to another segment
ROOM = "interpreted"


async def measure_through_call(
    pairs: Sequence[str],
    limit: int | None,
    share: float,
    command: str,
    tell: Callable[[Row], None],
    half: Half,
    recogniser: Recogniser,
) -> BenchResult:
    """Each pair in a call of its own, in real time; `recogniser` hears what came. Raises NoPrompts, CallError."""
    rows: list[Row] = []
    num_items = 0
    for pair in pairs:
        with TemporaryDirectory() as folder:
            records = ["--records", f"{folder}/records.sqlite"]  # not among the user's own
            async with product("echo", [], 1, records) as origin:
                row = await _measure(origin, pair, limit, share, half, recogniser)
        rows.append(row)
        num_items += int(row["prompts"])
        tell(row)
    metrics = means_of(rows)
    score = metrics.get("end_lag_median_s", 0.0)
    return BenchResult("interpret", "native", "call", num_items, score, metrics, rows, command, split=half)


async def _measure(origin: str, pair: str, limit: int | None, share: float, half: Half, recogniser: Recogniser) -> Row:
    source, _, target = pair.partition("-")
    pcm, played = programme(source, prompts(source, target, half)[:limit], share)
    async with call(through_room(origin, ROOM, "Listener"), is_interpreted_for=True) as listener:
        await listener.send(encode(ChooseLanguage(target)))
        await _ready(listener)
        async with call(through_room(origin, ROOM, "Speaker")) as speaker:
            await speaker.send(encode(Consent(True)))
            await asyncio.sleep(SETTLE_S)
            heard_from = len(listener.recording.interpreted)
            speaker.say(resampled(pcm, HEARD_RATE_HZ, SPOKEN_RATE_HZ))
            await speaker.said()
            await asyncio.sleep(LAST_S)
            entries = await _record(speaker)
            sound = listener.recording.interpreted_pcm()[heard_from * HEARD_TICK_SAMPLES :]
    pieces = await said_by_ear(resampled(sound, HEARD_RATE_HZ, SPOKEN_RATE_HZ), recogniser, target)
    said = " ".join(piece.text for piece in pieces)
    return {
        "part": "pairs",
        "pair": pair,
        "machine": "a call in real time, engine echo beside",
        "speech": ALL_SPEECH if share >= 1 else f"{share:.0%}",
        "prompts": len(played),
        **scores_of(played, entries, target, [piece.start_s for piece in pieces]),
        "chrf_heard": round(chrf([(said, " ".join(each.prompt.reference for each in played))]), 1),
    }


def scores_of(played: Sequence[Played], entries: Sequence[Entry], target: str, onsets: Sequence[float]) -> Row:
    """Lags at the listener's ear, quality and coverage; `onsets` are those of the received sound, in seconds of the
    programme.
    """
    clock_s = _clock_offset_s(played, entries)
    spans = [(each, span) for each in entries if (span := _span_of(each, target)) is not None]
    given_s = [each.start_ms / 1000 - clock_s + span[0] for each, span in spans]
    path_s = median(_later(given_s, onsets)) or 0.0
    texts = [((each.start_ms + each.end_ms) / 2000 - clock_s, each.renderings) for each in entries]
    pairs = [
        (
            " ".join(
                renderings[target].text
                for middle_s, renderings in texts
                if target in renderings and one.start_s - 0.3 <= middle_s < one.end_s + 0.3
            ),
            one.prompt.reference,
        )
        for one in played
    ]
    num_words, num_said = sum(one.prompt.num_words for one in played), sum(len(each.text.split()) for each in entries)
    return {
        "segments": len(entries),
        "spoken": len(spans),
        "start_lag_median_s": _added(median([span[0] for _, span in spans]), path_s),
        "end_lag_median_s": _added(median([span[1] for _, span in spans]), path_s),
        "sound_path_s": round(path_s, 2),
        "onsets_found": len(_later(given_s, onsets)),
        "chrf": round(chrf(pairs), 1),
        "bleu": round(bleu(pairs), 1),
        "coverage_pct": round(100 * min(1.0, num_said / num_words)),
    }


def _clock_offset_s(played: Sequence[Played], entries: Sequence[Entry]) -> float:
    """What the conversation's clock shows more than the programme's: where most prompts begin an entry."""
    starts = [each.start_ms / 1000 for each in entries]
    offsets = [start_s - each.start_s for start_s in starts for each in played]
    near = [[other for other in offsets if abs(other - offset) < SAME_S] for offset in offsets]
    return statistics.median(max(near, key=len)) if near else 0.0


def _later(given_s: Sequence[float], onsets: Sequence[float]) -> list[float]:
    """How much later than it was given out each segment begins to sound, of those that begin after a pause."""
    found: list[float] = []
    for at_s in given_s:
        near = [onset_s - at_s for onset_s in onsets if abs(onset_s - at_s) < NEAR_S]
        found += [min(near, key=abs)] if near else []
    return found


def _span_of(entry: Entry, target: str) -> tuple[float, float] | None:
    rendering = entry.renderings.get(target)
    span = None if rendering is None else rendering.span
    return None if span is None else (span.start_lag_s, span.end_lag_s)


def _added(lag_s: float | None, path_s: float) -> float | None:
    return None if lag_s is None else round(lag_s + path_s, 2)


async def _ready(listener: CallClient) -> None:
    def is_ready(message: dict[str, Any]) -> bool:
        if message.get("kind") == "interpretation" and message.get("status") == "failed":
            raise CallError(f"interpretation failed: {message.get('problem')}")
        return message.get("kind") == "interpretation" and message.get("status") == "ready"

    try:
        async with asyncio.timeout(READY_TIMEOUT_S):
            await listener.message(lambda text: is_ready(_parsed(text)))
    except TimeoutError:
        raise CallError(f"nobody interprets after {READY_TIMEOUT_S:g} s; `alongside doctor` says why") from None


async def _record(speaker: CallClient) -> list[Entry]:
    """What was kept of the call."""
    await speaker.send(encode(AskExport("json", None)))
    async with asyncio.timeout(READY_TIMEOUT_S):
        last = _parsed(await speaker.message(_ends_record))
    if last["kind"] == "piece":
        pieces = [_parsed(text) for text in speaker.recording.messages if '"piece"' in text]
        parts = {piece["index"]: piece["data"] for piece in pieces if piece["id"] == last["id"]}
        last = _parsed("".join(parts[at] for at in range(len(parts))))
    return list(from_json(str(last["text"])).entries)


def _ends_record(text: str) -> bool:
    """Whether this message is a record, or the last piece of one: nothing else that comes is as long."""
    if "record-file" not in text and '"piece"' not in text:
        return False  # there are many levels among them
    message = _parsed(text)
    is_last = message.get("kind") == "piece" and message["index"] == message["count"] - 1
    return is_last or message.get("kind") == "record-file"


def _parsed(text: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(text))
