"""agent/bench/judge.py, against a real small server of the same protocol"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from agent.bench.item import Meaning
from agent.bench.judge import JudgeEndpoint, JudgeError, LanguageJudge, agreement, in_english

Answers = Callable[[str], str]
STRETCH = Meaning((("stretch", "stand"),), ("stop",))


class _Server(ThreadingHTTPServer):
    """Answers as `answers` says; keeps what it was asked."""

    answers: Answers
    asked: list[dict[str, object]]
    keys: list[str | None]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = cast(_Server, self.server)
        server.asked.append(body)
        server.keys.append(self.headers.get("Authorization"))
        text = server.answers(body["messages"][-1]["content"])
        answer = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
        self.send_response(200 if self.path == "/v1/chat/completions" else 404)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server(("127.0.0.1", 0), _Handler)
    made.answers, made.asked, made.keys = lambda _: "Yes.", [], []
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def _judge(server: _Server, kept: Path | None = None) -> LanguageJudge:
    return LanguageJudge(JudgeEndpoint(f"http://127.0.0.1:{server.server_port}/v1", "small", "secret"), kept)


def test_the_judge_is_asked_in_english_and_once(server: _Server, tmp_path: Path) -> None:
    server.answers = lambda question: "yes" if "get up" in question else "No"
    judge = _judge(server, tmp_path / "judge.json")
    assert judge("Time to get up and move.", STRETCH) and judge("Time to get up and move.", STRETCH)
    assert not judge("Good morning.", STRETCH)
    assert len(server.asked) == 2 and server.keys == ["Bearer secret"] * 2
    assert '"stretch" or "stand"; must not say "stop"' in str(server.asked[0]["messages"])
    assert "secret" not in repr(JudgeEndpoint("http://x/v1", key="secret"))
    again = _judge(server, tmp_path / "judge.json")
    assert again("Time to get up and move.", STRETCH) and len(server.asked) == 2  # it was kept beside the run


def test_silence_is_not_asked_about(server: _Server) -> None:
    assert not _judge(server)("  ", Meaning()) and not server.asked


def test_an_answer_that_is_neither_yes_nor_no_says_so(server: _Server) -> None:
    server.answers = lambda _: "It depends"
    with pytest.raises(JudgeError, match="answered 'It depends'"):
        _judge(server)("hello", STRETCH)
    with pytest.raises(JudgeError, match="/v1/chat/completions"):
        LanguageJudge(JudgeEndpoint("http://127.0.0.1:1/v1"))("hello", STRETCH)


def test_agreement_is_over_different_questions_and_kappa_takes_chance_out() -> None:
    def asked(text: str, judged: bool) -> tuple[str, Meaning, bool]:
        return text, STRETCH, judged

    both = [asked("stretch", True), asked("stretch", True), asked("stand", True), asked("hello", False)]
    found = agreement([*both, asked("get up", True)])
    # rules: yes, yes, no, no; judge: yes, yes, no, yes: three of four, by chance (0.75 + 0.25) / 2
    assert found == {"judge_questions": 4.0, "judge_agreement_pct": 75.0, "judge_kappa": 0.5}
    assert agreement([]) == {} and agreement(both)["judge_kappa"] == 1.0


def test_a_rule_without_words_asks_for_something_that_fits() -> None:
    assert in_english(Meaning()) == "must say something that fits"
