"""Background work by any endpoint that speaks OpenAI's chat completions: streaming, with tools, distrusted.

Whatever the endpoint does (stalls, dies, sends rubbish, never ends) becomes a BackgroundError in words.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import aiohttp

from agent.background import ToolAccess, WorkOrder
from agent.chat_stream import AskedTool, ChatStream
from agent.errors import BackgroundError
from agent.small_model import decision_format, offered, read_decision
from agent.tool import ToolSpec
from agent.wire_fields import Json

logger = logging.getLogger(__name__)

MAX_ROUNDS = 6  # of tool calls; then the model must answer
CONNECT_S = 10.0
READ_BYTES = 65_536
UNREACHABLE = "The background model cannot be reached."
STALLED = "The background model stopped answering."
REFUSED = "The background model refused the request."

INSTRUCTIONS = """You work in the background of a call for {name}, a voice assistant that speaks your words aloud.
Use tools where they help; show data with them rather than reading it out. Then answer in one to three short spoken \
sentences: no lists, no markdown, no links. If you cannot do it, say so in one sentence."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is and how it wants to be asked."""

    url: str  # up to and with /v1
    model: str = "default"
    key: str | None = field(default=None, repr=False)
    name: str = "Alongside"  # the agent's
    stall_s: float = 30.0  # between two pieces of an answer
    max_tokens: int = 1_024
    max_context_chars: int = 24_000
    is_small: bool = False  # a model that needs its tool calls held to a grammar, and few tools to choose from
    sees: bool = False  # takes pictures

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"background: {self.url!r} is not an http:// or https:// address")


class OpenAiBackground:
    """`BackgroundEngine` over HTTP. `endpoint` is asked anew for each order: a local one may have moved."""

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._endpoint = endpoint

    @property
    def sees(self) -> bool:
        try:
            return self._endpoint().sees
        except BackgroundError:
            return False

    async def work(self, order: WorkOrder, tools: ToolAccess) -> AsyncGenerator[str]:
        """Ask, run the tools that are asked for, ask again, until there is an answer."""
        endpoint = self._endpoint()
        chosen = offered(tools.specs, order.request) if endpoint.is_small else list(tools.specs)
        messages = _messages(endpoint, order, chosen)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=endpoint.stall_s)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            for round_index in range(MAX_ROUNDS + 1):
                usable = chosen if round_index < MAX_ROUNDS else []
                stream, text = ChatStream(), ""
                async with aclosing(_ask(http, endpoint, _body(endpoint, messages, usable), stream)) as pieces:
                    async for piece in pieces:
                        text += piece
                        if not (endpoint.is_small and usable):
                            yield piece
                if endpoint.is_small and usable:
                    call, said = read_decision(text)
                    if call is None:
                        yield said
                        return
                    stream.tool_calls = {0: replace(call, id=f"call{round_index}")}
                if not stream.tool_calls:
                    return
                messages += await _use_tools(tools, list(stream.tool_calls.values()), text, endpoint.is_small)
                if endpoint.is_small:
                    chosen = []  # one tool an order: small models do not know when to stop
        raise BackgroundError("The background model went on using tools without ever answering.")


async def _ask(http: aiohttp.ClientSession, endpoint: Endpoint, body: Json, stream: ChatStream) -> AsyncGenerator[str]:
    """One request; yields text as it streams and leaves the tool calls in `stream`. Raises BackgroundError."""
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        async with http.post(f"{endpoint.url.rstrip('/')}/chat/completions", json=body, headers=headers) as response:
            if response.status != 200:
                logger.warning("background endpoint answered with status %d", response.status)
                raise BackgroundError(UNREACHABLE if response.status >= 500 else REFUSED)
            while data := await response.content.read(READ_BYTES):
                if text := stream.feed(data):
                    yield text
                if stream.is_done:
                    return
            stream.end()
    except (TimeoutError, aiohttp.ServerTimeoutError) as error:
        raise BackgroundError(STALLED) from error
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionResetError) as error:
        raise BackgroundError("The background model broke off in the middle of its answer.") from error
    except (aiohttp.ClientError, OSError) as error:
        logger.warning("background endpoint cannot be reached: %s", type(error).__name__)
        raise BackgroundError(UNREACHABLE) from error


def _messages(endpoint: Endpoint, order: WorkOrder, chosen: list[ToolSpec]) -> list[Json]:
    instructions = INSTRUCTIONS.format(name=endpoint.name)
    if endpoint.is_small and chosen:
        instructions += decision_format(chosen)
    package = order.context.written(endpoint.max_context_chars)
    asked: object = f"{package}\n\nDo this now: {order.request}"
    if order.image_jpeg is not None and endpoint.sees:
        picture = base64.b64encode(order.image_jpeg).decode()
        asked = [
            {"type": "text", "text": asked},
            {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{picture}"}},
        ]
    return [{"role": "system", "content": instructions}, {"role": "user", "content": asked}]


def _body(endpoint: Endpoint, messages: list[Json], usable: list[ToolSpec]) -> Json:
    body: Json = {
        "model": endpoint.model,
        "messages": messages,
        "stream": True,
        "max_tokens": endpoint.max_tokens,
        "temperature": 0.2,
    }
    if endpoint.is_small:
        body |= {"temperature": 0.0, "repeat_penalty": 1.1, "cache_prompt": True}
        if usable:
            body["response_format"] = {"type": "json_schema", "json_schema": {"schema": _decision_schema(usable)}}
    elif usable:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": spec.name, "description": spec.description, "parameters": spec.schema},
            }
            for spec in usable
        ]
    return body


def _decision_schema(usable: list[ToolSpec]) -> Json:
    """One JSON object: the call of a tool, or words to say."""
    calls: list[Json] = [
        {
            "type": "object",
            "properties": {"tool": {"const": spec.name}, "arguments": spec.schema},
            "required": ["tool", "arguments"],
            "additionalProperties": False,
        }
        for spec in usable
    ]
    say: Json = {
        "type": "object",
        "properties": {"say": {"type": "string"}},
        "required": ["say"],
        "additionalProperties": False,
    }
    return {"anyOf": [*calls, say]}


async def _use_tools(tools: ToolAccess, calls: list[AskedTool], text: str, is_small: bool) -> list[Json]:
    """Run the tools that were asked for, all at once, and write down what they gave."""
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(tools.call(call.name, call.arguments or "{}"), name=f"tool {call.name}") for call in calls
        ]
    results = [task.result() for task in running]
    if is_small:
        said = json.dumps({"tool": calls[0].name, "arguments": calls[0].arguments})
        told = f"{calls[0].name} gave: {results[0]}\nNow say it in one short spoken sentence."
        return [{"role": "assistant", "content": said}, {"role": "user", "content": told}]
    asked: Json = {
        "role": "assistant",
        "content": text or None,
        "tool_calls": [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}
            for call in calls
        ],
    }
    answers: list[Json] = [
        {"role": "tool", "tool_call_id": call.id, "content": result}
        for call, result in zip(calls, results, strict=True)
    ]
    return [asked, *answers]
