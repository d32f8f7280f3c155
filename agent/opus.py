"""Opus through libopus itself: decoding with concealment and in-band FEC, encoding, packet inspection.

PyAV's decoder offers neither concealment nor FEC, so this speaks to the same libopus over ctypes. Sound is
mono float32 at whatever rate Opus knows (8, 12, 16, 24, 48 kHz): the codec converts, no resampler is needed.
Knows nothing of RTP. N samples of one call.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import weakref
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.errors import AgentError
from model.types import Pcm

RTP_RATE_HZ = 48_000  # RTP timestamps of Opus count at 48 kHz whatever is coded (RFC 7587)
MAX_PACKET_MS = 120
MAX_PAYLOAD_BYTES = 3 * 1277  # three frames of the largest size and their lengths: no RTP packet is longer
DTX_PAYLOAD_BYTES = 2  # a packet this short holds no sound: the encoder went silent
RATES_HZ = (8_000, 12_000, 16_000, 24_000, 48_000)

_OK = 0
_APPLICATION_VOIP = 2048
_SIGNAL_VOICE = 3001
_RESET_STATE = 4028
_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_SET_DTX = 4016
_SET_SIGNAL = 4024
_MAX_FRAMES = 48  # of 2.5 ms in one packet of 120 ms
_SILK_OR_HYBRID_CONFIGS = 16  # configurations below this carry SILK, the only layer with FEC


class OpusError(AgentError):
    """What can go wrong with Opus.

    OpusError
    ├── OpusMissingError   no libopus on this machine
    ├── OpusPayloadError   bytes that are no Opus packet; the codec's state is unchanged or concealable
    └── OpusUsageError     a rate, length or shape Opus does not have
    """


class OpusMissingError(OpusError):
    """libopus was found neither in the av wheel nor on the system."""


class OpusPayloadError(OpusError):
    """The payload is no Opus packet."""


class OpusUsageError(OpusError):
    """The caller asked for what Opus does not do."""


@dataclass(frozen=True, slots=True)
class OpusPacketInfo:
    """What a payload holds, read from its headers without decoding; durations in samples at 48 kHz."""

    num_samples: int  # sound in the packet
    fec_samples: int  # sound before the packet that its in-band FEC can rebuild; 0 without FEC
    is_dtx: bool  # no sound: the sender goes silent after it


def inspect_payload(payload: bytes) -> OpusPacketInfo:
    """Read duration, FEC and DTX of a packet. Raises OpusPayloadError for bytes that are no Opus packet."""
    if not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
        raise OpusPayloadError(f"Opus payload of {len(payload)} bytes; expected 1 to {MAX_PAYLOAD_BYTES}")
    lib = _libopus()
    toc = ctypes.c_ubyte()
    starts = (ctypes.c_void_p * _MAX_FRAMES)()
    sizes = (ctypes.c_int16 * _MAX_FRAMES)()
    offset = ctypes.c_int()
    num_frames = lib.opus_packet_parse(payload, len(payload), ctypes.byref(toc), starts, sizes, ctypes.byref(offset))
    if num_frames <= 0:
        raise OpusPayloadError(f"not an Opus packet: {_message(num_frames)} ({len(payload)} bytes)")
    frame_samples = int(lib.opus_packet_get_samples_per_frame(payload, RTP_RATE_HZ))
    num_samples = num_frames * frame_samples
    if num_samples > RTP_RATE_HZ * MAX_PACKET_MS // 1000:
        raise OpusPayloadError(f"not an Opus packet: {num_samples} samples exceed {MAX_PACKET_MS} ms")
    is_dtx = len(payload) <= DTX_PAYLOAD_BYTES
    has_fec = sizes[0] > 0 and _has_fec(payload[0], payload[offset.value], frame_samples)
    return OpusPacketInfo(num_samples, frame_samples if has_fec else 0, is_dtx)


class OpusDecoder:
    """One sender's Opus stream to mono sound. Not for several threads at once.

    A lost packet is answered with `decode_fec` (the packet after it is here) or `conceal`, so that the
    codec's state follows the stream.
    """

    def __init__(self, rate_hz: int = 16_000, channels: int = 1) -> None:
        if rate_hz not in RATES_HZ or channels != 1:
            raise OpusUsageError(f"OpusDecoder: {rate_hz} Hz, {channels} channels; expected {RATES_HZ}, 1")
        self.rate_hz = rate_hz
        self._lib = _libopus()
        error = ctypes.c_int()
        self._state = self._lib.opus_decoder_create(rate_hz, channels, ctypes.byref(error))
        if error.value != _OK or not self._state:
            raise OpusError(f"opus_decoder_create: {_message(error.value)}")
        weakref.finalize(self, self._lib.opus_decoder_destroy, self._state)

    def decode(self, payload: bytes) -> Pcm:
        """Return the packet's sound, (N,). Raises OpusPayloadError."""
        num_samples = inspect_payload(payload).num_samples * self.rate_hz // RTP_RATE_HZ
        return self._decode(payload, num_samples, use_fec=False)

    def decode_fec(self, payload: bytes, num_samples: int) -> Pcm:
        """Rebuild the `num_samples` before `payload` from its in-band FEC; what FEC lacks is concealed."""
        inspect_payload(payload)
        self._check_length(num_samples)
        return self._decode(payload, num_samples, use_fec=True)

    def conceal(self, num_samples: int) -> Pcm:
        """Go on for `num_samples` without a packet: extrapolated speech, or comfort noise during DTX."""
        self._check_length(num_samples)
        return self._decode(None, num_samples, use_fec=False)

    def reset(self) -> None:
        """Forget the stream, as for the first packet of another one."""
        code = self._lib.opus_decoder_ctl(self._state, _RESET_STATE)
        if code != _OK:
            raise OpusError(f"OPUS_RESET_STATE: {_message(code)}")

    def _check_length(self, num_samples: int) -> None:
        unit_samples = self.rate_hz // 400  # 2.5 ms, the smallest piece Opus knows
        if not 0 < num_samples <= self.rate_hz * MAX_PACKET_MS // 1000 or num_samples % unit_samples:
            raise OpusUsageError(
                f"{num_samples} samples at {self.rate_hz} Hz; expected a multiple of 2.5 ms up to {MAX_PACKET_MS} ms"
            )

    def _decode(self, payload: bytes | None, num_samples: int, use_fec: bool) -> Pcm:
        pcm = np.empty(num_samples, dtype=np.float32)
        size_bytes = 0 if payload is None else len(payload)
        code = self._lib.opus_decode_float(self._state, payload, size_bytes, pcm.ctypes.data, num_samples, int(use_fec))
        if code < 0:
            raise OpusPayloadError(f"Opus packet of {size_bytes} bytes does not decode: {_message(code)}")
        return pcm[:code]


