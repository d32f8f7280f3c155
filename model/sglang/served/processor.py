"""SGLang's multimodal processor for our sequence: one item of sound a turn, and one for each picture."""

# pyright: reportMissingImports=false, reportUntypedBaseClass=false
# SGLang lives in an environment of its own, which the checker does not see.

from __future__ import annotations

from typing import Any, ClassVar

from sglang.srt.managers.schedule_batch import Modality, MultimodalDataItem, MultimodalProcessorOutput
from sglang.srt.multimodal.processors.base_processor import BaseMultimodalProcessor

from model.sequence import Marks
from model.sglang.features import features_of
from model.sglang.served.interaction import AlongsideForInteraction
from model.types import InputError

_MODALITIES = {Marks.AUDIO: Modality.AUDIO, Marks.PATCH: Modality.IMAGE}


class AlongsideProcessor(BaseMultimodalProcessor):
    """Items in the order of their tokens."""

    models: ClassVar = [AlongsideForInteraction]
    prefer_tokenized_input = True

    async def process_mm_data_async(
        self, image_data: list[str] | None, audio_data: list[str] | None, input_text: Any, *_: Any, **__: Any
    ) -> Any:  # MultimodalProcessorOutput
        """Raises ValueError when sound, pictures and tokens do not fit each other: SGLang answers 400 with its text."""
        tokens = [int(token) for token in input_text]
        try:
            features = features_of(tokens, audio_data or [], image_data or [])
        except InputError as error:
            raise ValueError(str(error)) from error
        items = [
            MultimodalDataItem(modality=_MODALITIES[each.mark], feature=each.values, offsets=each.runs)
            for each in features
        ]
        return MultimodalProcessorOutput(mm_items=items, input_ids=tokens)
