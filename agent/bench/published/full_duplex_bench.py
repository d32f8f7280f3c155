"""Full-Duplex-Bench v1, v1.5 and v3 as they are published: recordings with notes of what happens in them.

What our rules cannot know is left to a judge: an answer to an interruption counts when it has words at all. v3 asks for
tool calls; here the work must be handed on with the words of their arguments. v2 has no recordings: an examiner that
talks live plays it, so it cannot be read from files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agent.bench.item import Item, Meaning, Span, Turn
from agent.bench.published.recording import Fields, PublishedError, json_of, sound_of, span_of
from agent.bench.score_duplex import HUMAN_BACKCHANNEL
from model.types import HEARD_RATE_HZ, MICRO_TURN_MS, Pcm

V1_FOLDERS: Mapping[str, str] = {
    "candor_pause_handling": "pause_handling",
    "synthetic_pause_handling": "pause_handling",
    "candor_turn_taking": "turn_taking",
    "synthetic_user_interruption": "user_interruption",
    "icc_backchannel": "listening",
}
V1_5_FOLDERS = ("user_interruption", "user_backchannel", "talking_to_other", "background_speech")
ANSWER_WITHIN_S = 8.0
TAIL_S = 6.0  # of silence after a recording, for what follows
MIN_SOUND_S = 0.1
ANY_WORDS = Meaning()
_SPEAKER = re.compile(r"_[0-9a-f]{24}$")

Found = Iterator[tuple[Item, Pcm]]


def version_1(folder: Path) -> Found:
    """`candor_*`, `synthetic_*` and `icc_backchannel`, each with folders of `input.wav` and notes."""
    notes: Mapping[str, Callable[[Path, float], tuple[Span, ...]]] = {
        "pause_handling": _pauses,
        "turn_taking": _turn_end,
        "user_interruption": _interruption_v1,
        "listening": _listening,
    }
    for name, category in V1_FOLDERS.items():
        for sample in _samples(folder, name):
            sound = sound_of(sample / "input.wav")
            tail_s = 0.0 if category == "listening" else TAIL_S
            spans = notes[category](sample, sound.size / HEARD_RATE_HZ)
            yield _item(_Sample(f"{name}-{sample.name}", category, tail_s=tail_s), sound, spans)


def version_1_5(folder: Path) -> Found:
    """Four folders of overlaps, each with folders of `input.wav` and `metadata.json`."""
    for category in V1_5_FOLDERS:
        for sample in _samples(folder, category):
            notes = cast(Fields, json_of(sample / "metadata.json"))
            start_s, end_s = span_of(notes, "timestamps", sample / "metadata.json")
            spans = (Span(category, start_s, end_s),)
            if category == "user_interruption":
                spans = (Span("interruption", start_s, end_s), Span("answer", end_s, end_s + ANSWER_WITHIN_S))
            text = str(notes.get("context_text") or notes.get("current_turn_text") or "")
            yield _item(_Sample(f"{category}-{sample.name}", category, text), sound_of(sample / "input.wav"), spans)


def version_3(folder: Path) -> Found:
    """Folders `SCENARIO_SPEAKER` with `input.wav`; the calls stand in `metadata.json` or the scenarios' file."""
    scenarios = _scenarios(folder)
    samples = sorted(path.parent for path in folder.glob("*/input.wav"))
    samples += sorted(path.parent for path in folder.glob("fdb_v3_data_released/*/input.wav"))
    for sample in samples:
        notes = scenarios.get(_SPEAKER.sub("", sample.name), {})
        if (sample / "metadata.json").exists():
            notes = {**notes, **cast(Fields, json_of(sample / "metadata.json"))}
        calls = cast(Sequence[Fields] | None, notes.get("expected_tool_calls"))
        if calls is None:
            raise PublishedError(
                f"{sample}: no expected_tool_calls; benchmark_data_v2.json is to lie beside the folders"
            )
        sound = sound_of(sample / "input.wav")
        spans = (Span("answer", sound.size / HEARD_RATE_HZ, sound.size / HEARD_RATE_HZ + TAIL_S),)
        item, _ = _item(
            _Sample(f"v3-{sample.name}", str(notes.get("domain", "tools")), bench="delegation"), sound, spans
        )
        yield item.with_task(_arguments(calls)), sound


