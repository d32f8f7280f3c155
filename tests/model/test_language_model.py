"""The shipped instruct model: streams, remembers, stops when told, and says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.cascade import LANGUAGE_MODEL_WEIGHTS
from model.language_model import SLOT_TOKENS, LanguageModel, LanguageModelError, Message
from model.whisper_weights import BrokenWeights
from tests.model.spoken import weights_or_skip

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]
SYSTEM = Message("system", "Answer in one short sentence.")


@pytest.fixture(scope="module")
def model() -> Iterator[LanguageModel]:
    model = LanguageModel(weights_or_skip(LANGUAGE_MODEL_WEIGHTS) / "model.gguf", num_threads=1)
    yield model
    model.close()


def never() -> bool:
    return False


def test_the_file_is_the_model_it_is_said_to_be(model: LanguageModel) -> None:
    assert model.name.startswith("Qwen2.5 Coder 0.5B Instruct")


def test_a_question_is_answered_piece_by_piece(model: LanguageModel) -> None:
    pieces: list[str] = []
    question = Message("user", "What is the capital of France?")
    text = model.submit([SYSTEM, question], 0, pieces.append, never).result()
    assert "Paris" in text
    assert len(pieces) > 1
    assert "".join(pieces) == text


def test_what_was_said_before_counts(model: LanguageModel) -> None:
    talk = [SYSTEM, Message("user", "My dog is called Bello."), Message("assistant", "What a nice name!")]
    text = model.submit([*talk, Message("user", "What is my dog called?")], 1, lambda _: None, never).result()
    assert "Bello" in text


def test_a_cancel_stops_within_one_piece(model: LanguageModel) -> None:
    pieces: list[str] = []
    model.submit(
        [SYSTEM, Message("user", "Count to one hundred.")], 0, pieces.append, lambda: len(pieces) >= 2
    ).result()
    assert len(pieces) == 2


def test_a_cancelled_request_does_not_start(model: LanguageModel) -> None:
    pieces: list[str] = []
    assert model.submit([SYSTEM, Message("user", "Hello")], 0, pieces.append, lambda: True).result() == ""
    assert pieces == []


def test_too_long_a_conversation_is_refused_and_the_model_lives_on(model: LanguageModel) -> None:
    long = Message("user", "word " * (SLOT_TOKENS + 100))
    with pytest.raises(LanguageModelError, match="context"):
        model.submit([long], 0, lambda _: None, never).result()
    assert model.submit([SYSTEM, Message("user", "What is two plus two?")], 0, lambda _: None, never).result()


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"not a model")
    with pytest.raises(BrokenWeights, match="alongside fetch"):
        LanguageModel(path)