class OpusEncoder:
    """Mono speech to one Opus stream, 20 ms a packet. Not for several threads at once."""

    def __init__(
        self,
        rate_hz: int = 24_000,
        bitrate_bps: int = 32_000,
        *,
        fec: bool = True,
        dtx: bool = True,
        expected_loss_pct: int = 0,
        complexity: int = 5,
    ) -> None:
        if rate_hz not in RATES_HZ:
            raise OpusUsageError(f"OpusEncoder: {rate_hz} Hz; expected one of {RATES_HZ}")
        self.rate_hz = rate_hz
        self.samples_per_packet = rate_hz // 50
        self._lib = _libopus()
        error = ctypes.c_int()
        self._state = self._lib.opus_encoder_create(rate_hz, 1, _APPLICATION_VOIP, ctypes.byref(error))
        if error.value != _OK or not self._state:
            raise OpusError(f"opus_encoder_create: {_message(error.value)}")
        weakref.finalize(self, self._lib.opus_encoder_destroy, self._state)
        self._packet = ctypes.create_string_buffer(MAX_PAYLOAD_BYTES)
        self._set(_SET_SIGNAL, _SIGNAL_VOICE, "signal")
        self._set(_SET_BITRATE, bitrate_bps, "bitrate_bps")
        self._set(_SET_COMPLEXITY, complexity, "complexity")
        self._set(_SET_INBAND_FEC, int(fec), "fec")
        self._set(_SET_DTX, int(dtx), "dtx")
        self._expected_loss_pct = 0
        self.expected_loss_pct = expected_loss_pct

    @property
    def expected_loss_pct(self) -> int:
        """Loss the receivers report, 0 to 100: the encoder spends bits on FEC only when it is above 0."""
        return self._expected_loss_pct

    @expected_loss_pct.setter
    def expected_loss_pct(self, percent: int) -> None:
        self._set(_SET_PACKET_LOSS_PERC, percent, "expected_loss_pct")
        self._expected_loss_pct = percent

    def encode(self, pcm: Pcm) -> bytes:
        """Encode 20 ms, (samples_per_packet,); with DTX on, silence gives at most DTX_PAYLOAD_BYTES."""
        if pcm.dtype != np.float32 or pcm.shape != (self.samples_per_packet,):
            raise OpusUsageError(
                f"OpusEncoder.encode: expected ({self.samples_per_packet},) float32, got {pcm.shape} {pcm.dtype}"
            )
        sound = np.ascontiguousarray(pcm)
        code = self._lib.opus_encode_float(
            self._state, sound.ctypes.data, self.samples_per_packet, self._packet, MAX_PAYLOAD_BYTES
        )
        if code < 0:
            raise OpusError(f"opus_encode_float: {_message(code)}")
        return self._packet.raw[:code]

    def _set(self, request: int, value: int, name: str) -> None:
        code = self._lib.opus_encoder_ctl(self._state, request, ctypes.c_int(value))
        if code != _OK:
            raise OpusUsageError(f"OpusEncoder: {name} = {value}: {_message(code)}")


