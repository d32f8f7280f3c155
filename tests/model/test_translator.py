"""The shipped model translates through the served seam; endpoints and refusals say what is wrong."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from aiohttp import web

from agent.wire_fields import Json
from model.client import TranslatorClient
from model.serve import EngineServer
from model.translator import WEIGHTS, EmbeddedTranslator
from model.translator_endpoint import EndpointTranslator, TranslatorEndpoint
from model.translator_load import EMBEDDED, load_translator
from model.types import About, CapacityError, InputError, SessionLostError
from model.weights import MissingWeights
from tests.agent.misbehaving_endpoint import DONE, chunk, endpoint_server, write
from tests.model.spoken import weights_or_skip
from tests.model.test_main import serving

BEFORE = ("The meeting starts on Monday.",)  # what the model has read once the first test is over


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedTranslator]:
    translator = EmbeddedTranslator(weights_or_skip(WEIGHTS) / "model.gguf")
    yield translator
    translator.close()


@pytest.fixture
async def served(embedded: EmbeddedTranslator) -> AsyncGenerator[str]:
    async with EngineServer(translator=embedded) as server:
        yield server.url


@pytest.mark.weights
@pytest.mark.timeout(60)
async def test_a_sentence_is_translated_through_the_served_seam(served: str) -> None:
    began = time.monotonic()
    pieces = [piece async for piece in TranslatorClient(served).translate(BEFORE[0], "en", "es", (), {})]
    text = "".join(pieces).casefold()
    assert "lunes" in text and "reuni\u00f3n" in text
    assert len(pieces) > 2, "it streams"
    assert time.monotonic() - began < 30


@pytest.mark.weights
@pytest.mark.timeout(60)
async def test_a_sentence_that_comes_in_parts_is_one_sentence_in_the_other_language(served: str) -> None:
    client, said = TranslatorClient(served), list[str]()
    parts = ("Please enter your agent number", "followed by the pound key.")
    for at, part in enumerate(parts):
        said.append("".join([piece async for piece in client.translate(part, "en", "es", parts[:at], {})]))
    assert said[0][-1].isalpha(), "no mark ends what goes on"
    assert said[1][:1].islower(), "the rest does not begin anew"
    whole = " ".join(said).casefold()
    assert whole.count("agente") == 1 and "seguido" in whole


@pytest.mark.weights
@pytest.mark.timeout(60)
async def test_who_hangs_up_does_not_keep_the_model_busy(served: str) -> None:
    client = TranslatorClient(served)
    long = "We will speak about " + ", ".join(f"the room {n}" for n in range(18)) + "."
    async with aclosing(client.translate(long, "en", "es", BEFORE, {})) as pieces:
        await anext(pieces)
    spent_s = -time.process_time()  # the model runs in this process; to the end it would take seven
    assert [piece async for piece in client.translate("Thank you.", "en", "es", BEFORE, {})]
    assert spent_s + time.process_time() < 4


@pytest.mark.weights
async def test_an_unknown_pair_is_refused_through_the_seam(served: str) -> None:
    with pytest.raises(InputError, match="'tlh' is unknown here; this translator knows en, es"):
        [piece async for piece in TranslatorClient(served).translate("Hello.", "en", "tlh", (), {})]


async def translated(url: str) -> str:
    translator = EndpointTranslator(TranslatorEndpoint(url, "big", "secret", connect_s=2, piece_s=2))
    pieces = translator.translate("We vote.", "en", "es", ("Before.",), {"vote": "votar"}, About("bees", ("Ada",)))
    return "".join([piece async for piece in pieces])


async def test_an_endpoint_is_asked_as_openai_says_and_its_answer_streams() -> None:
    async def reply(_: Json, response: web.StreamResponse) -> None:
        await write(response, chunk(' "Vot'), chunk("amos."), chunk('"'), chunk(finish="stop"), DONE)

    async with endpoint_server(reply) as endpoint:
        assert await translated(endpoint.url) == "Votamos."
    assert endpoint.keys == ["Bearer secret"]
    assert endpoint.asked[0]["model"] == "big"
    told = endpoint.asked[0]["messages"][0]["content"]
    assert "vote = votar" in told and "about: bees" in told and "like this: Ada" in told


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (chunk("Vot"), "broke off"),
        (b"data: {]\n\n", "no chat completion"),
        (b'data: {"choices": [{"delta": {"content": 3}}]}\n\n', "no text"),
        (b"data: " + b"x" * 70_000, "far too long"),
    ],
)
async def test_an_endpoint_that_answers_badly_is_a_lost_session(sent: bytes, says: str) -> None:
    async def reply(_: Json, response: web.StreamResponse) -> None:
        await write(response, sent)

    async with endpoint_server(reply) as endpoint:
        with pytest.raises(SessionLostError, match=says):
            await translated(endpoint.url)


@pytest.mark.parametrize(
    ("status", "error"), [(429, CapacityError), (404, InputError), (500, SessionLostError), (302, SessionLostError)]
)
async def test_a_status_becomes_a_typed_error(status: int, error: type[Exception]) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", refuse)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        with pytest.raises(error, match="translator at"):
            await translated(f"{site.name}/v1")
    finally:
        await runner.cleanup()


async def test_a_serving_process_offers_the_endpoint_it_was_given_to_its_clients() -> None:
    async def reply(_: Json, response: web.StreamResponse) -> None:
        await write(response, chunk("Votamos."), chunk(finish="stop"), DONE)

    async with endpoint_server(reply) as endpoint:
        asked_for = ["--engine", "echo", "--translator", endpoint.url, "--translator-model", "big"]
        async with serving(asked_for, ALONGSIDE_TRANSLATOR_KEY="secret") as (_, url):
            pieces = [piece async for piece in TranslatorClient(url).translate("We vote.", "en", "es", (), {})]
    assert pieces == ["Votamos."]
    assert endpoint.keys == ["Bearer secret"]


async def test_nobody_at_the_address_is_said_so() -> None:
    with pytest.raises(SessionLostError, match="is it running"):
        await translated("http://127.0.0.1:9/v1")


async def test_what_was_asked_for_decides_what_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="alongside fetch"):
        await load_translator(WEIGHTS, "", None, tmp_path, 1)
    quick_only = await load_translator(EMBEDDED, "", None, tmp_path, 1)
    assert [piece async for piece in quick_only.translate("The door is closed.", "en", "es", (), {})]
    with pytest.raises(InputError, match="alongside fetch"):
        _ = [piece async for piece in quick_only.translate("The door is closed.", "en", "fr", (), {})]
    quick_only.close()
    with pytest.raises(InputError, match="name the model"):
        await load_translator("https://host.invalid/v1", "", None, tmp_path, 1)
    assert isinstance(await load_translator("https://host.invalid/v1", "m", None, tmp_path, 1), EndpointTranslator)
