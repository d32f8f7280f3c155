"""Exports give back what was said, and a store keeps only what it may, for as long as it may."""

from __future__ import annotations

import html
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.interpretation.ear_voice_span import EarVoiceSpan
from agent.interpretation.errors import RecordError
from agent.interpretation.record import Entry, Record, Rendering, from_json, in_order, to_json
from agent.interpretation.record_exports import to_srt, to_text, to_webvtt
from agent.interpretation.record_store import RecordStore

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
RENDERING = st.builds(
    Rendering, TEXT, st.booleans(), st.none() | st.builds(EarVoiceSpan, st.floats(0, 9), st.floats(0, 9))
)
ENTRY = st.builds(
    lambda speaker, text, start, length, renderings: Entry(speaker, "en", text, start, start + length, renderings),
    TEXT,
    TEXT,
    st.integers(0, 10**8),
    st.integers(0, 10**5),
    st.dictionaries(st.sampled_from(["es", "fr"]), RENDERING),
)
RECORD = st.lists(ENTRY, max_size=5).map(lambda entries: in_order("room", entries))

ANN = Entry("Ann", "en", "Is 3 < 4?", 61_500, 62_000, {"es": Rendering("\u00bfEs 3 < 4?", True)})
LUIS = Entry("Luis", "es", "S\u00ed.", 3_600_000, 3_600_400, {"en": Rendering("Yes.", False, EarVoiceSpan(2, 2.5))})
TALK = Record("room", (ANN, LUIS))


def single_line(text: str) -> str:
    return re.sub(r"\s*[\r\n\u2028\u2029]+\s*", " ", text).strip() or "\u2026"


def milliseconds(stamp: str) -> int:
    hours, minutes, seconds, ms = map(int, re.split("[:.,]", stamp))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


@settings(max_examples=40)
@given(RECORD)
def test_json_gives_back_the_record(record: Record) -> None:
    assert from_json(to_json(record)) == record


@settings(max_examples=40)
@given(RECORD)
def test_webvtt_gives_back_speakers_times_and_texts(record: Record) -> None:
    header, *cues = to_webvtt(record, "en").removesuffix("\n").split("\n\n")
    assert header == "WEBVTT"
    assert len(cues) == len(record.entries)
    for entry, cue in zip(record.entries, cues, strict=True):
        _, timing, line = cue.split("\n")
        start, end = map(milliseconds, timing.split(" --> "))
        assert (start, end) == (entry.start_ms, max(entry.end_ms, entry.start_ms + 1))
        found = re.fullmatch("<v ([^<>]*)><lang en>([^<>]*)</lang></v>", line)
        assert found is not None
        assert html.unescape(found[1]) == single_line(entry.speaker)
        assert found[2].count("&") == found[2].count("&amp;") + found[2].count("&lt;") + found[2].count("&gt;")
        plain = found[2].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert plain == single_line(entry.text)


@settings(max_examples=40)
@given(RECORD)
def test_srt_has_one_block_an_entry_whatever_its_text(record: Record) -> None:
    text = to_srt(record, "en")
    blocks = text.removesuffix("\n").split("\n\n") if text else []
    assert [block.split("\n")[0] for block in blocks] == [str(n + 1) for n in range(len(record.entries))]
    for entry, block in zip(record.entries, blocks, strict=True):
        assert block.count("-->") == 1
        assert milliseconds(block.split("\n")[1].split(" --> ")[0]) == entry.start_ms


def test_webvtt_escapes_and_marks_doubt() -> None:
    assert to_webvtt(TALK, "es").split("\n\n")[1] == (
        "1\n00:01:01.500 --> 00:01:02.000\n<v Ann><lang es>\u00bfEs 3 &lt; 4? [?]</lang></v>"
    )


def test_text_shows_every_language_or_one() -> None:
    assert to_text(TALK).splitlines() == [
        "00:01:01 Ann (en): Is 3 < 4?",
        "00:01:01 Ann (es): \u00bfEs 3 < 4? [?]",
        "01:00:00 Luis (es): S\u00ed.",
        "01:00:00 Luis (en): Yes.",
    ]
    assert to_text(TALK, "en").splitlines() == ["00:01:01 Ann (en): Is 3 < 4?", "01:00:00 Luis (en): Yes."]
    assert TALK.languages == ("en", "es")


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', '{"version": 1, "room": 3, "entries": []}', "[" * 9999])
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match=r"record: "):
        from_json(text)


def test_times_that_run_back_are_refused() -> None:
    with pytest.raises(RecordError, match="from 5 to 4 ms is no time"):
        Entry("Ann", "en", "x", 5, 4)


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    store = RecordStore(tmp_path / "kept" / "records.sqlite")
    store.begin("r1", "room", retention_days=2, now_s=1_000)
    return store


def test_only_what_people_agreed_to_is_kept(store: RecordStore) -> None:
    assert store.add("r1", [ANN, LUIS]) == 0
    store.consent("r1", "Luis")
    assert store.add("r1", [ANN, LUIS]) == 1
    store.consent("r1", "Ann")
    assert store.add("r1", [ANN]) == 1
    assert store.read("r1") == TALK


def test_who_withdraws_takes_their_words_along(store: RecordStore) -> None:
    store.consent("r1", "Ann")
    store.consent("r1", "Luis")
    store.add("r1", [ANN, LUIS])
    assert store.withdraw("r1", "Ann") == 1
    assert store.add("r1", [ANN]) == 0
    assert store.read("r1").entries == (LUIS,)


def test_a_deleted_record_is_gone_from_the_file(store: RecordStore, tmp_path: Path) -> None:
    store.consent("r1", "Ann")
    store.add("r1", [Entry("Ann", "en", "a very private sentence", 0, 1)])
    file = tmp_path / "kept" / "records.sqlite"
    assert b"a very private sentence" in file.read_bytes()
    assert store.delete("r1")
    assert b"a very private sentence" not in file.read_bytes()
    assert not store.delete("r1")
    with pytest.raises(RecordError, match="no record 'r1'"):
        store.read("r1")


def test_a_record_goes_when_its_time_is_over(store: RecordStore) -> None:
    assert store.expire(1_000 + 2 * 86_400 - 1) == 0
    assert store.expire(1_000 + 2 * 86_400) == 1
    with pytest.raises(RecordError, match="its time is over"):
        store.add("r1", [ANN])


def test_records_outlive_the_process_and_are_private(store: RecordStore, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "records.sqlite"
    store.consent("r1", "Luis")
    store.add("r1", [LUIS])
    assert RecordStore(file).read("r1").entries == (LUIS,)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_cannot_be_kept_is_refused_in_words(store: RecordStore, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="already there"):
        store.begin("r1", "room", 1, 0)
    with pytest.raises(RecordError, match="0 days"):
        store.begin("r2", "room", 0, 0)
    (tmp_path / "other").write_text("not a database, but long enough to be taken for one")
    with pytest.raises(RecordError, match="is it a file of records"):
        RecordStore(tmp_path / "other")
    with pytest.raises(RecordError, match="name another place"):
        RecordStore(tmp_path / "other" / "records.sqlite")
