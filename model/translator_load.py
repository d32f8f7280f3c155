"""The translator that was asked for on the command line. Knows no server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from model import weights
from model.translator import WEIGHTS, EmbeddedTranslator
from model.translator_by_pair import TranslatorByPair
from model.translator_endpoint import EndpointTranslator, TranslatorEndpoint
from model.translator_relay import RelayTranslator
from model.types import Translator

EMBEDDED = "embedded"


class ClosableTranslator(Translator, Protocol):
    """A translator that holds something."""

    def close(self) -> None: ...


async def load_translator(
    wanted: str, endpoint_model: str, key: str | None, cache: Path, num_threads: int
) -> ClosableTranslator:
    """`wanted` is EMBEDDED, a name of weights, a GGUF file or an endpoint's address up to and with /v1.

    EMBEDDED is the quick translator for the pairs that it has here, and the model for what is left.

    Raises WeightsError, BrokenWeights, and InputError for an endpoint that cannot be one.
    """
    if "://" in wanted:
        return EndpointTranslator(TranslatorEndpoint(wanted, endpoint_model, key))
    if wanted.endswith(".gguf"):
        path = Path(wanted)
    else:
        path = weights.path(WEIGHTS if wanted == EMBEDDED else wanted, cache) / "model.gguf"
    model = await asyncio.to_thread(EmbeddedTranslator, path, num_threads)
    return TranslatorByPair(RelayTranslator(), model) if wanted == EMBEDDED else model
