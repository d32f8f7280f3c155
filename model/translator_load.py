"""The translator that was asked for on the command line. Knows no server."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Protocol

from model import weights
from model.translator import WEIGHTS, EmbeddedTranslator
from model.translator_by_pair import TranslatorByPair
from model.translator_endpoint import EndpointTranslator, TranslatorEndpoint
from model.translator_relay import RelayTranslator
from model.types import Translator

logger = logging.getLogger(__name__)

EMBEDDED = "embedded"


class ClosableTranslator(Translator, Protocol):
    """A translator that holds something."""

    def close(self) -> None: ...


async def load_translator(
    wanted: str, endpoint_model: str, key: str | None, cache: Path, num_threads: int
) -> ClosableTranslator:
    """`wanted` is EMBEDDED, a name of weights, a GGUF file or an endpoint's address up to and with /v1.

    EMBEDDED is the quick translator for the pairs that it has here, and the model for what is left, if there is one.

    Raises WeightsError, BrokenWeights, and InputError for an endpoint that cannot be one.
    """
    if "://" in wanted:
        return EndpointTranslator(TranslatorEndpoint(wanted, endpoint_model, key))
    if wanted == EMBEDDED:
        return await asyncio.to_thread(_embedded, cache, num_threads)
    path = Path(wanted) if wanted.endswith(".gguf") else weights.path(wanted, cache) / "model.gguf"
    return await asyncio.to_thread(EmbeddedTranslator, path, num_threads)


def _embedded(cache: Path, num_threads: int) -> TranslatorByPair:
    quick = RelayTranslator()
    try:
        model = EmbeddedTranslator(weights.path(WEIGHTS, cache) / "model.gguf", num_threads)
    except weights.MissingWeights as error:
        if not quick.pairs:
            quick.close()
            raise
        logger.warning("only the quick translator interprets: %s", error)
        model = None
    return TranslatorByPair(quick, model)
