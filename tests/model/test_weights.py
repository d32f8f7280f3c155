"""Weights are used only with the right hash, and every manifest error names its place."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import weights
from model.machine import Machine
from model.manifest import (
    CorruptWeights,
    Hub,
    ManifestError,
    MissingWeights,
    UnknownWeights,
    WeightFile,
    Weights,
    parse_manifest,
    shipped_manifest,
)

CONTENT = b"the right content"
FILE = WeightFile("part/model.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "model.bin")
ENTRY = Weights("tiny", "test", "a tiny model", "MIT", (FILE,), Hub("m/t", "1"))

MANIFEST = """
version = 1
[[weights]]
name = "tiny"
job = "test"
note = "a tiny model"
licence = "MIT"
hub = { repository = "m/t", revision = "1" }
[[weights.files]]
path = "model.bin"
sha256 = "%s"
size_bytes = 17
""" % ("a" * 64)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    file = tmp_path / "weights" / "tiny" / "part" / "model.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    return file


def test_missing_weights_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"148 MB\) is not in .*; run: alongside fetch whisper-base"):
        weights.path("whisper-base", tmp_path)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownWeights, match=r"'gpt'.*whisper-base"):
        weights.path("gpt", tmp_path)


def test_a_file_in_the_place_of_weights_with_another_content_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "weights" / "whisper-base"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    with pytest.raises(CorruptWeights, match="run: alongside fetch whisper-base"):
        weights.path("whisper-base", tmp_path)
    assert not (folder / "config.json").exists()
    assert (folder / "config.json.bad").read_text() == "{}"
    with pytest.raises(MissingWeights):
        weights.path("whisper-base", tmp_path)


def test_right_content_is_present_and_hashed_once(target: Path, tmp_path: Path) -> None:
    assert weights.state(ENTRY, tmp_path) == "present"
    stamps = json.loads((tmp_path / "weights" / "tiny" / weights.STAMP_NAME).read_text())
    assert stamps == {"part/model.bin": [len(CONTENT), target.stat().st_mtime_ns, FILE.sha256]}


def test_a_file_that_changed_after_it_was_verified_is_hashed_again(target: Path, tmp_path: Path) -> None:
    assert weights.state(ENTRY, tmp_path) == "present"
    verified_at_ns = target.stat().st_mtime_ns
    target.write_bytes(CONTENT[::-1])
    os.utime(target, ns=(verified_at_ns + 1, verified_at_ns + 1))
    assert weights.state(ENTRY, tmp_path) == "corrupt"
    assert weights.state(ENTRY, tmp_path) == "missing"


@pytest.mark.parametrize("stamps", ["", "[]", "{", '{"part/model.bin": 7}', "\x00"])
def test_broken_stamps_only_cost_a_hash(target: Path, tmp_path: Path, stamps: str) -> None:
    (tmp_path / "weights" / "tiny" / weights.STAMP_NAME).write_text(stamps)
    assert weights.state(ENTRY, tmp_path) == "present"


def test_only_right_content_is_published(target: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights" / "tiny"
    target.unlink()
    fresh = folder / "fresh"
    fresh.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(CorruptWeights, match="wrong content"):
        weights.publish(FILE, fresh, folder)
    assert not target.exists() and not fresh.exists()
    fresh.write_bytes(CONTENT)
    weights.publish(FILE, fresh, folder)
    assert target.read_bytes() == CONTENT
    assert weights.missing_files(ENTRY, tmp_path) == ()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"ALONGSIDE_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/alongside"),
        ({"ALONGSIDE_CACHE": "", "XDG_CACHE_HOME": ""}, str(Path.home() / ".cache" / "alongside")),
    ],
)
def test_the_cache_folder_follows_the_environment(environ: dict[str, str], expected: str) -> None:
    assert str(weights.cache_folder(environ)) == expected


def test_a_better_model_is_preferred_only_when_it_is_here_and_the_machine_is_strong(tmp_path: Path) -> None:
    strong, weak = Machine(16, 64.0), Machine(2, 64.0)
    names = [entry.name for entry in shipped_manifest().better("whisper-base", strong.ram_gb, strong.num_cores)]
    assert names == ["whisper-small"]
    assert shipped_manifest().better("whisper-base", weak.ram_gb, weak.num_cores) == ()
    assert weights.preferred("whisper-base", tmp_path, strong) == "whisper-base"


def test_the_shipped_manifest_names_no_address_and_pins_every_file() -> None:
    manifest = shipped_manifest()
    text = (Path(weights.__file__).parent / "manifest.toml").read_text()
    assert "://" not in text
    assert manifest.needed_by("cascade")[0] == "whisper-base"
    assert manifest.needed_by("echo") == ()
    for entry in manifest.weights:
        assert re.fullmatch(r"[0-9a-f]{40}", entry.hub.revision), entry.name
        assert entry.has_packages or entry.better_than, entry.name
        assert entry.licence in ("MIT", "Apache-2.0")
    assert {part.package for part in manifest.dependencies} == {"hibari-tts", "silero-vad"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("version = 1", "version = 2", "version 2, expected 1"),
        ("version = 1", "version =", "not TOML"),
        ('name = "tiny"', 'name = "../tiny"', "is no folder name"),
        ('job = "test"', "job = 5", r"tiny\.job: expected text, got 5"),
        ('path = "model.bin"', 'path = "../x"', r"tiny\.files\.path: '\.\./x' leaves its folder"),
        ('path = "model.bin"', 'path = "/x"', "leaves its folder"),
        ("a" * 64, "a" * 63, "is no SHA-256"),
        ("size_bytes = 17", "size_bytes = true", "expected a whole number, got True"),
        ("size_bytes = 17", "size_bytes = 17\nmembers = [5]", r"tiny\.files\.members: expected a table, got int"),
        ('licence = "MIT"', 'licence = "MIT"\nbetter_than = "none"', "no entry 'none'"),
        ('licence = "MIT"', 'licence = "MIT"\nengines = [1]', r"tiny\.engines: expected text"),
        ("hub = {", "hob = {", r"tiny\.hub: expected a table"),
        ("[[weights.files]]", "[weights.files]", r"tiny\.files: expected a list"),
    ],
)
def test_a_manifest_error_names_its_place(old: str, new: str, reason: str) -> None:
    assert parse_manifest(MANIFEST).entry("tiny").size_bytes == 17
    assert old in MANIFEST
    with pytest.raises(ManifestError, match=reason):
        parse_manifest(MANIFEST.replace(old, new))


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(0, len(MANIFEST)))
def test_any_text_is_a_manifest_or_a_manifest_error(text: str, place: int) -> None:
    try:
        manifest = parse_manifest(MANIFEST[:place] + text + MANIFEST[place:])
    except ManifestError:
        return
    assert len(manifest.weights) >= 1
