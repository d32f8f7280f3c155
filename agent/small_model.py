"""How a small model is asked to use tools: few to choose from, and its decision held to a grammar.

Knows no endpoint. A model of half a billion parameters picks among three tools; among thirty it guesses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import cast

from agent.chat_stream import AskedTool
from agent.errors import BackgroundError
from agent.tool import ToolSpec
from agent.wire_fields import Json

MAX_OFFERED = 3
_WORD = re.compile(r"[a-z]{3,}")
_COMMON = frozenset(
    "the and for you can this that with what are was has have from they them who how all any not but its into call "
    "please could would should make want need show tell give get use one out about everybody people some".split()
)


def offered(specs: Sequence[ToolSpec], request: str) -> list[ToolSpec]:
    """The tools whose words the request shares most, at most three; none when it shares no word with any."""
    wanted = _words(request)
    shared = [(len(wanted & _words(f"{spec.name.replace('_', ' ')} {spec.description}")), spec) for spec in specs]
    ranked = sorted((each for each in shared if each[0]), key=lambda each: -each[0])
    return [spec for _, spec in ranked[:MAX_OFFERED]]


def decision_format(chosen: Sequence[ToolSpec]) -> str:
    """What the model is told of its tools and of the form of its answer."""
    lines = [f"{spec.name}({', '.join(_parameters(spec))}): {spec.description}" for spec in chosen]
    return (
        '\nAnswer with one JSON object. To use a tool: {"tool": NAME, "arguments": {…}}. To answer: {"say": "…"}.'
        "\nTools:\n" + "\n".join(lines)
    )


def read_decision(text: str) -> tuple[AskedTool | None, str]:
    """The tool that was chosen, or the words to say. Raises BackgroundError when it is neither."""
    try:
        decision: object = json.loads(text)
    except ValueError as error:
        raise BackgroundError("The background model did not finish its answer.") from error
    fields = cast(Json, decision) if isinstance(decision, dict) else {}
    if isinstance(fields.get("say"), str):
        return None, fields["say"]
    if isinstance(fields.get("tool"), str) and isinstance(fields.get("arguments"), dict):
        return AskedTool("", fields["tool"], json.dumps(fields["arguments"], ensure_ascii=False)), ""
    raise BackgroundError("The background model did not finish its answer.")


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON}


def _stem(word: str) -> str:
    for ending in ("ing", "es", "s", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def _parameters(spec: ToolSpec) -> list[str]:
    properties: object = spec.schema.get("properties", {})
    return list(cast(Json, properties)) if isinstance(properties, dict) else []
