"""One segment translated, compared with its source and asked for again where they differ. Knows no sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from agent.interpretation.checks import Finding, Pair, check, demands
from agent.interpretation.glossary import Glossary
from model.types import MAX_NAME_CHARS, MAX_NAMES, About, Translator


@dataclass(frozen=True, slots=True)
class Languages:
    """From which language to which."""

    source: str
    target: str

    def __post_init__(self) -> None:
        if self.source == self.target:
            raise ValueError(f"{self.source} to {self.target}: there is nothing to interpret")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What goes along with a segment."""

    glossary: Glossary = field(default_factory=Glossary)
    names: Collection[str] = ()  # people in the call
    context: tuple[str, ...] = ()  # segments before this one
    topic: str = ""  # of the conversation, in one line

    @property
    def about(self) -> About:
        """What a translator is told of the conversation."""
        names = (" ".join(name.split())[:MAX_NAME_CHARS] for name in self.names)
        return About(self.topic, tuple(name for name in names if name)[:MAX_NAMES])


@dataclass(frozen=True, slots=True)
class CheckedTranslation:
    """A translation with what is still doubtful in it."""

    text: str
    language: str
    findings: tuple[Finding, ...]
    num_passes: int

    @property
    def is_doubtful(self) -> bool:
        """Captions mark it."""
        return bool(self.findings)


async def translate_checked(
    translator: Translator, segment: str, languages: Languages, around: Surroundings
) -> CheckedTranslation:
    """Translate, check, and where the check fails translate once more; the better of both. Raises SeamError."""
    terms = around.glossary.pairs_in(segment, languages.source, languages.target)
    first = await _translate(translator, segment, languages, around, terms)
    findings = _check(segment, first, languages, around)
    if not findings:
        return CheckedTranslation(first, languages.target, (), 1)
    # without what was said before: small models mix it in; with what was missed as terms
    alone = replace(around, context=())
    second = await _translate(translator, segment, languages, alone, terms | demands(findings))
    findings_then = _check(segment, second, languages, around)
    if second and len(findings_then) < len(findings):
        return CheckedTranslation(second, languages.target, findings_then, 2)
    return CheckedTranslation(first, languages.target, findings, 2)


def has_to_keep(segment: str, languages: Languages, around: Surroundings) -> bool:
    """Whether a segment says something that a translation could lose: then it is checked before it is spoken."""
    return bool(_check(segment, "", languages, around))


async def translate_aloud(
    translator: Translator, segment: str, languages: Languages, around: Surroundings, say: Callable[[str], None]
) -> CheckedTranslation:
    """Translate what has nothing to keep; each piece is said as it comes, and stays. Raises SeamError."""
    text = await _translate(translator, segment, languages, around, {}, say)
    return CheckedTranslation(text, languages.target, _check(segment, text, languages, around), 1)


def checked(segment: str, text: str, languages: Languages, around: Surroundings) -> CheckedTranslation:
    """A translation that came another way."""
    return CheckedTranslation(text, languages.target, _check(segment, text, languages, around), 1)


async def _translate(
    translator: Translator,
    segment: str,
    languages: Languages,
    around: Surroundings,
    terms: Mapping[str, str],
    say: Callable[[str], None] | None = None,
) -> str:
    found: list[str] = []
    pair = (languages.source, languages.target)
    async for piece in translator.translate(segment, *pair, around.context, terms, around.about):
        found.append(piece)
        if say is not None:
            say(piece)
    return "".join(found).strip()


def _check(segment: str, text: str, languages: Languages, around: Surroundings) -> tuple[Finding, ...]:
    violations = around.glossary.violations(segment, text, languages.source, languages.target)
    return check(Pair(segment, text, languages.source, languages.target), around.names, violations)
