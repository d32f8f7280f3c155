"""agent/bench/targets.py: somebody else's agent over WHIP, the realtime protocol and a program, all on this machine"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from aiohttp import WSMsgType, web

from agent.bench.in_time import PlayOut, TargetError, from_pcm16, to_pcm16
from agent.bench.item import Item
from agent.bench.product import started
from agent.bench.targets import parse_target, through_target
from agent.errors import TransportError
from model.types import HEARD_RATE_HZ, SPOKEN_RATE_HZ, Pcm

ITEM = Item("turn-1", "duplex", "turn_taking", "dev", 0, "none", 1.6, ())
ECHO = "import sys\nwhile data := sys.stdin.buffer.read(960): sys.stdout.buffer.write(data); sys.stdout.buffer.flush()"
HALF = """
import sys, wave
with wave.open(sys.argv[1]) as given, wave.open(sys.argv[2], "wb") as made:
    made.setparams(given.getparams())
    made.writeframes(given.readframes(given.getnframes() // 2))
"""


def _burst(at_s: float, duration_s: float, total_s: float = 1.6) -> Pcm:
    sound = np.zeros(round(total_s * HEARD_RATE_HZ), np.float32)
    start, size = round(at_s * HEARD_RATE_HZ), round(duration_s * HEARD_RATE_HZ)
    sound[start : start + size] = 0.3 * np.sin(np.arange(size) * 2 * np.pi * 440 / HEARD_RATE_HZ)
    return sound


def _onset_s(pcm: Pcm) -> float:
    return float(np.flatnonzero(np.abs(pcm) > 0.05)[0]) / SPOKEN_RATE_HZ


@asynccontextmanager
async def _realtime(answer_at: int, beta: bool = False) -> AsyncGenerator[tuple[str, list[dict[str, object]]]]:
    """A server of the realtime protocol: a second of sound at tick `answer_at`, heard speech 20 ticks later."""
    got: list[dict[str, object]] = []
    sound = ".output_audio" if not beta else ".audio"

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "session.created"})
        ticks = 0
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            event = json.loads(message.data)
            if event["type"] != "input_audio_buffer.append":
                got.append(event)
            if event["type"] == "session.update":
                await socket.send_json({"type": "session.updated"})
            if event["type"] == "input_audio_buffer.append":
                ticks += 1
                assert len(base64.b64decode(event["audio"])) == 960  # 20 ms
                if ticks == answer_at:
                    tone = 0.3 * np.sin(np.arange(SPOKEN_RATE_HZ) * 2 * np.pi * 440 / SPOKEN_RATE_HZ)
                    delta = base64.b64encode(to_pcm16(tone.astype(np.float32))).decode()
                    await socket.send_json({"type": f"response{sound}.delta", "item_id": "i1", "delta": delta})
                    task = json.dumps({"task": "the weather in Lima"})
                    called = {"type": "response.function_call_arguments.done", "call_id": "c1", "arguments": task}
                    await socket.send_json(called)
                if ticks == answer_at + 20:
                    await socket.send_json({"type": "input_audio_buffer.speech_started"})
        return socket

    app = web.Application()
    app.router.add_get("/v1/realtime", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"ws://127.0.0.1:{runner.addresses[0][1]}/v1/realtime", got
    await runner.cleanup()


@pytest.mark.parametrize("beta", [False, True])
async def test_a_realtime_agent_is_heard_when_it_sounds_and_stops_when_it_hears_speech(beta: bool) -> None:
    async with _realtime(answer_at=15, beta=beta) as (url, got):
        take = await through_target(parse_target(f"openai-realtime:{url}"))(ITEM, _burst(0.2, 0.2))
    assert take.output.size == round(1.6 * SPOKEN_RATE_HZ)
    assert 0.27 <= _onset_s(take.output) < 0.6  # tick 15 is at 0.3 s
    loud = np.flatnonzero(np.abs(take.output) > 0.05)
    assert (loud[-1] - loud[0]) / SPOKEN_RATE_HZ == pytest.approx(0.4, abs=0.15)  # cut 20 ticks after it began
    assert [event["type"] for event in got] == ["session.update", "conversation.item.truncate"]
    assert got[1]["item_id"] == "i1" and 200 <= int(str(got[1]["audio_end_ms"])) <= 600
    assert [(deed.kind, deed.fields["task"]) for deed in take.deeds] == [("Delegate", "the weather in Lima")]


async def test_a_realtime_agent_that_goes_away_says_so() -> None:
    with pytest.raises(TargetError, match=r"127\.0\.0\.1:1"):
        await through_target(parse_target("openai-realtime:ws://127.0.0.1:1/"))(ITEM, _burst(0.2, 0.2))


async def test_a_program_is_given_and_gives_sound_as_it_goes(tmp_path: Path) -> None:
    program = tmp_path / "echo.py"
    program.write_text(ECHO)
    take = await through_target(parse_target(f"command:{sys.executable} {program}"))(ITEM, _burst(0.6, 0.3))
    assert take.output.size == round(1.6 * SPOKEN_RATE_HZ)
    assert 0.6 <= _onset_s(take.output) < 1.0


async def test_a_program_from_file_to_file_is_cut_to_the_items_length(tmp_path: Path) -> None:
    program = tmp_path / "half.py"
    program.write_text(HALF)
    perform = through_target(parse_target(f"command:{sys.executable} {program} {{input}} {{output}}"))
    take = await perform(ITEM, _burst(0.6, 0.8))
    assert take.output.size == round(1.6 * SPOKEN_RATE_HZ)
    assert _onset_s(take.output) == pytest.approx(0.6, abs=0.005)
    assert not take.output[round(0.85 * SPOKEN_RATE_HZ) :].any()


async def test_a_program_that_ends_early_says_so() -> None:
    perform = through_target(parse_target(f"command:{sys.executable} -c 'raise SystemExit(3)' {{output}}"))
    with pytest.raises(TargetError, match="ended with 3 and wrote no output file"):
        await perform(ITEM, _burst(0.2, 0.2))
    perform = through_target(parse_target(f"command:{sys.executable} -c pass"))
    with pytest.raises(TargetError, match=r"ended with 0|closed its standard input"):
        await perform(ITEM, _burst(0.2, 0.2))


@pytest.mark.timeout(60)
async def test_a_whip_endpoint_is_spoken_to_and_let_go() -> None:
    async with started("agent.bench.stock_echo") as echo:
        take = await through_target(parse_target(f"whip:{echo.origin}"))(ITEM, _burst(0.3, 0.4))
        assert take.output.size == round(1.6 * SPOKEN_RATE_HZ)
        assert 0.3 < _onset_s(take.output) < 1.0
        with pytest.raises(TransportError, match="405"):
            await through_target(parse_target(f"whip:{echo.origin}/nothing"))(ITEM, _burst(0.3, 0.4))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sip:bob", "there is whip, room, openai-realtime, command"),
        ("whip:", "KIND:ADDRESS is needed"),
        ("whip:bob", "no http:// or https:// address"),
        ("openai-realtime:http://x", "no ws:// or wss:// address"),
        ("command:'", "No closing quotation"),
    ],
)
def test_a_target_that_is_none_says_what_is_needed(text: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        through_target(parse_target(text))


def test_what_waits_is_heard_in_order_and_never_without_bound() -> None:
    waiting = PlayOut()
    waiting.put(np.arange(700, dtype=np.float32))
    assert waiting.pull()[479] == 479 and waiting.clear() == 220 and not waiting.pull().any()
    with pytest.raises(TargetError, match="ahead of time"):
        waiting.put(np.zeros(31 * 60 * SPOKEN_RATE_HZ, np.float32))
    assert np.allclose(from_pcm16(to_pcm16(np.array([0.5, -1.0, 2.0], np.float32)) + b"x"), [0.5, -1.0, 1.0], atol=1e-4)
