"""model/stop_words/people.py with the recorded prompts of one of its speakers"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import numpy as np
import pytest

from model.stop_words.people import MAX_SAMPLES, MIN_SAMPLES, SOUNDS, SPEAKERS, People, decoded, read_prompts
from model.studio.bank import SPEECH_LEVEL, sounding_level
from model.types import HEARD_RATE_HZ, InputError

SPEAKER = SOUNDS / SPEAKERS[0]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dozen prompts, some below it, and a silence."""
    files = sorted(SPEAKER.rglob("*.g722"))
    if not files:
        pytest.skip("apt-get install asterisk-core-sounds-fr-g722 brings the prompts")
    folder = tmp_path_factory.mktemp("prompts")
    for part, file in zip(["", "digits", "silence"] * 6, files[::20], strict=False):
        (folder / part).mkdir(exist_ok=True)
        (folder / part / file.name).write_bytes(file.read_bytes())
    nothing = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "2"]
    subprocess.run([*nothing, "-c:a", "g722", str(folder / "nothing.g722")], check=True)
    return folder


def test_files_that_are_decoded_together_are_as_long_as_alone(few: Path) -> None:
    files = sorted(few.glob("*.g722"))
    for file, pcm in zip(files, decoded(files), strict=True):
        command = ["ffmpeg", "-v", "error", "-i", str(file), "-f", "s16le", "-"]
        alone = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)
        assert len(pcm) == len(alone)
        late = slice(HEARD_RATE_HZ // 4, None)  # until then the decoder may remember the file before
        assert np.abs(pcm[late].astype(int) - alone[late]).mean() < 30


def test_silences_and_what_is_too_long_are_no_prompts(few: Path) -> None:
    prompts = read_prompts(few)
    assert 0 < len(prompts) < len(list(few.rglob("*.g722")))
    assert all(MIN_SAMPLES <= len(each) <= MAX_SAMPLES and np.abs(each).max() > 300 for each in prompts)


def test_what_people_say_is_as_loud_as_the_studios_voices_whole_or_in_pieces(few: Path) -> None:
    people = People([few])
    rng = random.Random(0)
    said = [people.say(rng) for _ in range(60)]
    assert all(abs(20 * np.log10(sounding_level(each) / SPEECH_LEVEL)) < 0.1 for each in said)
    assert len({len(each) for each in said}) > 20, "pieces differ"
    assert sum(len(each) < HEARD_RATE_HZ for each in said) > 15
    assert np.array_equal(People([few]).say(random.Random(7)), People([few]).say(random.Random(7)))


def test_without_prompts_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="apt-get install asterisk-core-sounds-fr-g722"):
        People([tmp_path])
