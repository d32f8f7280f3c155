"""The doctor names what is missing and the command that mends it, and fails only when a call cannot work."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from model import doctor, doctor_interpretation, espeak, weights
from model.doctor import Finding, Speed
from model.doctor_interpretation import interpretation
from model.machine import Machine, measure_machine
from model.manifest import Hub, Manifest, WeightFile, Weights

CONTENT = b"weights"
FILE = WeightFile("model.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "model.bin")
MANIFEST = Manifest((Weights("tiny", "test", "a tiny model", "MIT", (FILE,), Hub("m/t", "1"), ("cascade",)),), ())


def test_python_below_the_oldest_is_broken_and_has_a_remedy() -> None:
    assert doctor.check_python((3, 11)).verdict == "good"
    assert doctor.check_python((3, 14)).verdict == "good"
    found = doctor.check_python((3, 10))
    assert (found.verdict, found.mend) == ("broken", "apt-get install python3.11")


def test_too_little_memory_names_what_still_runs() -> None:
    assert doctor.check_memory(Machine(2, 24.0)).verdict == "good"
    found = doctor.check_memory(Machine(2, 1.0))
    assert (found.verdict, found.mend) == ("broken", "alongside up --engine echo")


def test_the_processor_is_described_with_its_strongest_unit() -> None:
    machine = Machine(2, 24.0, "Xeon", ("AVX512-BF16", "AVX512", "AVX2"))
    found = doctor.check_processor(machine, Speed(80.2, 210.7, "2.13.0"))
    assert found.text == "2 cores, Xeon, AVX512-BF16; one core now: float32 80, bfloat16 211 GFLOPS"


def test_this_machine_is_measured_within_its_limits() -> None:
    machine = measure_machine()
    assert machine.num_cores >= 1
    assert 0.1 < machine.ram_gb < 100_000


def test_a_gpu_beside_a_cpu_build_of_torch_is_pointed_out() -> None:
    assert doctor.check_gpu((), "2.13.0").verdict == "note"
    assert doctor.check_gpu(("H200",), "2.13.0").verdict == "good"
    found = doctor.check_gpu(("H200",), "2.13.0+cpu")
    assert found.verdict == "note" and "torch==2.13.0" in found.mend


def test_packages_are_compared_with_their_pins() -> None:
    pins = ["numpy==0.0.1", "no-such-package==1.0", "aiohttp>=3", 'hypothesis==1; extra == "dev"']
    found = {finding.name: finding for finding in doctor.check_packages(pins)}
    assert found["packages"].text == "0 of 2 as tested"
    assert found["numpy"].verdict == "note"
    assert found["no-such-package"].verdict == "broken"
    assert found["no-such-package"].mend == f"{sys.executable} -m pip install no-such-package==1.0"


def test_without_the_distribution_nothing_is_claimed() -> None:
    assert doctor.check_packages([])[0].verdict == "broken"


def test_missing_present_and_corrupt_weights_are_told_apart(tmp_path: Path) -> None:
    def found() -> Finding:
        return doctor.check_weights(MANIFEST, tmp_path, 10**9)[0]

    assert (found().verdict, found().mend) == ("broken", "alongside fetch tiny")
    assert "not fetched yet" in found().text
    file = tmp_path / "weights" / "tiny" / "model.bin"
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    assert found().verdict == "good"
    file.write_bytes(b"poison!")
    assert "wrong hash" in found().text
    assert not file.exists()


@pytest.mark.parametrize(
    ("bfloat16", "verdict", "words"), [(400.0, "good", "58 ms"), (50.0, "note", "late"), (5.0, "note", "too slow")]
)
def test_engines_are_judged_by_what_was_measured(bfloat16: float, verdict: str, words: str) -> None:
    found = doctor.check_engines(Speed(bfloat16 / 2, bfloat16, "2.13.0"))
    assert found.verdict == verdict
    assert words in found.text


def test_a_torch_that_does_not_start_is_broken() -> None:
    assert doctor.check_engines(None, has_failed=True).verdict == "broken"
    assert doctor.check_engines(None).verdict == "note"


def test_speed_is_measured_in_a_process_of_its_own() -> None:
    speed = doctor.measure_speed()
    assert speed is not None
    assert speed.float32 > 1 and speed.bfloat16 > 0.1


def test_a_port_in_use_is_noticed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert doctor.check_port(port).verdict == "note"
    assert doctor.check_port(0).verdict == "good"


def test_the_page_ends_with_the_verdict() -> None:
    good, broken = Finding("a", "good", "fine"), Finding("b", "broken", "gone", "mend b")
    assert doctor.lines([good])[-1] == "\nReady for a call: make call"
    page = doctor.lines([good, broken])
    assert page[2].strip() == "-> mend b"
    assert page[-1] == "\nNot ready for a call yet: b."


def test_the_exit_code_and_the_json_say_the_same(tmp_path: Path) -> None:
    code = "import sys; from model.doctor import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "--json", "--quick", "--cache", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    weights = next(finding for finding in findings if finding["name"] == "whisper-base")
    assert weights["mend"] == "alongside fetch whisper-base"
    assert {finding["verdict"] for finding in findings} <= {"good", "note", "broken"}


def test_the_doctor_does_not_import_torch() -> None:
    code = "import sys, model.doctor; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(shutil.which(espeak.PROGRAM) is None, reason="apt-get install espeak-ng brings the other languages")
@pytest.mark.parametrize(("num_cores", "lanes"), [(1, "1 lane "), (2, "1 lane "), (8, "4 lanes ")])
def test_interpretation_says_which_pairs_work_well_and_how_many_at_a_time(
    tmp_path: Path, num_cores: int, lanes: str
) -> None:
    entry = Weights("tiny", "test", "a tiny model", "MIT", (FILE,), Hub("m/t", "1"), ("interpreter",))
    manifest = Manifest((entry,), ())
    file = tmp_path / "weights" / "tiny" / FILE.path
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    verdict, text, mend = interpretation(manifest, tmp_path, Machine(num_cores, 8.0))
    assert (verdict, mend) == ("good", "")
    assert re.search(r"well: .*en-es.*fr-en.*; usable: .*; zh in captions only", text)
    assert lanes in text
    assert "at once: en-es, and pt from and to en and es" in text


def test_it_says_what_would_make_spanish_quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor_interpretation, "pairs_here", lambda: frozenset({("pt", "en"), ("en", "pt")}))
    monkeypatch.setattr(weights, "state", lambda entry, cache: "present")
    _, text, _ = interpretation(weights.shipped_manifest(), tmp_path, measure_machine())
    assert "at once: en-pt, pt-en; " in text and "apt-get install apertium apertium-es-pt" in text


def test_interpretation_says_what_is_missing_and_what_brings_it(tmp_path: Path) -> None:
    verdict, text, mend = interpretation(weights.shipped_manifest(), tmp_path, measure_machine())
    assert verdict == "note", "a call needs none of it"
    assert "qwen2.5-coder-1.5b-instruct" in text and "kokoro-voices" in text
    assert mend == "alongside fetch --for interpreter"
