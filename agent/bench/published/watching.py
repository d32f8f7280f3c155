"""RepCount-A, ProactiveVideoQA, Charades and QIVD as they are published: videos with notes of what is seen when.

A request is spoken first, by a voice that somebody passes; then the video begins. Answers in free text become a rule of
their longest words, which is coarse: a judge (`--judge`) is the better one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from agent.bench.camera import duration_s, rate_hz
from agent.bench.item import Item, Meaning, Once, Span, Turn
from agent.bench.published.recording import (
    Fields,
    PublishedError,
    records_of,
    sound_of,
    span_of,
    table_of,
)
from agent.bench.sets.phrases import number_meaning
from model.types import HEARD_RATE_HZ, MICRO_TURN_MS, Pcm

Ask = Callable[[str], Pcm]  # text to speech, (S,) at 16 kHz
Found = Iterator[tuple[Item, Pcm]]

BEFORE_S, AFTER_S, TAIL_S = 0.5, 1.5, 1.0  # around the request, and at the end
RULE_WORDS = 3
ANSWER_WITHIN_S = 5.0  # of QIVD's moment
AROUND_S = 1.0
MIN_SPAN_S = 0.5
VIDEO_KINDS = (".mp4", ".avi", ".mkv", ".webm", ".mov")
_PLAIN = frozenset(
    "about after again and are because been from have into that the their them then there they this with".split()
)


def repcount_a(folder: Path, split: str, ask: Ask) -> Found:
    """`annotation/SPLIT.csv` (type, name, count, L1, L2 … in frames) and `video/SPLIT/NAME`."""
    for row in table_of(_existing(folder / "annotation" / f"{split}.csv", folder / f"{split}.csv")):
        if not row.get("name") or not row.get("count", "").strip():
            continue
        video = _existing(folder / "video" / split / row["name"], folder / split / row["name"])
        columns = sorted((name for name in row if re.fullmatch(r"L\d+", name)), key=lambda name: int(name[1:]))
        edges = [float(row[name]) for name in columns if row[name].strip()]
        request = f"Please count out reps for {row.get('type', 'this').replace('_', ' ')}."
        asked = _asked(ask, request)
        begin_s = asked.begin_s
        rate = rate_hz(video)
        spans = [
            Span("repetition", round(begin_s + start / rate, 3), round(begin_s + end / rate, 3))
            for start, end in zip(edges[::2], edges[1::2], strict=False)
            if end > start
        ]
        expected = [Once(number_meaning(at), span.end_s - 0.2, span.end_s + 0.2) for at, span in enumerate(spans, 1)]
        yield _item(_Watched(f"repcount-{video.stem}", "reps", row.get("type", ""), video), asked, spans, expected)


def charades(folder: Path, split: str, ask: Ask) -> Found:
    """`Charades_v1_SPLIT.csv`, `Charades_v1_classes.txt` and videos; of each the first action that ends in it."""
    classes = _classes(_existing(folder / "Charades_v1_classes.txt", folder / "Charades" / "Charades_v1_classes.txt"))
    rows = table_of(_existing(folder / f"Charades_v1_{split}.csv", folder / "Charades" / f"Charades_v1_{split}.csv"))
    for row in rows:
        found = _first_action(row)
        if found is None:
            continue
        name, start, end = found
        video = _video(folder, row["id"])
        request = f"Say start when the person starts {classes.get(name, name).lower()}, then stop when they stop."
        asked = _asked(ask, request)
        span = Span("action", round(asked.begin_s + start, 3), round(asked.begin_s + end, 3))
        expected = [
            Once(Meaning(((word,),)), round(due_s - AROUND_S, 3), round(due_s + AROUND_S, 3))
            for word, due_s in (("start", span.start_s), ("stop", span.end_s))
        ]
        yield _item(_Watched(f"charades-{row['id']}", "actions", name, video), asked, [span], expected)


def proactive_video_qa(folder: Path, split: str, ask: Ask) -> Found:
    """`TASK/anno.json` and `TASK/videos`; the first question of each conversation, asked before the video."""
    del split  # it has one
    paths = sorted(folder.glob("*/anno.json"))
    if not paths:
        raise PublishedError(f"{folder}: no TASK/anno.json in it")
    for path in paths:
        for record in records_of(path):
            asked = _asked(ask, _question(record, path))
            answers = cast(Sequence[Fields], record.get("answer", ()))
            expected = [_answer(answer, asked.begin_s, path) for answer in answers]
            video = path.parent / "videos" / str(record.get("video", ""))
            id = f"proactive-{path.parent.name}-{record.get('question_id', video.stem)}"
            spans = [Span("answer", each.earliest_s, each.latest_s) for each in expected]
            yield _item(_Watched(id, "proactive", path.parent.name, video), asked, spans, expected)


def qivd(folder: Path, split: str, ask: Ask) -> Found:
    """A list of objects with video, question, answer, answer_timestamp; the question is spoken in the video itself."""
    del split, ask
    paths = [path for kind in ("*.json", "*.jsonl") for path in sorted(folder.glob(kind))]
    records = [(path, each) for path in paths for each in records_of(path) if "answer_timestamp" in each]
    if not records:
        raise PublishedError(f"{folder}: no JSON file in it with objects that have an answer_timestamp")
    for path, record in records:
        video = _existing(folder / str(record["video"]), folder / "videos" / Path(str(record["video"])).name)
        due_s = _seconds(str(record["answer_timestamp"]), path)
        meaning = rule(str(record.get("short_answer") or record.get("answer", "")))
        expected = [Once(meaning, due_s, due_s + ANSWER_WITHIN_S)]
        sound = sound_of(video)
        end_s = max(0.1, round(min(due_s, sound.size / HEARD_RATE_HZ), 3))
        asked = _Request(str(record["question"]), sound, (0.0, end_s), 0.0)
        watched = _Watched(f"qivd-{record.get('id', video.stem)}", "proactive", str(record.get("category", "")), video)
        yield _item(watched, asked, [Span("answer", due_s, due_s + ANSWER_WITHIN_S)], expected)


def rule(text: str) -> Meaning:
    """The longest words of an answer, each of which must be said."""
    words = [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in _PLAIN]
    longest = sorted(dict.fromkeys(words), key=len, reverse=True)[:RULE_WORDS]
    return Meaning(tuple((word,) for word in longest))


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """What is said to the agent, and when the video begins beside it."""

    text: str
    sound: Pcm  # (S,) at 16 kHz, from the item's start
    spoken_s: tuple[float, float]
    begin_s: float


@dataclass(frozen=True, slots=True)
class _Watched:
    """Which video, as what."""

    id: str
    bench: str
    category: str
    video: Path


def _asked(ask: Ask, text: str) -> _Request:
    """A request before the video."""
    spoken = ask(text)
    before, after = (np.zeros(round(each * HEARD_RATE_HZ), np.float32) for each in (BEFORE_S, AFTER_S))
    sound = np.concatenate([before, spoken, after])
    begin_s = round(sound.size / HEARD_RATE_HZ, 3)
    return _Request(text, sound, (BEFORE_S, round(begin_s - AFTER_S, 3)), begin_s)


def _item(watched: _Watched, request: _Request, spans: Sequence[Span], expected: Sequence[Once]) -> tuple[Item, Pcm]:
    last_s = max([request.begin_s + duration_s(watched.video), *(each.latest_s for each in expected)])
    whole_s = -(-(last_s + TAIL_S) * 1000 // MICRO_TURN_MS) * MICRO_TURN_MS / 1000
    item = Item(
        id=watched.id,
        bench=watched.bench,
        category=watched.category or watched.bench,
        split="test",
        seed=0,
        noise="none",
        duration_s=whole_s,
        turns=(Turn("user", "recorded", request.text, *request.spoken_s),),
        expected=tuple(expected),
        spans=(*spans, Span("video", request.begin_s, whole_s)),
        video=str(watched.video.resolve()),
    )
    return item, request.sound


def _answer(answer: Fields, begin_s: float, where: Path) -> Once:
    start_s, end_s = span_of(answer, "reply_timespan", where)
    return Once(rule(str(answer.get("content", ""))), begin_s + start_s, begin_s + max(end_s, start_s + MIN_SPAN_S))


def _existing(*paths: Path) -> Path:
    found = next((path for path in paths if path.exists()), None)
    if found is None:
        raise PublishedError(f"none of these is there: {', '.join(str(path) for path in paths)}")
    return found


def _classes(path: Path) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {line[0]: line[1] for line in lines if len(line) == 2}


def _first_action(row: dict[str, str]) -> tuple[str, float, float] | None:
    """The first one that does not last to the video's very end: only there a stop can be told."""
    length = float(row.get("length") or 0)
    for part in row.get("actions", "").split(";"):
        fields = part.split()
        if len(fields) == 3 and float(fields[2]) > float(fields[1]) and float(fields[2]) < length - 0.5:
            return fields[0], float(fields[1]), float(fields[2])
    return None


def _video(folder: Path, id: str) -> Path:
    for kind in VIDEO_KINDS:
        for place in (folder, folder / "Charades_v1_480", folder / "Charades_v1", folder / "videos"):
            if (place / f"{id}{kind}").exists():
                return place / f"{id}{kind}"
    raise PublishedError(f"{folder}: no video of {id} in it, Charades_v1_480, Charades_v1 or videos")


def _question(record: Fields, path: Path) -> str:
    for said in cast(Sequence[Fields], record.get("conversation", ())):
        if said.get("role") == "user":
            return str(said.get("content", ""))
    raise PublishedError(f"{path}: {record.get('question_id')}: nobody asks anything in its conversation")


def _seconds(text: str, where: Path) -> float:
    """`MM:SS.S`, or seconds."""
    try:
        minutes, _, seconds = text.rpartition(":")
        return 60 * float(minutes or 0) + float(seconds)
    except ValueError as error:
        raise PublishedError(f"{where}: answer_timestamp {text!r}: MM:SS.S is needed") from error
