"""Rooms in which the microphone hears the loudspeaker, quieter and later. Knows no call and no agent.

Two ways: sound devices of a private PulseAudio server, which Chromium opens as it would real ones, with its own echo
cancellation; and a page whose microphone is mixed in WebAudio, without any.
"""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from playwright.async_api import Page

from model.types import Pcm

ECHO_DB = -20
ECHO_MS = 150
ROOM_RATE_HZ = 48_000
MAX_ECHO_MS = 500  # later ones are not looked for
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0

# One sink with two channels, so that one recording holds loudspeaker and microphone on one clock. Chromium hides
# monitors of sinks, hence the remapped source. Sink inputs are numbered as they are made: the loopback's is 2.
_ROOM = """
.fail
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=room rate={rate} format=float32le channels=2 channel_map=front-left,front-right
load-module module-remap-sink sink_name=loudspeaker master=room {channel}front-left
load-module module-remap-sink sink_name=air master=room {channel}front-right
load-module module-remap-source source_name=microphone master=room.monitor {channel}front-right
load-module module-remap-source source_name=loudspeaker_sound master=room.monitor {channel}front-left
load-module module-loopback source=loudspeaker_sound sink=air latency_msec={delay_ms} adjust_time=0
set-sink-input-volume 2 {volume}
set-default-sink loudspeaker
set-default-source microphone
"""
_CHANNEL = "channels=1 channel_map=mono remix=no master_channel_map="
_VOLUME = round(65536 * 10 ** (ECHO_DB / 60))  # PulseAudio's scale is cubic
_STARTED = b"Daemon startup complete"

# The page's microphone is `air`: what `room.say` plays, and every remote audio track as loud as the page plays it,
# quieter and later.
_MIXING = """
(() => {
  const context = new AudioContext({ sampleRate: room.rate });
  const air = new GainNode(context);
  const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const loudspeaker = new GainNode(context, { channelCount: 1, channelCountMode: "explicit" });
  const echo = new GainNode(context, { gain: room.echo });
  const later = new DelayNode(context, { delayTime: room.delay_s });
  loudspeaker.connect(echo).connect(later).connect(air).connect(microphone);
  const both = new ChannelMergerNode(context, { numberOfInputs: 2 });
  const recorded = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  loudspeaker.connect(both, 0, 0);
  air.connect(both, 0, 1);
  both.connect(recorded);
  navigator.mediaDevices.getUserMedia = async () => {
    await context.resume();
    return microphone.stream.clone();
  };
  const fed = new Map(); // by track: how loud the page plays it
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "volume");
  Object.defineProperty(HTMLMediaElement.prototype, "volume", {
    get,
    set(level) {
      set.call(this, level);
      for (const { id } of this.srcObject?.getTracks() ?? []) if (fed.has(id)) fed.get(id).gain.value = level;
    },
  });
  const feed = (track) => {
    const element = new Audio(); // a remote track feeds WebAudio only while an element plays it, too
    element.muted = true;
    element.srcObject = new MediaStream([track]);
    element.play();
    fed.set(track.id, new GainNode(context));
    const source = new MediaStreamAudioSourceNode(context, { mediaStream: element.srcObject });
    source.connect(fed.get(track.id)).connect(loudspeaker);
  };
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...rest) {
      super(...rest);
      this.addEventListener("track", ({ track }) => track.kind === "audio" && feed(track));
    }
  };
  room.say = async (wav) => {
    const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0));
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
    source.connect(air);
    const isOver = new Promise((resolve) => (source.onended = resolve));
    source.start();
    await isOver;
  };
  room.mark = () => {
    // heard by nobody: it tells when something happened, on the clock of the recording
    const beep = new OscillatorNode(context, { frequency: 3000 });
    beep.connect(both, 0, 1);
    beep.start();
    beep.stop(context.currentTime + 0.05);
  };
  room.record = () => {
    const chunks = [];
    const recorder = new MediaRecorder(recorded.stream, { mimeType: "audio/webm;codecs=pcm" });
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start(100);
    room.recorded = async () => {
      const isOver = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.stop();
      await isOver;
      const reader = new FileReader();
      const isRead = new Promise((resolve) => (reader.onload = resolve));
      reader.readAsDataURL(new Blob(chunks));
      await isRead;
      return reader.result.split(",")[1];
    };
  };
})();
"""


def mixed_microphone(echo_gain: float, delay_ms: float = ECHO_MS) -> str:
    """The script of a page whose microphone hears its loudspeaker that much quieter and later."""
    room = f"{{ rate: {ROOM_RATE_HZ}, echo: {echo_gain}, delay_s: {delay_ms / 1000} }}"
    return f"window.room = {room};{_MIXING}"


MIXED_MICROPHONE = mixed_microphone(10 ** (ECHO_DB / 20))
HEADSET_MICROPHONE = mixed_microphone(0)  # only what is said comes to it


class SoundServerError(Exception):
    """PulseAudio or one of its clients failed; the text holds its own words."""


