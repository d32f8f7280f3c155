"""The quick translator for what it can, a model that knows every pair and glossaries for the rest."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping

from model.translator import EmbeddedTranslator
from model.translator_relay import RelayTranslator
from model.types import NOT_TOLD, About, InputError, SessionLostError

MODEL_IS_BETTER = frozenset({("es", "en")})  # by a tenth in chrF (model/LOG.md); elsewhere it is not
FETCH = "alongside fetch --for interpreter"
logger = logging.getLogger(__name__)


class TranslatorByPair:
    """`Translator` of model/types.py: the model gets what has terms, and what the quick one leaves or breaks at."""

    def __init__(self, quick: RelayTranslator, model: EmbeddedTranslator | None) -> None:
        """Without a model the rest is refused in words."""
        self._quick = quick
        self._model = model

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """As the two do it. Raises InputError where only the model could, and there is none."""
        pair = (source, target)
        is_worse = self._model is not None and pair in MODEL_IS_BETTER
        if pair in self._quick.pairs and not is_worse and not glossary:
            said = False
            try:
                async for piece in self._quick.translate(segment, source, target, context, glossary):
                    said = True
                    yield piece
                if said:
                    return
            except SessionLostError as error:
                logger.warning("%s to %s by the larger model: %s", source, target, error)
        if self._model is None:
            raise InputError(f"translate: {source} to {target} needs the larger model here: run `{FETCH}`")
        async for piece in self._model.translate(segment, source, target, context, glossary, about):
            yield piece

    def close(self) -> None:
        """End both."""
        self._quick.close()
        if self._model is not None:
            self._model.close()