def libopus_version() -> str:
    """Name and version of the libopus in use. Raises OpusMissingError."""
    return _libopus().opus_get_version_string().decode()


def _has_fec(toc: int, first_byte: int, frame_samples: int) -> bool:
    """Read the LBRR flags: SILK puts them after one voice-activity bit per 20 ms (RFC 6716, 4.2.3)."""
    if toc >> 3 >= _SILK_OR_HYBRID_CONFIGS:
        return False
    num_silk_frames = max(1, frame_samples // (RTP_RATE_HZ // 50))
    has_mid = first_byte >> (7 - num_silk_frames) & 1
    is_stereo = toc >> 2 & 1
    has_side = is_stereo and first_byte >> (6 - 2 * num_silk_frames) & 1
    return bool(has_mid or has_side)


def _message(code: int) -> str:
    return _libopus().opus_strerror(code).decode()


@functools.cache
def _libopus() -> ctypes.CDLL:
    """Load libopus and declare what is called. Raises OpusMissingError naming where it was looked for."""
    failures: list[str] = []
    for path in _candidates():
        try:
            lib = ctypes.CDLL(path)
        except OSError as error:
            failures.append(f"{path} ({error})")
            continue
        _declare(lib)
        return lib
    raise OpusMissingError(
        "no libopus: looked into the av wheel's libraries and for the system's"
        f" ({'; '.join(failures) or 'nothing found'}). `pip install av`, or on Debian and Ubuntu"
        " `apt install libopus0`, mends it."
    )


def _candidates() -> list[str]:
    found: list[str] = []
    spec = importlib.util.find_spec("av")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in (package.parent / "av.libs", package / ".dylibs"):
            found += [str(path) for path in sorted(folder.glob("*opus[-.]*")) if path.is_file()]
    system = ctypes.util.find_library("opus")
    if system is not None:
        found.append(system)
    return [*found, "libopus.so.0"]


def _declare(lib: ctypes.CDLL) -> None:
    pointer, integer, payload = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    signatures: dict[str, tuple[object, list[object]]] = {
        "opus_get_version_string": (payload, []),
        "opus_strerror": (payload, [integer]),
        "opus_packet_get_samples_per_frame": (integer, [payload, ctypes.c_int32]),
        "opus_packet_parse": (integer, [payload, ctypes.c_int32, pointer, pointer, pointer, pointer]),
        "opus_decoder_create": (pointer, [ctypes.c_int32, integer, pointer]),
        "opus_decoder_destroy": (None, [pointer]),
        "opus_decode_float": (integer, [pointer, payload, ctypes.c_int32, pointer, integer, integer]),
        "opus_encoder_create": (pointer, [ctypes.c_int32, integer, integer, pointer]),
        "opus_encoder_destroy": (None, [pointer]),
        "opus_encode_float": (ctypes.c_int32, [pointer, pointer, integer, pointer, ctypes.c_int32]),
        # Variadic: only the fixed arguments are declared, the value goes as an explicit c_int.
        "opus_decoder_ctl": (integer, [pointer, integer]),
        "opus_encoder_ctl": (integer, [pointer, integer]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
