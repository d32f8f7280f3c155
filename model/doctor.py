"""`alongside doctor`: what this machine can run, what is missing and the command that mends it. Imports no torch."""

from __future__ import annotations

import argparse
import ctypes.util
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from model import weights
from model.doctor_interpretation import interpretation
from model.machine import Machine, gpu_names, installed_version, measure_machine
from model.progress import size
from model.wheels import free_bytes

DISTRIBUTION = "alongside"
OLDEST_PYTHON = (3, 11)
LEAST_RAM_GB = 3.0  # torch, recogniser and a 0.5B language model
PAGE_PORT = 8090
MEASURE_S = 60.0
# Arithmetic of whisper-base's encoder over ten seconds of sound: six layers of width 512 over 500 positions.
ENCODER_GFLOP = 23.0
FAST_GFLOPS = 100.0  # ten seconds encoded in about a quarter of a second
SLOW_GFLOPS = 25.0

Verdict = Literal["good", "note", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` is the command that puts it right."""

    name: str
    verdict: Verdict  # "broken" means that a call cannot work
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class DoctorConfig:
    """What to look at, from flags over environment."""

    cache: Path
    port: int
    is_json: bool
    is_measuring: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """Matrix products on one thread, GFLOPS."""

    float32: float
    bfloat16: float
    torch: str


def main(argv: Sequence[str]) -> int:
    """Print the findings; 1 when a call cannot work on this machine as it is."""
    config = _config(argv, os.environ)
    findings = examine(config)
    found = [asdict(finding) for finding in findings]
    page = json.dumps(found, indent=2) if config.is_json else "\n".join(lines(findings))
    sys.stdout.write(page + "\n")
    return 1 if any(finding.verdict == "broken" for finding in findings) else 0


def examine(config: DoctorConfig) -> list[Finding]:
    """Look at everything; takes about a second for each thing that is measured."""
    machine = measure_machine()
    torch_version = installed_version("torch")
    is_measuring = config.is_measuring and torch_version is not None
    speed = measure_speed() if is_measuring else None
    return [
        check_python(sys.version_info[:2]),
        check_memory(machine),
        check_processor(machine, speed),
        check_gpu(gpu_names(), torch_version or ""),
        *check_packages(),
        check_opus(),
        *check_weights(weights.shipped_manifest(), config.cache, free_bytes(config.cache)),
        check_engines(speed, has_failed=is_measuring and speed is None),
        Finding("interpretation", *interpretation(weights.shipped_manifest(), config.cache, machine)),
        check_port(config.port),
        check_chromium(),
        Finding(
            "microphone",
            "note",
            "browsers open it on https and on localhost only",
            "for other devices: alongside up --tls",
        ),
    ]


def lines(findings: Sequence[Finding]) -> list[str]:
    """The findings as a page for a terminal, ending with the verdict."""
    signs = {"good": "ok     ", "note": "note   ", "broken": "MISSING"}
    page: list[str] = []
    for finding in findings:
        page.append(f"{signs[finding.verdict]} {finding.name:27} {finding.text}")
        if finding.mend:
            page.append(f"{'':35} -> {finding.mend}")
    broken = [finding.name for finding in findings if finding.verdict == "broken"]
    page.append(f"\nNot ready for a call yet: {', '.join(broken)}." if broken else "\nReady for a call: make call")
    return page


def check_python(version: tuple[int, ...]) -> Finding:
    text = ".".join(map(str, version[:2]))
    if version >= OLDEST_PYTHON:
        return Finding("Python", "good", text)
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding("Python", "broken", f"{text} is too old, {oldest} is needed", f"apt-get install python{oldest}")


def check_memory(machine: Machine) -> Finding:
    text = f"{machine.ram_gb:.1f} GB"
    if machine.ram_gb >= LEAST_RAM_GB:
        return Finding("memory", "good", text)
    return Finding("memory", "broken", f"{text}, the engine needs {LEAST_RAM_GB:g} GB", "alongside up --engine echo")


def check_processor(machine: Machine, speed: Speed | None) -> Finding:
    units = machine.matrix_units[0] if machine.matrix_units else "no wide vector unit"
    text = f"{machine.num_cores} cores, {machine.processor}, {units}"
    if speed is not None:
        text += f"; one core now: float32 {speed.float32:.0f}, bfloat16 {speed.bfloat16:.0f} GFLOPS"
    return Finding("processor", "good" if machine.num_cores > 1 else "note", text)


def check_gpu(names: tuple[str, ...], torch_version: str) -> Finding:
    if not names:
        return Finding("GPU", "note", "none, and none is needed")
    if torch_version.endswith("+cpu"):
        mend = f"pip install torch=={torch_version.removesuffix('+cpu')} from an index with CUDA builds"
        return Finding("GPU", "note", f"{', '.join(names)}, unused: torch {torch_version} is a build for CPUs", mend)
    return Finding("GPU", "good", ", ".join(names))


def check_packages(requirements: Sequence[str] | None = None) -> list[Finding]:
    """Each pinned requirement of the distribution beside what is installed."""
    pins = _pins(requirements if requirements is not None else _requirements())
    if not pins:
        return [Finding("packages", "broken", f"{DISTRIBUTION} itself is not installed here", "pip install -e .")]
    findings: list[Finding] = []
    for package, wanted in pins.items():
        found = installed_version(package)
        if found is None:
            findings.append(Finding(package, "broken", f"not installed, {wanted} is needed", _install(package, wanted)))
        elif found.partition("+")[0] != wanted:
            text = f"{found} is installed, {wanted} is what was tested"
            findings.append(Finding(package, "note", text, _install(package, wanted)))
    num_good = len(pins) - len(findings)
    return [Finding("packages", "good", f"{num_good} of {len(pins)} as tested"), *findings]


def check_opus() -> Finding:
    """The library beside PyAV's wheel first, then the system's, as the call looks for it."""
    spec = importlib.util.find_spec("av")
    beside = Path(spec.origin).parent.parent / "av.libs" if spec is not None and spec.origin else None
    if beside is not None and (found := next(beside.glob("libopus-*"), None)) is not None:
        return Finding("libopus", "good", f"{found.name}, comes with av")
    if (name := ctypes.util.find_library("opus")) is not None:
        return Finding("libopus", "good", f"{name}, the system's")
    return Finding("libopus", "broken", "not found: no sound can be encoded", "apt-get install libopus0")


def check_weights(manifest: weights.Manifest, cache: Path, free: int) -> list[Finding]:
    """What the cascade engine needs, verified."""
    findings: list[Finding] = []
    for name in manifest.needed_by("cascade"):
        entry = manifest.entry(name)
        match weights.state(entry, cache):
            case "present":
                findings.append(Finding(name, "good", f"{entry.note}, {size(entry.size_bytes)}, verified"))
            case "missing":
                text = f"not fetched yet, {size(entry.size_bytes)} ({size(free)} free in {cache})"
                findings.append(Finding(name, "broken", text, f"alongside fetch {name}"))
            case "corrupt":
                text = "a file had a wrong hash and was set aside"
                findings.append(Finding(name, "broken", text, f"alongside fetch {name}"))
    return findings


def check_engines(speed: Speed | None, has_failed: bool = False) -> Finding:
    if has_failed:
        mend = f"{sys.executable} -c 'import torch' shows why"
        return Finding("engines", "broken", "echo alone: torch is installed and does not work", mend)
    if speed is None:
        return Finding("engines", "note", "echo; cascade was not measured")
    least_ms = ENCODER_GFLOP / speed.bfloat16 * 1000
    text = f"echo, cascade: ten seconds of speech take the recogniser at least {least_ms:.0f} ms on one core"
    if speed.bfloat16 >= FAST_GFLOPS:
        return Finding("engines", "good", text)
    how = "answers will come late" if speed.bfloat16 >= SLOW_GFLOPS else "too slow for a conversation"
    mend = "close other programs and look again, or run the engine elsewhere: alongside serve"
    return Finding("engines", "note", f"{text}; {how}", mend)


def check_port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            mend = "alongside up --port 0 takes a free one"
            return Finding("port", "note", f"{port} cannot be used: {error.strerror}", mend)
    return Finding("port", "good", f"{port} is free")


def check_chromium() -> Finding:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return Finding("Chromium", "good", f"{found}, for the tests")
    return Finding("Chromium", "note", "not here; only the tests need it", "apt-get install chromium")


def measure_speed(run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run) -> Speed | None:
    """Half a second each of float32 and bfloat16 products in a process of its own; None where torch fails."""
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "KMP_BLOCKTIME": "0"}
    try:
        done = run(
            [sys.executable, "-c", _MEASUREMENT],
            check=False,
            capture_output=True,
            text=True,
            timeout=MEASURE_S,
            env=environ,
        )
        return Speed(**json.loads(done.stdout)) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


_MEASUREMENT = """
import json, time, torch
def gflops(dtype, n=768):
    a, b = (torch.randn(n, n).to(dtype) for _ in range(2))
    a @ b
    start, count = time.perf_counter(), 0
    while time.perf_counter() < start + 0.5:
        a @ b
        count += 1
    return 2 * n**3 * count / (time.perf_counter() - start) / 1e9
with torch.inference_mode():
    speeds = {"float32": gflops(torch.float32), "bfloat16": gflops(torch.bfloat16)}
print(json.dumps({**speeds, "torch": torch.__version__}))
"""


def _config(argv: Sequence[str], environ: Mapping[str, str]) -> DoctorConfig:
    parser = argparse.ArgumentParser(prog="alongside doctor", description=__doc__)
    port = environ.get("ALONGSIDE_PORT", "")
    parser.add_argument("--cache", type=Path, default=weights.cache_folder(environ), help="folder of the weights")
    parser.add_argument("--port", type=int, default=int(port) if port.isdigit() else PAGE_PORT, help="of the page")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")
    parser.add_argument("--quick", action="store_true", help="do not measure the processor")
    options = parser.parse_args(argv)
    return DoctorConfig(options.cache, options.port, options.json, not options.quick)


def _requirements() -> Sequence[str]:
    try:
        return importlib.metadata.requires(DISTRIBUTION) or ()
    except importlib.metadata.PackageNotFoundError:
        return ()


def _pins(requirements: Sequence[str]) -> dict[str, str]:
    """Package to version, of what is pinned and belongs to no extra."""
    found = (re.fullmatch(r"([\w.-]+)==([\w.]+)", requirement) for requirement in requirements)
    return {pin[1]: pin[2] for pin in found if pin is not None}


def _install(package: str, wanted: str) -> str:
    return f"{sys.executable} -m pip install {package}=={wanted}"
