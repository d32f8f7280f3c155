"""Which of two translators gets a segment. Both are small: what they translate is tested beside them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import cast

import pytest

from model.translator import EmbeddedTranslator
from model.translator_by_pair import TranslatorByPair
from model.translator_relay import RelayTranslator
from model.types import NOT_TOLD, About, InputError, SessionLostError


class Named:
    """A translator that says who it is, or breaks."""

    def __init__(self, name: str, error: Exception | None = None) -> None:
        self.pairs = frozenset({("en", "es"), ("es", "en")})
        self._name = name
        self._error = error
        self.is_closed = False
        self.told: list[About] = []

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        self.told.append(about)
        if self._error is not None:
            raise self._error
        if self._name:
            yield self._name

    def close(self) -> None:
        self.is_closed = True


def _both(quick: Named, model: Named) -> TranslatorByPair:
    return TranslatorByPair(cast("RelayTranslator", quick), cast("EmbeddedTranslator", model))


async def _who(quick: Named, pair: tuple[str, str], glossary: Mapping[str, str]) -> str:
    translator = _both(quick, Named("model"))
    return "".join([piece async for piece in translator.translate("a", *pair, (), glossary)])


async def test_the_quick_one_gets_its_pairs_and_the_model_the_others() -> None:
    assert await _who(Named("quick"), ("en", "es"), {}) == "quick"
    assert await _who(Named("quick"), ("en", "fr"), {}) == "model"


async def test_the_model_gets_what_it_is_better_at_and_the_quick_one_where_there_is_none() -> None:
    assert await _who(Named("quick"), ("es", "en"), {}) == "model"
    alone = TranslatorByPair(cast("RelayTranslator", Named("quick")), None)
    assert [piece async for piece in alone.translate("a", "es", "en", (), {})] == ["quick"]


async def test_terms_are_the_models() -> None:
    assert await _who(Named("quick"), ("en", "es"), {"lane": "carril"}) == "model"


async def test_topic_and_names_are_the_models_and_change_nothing_of_who_translates() -> None:
    quick, model = Named("quick"), Named("model")
    told = About("bees", ("Ada",))
    for target, who in (("es", "quick"), ("fr", "model")):
        assert [piece async for piece in _both(quick, model).translate("a", "en", target, (), {}, told)] == [who]
    assert (quick.told, model.told) == ([NOT_TOLD], [told])


async def test_where_the_quick_one_breaks_the_model_goes_on_and_bad_input_is_told() -> None:
    assert await _who(Named("quick", SessionLostError("gone")), ("en", "es"), {}) == "model"
    assert await _who(Named(""), ("en", "es"), {}) == "model", "it was not sure and said nothing"
    with pytest.raises(InputError):
        await _who(Named("quick", InputError("bad")), ("en", "es"), {})


async def test_without_a_model_the_rest_is_refused_with_what_mends_it() -> None:
    translator = TranslatorByPair(cast("RelayTranslator", Named("quick")), None)
    assert [piece async for piece in translator.translate("a", "en", "es", (), {})] == ["quick"]
    with pytest.raises(InputError, match=r"en to fr needs the larger model.*alongside fetch"):
        _ = [piece async for piece in translator.translate("a", "en", "fr", (), {})]
    translator.close()


def test_both_are_closed() -> None:
    quick, model = Named("quick"), Named("model")
    _both(quick, model).close()
    assert quick.is_closed and model.is_closed
