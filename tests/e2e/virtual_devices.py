"""Rooms in which the loudspeaker is heard by the microphone, quieter and later. Knows no call and no agent.

Two ways: sound devices of a private PulseAudio server, which Chromium opens as it would real ones, with its own echo
cancellation; and a page whose microphone is mixed in WebAudio, without any.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from playwright.async_api import Page

from model.types import Pcm

ECHO_DB = -20
ECHO_MS = 150
ROOM_RATE_HZ = 48_000
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0

# One sink with two channels, so that one recording holds loudspeaker and microphone on one clock. Chromium hides
# monitors of sinks, hence the remapped source. Sink inputs are numbered as they are made: the loopback's is 2.
_ROOM = """
.fail
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=room rate={rate} format=float32le channels=2 channel_map=front-left,front-right
load-module module-remap-sink sink_name=loudspeaker master=room {left}
load-module module-remap-sink sink_name=air master=room {right}
load-module module-remap-source source_name=microphone master=room.monitor {right}
load-module module-remap-source source_name=loudspeaker_sound master=room.monitor {left}
load-module module-loopback source=loudspeaker_sound sink=air latency_msec={delay_ms} adjust_time=0
set-sink-input-volume 2 {volume}
set-default-sink loudspeaker
set-default-source microphone
"""
_CHANNEL = "channels=1 channel_map=mono remix=no master_channel_map="
_FULL_VOLUME = 65536  # PulseAudio's scale is cubic
_STARTED = "Daemon startup complete"

# The page's microphone is `air`: what `room.say` plays, and every remote audio track, quieter and later.
MIXED_MICROPHONE = """
window.room = { chunks: [] };
(() => {
  const context = new AudioContext({ sampleRate: %(rate)d });
  const air = new GainNode(context);
  const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const loudspeaker = new GainNode(context, { channelCount: 1, channelCountMode: "explicit" });
  const echo = new GainNode(context, { gain: 10 ** (%(echo_db)f / 20) });
  loudspeaker.connect(echo).connect(new DelayNode(context, { delayTime: %(delay_s)f })).connect(air).connect(microphone);
  const both = new ChannelMergerNode(context, { numberOfInputs: 2 });
  const recorded = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  loudspeaker.connect(both, 0, 0);
  air.connect(both, 0, 1);
  both.connect(recorded);
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  navigator.mediaDevices.getUserMedia = async () => {
    await context.resume();
    return microphone.stream.clone();
  };
  const feed = (track) => {
    const element = new Audio(); // a remote track feeds WebAudio only while an element plays it, too
    element.muted = true;
    element.srcObject = new MediaStream([track]);
    element.play();
    new MediaStreamAudioSourceNode(context, { mediaStream: element.srcObject }).connect(loudspeaker);
    room.element = element;
  };
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...rest) {
      super(...rest);
      this.addEventListener("track", ({ track }) => track.kind === "audio" && feed(track));
    }
  };
  room.say = async (wav) => {
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytesOf(wav).buffer) });
    source.connect(air);
    const isOver = new Promise((resolve) => (source.onended = resolve));
    source.start();
    await isOver;
  };
})();
""" % {"rate": ROOM_RATE_HZ, "echo_db": ECHO_DB, "delay_s": ECHO_MS / 1000}
