"""What a benchmark asks: who says what when, and what the agent is expected to say. Plain data, JSON both ways.

Times are seconds from the start of the item's sound. Knows nothing of engines or of scoring.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from agent.errors import AgentError

SPLITS = ("dev", "test")
NOISES = ("none", "low", "high")


class ItemError(AgentError):
    """An item breaks its own format; says which item, which field and what is expected."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A written rule: words that must be said, each group by one of its phrases, and phrases that must not."""

    all_of: tuple[tuple[str, ...], ...] = ()  # none: any words do
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Speech in the item's sound; `is_addressed` when the agent may acknowledge it."""

    who: str  # "user", or another person
    voice: str
    text: str
    start_s: float
    end_s: float  # of its energy
    is_addressed: bool = True


@dataclass(frozen=True, slots=True)
class Once:
    """One expected utterance and the window in which it must start."""

    meaning: Meaning
    earliest_s: float
    latest_s: float


@dataclass(frozen=True, slots=True)
class Repeat:
    """Utterances one period apart, each due one period after the one before it was made, or was due.

    `origin_s` None counts from the onset of the expectation before this one. `times` None goes on until `until_s`;
    an utterance whose window reaches beyond `until_s` may be made and need not.
    """

    meanings: tuple[Meaning, ...]  # taken in turn, again from the first when they run out
    period_s: float
    origin_s: float | None
    times: int | None = None
    until_s: float | None = None


