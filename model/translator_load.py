"""The translator that was asked for on the command line. Knows no server."""

from __future__ import annotations

import asyncio
from pathlib import Path

from model import weights
from model.translator import WEIGHTS, EmbeddedTranslator
from model.translator_endpoint import EndpointTranslator, TranslatorEndpoint

EMBEDDED = "embedded"


async def load_translator(
    wanted: str, endpoint_model: str, key: str | None, cache: Path, num_threads: int
) -> EmbeddedTranslator | EndpointTranslator:
    """`wanted` is EMBEDDED, a name of weights, a GGUF file or an endpoint's address up to and with /v1.

    Raises WeightsError, BrokenWeights, and InputError for an endpoint that cannot be one.
    """
    if "://" in wanted:
        return EndpointTranslator(TranslatorEndpoint(wanted, endpoint_model, key))
    if wanted.endswith(".gguf"):
        path = Path(wanted)
    else:
        path = weights.path(WEIGHTS if wanted == EMBEDDED else wanted, cache) / "model.gguf"
    return await asyncio.to_thread(EmbeddedTranslator, path, num_threads)
