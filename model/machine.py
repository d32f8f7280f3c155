"""What this machine is: cores, memory, processor, GPU, packages. Knows nothing of what runs on it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

GPU_S = 5.0
_UNLIMITED_BYTES = 1 << 60
_MATRIX_FLAGS = {"amx_bf16": "AMX", "avx512_bf16": "AVX512-BF16", "avx512f": "AVX512", "avx2": "AVX2"}


@dataclass(frozen=True, slots=True)
class Machine:
    """Strength in the units that the manifest asks for."""

    num_cores: int
    ram_gb: float
    processor: str = ""
    matrix_units: tuple[str, ...] = ()  # the strongest first


def measure_machine() -> Machine:
    """Cores this process may use and memory it may fill, a container's limits included."""
    cpuinfo = _read(Path("/proc/cpuinfo"))
    name = re.search(r"model name\s*: (.*)", cpuinfo)
    flags = set((re.search(r"flags\s*: (.*)", cpuinfo) or [""])[0].split())
    return Machine(
        num_cores=len(os.sched_getaffinity(0)),
        ram_gb=_ram_bytes() / 1e9,
        processor=name[1].strip() if name else platform.processor() or platform.machine(),
        matrix_units=tuple(word for flag, word in _MATRIX_FLAGS.items() if flag in flags),
    )


def free_memory_bytes() -> int:
    """Memory that this process may still fill, a container's limit included."""
    shown = re.search(r"MemAvailable:\s*(\d+) kB", _read(Path("/proc/meminfo")))
    free = int(shown[1]) << 10 if shown else _ram_bytes()
    limit, used = (_read(Path("/sys/fs/cgroup") / name).strip() for name in ("memory.max", "memory.current"))
    return min(free, int(limit) - int(used)) if limit.isdigit() and used.isdigit() else free


def gpu_names() -> tuple[str, ...]:
    """The GPUs that the driver shows; empty without a driver."""
    if shutil.which("nvidia-smi") is None:
        return ()
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        shown = subprocess.run(command, check=False, capture_output=True, text=True, timeout=GPU_S)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(shown.stdout.split("\n")[:-1]) if shown.returncode == 0 else ()


def installed_version(package: str) -> str | None:
    """The version of a package in this environment, found without importing it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _ram_bytes() -> int:
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = _read(Path("/sys/fs/cgroup/memory.max")).strip()
    return min(whole, int(limit) if limit.isdigit() else _UNLIMITED_BYTES)


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
