"""An OpenAI-compatible endpoint as a `Translator`: a large model behind SGLang or any other server."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from model.translator_prompt import AnswerText, max_tokens, request
from model.types import NOT_TOLD, About, CapacityError, InputError, SessionLostError

MAX_LINE_BYTES = 65_536
MAX_ANSWER_BYTES = 1 << 20
_BUSY_RETRY_S = 2.0
_DATA = b"data:"


@dataclass(frozen=True, slots=True)
class TranslatorEndpoint:
    """Where the model is: `url` up to and with /v1."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    connect_s: float = 5.0
    piece_s: float = 20.0  # between two pieces of an answer

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise InputError(f"translator endpoint {self.url!r}: expected http://host/v1 or https://host/v1")
        if not self.model:
            raise InputError(f"translator endpoint {self.url}: name the model it is to use")


class EndpointTranslator:
    """`Translator` of model/types.py over HTTP; each segment is one streaming chat completion."""

    def __init__(self, endpoint: TranslatorEndpoint) -> None:
        self._endpoint = endpoint

    async def translate(
        self,
        segment: str,
        source: str,
        target: str,
        context: tuple[str, ...],
        glossary: Mapping[str, str],
        about: About = NOT_TOLD,
    ) -> AsyncGenerator[str]:
        """The translation in pieces; closing the generator ends the request.

        Raises InputError for an unknown pair or a refused request, CapacityError when the endpoint is busy,
        SessionLostError when it does not answer or breaks off.
        """
        body = {
            "model": self._endpoint.model,
            "messages": [
                {"role": message.role, "content": message.content}
                for message in request(segment, source, target, context, glossary, about)
            ],
            "temperature": 0,
            "max_tokens": max_tokens(segment),
            "stream": True,
        }
        answer = AnswerText(segment)
        try:
            async with _asked(self._endpoint, body) as response:
                self._check(response)
                async for piece in _pieces(response):
                    if text := answer.push(piece):
                        yield text
                    if answer.is_over:
                        return
        except (aiohttp.ClientError, TimeoutError) as error:
            where = self._endpoint.url
            raise SessionLostError(f"translator at {where}: {error or type(error).__name__}; is it running?") from error

    def close(self) -> None:
        """Nothing is held between two segments."""

    def _check(self, response: aiohttp.ClientResponse) -> None:
        where, status = self._endpoint.url, response.status
        if status in (429, 503):
            raise CapacityError(f"translator at {where} is busy (HTTP {status})", _BUSY_RETRY_S)
        if 400 <= status < 500:
            raise InputError(f"translator at {where} refuses the request (HTTP {status}): check model name and key")
        if status != 200:
            raise SessionLostError(f"translator at {where} failed (HTTP {status})")


@asynccontextmanager
async def _asked(endpoint: TranslatorEndpoint, body: Mapping[str, object]) -> AsyncGenerator[aiohttp.ClientResponse]:
    """One request with a connection of its own."""
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=endpoint.connect_s, sock_read=endpoint.piece_s)
    url = f"{endpoint.url.rstrip('/')}/chat/completions"
    async with (
        aiohttp.ClientSession(headers=headers, timeout=timeout, read_bufsize=MAX_LINE_BYTES) as http,
        http.post(url, json=body, allow_redirects=False) as response,
    ):
        yield response


async def _pieces(response: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """The texts of a stream of server-sent events. Raises SessionLostError when it is malformed or breaks off."""
    rest = b""
    num_bytes = 0
    async for data in response.content.iter_any():
        num_bytes += len(data)
        *lines, rest = (rest + data).split(b"\n")
        if num_bytes > MAX_ANSWER_BYTES or len(rest) > MAX_LINE_BYTES:
            raise SessionLostError("translator: its answer is far too long")
        for line in lines:
            payload = line.strip()
            if not payload.startswith(_DATA):
                continue
            payload = payload.removeprefix(_DATA).strip()
            if payload == b"[DONE]":
                return
            if text := _text(payload):
                yield text
    raise SessionLostError("translator: it broke off in the middle of its answer")


def _text(payload: bytes) -> str:
    try:
        event: Any = json.loads(payload)  # Any: JSON of a stranger, checked as it is read
        choices = event["choices"]
        content = choices[0]["delta"].get("content") if choices else ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SessionLostError("translator: it sent something that is no chat completion") from error
    if content is not None and not isinstance(content, str):
        raise SessionLostError("translator: it sent a piece that is no text")
    return content or ""
