"""agent/bench/published: a tiny set in each published layout is read, run and scored"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from agent.bench.benches import BENCHES
from agent.bench.camera import VideoError, camera_of
from agent.bench.item import Item
from agent.bench.item_folder import Sounding
from agent.bench.published.catalogue import PUBLISHED, parse_published, read_published
from agent.bench.published.recording import PublishedError
from agent.bench.published.watching import rule
from agent.bench.references import PLANS, LabelEngine
from agent.bench.runner import Hall, run_items, through_engine
from agent.bench.scored import Scored
from agent.bench.wav import write_wav
from model.types import HEARD_RATE_HZ, Pcm

RATE_HZ = 10


def _tone(duration_s: float, rate_hz: int = HEARD_RATE_HZ) -> Pcm:
    return (0.2 * np.sin(np.arange(round(duration_s * rate_hz)) * 0.05)).astype(np.float32)


def _ask(text: str) -> Pcm:
    return _tone(0.05 * len(text))


def _video(path: Path, duration_s: float, has_sound: bool = False) -> None:
    """Grey that grows lighter by the second, as MPEG-4."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 80, 60, "yuv420p"
        sound = container.add_stream("aac", rate=HEARD_RATE_HZ, layout="mono") if has_sound else None
        for at in range(round(duration_s * RATE_HZ)):
            picture = np.full((60, 80, 3), 20 * (at // RATE_HZ), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
        if sound is not None:
            frame = av.AudioFrame.from_ndarray(_tone(duration_s)[None], "fltp", "mono")
            frame.sample_rate, frame.time_base, frame.pts = HEARD_RATE_HZ, Fraction(1, HEARD_RATE_HZ), 0
            container.mux(sound.encode(frame))
            container.mux(sound.encode(None))


def _sample(folder: Path, duration_s: float, notes: dict[str, object], rate_hz: int = HEARD_RATE_HZ) -> None:
    folder.mkdir(parents=True)
    write_wav(folder / "input.wav", _tone(duration_s, rate_hz), rate_hz)
    for name, held in notes.items():
        (folder / name).write_text(json.dumps(held))


@pytest.fixture
def v1(tmp_path: Path) -> Path:
    folder = tmp_path / "fdb"
    pause = [{"text": "[PAUSE]", "timestamp": [1.0, 1.6]}]
    _sample(folder / "v1.0/candor_pause_handling/1", 3.0, {"pause.json": pause}, rate_hz=48_000)
    _sample(folder / "v1.0/synthetic_pause_handling/1", 3.0, {"pause.json": pause})
    _sample(folder / "v1.0/candor_turn_taking/1", 3.0, {"turn_taking.json": [{"text": "t", "timestamp": [2.5, 2.7]}]})
    notes = [{"context": "c", "interrupt": "i", "timestamp": [4.0, 5.0]}]
    _sample(folder / "v1.0/synthetic_user_interruption/1", 6.0, {"interrupt.json": notes})
    _sample(folder / "v1.0/icc_backchannel/0", 4.0, {"transcription.json": {"chunks": []}})
    (folder / "v1.0/icc_backchannel/aggregated_all_data.json").write_text(json.dumps({"0": [[1.2, 1.5], [3.0, 3.3]]}))
    return folder


@pytest.fixture
def v1_5(tmp_path: Path) -> Path:
    for name in ("user_interruption", "user_backchannel", "talking_to_other", "background_speech"):
        notes = {"context_text": "Find me a hotel.", "current_turn_text": "With a pool.", "timestamps": [4.0, 5.0]}
        _sample(tmp_path / "fdb" / name / "7", 9.0, {"metadata.json": notes})
    return tmp_path / "fdb"


@pytest.fixture
def v3(tmp_path: Path) -> Path:
    calls = [{"function": "search_flights", "arguments": {"destination": "Lisbon", "day": "Friday"}}]
    scenario = {"id": "travel_01", "domain": "travel", "expected_tool_calls": calls}
    _sample(tmp_path / "v3/fdb_v3_data_released" / f"travel_01_{'ab' * 12}", 3.0, {})
    (tmp_path / "v3/benchmark_data_v2.json").write_text(json.dumps({"scenarios": [scenario]}))
    return tmp_path / "v3"


@pytest.fixture
def repcount(tmp_path: Path) -> Path:
    (tmp_path / "rep/annotation").mkdir(parents=True)
    lines = [",type,name,count,L1,L2,L3,L4,L5,L6", "0,push_up,a.mp4,2,10,25,25,40,,", "1,others,b.mp4,,,,,,,"]
    (tmp_path / "rep/annotation/test.csv").write_text("\n".join(lines) + "\n")
    _video(tmp_path / "rep/video/test/a.mp4", 5.0)
    return tmp_path / "rep"


@pytest.fixture
def charades(tmp_path: Path) -> Path:
    folder = tmp_path / "charades"
    _video(folder / "Charades_v1_480/AAAAA.mp4", 6.0)
    (folder / "Charades_v1_classes.txt").write_text("c000 Holding some clothes\nc092 Someone is cooking something\n")
    head = "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length"
    row = "AAAAA,S1,Kitchen,6,7,Yes,s,o,d,c000 0.00 6.00;c092 1.50 4.00,6.00"
    (folder / "Charades_v1_test.csv").write_text(f"{head}\n{row}\n")
    return folder


@pytest.fixture
def proactive(tmp_path: Path) -> Path:
    record = {
        **{"video": "a.mp4", "question_id": "q1", "duration": 6.0},
        "conversation": [{"role": "user", "content": "What is happening in the kitchen?", "time": 0}],
        "answer": [{"content": "A woman is chopping carrots.", "reply_timespan": [2.0, 5.0]}],
    }
    _video(tmp_path / "pvq/EGO/videos/a.mp4", 6.0)
    (tmp_path / "pvq/EGO/anno.json").write_text(json.dumps([record]))
    return tmp_path / "pvq"


@pytest.fixture
def qivd(tmp_path: Path) -> Path:
    record = {
        **{"id": "3", "video": "videos/3.mp4", "question": "What am I holding?", "answer": "You hold a blue mug."},
        **{"short_answer": "blue mug", "answer_timestamp": "00:02.5", "category": "object referencing"},
    }
    _video(tmp_path / "qivd/videos/3.mp4", 4.0, has_sound=True)
    (tmp_path / "qivd/metadata.jsonl").write_text(json.dumps(record) + "\n")
    return tmp_path / "qivd"


def _read(name: str, folder: Path, tmp_path: Path) -> list[Sounding]:
    return read_published(name, folder, tmp_path / "items", _ask)


async def _scored(found: list[Sounding], plan: str) -> Scored:
    items = [Sounding(each.item, None) for each in found]
    engine = LabelEngine([each.item for each in items], PLANS[plan])
    return BENCHES[found[0].item.bench].score(await run_items(Hall(through_engine(engine), None, None), items, 1, "t"))


async def test_full_duplex_bench_v1(v1: Path, tmp_path: Path) -> None:
    found = {each.item.category: each for each in _read("full-duplex-bench-v1", v1, tmp_path)}
    assert set(found) == {"pause_handling", "turn_taking", "user_interruption", "listening"}
    assert [(span.start_s, span.end_s) for span in found["pause_handling"].item.spans] == [(1.0, 1.6)]
    assert found["turn_taking"].item.spans[0].start_s == 2.5
    assert [span.kind for span in found["user_interruption"].item.spans] == ["interruption", "answer"]
    assert [span.start_s for span in found["listening"].item.spans] == [0.0, 1.2, 3.0]
    for each in found.values():
        assert each.sound().size == round(each.item.duration_s * HEARD_RATE_HZ)
    oracle = await _scored(list(found.values()), "oracle")
    assert oracle.score == 100.0 and oracle.metrics["turn_taking_takeover"] == 1.0
    assert (await _scored(list(found.values()), "silence")).metrics["turn_taking_takeover"] == 0.0
    assert oracle.metrics["backchannel_jsd"] == 1.0  # it gave none


async def test_full_duplex_bench_v1_5(v1_5: Path, tmp_path: Path) -> None:
    found = _read("full-duplex-bench-v1.5", v1_5, tmp_path)
    assert len(found) == 4 and {each.item.turns[0].text for each in found} == {"Find me a hotel."}
    assert (await _scored(found, "silence")).score == 0.0


async def test_full_duplex_bench_v3(v3: Path, tmp_path: Path) -> None:
    [found] = _read("full-duplex-bench-v3", v3, tmp_path)
    assert found.item.task is not None and found.item.task.all_of == (("Lisbon", "Friday"),)
    assert (await _scored([found], "oracle")).metrics["delegation_recall"] == 1.0
    (v3 / "benchmark_data_v2.json").unlink()
    with pytest.raises(PublishedError, match="no expected_tool_calls"):
        _read("full-duplex-bench-v3", v3, tmp_path)


async def test_repcount_a(repcount: Path, tmp_path: Path) -> None:
    [found] = _read("repcount-a", repcount, tmp_path)  # a row without a count is none
    begin_s = next(span.start_s for span in found.item.spans if span.kind == "video")
    assert found.item.turns[0].text == "Please count out reps for push up."
    repetitions = [(span.start_s, span.end_s) for span in found.item.spans if span.kind == "repetition"]
    assert repetitions == [pytest.approx((begin_s + 1.0, begin_s + 2.5)), pytest.approx((begin_s + 2.5, begin_s + 4.0))]
    assert (await _scored([found], "oracle")).score == 100.0


async def test_charades(charades: Path, tmp_path: Path) -> None:
    [found] = _read("charades", charades, tmp_path)  # an action until the video's end marks no stop
    assert found.item.turns[0].text.startswith("Say start when the person starts someone is cooking something")
    assert (await _scored([found], "oracle")).score > 95


async def test_proactive_video_qa(proactive: Path, tmp_path: Path) -> None:
    [found] = _read("proactive-video-qa", proactive, tmp_path)
    scores = [(await _scored([found], plan)).score for plan in ("silence", "oracle")]
    assert scores[0] == 25.0 and scores[1] > 75


async def test_qivd(qivd: Path, tmp_path: Path) -> None:
    [found] = _read("qivd", qivd, tmp_path)
    assert found.item.expected[0].earliest_s == 2.5  # type: ignore[union-attr]  # QIVD's are never repeated
    assert np.abs(found.sound()[:HEARD_RATE_HZ]).max() > 0.1  # the question is in the video's own sound
    assert (await _scored([found], "silence")).score == 25.0


def _brightness(item: Item, times: list[float]) -> Iterator[int | None]:
    camera = camera_of(item)
    assert camera is not None
    for at_s in times:
        picture = camera(at_s)
        yield None if picture is None else int(picture[60, 80, 0])


def test_a_video_is_shown_from_where_it_begins_at_its_own_pace(repcount: Path, tmp_path: Path) -> None:
    [found] = _read("repcount-a", repcount, tmp_path)
    begin_s = next(span.start_s for span in found.item.spans if span.kind == "video")
    shown = list(_brightness(found.item, [0.0, begin_s + 0.5, begin_s + 2.5, begin_s + 4.5, begin_s + 9.0]))
    assert shown[0] is None
    assert shown[1:] == [pytest.approx(level, abs=6) for level in (0, 40, 80, 80)]  # it ends on its last picture


def test_what_is_not_the_set_says_so(tmp_path: Path) -> None:
    with pytest.raises(PublishedError, match="there is full-duplex-bench-v1"):
        parse_published("nonsense=/tmp", "duplex")
    with pytest.raises(PublishedError, match="alongside bench reps"):
        parse_published(f"repcount-a={tmp_path}", "duplex")
    with pytest.raises(PublishedError, match="is no folder"):
        parse_published(f"qivd={tmp_path}/none", "proactive")
    for name in PUBLISHED:
        with pytest.raises(PublishedError, match=str(tmp_path)):
            _read(name, tmp_path, tmp_path)
    (tmp_path / "x.mp4").write_bytes(b"no video")
    item = Item("x", "reps", "reps", "test", 0, "none", 1.0, (), video=str(tmp_path / "x.mp4"))
    with pytest.raises(VideoError, match="cannot be read as video"):
        camera_of(item)


def test_a_free_text_answer_becomes_a_rule_of_its_longest_words() -> None:
    assert rule("A woman is chopping the carrots there.").all_of == (("chopping",), ("carrots",), ("woman",))
