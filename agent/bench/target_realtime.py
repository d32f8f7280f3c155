"""An agent behind a WebSocket that speaks OpenAI's realtime protocol: sound as base64 PCM in JSON events.

Both generations of event names are understood. The client does what a player of such an agent must do: it plays what
arrives in order, and stops when the server hears speech, telling how much of the answer was heard.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, cast

import aiohttp

from agent.bench.in_time import PlayOut, TargetError, from_pcm16, play_in_time, to_pcm16
from agent.bench.item import Item
from agent.bench.runner import Perform
from agent.bench.take import Deed, Take
from agent.bench.wav import resampled
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

READY_TIMEOUT_S = 20.0
MAX_MESSAGE_BYTES = 16 * 2**20
SOUND = ("response.output_audio.delta", "response.audio.delta")
CALLED = "response.function_call_arguments.done"
HEARS_SPEECH = "input_audio_buffer.speech_started"
FORMAT = {"type": "audio/pcm", "rate": SPOKEN_RATE_HZ}
DELEGATE: Mapping[str, Any] = {  # JSON of a tool
    "type": "function",
    "name": "delegate",
    "description": "Hand on work that needs tools, fresh facts or more thought than a reply; go on talking meanwhile.",
    "parameters": {"type": "object", "properties": {"task": {"type": "string"}}, "required": ["task"]},
}


def through_realtime(url: str, key: str | None) -> Perform:
    """Perform items over `url` (ws:// or wss://), each in a session of its own."""
    if not url.startswith(("ws://", "wss://")):
        raise TargetError(f"openai-realtime: {url!r} is no ws:// or wss:// address")
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    async def perform(item: Item, sound: Pcm) -> Take:
        spoken = resampled(sound, HEARD_RATE_HZ, SPOKEN_RATE_HZ)
        try:
            async with aiohttp.ClientSession() as http:
                async with http.ws_connect(url, headers=headers, max_msg_size=MAX_MESSAGE_BYTES) as socket:
                    return await _Session(socket, item).run(spoken)
        except aiohttp.ClientError as error:
            raise TargetError(f"{url}: {error}") from error

    return perform


class _Session:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, item: Item) -> None:
        self._socket, self._item = socket, item
        self._heard = PlayOut()
        self._ready = asyncio.Event()
        self._num_sent = 0  # ticks
        self._answer: str | None = None  # the item of the server that sounds
        self._answer_samples = 0
        self._deeds: list[Deed] = []

    async def run(self, spoken: Pcm) -> Take:
        try:
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(self._read(), name=f"read {self._item.id}")
                await self._socket.send_json({"type": "session.update", "session": self._settings()})
                async with asyncio.timeout(READY_TIMEOUT_S):
                    await self._ready.wait()
                output = await play_in_time(spoken, self._send, self._heard)
                reading.cancel()
        except* TargetError as group:
            raise group.exceptions[0] from None
        except* TimeoutError:
            raise TargetError(f"no session.updated within {READY_TIMEOUT_S:g} s") from None
        return Take(output, deeds=tuple(self._deeds))

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {"input": {"format": FORMAT}, "output": {"format": FORMAT}},
        }
        if self._item.has_chosen_task:
            settings |= {"tools": [dict(DELEGATE)], "tool_choice": "auto"}
        return settings

    async def _send(self, tick: Pcm) -> None:
        self._num_sent += 1
        audio = base64.b64encode(to_pcm16(tick)).decode()
        await self._socket.send_json({"type": "input_audio_buffer.append", "audio": audio})

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type != aiohttp.WSMsgType.TEXT:
                continue
            try:
                event = cast(dict[str, Any], json.loads(message.data))
                await self._on_event(str(event["type"]), event)
            except (ValueError, KeyError, TypeError, binascii.Error) as error:
                raise TargetError(f"an event that cannot be read: {message.data[:120]!r}: {error}") from error
        raise TargetError(f"the server closed the connection ({self._socket.close_code})")

    async def _on_event(self, kind: str, event: Mapping[str, Any]) -> None:
        if kind in SOUND:
            if event.get("item_id") != self._answer:
                self._answer, self._answer_samples = event.get("item_id"), 0
            pcm = from_pcm16(base64.b64decode(event["delta"], validate=True))
            self._answer_samples += pcm.size
            self._heard.put(pcm)
        elif kind == "session.updated":
            self._ready.set()
        elif kind == HEARS_SPEECH:
            await self._stop()
        elif kind == CALLED:
            fields = {"id": event.get("call_id", ""), "task": _task_in(str(event["arguments"]))}
            self._deeds.append(Deed(round(self._num_sent * 0.02, 3), "Delegate", fields))
        elif kind == "error":
            raise TargetError(f"the server reports {cast(Mapping[str, Any], event['error']).get('message')}")

    async def _stop(self) -> None:
        dropped = self._heard.clear()
        if dropped and self._answer is not None:
            heard_ms = max(0, self._answer_samples - dropped) * 1000 // SPOKEN_RATE_HZ
            where = {"item_id": self._answer, "content_index": 0, "audio_end_ms": heard_ms}
            await self._socket.send_json({"type": "conversation.item.truncate", **where})


def _task_in(arguments: str) -> str:
    try:
        held = json.loads(arguments)
    except ValueError:
        return arguments
    return str(cast(Mapping[str, Any], held).get("task", arguments)) if isinstance(held, dict) else arguments
