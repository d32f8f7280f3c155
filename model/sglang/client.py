"""SGLang's HTTP interface as far as conversations need it. Knows no engine and no model."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
import numpy as np
from numpy.typing import NDArray

from model.sequence import MAX_WRITTEN_TOKENS, NUM_SPEECH, Marks
from model.sglang.chunk import Chunk
from model.sglang.writing import Writing

MAX_REPLY_BYTES = 8 << 20
TURN_S = 1.0  # after which a request of a talk is given up; what a caller may miss
POSITION_S = 0.002  # more for each position that it brings
PATIENCE_S = 10.0  # for what nobody waits for in a call
STOPS = (int(Marks.QUIET), int(Marks.SPEAK))
# SGLang takes a pickled class; this one says only where the class lies, which both sides have.
_RULES = json.dumps({"callable": b"cmodel.sglang.served.rules\nWriteRules\n.".hex()})


class ServerError(Exception):
    """SGLang did not do what it was asked for; the text says what it answered, if it did."""


class AwayError(ServerError):
    """SGLang does not answer: nobody is there, or it is silent for longer than a micro-turn may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """What a request brought back."""

    tokens: tuple[int, ...]
    num_positions: int  # of the session, with these tokens
    speech: NDArray[np.float32] | None  # (NUM_SPEECH, C) hidden states, where the chunk ended with speech tokens


class SglangClient:
    """`async with SglangClient(url) as client`. Every call raises ServerError, AwayError too, and nothing else."""

    def __init__(self, url: str, key: str | None = None, turn_s: float = TURN_S) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._turn_s = turn_s
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(headers=self._headers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def num_pool_tokens(self) -> int:
        """How many positions all sessions together may hold."""
        info = await self._ask("get_server_info", None, PATIENCE_S)
        count = info.get("max_total_num_tokens")
        if not isinstance(count, int):
            raise ServerError("get_server_info: no max_total_num_tokens; is this SGLang 0.5.23?")
        return count

    async def open(self, id: str, max_chars: int) -> None:
        """A new session, which then holds its slots until it is closed."""
        asked = {"session_id": id, "capacity_of_str_len": max_chars, "streaming": True}
        if await self._ask("open_session", asked, self._turn_s) != {"": id}:
            raise ServerError(f"open_session: {id} was not opened")

    async def close(self, id: str) -> None:
        """Give its positions back; a session that is gone is no error."""
        await self._ask("close_session", {"session_id": id}, self._turn_s)

    async def append(self, id: str, chunk: Chunk) -> Reply:
        """Positions that nobody answers."""
        return await self._generate(id, chunk, {"max_new_tokens": 0, "temperature": 0})

    async def answer(self, id: str, chunk: Chunk, writing: Writing, temperature: float) -> Reply:
        """Positions, and what is written after them up to a stop, which belongs to the session then.

        A `temperature` of 0 takes the likeliest.
        """
        params = {
            "max_new_tokens": MAX_WRITTEN_TOKENS - writing.num_written + 1,
            "temperature": temperature,
            "stop_token_ids": list(STOPS),
            "custom_params": {"writing": writing.to_json(), "is_greedy": not temperature},
        }
        return await self._generate(id, chunk, params, custom_logit_processor=_RULES)

    async def _generate(self, id: str, chunk: Chunk, params: dict[str, Any], **more: Any) -> Reply:  # Any: JSON
        asked = {**chunk.fields(), "session_params": {"id": id}, "sampling_params": params, **more}
        within_s = self._turn_s + POSITION_S * len(chunk.tokens)
        return _reply(await self._ask("generate", asked, within_s), params["max_new_tokens"])

    async def _ask(self, path: str, asked: Mapping[str, Any] | None, within_s: float) -> dict[str, Any]:  # Any: JSON
        """The JSON object that SGLang answers; another value is under the empty key."""
        assert self._http is not None, "the client is not open"
        method, url = ("GET" if asked is None else "POST"), f"{self._url}/{path}"
        within = aiohttp.ClientTimeout(total=within_s)
        try:
            async with self._http.request(method, url, json=asked, timeout=within) as response:
                body = await _whole(response.content)
                if response.status != 200:
                    raise ServerError(f"{path}: {response.status} {body[:300].decode(errors='replace')}")
        except TimeoutError as error:
            raise AwayError(f"{path}: no answer within {within_s:g} s") from error
        except aiohttp.ClientConnectionError as error:
            raise AwayError(f"{path}: {type(error).__name__} {error}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ServerError(f"{path}: {type(error).__name__} {error}") from error
        try:
            parsed: Any = json.loads(body) if body else None
        except ValueError as error:
            raise ServerError(f"{path}: {len(body)} bytes that are no JSON") from error
        return parsed if isinstance(parsed, dict) else {"": parsed}


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """All of a body. Raises ServerError beyond MAX_REPLY_BYTES."""
    body = bytearray()
    async for piece in content.iter_chunked(64 << 10):
        body += piece
        if len(body) > MAX_REPLY_BYTES:
            raise ServerError(f"an answer of more than {MAX_REPLY_BYTES} bytes")
    return bytes(body)


def _reply(answer: dict[str, Any], max_tokens: int) -> Reply:
    """Of /generate; raises ServerError when it is an abort, or none at all."""
    try:
        meta = answer["meta_info"]
        finish: dict[str, Any] = meta["finish_reason"]
        if finish["type"] == "abort":
            raise ServerError(f"generate: {str(finish.get('message'))[:300]}")
        tokens = [int(token) for token in answer.get("output_ids") or ()][:max_tokens]
        stop = finish.get("matched")
        if finish["type"] == "stop" and isinstance(stop, int) and tokens[-1:] != [stop]:
            tokens.append(stop)
        spoken = "".join(meta.get("speech") or ())
        states = np.frombuffer(base64.b64decode(spoken), np.float32).reshape(NUM_SPEECH, -1) if spoken else None
        return Reply(tuple(tokens), int(meta["prompt_tokens"]) + len(tokens), states)
    except (KeyError, TypeError, ValueError) as error:
        raise ServerError(f"generate: an answer of another form: {error!r}") from error
