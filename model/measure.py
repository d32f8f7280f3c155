"""Measures the cascade and its organs on real sound: `python -m model.measure words|reply`.

words   word error rate of whisper-base on human prompts (Debian's asterisk-core-sounds-en-g722)
reply   time from the end of a spoken question to the first sound of the answer, in real time
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model import weights
from model.cascade import LANGUAGE_MODEL_WEIGHTS, RECOGNISER_WEIGHTS, CascadeConfig, CascadeEngine
from model.cascade_session import CascadeSession
from model.recogniser import WhisperRecogniser
from model.types import (
    HEARD_RATE_HZ,
    HEARD_SAMPLES,
    MICRO_TURN_MS,
    Action,
    Heard,
    MicroTurnIn,
    MicroTurnOut,
    Pcm,
    SessionSettings,
)
from model.word_errors import num_errors, words_of

PROMPTS = Path("/usr/share/asterisk/sounds/en")
TRANSCRIPTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
QUESTIONS = (
    "What is the capital of France?",
    "How many days are in a week?",
    "What color is the sky?",
    "What is two plus two?",
    "Who wrote Romeo and Juliet?",
    "Can you hear me?",
    "What is the capital of Japan?",
    "What is the opposite of hot?",
)
_GIVE_UP_S = 8.0
_MIN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """One question and what came back."""

    asked: str
    heard: str
    answer: str
    first_sound_ms: float | None  # None: no answer within some seconds
    longest_step_ms: float


def read_sound(path: Path) -> Pcm:
    """Any file ffmpeg reads, as (S,) float32 at 16 kHz."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1", "-ar", str(HEARD_RATE_HZ), "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32).copy()


def speak_with_flite(text: str, folder: Path) -> Pcm:
    """A question in a voice that the engine does not speak with, without silence around it."""
    path = folder / "question.wav"
    subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(path)], check=True)
    pcm = read_sound(path)
    loud = np.flatnonzero(np.abs(pcm) > 0.01)
    return pcm[loud[0] : loud[-1] + 1] * (0.6 / np.abs(pcm).max())


async def ask(session: CascadeSession, asked: str, question: Pcm, lead_samples: int) -> Reply:
    """Play one question in real time, steps of 200 ms, and listen until the answer is over."""
    end_samples = lead_samples + len(question)
    sound = np.concatenate([np.zeros(lead_samples, np.float32), question])
    started = time.monotonic()
    first_sound_ms: float | None = None
    longest_ms = 0.0
    words: list[str] = []
    heard: list[Action] = []
    quiet = 0
    for index in range(int((end_samples / HEARD_RATE_HZ + _GIVE_UP_S) * 1000 / MICRO_TURN_MS)):
        piece = sound[index * HEARD_SAMPLES : (index + 1) * HEARD_SAMPLES]
        pcm = np.zeros(HEARD_SAMPLES, np.float32)
        pcm[: len(piece)] = piece
        await asyncio.sleep(max(0.0, started + (index + 1) * MICRO_TURN_MS / 1000 - time.monotonic()))
        before = time.monotonic()
        out: MicroTurnOut = await session.step((MicroTurnIn(index, pcm),))
        longest_ms = max(longest_ms, (time.monotonic() - before) * 1000)
        heard += [action for action in out.actions if isinstance(action, Heard) and action.is_final]
        words.append(out.text)
        if out.pcm is not None and first_sound_ms is None:
            first_sound_ms = (time.monotonic() - started - end_samples / HEARD_RATE_HZ) * 1000
            first_sound_ms += np.flatnonzero(np.abs(out.pcm) > 0.01)[:1].sum() / 24  # silence before the first phoneme
        quiet = 0 if out.pcm is not None else quiet + 1
        if first_sound_ms is not None and quiet > 3:
            break
    said = " ".join(action.text for action in heard if isinstance(action, Heard))
    return Reply(asked, said, " ".join(" ".join(words).split()), first_sound_ms, longest_ms)


async def measure_replies(folder: Path, seed: int, num_threads: int) -> list[Reply]:
    """Ask every question once, each starting at a random moment within a micro-turn."""
    random = np.random.default_rng(seed)
    model = weights.path(LANGUAGE_MODEL_WEIGHTS) / "model.gguf"
    whisper = weights.path(RECOGNISER_WEIGHTS)
    engine = await CascadeEngine.load(CascadeConfig(whisper, model, num_threads, num_threads))
    session = await engine.open(SessionSettings("measure"))
    await asyncio.wrap_future(engine.organs.language_model.idle())
    replies: list[Reply] = []
    for text in QUESTIONS:
        question = speak_with_flite(text, folder)
        replies.append(await ask(session, text, question, int(random.integers(8000, 8000 + HEARD_SAMPLES))))
    await session.close()
    await engine.close()
    return replies


def measure_words(num_prompts: int) -> tuple[int, int, list[tuple[str, str]]]:
    """Errors, words said, and the prompts that were not understood, over prompts spread across the package."""
    lines = gzip.open(TRANSCRIPTS, "rt", encoding="utf-8", errors="replace").read().splitlines()
    pairs = [line.split(":", 1) for line in lines if ":" in line and not line.startswith(";")]
    prompts = [(PROMPTS / f"{name.strip()}.g722", said.strip()) for name, said in pairs]
    usable = [
        (p, s) for p, s in prompts if p.exists() and "[" not in s and "(" not in s and len(words_of(s)) >= _MIN_WORDS
    ]
    recogniser = WhisperRecogniser(weights.path(RECOGNISER_WEIGHTS))
    errors = words = 0
    missed: list[tuple[str, str]] = []
    for path, said in usable[:: max(1, len(usable) // num_prompts)][:num_prompts]:
        recognised = recogniser.submit(read_sound(path)[: 30 * HEARD_RATE_HZ], "en").result().text
        wrong = num_errors(words_of(said), words_of(recognised))
        errors, words = errors + wrong, words + len(words_of(said))
        if wrong:
            missed.append((said, recognised))
    recogniser.close()
    return errors, words, missed


def main(arguments: list[str]) -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("words", "reply"))
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--threads", type=int, default=2, help="of each organ, with OMP_WAIT_POLICY=passive in the environment"
    )
    chosen = parser.parse_args(arguments)
    lines = _word_lines(chosen.prompts) if chosen.what == "words" else _reply_lines(chosen.seed, chosen.threads)
    sys.stdout.write("\n".join(lines) + "\n")


def _word_lines(num_prompts: int) -> list[str]:
    started = time.monotonic()
    errors, words, missed = measure_words(num_prompts)
    lines = [f"  said {said!r}\n  understood {recognised!r}" for said, recognised in missed]
    took = time.monotonic() - started
    return [
        *lines,
        f"word error rate {errors / words:.2%} ({errors} of {words} words, {num_prompts} prompts, {took:.0f} s)",
    ]


def _reply_lines(seed: int, num_threads: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        replies = asyncio.run(measure_replies(Path(folder), seed, num_threads))
    times = sorted(r.first_sound_ms for r in replies if r.first_sound_ms is not None)
    if not times:
        return ["no question was answered in time"]
    shown = ["no answer" if r.first_sound_ms is None else f"{r.first_sound_ms:6.0f} ms" for r in replies]
    lines = [f"{ms}  {r.asked} | {r.heard} | {r.answer}" for ms, r in zip(shown, replies, strict=True)]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    longest = max(r.longest_step_ms for r in replies)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    return [
        *lines,
        f"first sound p50 {p50:.0f} ms, p95 {p95:.0f} ms; longest step {longest:.0f} ms; peak memory {peak_mb:.0f} MB",
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