Expected = Once | Repeat


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the item that a score looks at, for example a pause or an interruption."""

    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Motion:
    """A figure moves for a while: `cycles` whole movements one after another, or 0: it goes there and stays."""

    kind: str  # one of `sets/poses.py`
    start_s: float
    end_s: float
    cycles: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is seen: a figure before a background, drawn anew from this by `sets/figure.py`."""

    style: str
    seed: int
    motions: tuple[Motion, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a benchmark."""

    id: str
    bench: str
    category: str
    split: str
    seed: int
    noise: str
    duration_s: float
    turns: tuple[Turn, ...]
    expected: tuple[Expected, ...] = ()
    spans: tuple[Span, ...] = ()
    answer: Meaning | None = None  # what a good answer contains, where the bench asks for one
    task: Meaning | None = None  # what must be delegated; None: nothing is
    has_chosen_task: bool = False  # whether `task` None means "must not delegate"
    given_text: str = ""  # words handed to the agent, to be said at once
    scene: Scene | None = None  # what the camera shows
    video: str = ""  # … or a file that it shows, of a set that others published

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ItemError(f"item {self.id}: split {self.split!r}, there is {' and '.join(SPLITS)}")
        if self.noise not in NOISES:
            raise ItemError(f"item {self.id}: noise {self.noise!r}, there is {', '.join(NOISES)}")
        for turn in self.turns:
            if not 0 <= turn.start_s < turn.end_s <= self.duration_s:
                raise ItemError(f"item {self.id}: turn {turn.text!r} does not lie within 0 … {self.duration_s} s")
        for number, expected in enumerate(self.expected):
            _check_expected(self.id, number, expected)

    def with_task(self, task: Meaning) -> Item:
        """The same item, of which work must be handed on with these words."""
        return replace(self, task=task, has_chosen_task=True)

    def to_json(self) -> str:
        """One line of JSON; fields at their defaults are left out."""
        fields = asdict(self)
        fields["expected"] = [_expected_fields(each) for each in self.expected]
        kept = {
            name: value
            for name, value in fields.items()
            if not (value is None or value is False or value in ((), [], ""))
        }
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, where: str = "item") -> Item:
        """Raises ItemError that says what is wrong with which field."""
        try:
            fields = cast(dict[str, Any], json.loads(text))
            return cls(
                id=str(fields["id"]),
                bench=str(fields["bench"]),
                category=str(fields["category"]),
                split=str(fields["split"]),
                seed=int(fields["seed"]),
                noise=str(fields["noise"]),
                duration_s=float(fields["duration_s"]),
                turns=tuple(_turn(each) for each in fields.get("turns", ())),
                expected=tuple(_expected(each) for each in fields.get("expected", ())),
                spans=tuple(Span(**each) for each in fields.get("spans", ())),
                answer=_optional_meaning(fields.get("answer")),
                task=_optional_meaning(fields.get("task")),
                has_chosen_task=bool(fields.get("has_chosen_task", False)),
                given_text=str(fields.get("given_text", "")),
                scene=_optional_scene(fields.get("scene")),
                video=str(fields.get("video", "")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ItemError(
                f"{where}: {type(error).__name__}: {error}; see agent/bench/item.py for the fields"
            ) from error


def read_items(path: Path) -> list[Item]:
    """Items of a file with one JSON object a line. Raises ItemError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ItemError(f"{path}: {error.strerror}; `alongside bench make` writes it") from error
    items = [Item.from_json(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if twice := {item.id for item in items if sum(each.id == item.id for each in items) > 1}:
        raise ItemError(f"{path}: {', '.join(sorted(twice))} stands there twice")
    return items


def write_items(path: Path, items: Sequence[Item]) -> None:
    """One item a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{item.to_json()}\n" for item in items), encoding="utf-8")


def _check_expected(item: str, number: int, expected: Expected) -> None:
    match expected:
        case Once(_, earliest_s, latest_s) if earliest_s >= latest_s:
            raise ItemError(f"item {item}: expected[{number}]: the window {earliest_s} … {latest_s} s is empty")
        case Repeat(meanings, period_s, origin_s, times, until_s):
            if not meanings or period_s <= 0:
                raise ItemError(f"item {item}: expected[{number}]: needs meanings and a period above 0")
            if times is None and until_s is None:
                raise ItemError(f"item {item}: expected[{number}]: needs `times` or `until_s`, else it never ends")
            if origin_s is None and number == 0:
                raise ItemError(f"item {item}: expected[0]: `origin_s` is missing and nothing comes before it")
        case _:
            pass


def _expected_fields(expected: Expected) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(expected).items() if value is not None}
    return {"kind": "once" if isinstance(expected, Once) else "repeat", **fields}


def _expected(fields: Mapping[str, Any]) -> Expected:
    if fields["kind"] == "once":
        return Once(_meaning(fields["meaning"]), float(fields["earliest_s"]), float(fields["latest_s"]))
    if fields["kind"] != "repeat":
        raise ValueError(f"expected kind {fields['kind']!r}, there is once and repeat")
    origin_s, times, until_s = fields.get("origin_s"), fields.get("times"), fields.get("until_s")
    return Repeat(
        meanings=tuple(_meaning(each) for each in fields["meanings"]),
        period_s=float(fields["period_s"]),
        origin_s=None if origin_s is None else float(origin_s),
        times=None if times is None else int(times),
        until_s=None if until_s is None else float(until_s),
    )


def _turn(fields: Mapping[str, Any]) -> Turn:
    return Turn(
        who=str(fields["who"]),
        voice=str(fields["voice"]),
        text=str(fields["text"]),
        start_s=float(fields["start_s"]),
        end_s=float(fields["end_s"]),
        is_addressed=bool(fields.get("is_addressed", True)),
    )


def _meaning(fields: Mapping[str, Any]) -> Meaning:
    groups = tuple(tuple(str(phrase) for phrase in group) for group in fields.get("all_of", ()))
    return Meaning(groups, tuple(str(phrase) for phrase in fields.get("none_of", ())))


def _optional_meaning(fields: Mapping[str, Any] | None) -> Meaning | None:
    return None if fields is None else _meaning(fields)


def _optional_scene(fields: Mapping[str, Any] | None) -> Scene | None:
    if fields is None:
        return None
    return Scene(str(fields["style"]), int(fields["seed"]), tuple(Motion(**each) for each in fields["motions"]))
