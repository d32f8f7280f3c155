"""model/background.py: the embedded model's process is asked over HTTP, and says in words when it cannot start"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.background import NoTools, WorkOrder
from agent.context_package import ContextPackage
from agent.openai_background import Endpoint, OpenAiBackground
from tests.model.spoken import weights_or_skip

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "model.background"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    folder = weights_or_skip("qwen2.5-coder-0.5b-instruct")
    command = [*COMMAND, "--model", str(folder / "model.gguf"), "--end-with-stdin"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        yield f"{line.split()[-1]}/v1"
        process.stdin.close()  # its owner is gone
        assert process.wait(60) == 0


@pytest.mark.weights
@pytest.mark.timeout(180)
async def test_it_answers_a_question_about_the_call(url: str) -> None:
    context = ContextPackage(("Ada",), ("[0:05] Ada: What is the capital of France?",), (), (), ())
    engine = OpenAiBackground(lambda: Endpoint(url, stall_s=150, max_tokens=24, is_small=True))
    order = WorkOrder("What is the capital of France?", context)
    assert "Paris" in "".join([piece async for piece in engine.work(order, NoTools())])


def test_a_file_that_is_no_model_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF of lies")
    ended = subprocess.run([*COMMAND, "--model", str(file)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "no GGUF file" in ended.stderr and "Traceback" not in ended.stderr
