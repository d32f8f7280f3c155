"""Opus through the real libopus, on real speech. S samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.opus import (
    DTX_PAYLOAD_BYTES,
    OpusDecoder,
    OpusEncoder,
    OpusError,
    OpusPayloadError,
    OpusUsageError,
    inspect_payload,
    libopus_version,
)
from model.types import Pcm
from tests.agent.speech import RATE_HZ, speech

PIECE_SAMPLES = RATE_HZ // 50


def encode(pcm: Pcm, encoder: OpusEncoder) -> list[bytes]:
    size = encoder.samples_per_packet
    return [encoder.encode(pcm[i : i + size]) for i in range(0, len(pcm) - size + 1, size)]


def envelope(pcm: Pcm) -> Pcm:
    """Return the level of each 20 ms."""
    pieces = pcm[: len(pcm) // PIECE_SAMPLES * PIECE_SAMPLES].reshape(-1, PIECE_SAMPLES)
    return np.sqrt((pieces**2).mean(axis=1))


def correlation(a: Pcm, b: Pcm) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def test_libopus_says_its_version() -> None:
    assert libopus_version().startswith("libopus 1.")


def test_speech_survives_encoding_and_decoding() -> None:
    pcm = speech(4.0)
    decoder = OpusDecoder(RATE_HZ)
    heard = np.concatenate([decoder.decode(p) for p in encode(pcm, OpusEncoder(RATE_HZ, dtx=False))])
    assert heard.dtype == np.float32
    assert len(heard) == len(pcm)
    assert correlation(envelope(heard), envelope(pcm)) > 0.95


def test_what_24_khz_encoded_decodes_at_16_khz_without_a_resampler() -> None:
    t = np.arange(24_000) / 24_000
    tone = (0.3 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    decoder = OpusDecoder(16_000)
    heard = np.concatenate([decoder.decode(p) for p in encode(tone, OpusEncoder(24_000))])
    assert len(heard) == 16_000
    spectrum = np.abs(np.fft.rfft(heard[4000:12_000] * np.hanning(8000)))
    assert abs(float(np.argmax(spectrum)) * 2.0 - 440.0) <= 2.0


def test_fec_rebuilds_a_lost_packet_better_than_concealment_does() -> None:
    pcm = speech(8.0)
    packets = encode(pcm, OpusEncoder(RATE_HZ, fec=True, dtx=False, expected_loss_pct=20))
    whole = np.concatenate([d for d in _decode_all(packets, "all")])
    errors = {}
    for way in ("fec", "conceal"):
        heard = np.concatenate(_decode_all(packets, way))
        lost = [i for i in range(5, len(packets) - 1, 7) if inspect_payload(packets[i + 1]).fec_samples]
        assert len(lost) > 10
        errors[way] = sum(
            float(((heard - whole)[i * PIECE_SAMPLES : (i + 1) * PIECE_SAMPLES] ** 2).sum()) for i in lost
        )
    assert errors["fec"] < 0.5 * errors["conceal"], errors


def _decode_all(packets: list[bytes], way: str) -> list[Pcm]:
    decoder = OpusDecoder(RATE_HZ)
    heard: list[Pcm] = []
    for i, packet in enumerate(packets):
        is_lost = way != "all" and i % 7 == 5 and i + 1 < len(packets)
        if is_lost and way == "fec":
            heard.append(decoder.decode_fec(packets[i + 1], PIECE_SAMPLES))
        elif is_lost:
            heard.append(decoder.conceal(PIECE_SAMPLES))
        else:
            heard.append(decoder.decode(packet))
    return heard


def test_concealment_in_speech_is_not_silence_and_dies_away() -> None:
    decoder = OpusDecoder(RATE_HZ)
    packets = encode(speech(4.0), OpusEncoder(RATE_HZ, dtx=False))
    levels = [float(np.abs(decoder.decode(p)).max()) for p in packets[:100]]
    loudest = int(np.argmax(levels))
    decoder.reset()
    for packet in packets[: loudest + 1]:
        decoder.decode(packet)
    concealed = envelope(np.concatenate([decoder.conceal(PIECE_SAMPLES) for _ in range(40)]))
    assert concealed[0] > 0.01
    assert concealed[-1] < 0.1 * concealed[0]


def test_silence_becomes_dtx_packets_and_comfort_noise_stays_quiet() -> None:
    encoder, decoder = OpusEncoder(24_000, dtx=True), OpusDecoder(RATE_HZ)
    packets = encode(np.zeros(24_000 * 2, dtype=np.float32), encoder)
    assert sum(inspect_payload(p).is_dtx for p in packets) > len(packets) // 2
    assert all(len(p) <= DTX_PAYLOAD_BYTES for p in packets if inspect_payload(p).is_dtx)
    heard = np.concatenate([decoder.decode(p) for p in packets])
    assert float(np.abs(heard[RATE_HZ:]).max()) < 0.01


def test_no_fec_is_spent_while_no_loss_is_expected() -> None:
    encoder = OpusEncoder(RATE_HZ, dtx=False, expected_loss_pct=0)
    calm = encode(speech(2.0), encoder)
    encoder.expected_loss_pct = 20
    lossy = encode(speech(2.0), encoder)
    assert encoder.expected_loss_pct == 20
    assert not any(inspect_payload(p).fec_samples for p in calm[5:])
    assert any(inspect_payload(p).fec_samples for p in lossy)


@given(payload=st.binary(max_size=1500))
def test_garbage_is_decoded_or_refused_and_never_breaks_the_decoder(payload: bytes) -> None:
    decoder = OpusDecoder(RATE_HZ)
    try:
        heard = decoder.decode(payload)
    except OpusPayloadError:
        assert not _is_opus(payload)
    else:
        assert len(heard) == inspect_payload(payload).num_samples // 3
        assert np.isfinite(heard).all()
        assert np.isfinite(decoder.decode_fec(payload, PIECE_SAMPLES)).all()
    assert np.isfinite(decoder.conceal(PIECE_SAMPLES)).all()


def _is_opus(payload: bytes) -> bool:
    try:
        inspect_payload(payload)
    except OpusError:
        return False
    return True


@pytest.mark.parametrize("payload", [b"", b"\xff" * 10, b"\x03", bytes(5000)])
def test_what_is_no_packet_is_refused_with_a_reason(payload: bytes) -> None:
    with pytest.raises(OpusPayloadError, match=r"Opus p(ayload|acket)"):
        inspect_payload(payload)


@pytest.mark.parametrize("num_samples", [0, -320, 7, 16_000])
def test_lengths_opus_does_not_have_are_refused(num_samples: int) -> None:
    with pytest.raises(OpusUsageError, match=r"2\.5 ms"):
        OpusDecoder(RATE_HZ).conceal(num_samples)


def test_wrong_rates_shapes_and_settings_are_refused() -> None:
    with pytest.raises(OpusUsageError, match="44100"):
        OpusDecoder(44_100)
    with pytest.raises(OpusUsageError, match="44100"):
        OpusEncoder(44_100)
    with pytest.raises(OpusUsageError, match="expected_loss_pct = 101"):
        OpusEncoder(24_000, expected_loss_pct=101)
    with pytest.raises(OpusUsageError, match=r"\(480,\)"):
        OpusEncoder(24_000).encode(np.zeros(320, dtype=np.float32))