@dataclass(frozen=True, slots=True)
class Echo:
    """How the loudspeaker comes back to the microphone."""

    gain_db: float
    delay_ms: float


class EchoingRoom(Protocol):
    """Where somebody speaks, and where what sounds is recorded."""

    async def say(self, wav: Path) -> None:
        """Let a person say what a WAV file holds; returns when it is said."""
        ...

    async def start_recording(self) -> None:
        """Record loudspeaker and microphone from now on."""
        ...

    async def stop_recording(self) -> Pcm:
        """(2, S) at ROOM_RATE_HZ: the loudspeaker, and what comes to the microphone."""
        ...


class DeviceRoom:
    """`EchoingRoom` with the devices of a PulseAudio server; programs find them by `environment`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recorder: asyncio.subprocess.Process | None = None
        self.socket = folder / "native"
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "PULSE_SERVER": f"unix:{self.socket}"}

    async def say(self, wav: Path) -> None:
        process = await self._start("paplay", "--device=air", str(wav))
        _, words = await process.communicate()
        if process.returncode:
            raise SoundServerError(f"paplay {wav.name}: {words.decode(errors='replace').strip()}")

    async def start_recording(self) -> None:
        layout = (f"--rate={ROOM_RATE_HZ}", "--channels=2", "--format=float32le", "--file-format=wav")
        file = str(self._folder / "recorded.wav")
        self._recorder = await self._start("parec", "--device=room.monitor", "--latency-msec=50", *layout, file)

    async def stop_recording(self) -> Pcm:
        assert self._recorder is not None
        self._recorder.send_signal(signal.SIGINT)  # parec writes what it has and ends
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await self._recorder.communicate()
        return await asyncio.to_thread(lambda: _decode_both((self._folder / "recorded.wav").read_bytes()))

    async def _start(self, *words: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*words, stderr=pipe, env=self.environment)


class MixedRoom:
    """`EchoingRoom` inside a page that was opened with MIXED_MICROPHONE."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def say(self, wav: Path) -> None:
        sound = await asyncio.to_thread(wav.read_bytes)
        await self._page.evaluate("(wav) => room.say(wav)", base64.b64encode(sound).decode())

    async def start_recording(self) -> None:
        await self._page.evaluate("room.record()")

    async def stop_recording(self) -> Pcm:
        return _decode_both(base64.b64decode(cast(str, await self._page.evaluate("room.recorded()"))))


@asynccontextmanager
async def sound_devices() -> AsyncGenerator[DeviceRoom]:
    """Run a PulseAudio server of one's own until the block ends. Raises SoundServerError."""
    with tempfile.TemporaryDirectory(prefix="alongside-") as name:  # a socket's path may have 107 letters
        room = DeviceRoom(Path(name))
        script = Path(name) / "room.pa"
        script.write_text(
            _ROOM.format(socket=room.socket, rate=ROOM_RATE_HZ, channel=_CHANNEL, delay_ms=ECHO_MS, volume=_VOLUME)
        )
        flags = ("-n", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no", "--log-level=info")
        process = await asyncio.create_subprocess_exec(
            *("pulseaudio", *flags, "-F", str(script)), stderr=asyncio.subprocess.PIPE, env=room.environment
        )
        assert process.stderr is not None
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await _until_started(process.stderr)
            async with asyncio.TaskGroup() as tasks:
                draining = tasks.create_task(process.stderr.read(), name="drain pulseaudio's log")
                yield room
                draining.cancel()
        finally:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await process.wait()


async def _until_started(log: asyncio.StreamReader) -> None:
    lines: list[bytes] = []
    async for line in log:
        lines.append(line)
        if _STARTED in line:
            return
    words = b"".join(lines[-8:]).decode(errors="replace")
    raise SoundServerError(f"pulseaudio ended without having started:\n{words}")


def echo_in(recording: Pcm) -> Echo:
    """How a recording's loudspeaker comes back in its microphone: the delay of best agreement, and its gain there.

    Least squares with one tap: speech of others is uncorrelated with the loudspeaker and averages out.
    """
    loudspeaker, microphone = recording.astype(np.float64)
    size = 1 << (2 * recording.shape[1] - 1).bit_length()
    across = np.fft.irfft(np.conj(np.fft.rfft(loudspeaker, size)) * np.fft.rfft(microphone, size), size)
    delay = int(np.argmax(np.abs(across[: MAX_ECHO_MS * ROOM_RATE_HZ // 1000])))
    gain = abs(across[delay]) / max(float(loudspeaker @ loudspeaker), 1e-12)
    return Echo(20 * float(np.log10(max(gain, 1e-6))), delay * 1000 / ROOM_RATE_HZ)


def _decode_both(sound: bytes) -> Pcm:
    """(2, S) at ROOM_RATE_HZ of a recording with two channels."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=ROOM_RATE_HZ)
    parts: list[Pcm] = []
    with av.open(io.BytesIO(sound), "r") as container:
        for frame in container.decode(audio=0):
            parts += [each.to_ndarray().astype(np.float32) for each in resampler.resample(frame)]
    return np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), np.float32)