def _samples(folder: Path, name: str) -> list[Path]:
    """Sample folders, beside each other or below a folder of the version."""
    found = [path.parent for pattern in (name, f"*/{name}") for path in folder.glob(f"{pattern}/*/input.wav")]
    return sorted(found, key=lambda path: (len(path.name), path.name))


@dataclass(frozen=True, slots=True)
class _Sample:
    """What is known of a recording besides its spans."""

    id: str
    category: str
    text: str = ""
    tail_s: float = TAIL_S
    bench: str = "duplex"


def _item(sample: _Sample, sound: Pcm, spans: Sequence[Span]) -> tuple[Item, Pcm]:
    spoken_s = sound.size / HEARD_RATE_HZ
    if spoken_s < MIN_SOUND_S:
        raise PublishedError(f"{sample.id}: its input.wav holds no sound")
    duration_s = -(-(spoken_s + sample.tail_s) * 1000 // MICRO_TURN_MS) * MICRO_TURN_MS / 1000
    item = Item(
        id=sample.id,
        bench=sample.bench,
        category=sample.category,
        split="test",
        seed=0,
        noise="none",
        duration_s=duration_s,
        turns=(Turn("user", "recorded", sample.text or sample.id, 0.0, round(spoken_s, 3)),),
        spans=tuple(Span(each.kind, round(each.start_s, 3), round(min(each.end_s, duration_s), 3)) for each in spans),
        answer=ANY_WORDS,
    )
    return item, sound


def _pauses(sample: Path, end_s: float) -> tuple[Span, ...]:
    notes = cast(Sequence[Fields], json_of(sample / "pause.json"))
    spans = [span_of(each, "timestamp", sample / "pause.json") for each in notes]
    return tuple(Span("pause", start, min(end, end_s)) for start, end in spans)


def _turn_end(sample: Path, end_s: float) -> tuple[Span, ...]:
    del end_s
    start_s = _first(sample / "turn_taking.json")[0]
    return (Span("answer", start_s, start_s + ANSWER_WITHIN_S),)


def _interruption_v1(sample: Path, end_s: float) -> tuple[Span, ...]:
    del end_s
    start_s, stop_s = _first(sample / "interrupt.json")
    return Span("interruption", start_s, stop_s), Span("answer", stop_s, stop_s + ANSWER_WITHIN_S)


def _listening(sample: Path, end_s: float) -> tuple[Span, ...]:
    """With the times at which people gave backchannels, from the file beside the samples, where there is one."""
    path = sample.parent / "aggregated_all_data.json"
    held = cast(Mapping[str, Sequence[Sequence[float]]], json_of(path)) if path.exists() else {}
    people = held.get(sample.name, ())
    spans = [Span(HUMAN_BACKCHANNEL, float(start), float(end)) for start, end in people if start < end_s]
    return (Span("listening", 0.0, end_s), *spans)


def _first(path: Path) -> tuple[float, float]:
    notes = cast(Sequence[Fields], json_of(path))
    if not notes:
        raise PublishedError(f"{path}: empty; one object with a timestamp is needed")
    return span_of(notes[0], "timestamp", path)


def _scenarios(folder: Path) -> dict[str, Fields]:
    for path in (folder / "benchmark_data_v2.json", folder.parent / "benchmark_data_v2.json"):
        if path.exists():
            held = cast(Mapping[str, Any], json_of(path))
            return {str(each["id"]): each for each in cast(Sequence[Fields], held.get("scenarios", ()))}
    return {}


def _arguments(calls: Sequence[Fields]) -> Meaning:
    """A group for each call: any word of what it is called with; of its name where it is called with nothing."""
    groups: list[tuple[str, ...]] = []
    for call in calls:
        given = cast(Fields, call.get("arguments") or call.get("args") or {})
        values = [str(value) for value in given.values() if not str(value).startswith("$RESULT")]
        words = [word for value in values for word in re.findall(r"[\w']+", value)]
        groups.append(tuple(words or str(call.get("function", "")).split("_")))
    return Meaning(tuple(groups))
