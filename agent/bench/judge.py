"""A language model as the judge of meanings, at any OpenAI-compatible endpoint, and how far the rules agree with it.

Asked once for each different question; what it said is kept beside the run. It blocks: score in a thread.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from agent.bench.item import Meaning
from agent.bench.meaning import says
from agent.errors import AgentError

TIMEOUT_S = 60.0
ANSWER_TOKENS = 4
INSTRUCTIONS = (
    "You check what a voice assistant said against a rule. The words come from a speech recogniser, maybe misspelt. "
    "Judge by meaning: other words for the same thing are as good. Answer with one word: yes or no."
)


class JudgeError(AgentError):
    """The judge cannot be asked, or answers neither yes nor no; says which address and what came."""


@dataclass(frozen=True, slots=True)
class JudgeEndpoint:
    """Where the judge is."""

    url: str  # up to and with /v1
    model: str = "default"
    key: str | None = field(default=None, repr=False)


class LanguageJudge:
    """A `Judge`: whether words say what was meant. Remembers in `kept`."""

    def __init__(self, endpoint: JudgeEndpoint, kept: Path | None = None) -> None:
        self._endpoint, self._kept = endpoint, kept
        self._known: dict[str, bool] = {}
        if kept is not None and kept.exists():
            self._known = cast(dict[str, bool], json.loads(kept.read_text(encoding="utf-8")))
        self.asked: list[tuple[str, Meaning, bool]] = []  # in this run, with the answer

    def __call__(self, text: str, meaning: Meaning) -> bool:
        """Raises JudgeError. No words say nothing, and nobody is asked."""
        if not text.strip():
            return False
        question = f"Said: {text.strip()}\nRule: {in_english(meaning)}"
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = self._ask(question)
            if self._kept is not None:
                self._kept.parent.mkdir(parents=True, exist_ok=True)
                self._kept.write_text(json.dumps(self._known, indent=1), encoding="utf-8")
        self.asked.append((text, meaning, known))
        return known

    def _ask(self, question: str) -> bool:
        body = {
            "model": self._endpoint.model,
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS,
            "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": question}],
        }
        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        headers = {"Content-Type": "application/json"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        try:
            request = urllib.request.Request(url, json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                answer = cast(dict[str, Any], json.loads(response.read()))
            said = str(answer["choices"][0]["message"]["content"])
        except (OSError, urllib.error.URLError, ValueError, KeyError, IndexError, TypeError) as error:
            raise JudgeError(f"judge {url}: {type(error).__name__}: {error}") from error
        word = said.strip().strip(".!\"'*").lower()
        if not word.startswith(("yes", "no")):
            raise JudgeError(f"judge {url}: answered {said!r}; yes or no is needed, so take a larger model")
        return word.startswith("yes")


def in_english(meaning: Meaning) -> str:
    """A rule as a person would put it."""
    groups = [" or ".join(f'"{phrase}"' for phrase in group) for group in meaning.all_of]
    wanted = "must say " + ", and ".join(groups) if groups else "must say something that fits"
    unwanted = " or ".join(f'"{phrase}"' for phrase in meaning.none_of)
    return f"{wanted}; must not say {unwanted}" if unwanted else wanted


def agreement(asked: Sequence[tuple[str, Meaning, bool]]) -> Mapping[str, float]:
    """How often the written rules say what the judge said, over different questions, and Cohen's kappa."""
    pairs = list({(text, meaning): (judged, says(text, meaning)) for text, meaning, judged in asked}.values())
    if not pairs:
        return {}
    same = sum(judged == ruled for judged, ruled in pairs) / len(pairs)
    judged_yes, ruled_yes = (sum(pair[at] for pair in pairs) / len(pairs) for at in (0, 1))
    by_chance = judged_yes * ruled_yes + (1 - judged_yes) * (1 - ruled_yes)
    kappa = 1.0 if by_chance == 1 else (same - by_chance) / (1 - by_chance)
    return {
        "judge_questions": float(len(pairs)),
        "judge_agreement_pct": round(100 * same, 2),
        "judge_kappa": round(kappa, 4),
    }
